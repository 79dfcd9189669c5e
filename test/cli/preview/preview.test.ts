import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PREVIEW_ALERTS } from '../../../cli/preview/examples.ts';
import { mrkdwnToHtml, plainTextToHtml } from '../../../cli/preview/mrkdwn-html.ts';
import { previewPage } from '../../../cli/preview/page.ts';
import { escapeHtml } from '../../../cli/shared/html.ts';
import { composeAlert } from '../../../lambda/audit/alert/message.ts';
import { SEVERITIES } from '../../../lambda/audit/answer/severity.ts';
import { ALERT_KIND } from '../../../lambda/contract.ts';
import { buildAlertInput, buildAnswer, buildFailed, buildSnapshot } from '../../builders.ts';
import { runCli } from '../terminal.ts';

describe('npm run alerts:preview', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'preview-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  test('writes the page, prints where it is, and ends with 0', async () => {
    const file = join(directory, 'page.html');

    const { code, out } = await runCli(['alerts-preview', '--out', file]);

    expect([code, out]).toEqual([0, `${file}\n`]);
    await expect(readFile(file, 'utf8')).resolves.toBe(previewPage(PREVIEW_ALERTS));
  });

  test('names in its help the page that it writes', async () => {
    const { code, out } = await runCli(['alerts-preview', '--help']);

    expect(code).toBe(0);
    expect(out).toContain('(default: "alerts-preview.html")');
  });

  test.each([
    [['--colour'], "Unknown option '--colour'"],
    [['page.html'], "Too many arguments for 'alerts-preview'"],
    [['--out', ''], '--out is empty. '],
    [['--out', '/dev/null/page.html'], '--out is "/dev/null/page.html", which cannot be written (ENOTDIR). '],
  ])('ends with 2 and a sentence for %j', async (argv, sentence) => {
    const { code, out, err } = await runCli(['alerts-preview', ...argv]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });
});

describe('the page', () => {
  const page = previewPage(PREVIEW_ALERTS);

  test.each(Object.values(ALERT_KIND))('shows %s', (kind) => {
    expect(page).toContain(`<small>${kind}</small>`);
  });

  test('shows each alert as an email and as two Slack messages', () => {
    expect(page.match(/<article class="box email">/g)).toHaveLength(PREVIEW_ALERTS.length);
    expect(page.match(/<article class="box slack [A-Z]+">/g)).toHaveLength(2 * PREVIEW_ALERTS.length);
  });

  test('shows each email from the sender and with the footer of SNS', () => {
    const mails = [...page.matchAll(/<article class="box email">[\s\S]*?<\/article>/g)].map(([mail]) => mail);

    for (const mail of mails) {
      expect(mail).toContain('From: Device Defender audit alerts &lt;no-reply@sns.amazonaws.com&gt;');
      expect(mail).toContain('https://sns.eu-west-1.amazonaws.com/unsubscribe.html?');
    }
    expect(mails).toHaveLength(PREVIEW_ALERTS.length);
  });

  test('gives each severity a colour of its own', () => {
    const colours = SEVERITIES.map(
      (severity) => new RegExp(`\\.${severity} { border-left-color: (#\\w+); }`).exec(page)?.[1],
    );

    expect(colours).not.toContain(undefined);
    expect(new Set(colours).size).toBe(SEVERITIES.length);
  });

  test('shows a recovery in the colour of what recovered, not of what it was published with', () => {
    const recovered = previewPage(PREVIEW_ALERTS.filter(({ id }) => id === 'recovered-open-elsewhere'));

    expect(recovered.match(/<article class="box slack [A-Z]+">/g)).toEqual(
      Array(2).fill('<article class="box slack LOW">'),
    );
  });

  test('breaks every line that is longer than the window', () => {
    const style = page.slice(page.indexOf('<style>'), page.indexOf('</style>'));

    expect(style).toMatch(/body {[^}]*overflow-wrap: anywhere;/);
    expect(style).toMatch(/\.email pre {[^}]*white-space: pre-wrap;/);
    expect(style).not.toContain('overflow-x');
  });

  test('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object)\b|\bsrc=|@import|url\(/i);
  });

  test('leaves no mark of Slack unrendered', () => {
    const chats = [...page.matchAll(/<article class="box slack [\s\S]*?<\/article>/g)].map(([chat]) => chat).join('\n');

    expect(chats).not.toMatch(/:[a-z]+_[a-z_]+:|&lt;https|`|&amp;(?:amp|lt|gt);/);
  });

  test('closes what it opens', () => {
    for (const tag of ['section', 'article', 'div', 'p', 'a', 'code', 'strong', 'em', 'pre']) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length;
      expect([tag, page.match(new RegExp(`</${tag}>`, 'g'))?.length]).toEqual([tag, opened]);
    }
  });

  test('takes no markup from an alert', () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
    const answer = buildAnswer({
      scheduledAuditName: hostile,
      auditDetails: { [`${hostile}_CHECK`]: buildFailed({ errorCode: hostile, message: hostile }) },
    });
    const input = buildAlertInput({ kind: 'COMPLETED_WITH_FINDINGS', snapshot: buildSnapshot({ answer }) });
    const html = previewPage([{ id: hostile, title: hostile, message: composeAlert(input) }]);

    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<img/i);
    expect(html).not.toContain('">&lt;script');
  });
});

describe('mrkdwn as HTML', () => {
  test.each([
    ['*bold* and _italic_', '<strong>bold</strong> and <em>italic</em>'],
    ['*bold with `code`*', '<strong>bold with <code>code</code></strong>'],
    ['`*not bold* <b>`', '<code>*not bold* &lt;b&gt;</code>'],
    ['names_like_this and 2*3*4', 'names_like_this and 2*3*4'],
    [':warning: :no_such_emoji: :toString:', '⚠️ :no_such_emoji: :toString:'],
    ['<https://example.com/?a=1&b=_2_|*results*>', '<a href="https://example.com/?a=1&amp;b=_2_">*results*</a>'],
    ['<https://example.com/"onclick=x|a>', '<a href="https://example.com/&quot;onclick=x">a</a>'],
    ['<javascript:alert(1)|a> <!channel>', '&lt;javascript:alert(1)|a&gt; &lt;!channel&gt;'],
    ['a &lt;b&gt; &amp; c', 'a &lt;b&gt; &amp; c'],
    ["it's", 'it&#39;s'],
  ])('renders %s', (text, html) => {
    expect(mrkdwnToHtml(text)).toBe(html);
  });

  test('has only emoji in plain text', () => {
    expect(plainTextToHtml(':warning: *a* <b> :nothing:')).toBe('⚠️ *a* &lt;b&gt; :nothing:');
  });

  test('escapes what has a meaning in HTML', () => {
    expect(escapeHtml(`<a href="x">'&'`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;');
  });
});
