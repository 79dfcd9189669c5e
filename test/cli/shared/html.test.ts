import { describe, expect, test } from '@jest/globals';
import { Html, html } from '../../../cli/shared/html.ts';

describe('A template of HTML', () => {
  test('escapes text wherever it is inserted', () => {
    const name = `<img src=x onerror="alert(1)">&'`;

    const { markup } = html`<a title="${name}">${name}</a>`;

    const escaped = '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;';
    expect(markup).toBe(`<a title="${escaped}">${escaped}</a>`);
  });

  test('leaves markup as it is, also in lists within lists', () => {
    const items = [html`<li>${1}</li>`, [html`<li>${'<'}</li>`], new Html('<hr>')];

    expect(html`<ul>${items}</ul>`.markup).toBe('<ul><li>1</li><li>&lt;</li><hr></ul>');
  });

  test('leaves nothing of what is undefined, and keeps zero', () => {
    expect(html`<p>${undefined}${0}</p>`.markup).toBe('<p>0</p>');
  });
});
