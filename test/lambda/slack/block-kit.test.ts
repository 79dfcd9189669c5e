import { describe, expect, test } from '@jest/globals';
import { PREVIEW_ALERTS } from '../../../cli/preview/examples.ts';
import type { AlertInput } from '../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../lambda/audit/alert/message.ts';
import { type AlertWords, parseAlertWords } from '../../../lambda/slack/alert-words.ts';
import { type SlackMessage, slackMessage } from '../../../lambda/slack/block-kit.ts';
import { buildAlertInput, buildAnswer, buildDetails, buildNonCompliant, buildSnapshot } from '../../builders.ts';
import { expectSlackMessageWithinLimits } from './slack-limits.ts';

/** What a reader of the channel sees, one block after the other. */
function readable({ blocks }: SlackMessage): string[] {
  return blocks.map((block) =>
    block.type === 'context' ? block.elements.map(({ text }) => text).join(' ') : block.text.text,
  );
}

/** A message that obeys every limit. */
function messageOf(words: AlertWords): SlackMessage {
  const message = slackMessage(words);
  expectSlackMessageWithinLimits(message);
  return message;
}

function alertMessage(input: Partial<AlertInput>): SlackMessage {
  return messageOf(parseAlertWords(composeAlert(buildAlertInput(input)).machine));
}

const WORDS: AlertWords = { title: ':warning: HIGH: *Nightly* (eu-west-1)', description: '', nextSteps: [] };

describe('A message for Slack', () => {
  test('is Block Kit with a text for notifications', () => {
    expect(alertMessage({ kind: 'COMPLETED_COMPLIANT' })).toMatchInlineSnapshot(`
{
  "blocks": [
    {
      "text": {
        "emoji": true,
        "text": ":white_check_mark: INFO: IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)",
        "type": "plain_text",
      },
      "type": "header",
    },
    {
      "text": {
        "text": "*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Progress* completed, seen 02:41:37 UTC; 14 checks: 14 compliant, 0 non-compliant, 0 failed",
        "type": "mrkdwn",
        "verbatim": true,
      },
      "type": "section",
    },
    {
      "text": {
        "text": "*Next steps*
• Nothing to do. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/auditResultsHub|Open the list of audits>",
        "type": "mrkdwn",
        "verbatim": true,
      },
      "type": "section",
    },
    {
      "elements": [
        {
          "text": "Alert key \`123456789012#eu-west-1#9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`",
          "type": "mrkdwn",
          "verbatim": true,
        },
      ],
      "type": "context",
    },
  ],
  "text": ":white_check_mark: INFO: IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)",
  "unfurl_links": false,
  "unfurl_media": false,
}
`);
  });

  test.each(PREVIEW_ALERTS)('says what the chat form says: $id', ({ message }) => {
    const { title, description, nextSteps } = JSON.parse(message.chat).content;

    const steps = nextSteps.map((step: string) => `\u2022 ${step}`);

    const [header, ...blocks] = readable(messageOf(parseAlertWords(message.machine)));

    expect(header).toBe(title.replaceAll('*', ''));
    expect(blocks).toEqual([
      ...description.split('\n\n'),
      ...(steps.length === 0 ? [] : [['*Next steps*', ...steps].join('\n')]),
      `Alert key \`${message.key}\``,
    ]);
  });

  test('has one section for each paragraph, and further ones where a section is full', () => {
    const line = 'x'.repeat(1_400);
    const description = ['first', '', line, line, line, '', 'where'].join('\n');

    const [, first, ...others] = readable(messageOf({ ...WORDS, description }));

    expect(first).toBe('first');
    expect(others.slice(0, -1)).toEqual([`${line}\n${line}`, line, 'where']);
  });

  test('is posted though there is nothing but a title', () => {
    expect(readable(messageOf({ ...WORDS, title: '&' }))).toEqual(['\uFF06', 'Alert key `unknown`']);
    expect(readable(messageOf({ ...WORDS, title: '\u200B' }))).toEqual(['Alert', 'Alert key `unknown`']);
  });
});

describe('The header of a message for Slack', () => {
  test('shows no escapes and no marks', () => {
    const title = ':warning: HIGH: *a &lt;b&gt; &amp;amp; c* (eu-west-1)';

    expect(messageOf({ ...WORDS, title }).text).toBe(':warning: HIGH: a \u2039b\u203A \uFF06amp; c (eu-west-1)');
  });

  test('that is too long shortens the name of the audit first', () => {
    const snapshot = buildSnapshot({
      answer: buildAnswer({
        scheduledAuditName: 'Nightly'.repeat(18),
        auditDetails: buildDetails({ LOGGING_DISABLED_CHECK: buildNonCompliant() }),
      }),
    });

    const { text } = alertMessage({ kind: 'COMPLETED_WITH_FINDINGS', snapshot });

    expect(text).toHaveLength(150);
    expect(text).toMatch(
      /^:warning: LOW: IoT audit Nightly\w+\.\.\. done: 1 non-compliant of 14 checks \(eu-west-1\)$/,
    );
  });

  test('that is still too long is cut', () => {
    const { text } = messageOf({ ...WORDS, title: `*Nightly audit* ${'done '.repeat(40)}` });

    expect(text).toMatch(/^Night\.\.\. done done .*\.\.\.$/);
  });
});

describe('Where there is no room', () => {
  const where = '*Account* `123456789012`\n*Progress* done';
  const step = 'Open the audit report';

  test('the last lines of the description give way, never where it happened or what to do', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `Line ${index} ${'"'.repeat(30)}`);
    const description = [...lines, '', where].join('\n');

    const message = messageOf({ ...WORDS, description, nextSteps: [step] });

    expect(JSON.stringify(message).length).toBeGreaterThan(12_900);
    expect(readable(message).join('\n')).toContain('\n_... and more: see the AWS console._\n');
    expect(readable(message).slice(-3)).toEqual([where, `*Next steps*\n\u2022 ${step}`, 'Alert key `unknown`']);
  });

  test('paragraphs give way too: a message holds 50 blocks', () => {
    const description = Array.from({ length: 90 }, (_, index) => `Paragraph ${index}`).join('\n\n');

    const message = messageOf({ ...WORDS, description, nextSteps: [step] });

    expect(message.blocks).toHaveLength(50);
    expect(readable(message).at(-4)).toMatch(/\n_\.\.\. and more: see the AWS console\._$/);
  });

  test('a long last paragraph gives way as any other', () => {
    const description = `first\n\n${Array.from({ length: 500 }, (_, index) => `Line ${index} ${'x'.repeat(30)}`).join('\n')}`;

    const texts = readable(messageOf({ ...WORDS, description }));

    expect(texts[1]).toBe('first');
    expect(texts.at(-2)).toMatch(/\n_\.\.\. and more: see the AWS console\._$/);
  });

  test.each([
    ['a link', `${'x'.repeat(2_990)} <https://docs.aws.amazon.com/page|fix>`],
    ['a code span', `${'x'.repeat(2_990)} \`aws iot list-audit-tasks\``],
    ['bold text', `${'x'.repeat(2_990)} *Device certificate shared*`],
    ['an escape', `${'x'.repeat(2_995)}&amp;&amp;`],
    ['an emoji', `${'x'.repeat(2_990)} :large_yellow_circle: and more`],
    ['a character', `${'x'.repeat(2_996)}\u{1F525}\u{1F525}\u{1F525}`],
  ])('a line is cut before %s, never within it', (_, line) => {
    const [, text = ''] = readable(messageOf({ ...WORDS, description: line }));

    expect(text).toMatch(/^x{2990,2996}\.\.\.$/);
  });

  test('a next step is cut, and only the first eight are shown', () => {
    const nextSteps = ['y'.repeat(400), ...Array.from({ length: 9 }, () => step)];

    const lines =
      readable(messageOf({ ...WORDS, nextSteps }))
        .at(-2)
        ?.split('\n') ?? [];

    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe(`\u2022 ${'y'.repeat(347)}...`);
  });
});

describe('What should have been escaped', () => {
  test.each(['<!channel>', '<@U0123>', '<#C0123>', '<javascript:alert(1)|results>', '<http://evil.example|results>'])(
    'does nothing: %s',
    (mark) => {
      const message = slackMessage({ ...WORDS, title: mark, description: mark, nextSteps: [mark] });

      expect(JSON.stringify(message)).not.toMatch(/<[!@#jh]/);
    },
  );

  test('leaves links alone', () => {
    const description = 'See <https://docs.aws.amazon.com/page|fix>.';

    expect(readable(messageOf({ ...WORDS, description }))).toContain(description);
  });

  test('has no control characters', () => {
    const texts = readable(messageOf({ ...WORDS, description: 'a\u0000b\u202Ec\uD800', nextSteps: ['one\ntwo'] }));

    expect(texts).toContain('a b c ');
    expect(texts).toContain('*Next steps*\n\u2022 one two');
  });
});
