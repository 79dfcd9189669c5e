import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { renderAlert } from '../../../cli/play/render-alert.ts';
import { buildAlertReport } from './reports.ts';

/** Short enough to be read here whole. */
const SHORT = buildAlertReport({
  severity: 'CRITICAL',
  subject: '[CRITICAL] IoT audit Nightly: 1 non-compliant check so far (eu-west-1)',
  email: 'CRITICAL: a check is non-compliant.\n\nResults:\n  https://example.com/results\n',
  chat: {
    content: {
      title: ':rotating_light: CRITICAL: IoT audit *Nightly*: 1 non-compliant check so far (eu-west-1)',
      description: '*Found so far*\n:red_circle: *Policies*: 3 of 120 <https://example.com/results|results>',
      nextSteps: ['Open the `results`.', 'Fix them.'],
    },
  },
});

describe('An alert on the screen', () => {
  test('is the mail in a frame and the chat message in another', () => {
    expect(renderAlert(SHORT, { colour: false })).toMatchInlineSnapshot(`
"  ┌─ Email ─────────────────────────────────────────────────────────────────────
  │ Subject: [CRITICAL] IoT audit Nightly: 1 non-compliant check so far (eu-west-1)
  │
  │ CRITICAL: a check is non-compliant.
  │
  │ Results:
  │   https://example.com/results
  └─────────────────────────────────────────────────────────────────────────────
  ┌─ Chat ──────────────────────────────────────────────────────────────────────
  │ 🚨 CRITICAL: IoT audit Nightly: 1 non-compliant check so far (eu-west-1)
  │ Found so far
  │ 🔴 Policies: 3 of 120 results (https://example.com/results)
  │ → Open the results.
  │ → Fix them.
  └─────────────────────────────────────────────────────────────────────────────"
`);
  });

  test('has the same text with colour, but for the addresses of links', () => {
    expect(stripVTControlCharacters(renderAlert(SHORT, { colour: true }))).toMatchInlineSnapshot(`
"  ┌─ Email ─────────────────────────────────────────────────────────────────────
  │ Subject: [CRITICAL] IoT audit Nightly: 1 non-compliant check so far (eu-west-1)
  │
  │ CRITICAL: a check is non-compliant.
  │
  │ Results:
  │   https://example.com/results
  └─────────────────────────────────────────────────────────────────────────────
  ┌─ Chat ──────────────────────────────────────────────────────────────────────
  │ 🚨 CRITICAL: IoT audit Nightly: 1 non-compliant check so far (eu-west-1)
  │ Found so far
  │ 🔴 Policies: 3 of 120 results
  │ → Open the results.
  │ → Fix them.
  └─────────────────────────────────────────────────────────────────────────────"
`);
  });

  test('shows a whole mail as it was written, line by line', () => {
    const alert = buildAlertReport();

    const lines = renderAlert(alert, { colour: false }).split('\n');

    const mail = lines.slice(
      1,
      lines.findIndex((line) => line.startsWith('  └')),
    );
    expect(mail.map((line) => line.slice('  │ '.length))).toEqual([
      `Subject: ${alert.subject}`,
      '',
      ...alert.email.trimEnd().split('\n'),
    ]);
  });

  test.each([
    ['CRITICAL', '\u001b[31m'],
    ['HIGH', '\u001b[31m'],
    ['MEDIUM', '\u001b[33m'],
    ['LOW', '\u001b[32m'],
    ['INFO', '\u001b[32m'],
    ['RECOVERED', '\u001b[32m'],
  ])('has the colour of %s', (severity, colour) => {
    const text = renderAlert({ ...SHORT, severity }, { colour: true });

    expect(text.startsWith(`${colour}  ┌─ Email ─`)).toBe(true);
  });

  test('has frames that fit a terminal of 80 columns', () => {
    const frames = renderAlert(SHORT, { colour: false })
      .split('\n')
      .filter((line) => /^ {2}[┌└]/.test(line));

    expect(frames.map(({ length }) => length)).toEqual([80, 80, 80, 80]);
  });

  test('wraps inside its frame on a narrow terminal, and keeps links whole', () => {
    expect(renderAlert(SHORT, { colour: false, columns: 40 })).toMatchInlineSnapshot(`
"  ┌─ Email ─────────────────────────────
  │ Subject: [CRITICAL] IoT audit
  │ Nightly: 1 non-compliant check so
  │ far (eu-west-1)
  │
  │ CRITICAL: a check is non-compliant.
  │
  │ Results:
  │   https://example.com/results
  └─────────────────────────────────────
  ┌─ Chat ──────────────────────────────
  │ 🚨 CRITICAL: IoT audit Nightly: 1
  │ non-compliant check so far
  │ (eu-west-1)
  │ Found so far
  │ 🔴 Policies: 3 of 120 results
  │ (https://example.com/results)
  │ → Open the results.
  │ → Fix them.
  └─────────────────────────────────────"
`);
  });

  test('has links that a terminal makes clickable', () => {
    expect(renderAlert(SHORT, { colour: true })).toContain('\u001b]8;;https://example.com/results\u0007');
  });

  test('without a chat message shows an empty one', () => {
    const text = renderAlert({ ...SHORT, chat: {} }, { colour: false });

    const lines = text.split('\n');
    expect(lines.slice(lines.findIndex((line) => line.includes('Chat')) + 1, -1)).toEqual(['  │', '  │']);
  });
});
