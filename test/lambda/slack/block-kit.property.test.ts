import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { chatCode, chatText, clean } from '../../../lambda/audit/text/safe-text.ts';
import { parseAlertWords } from '../../../lambda/slack/alert-words.ts';
import { slackMessage } from '../../../lambda/slack/block-kit.ts';
import { anyText } from '../../any-text.ts';
import { alertKey, TASK_ID } from '../../builders.ts';
import { expectSlackMessageWithinLimits, expectSlackTakes } from './slack-limits.ts';

const SCHEMA_FILE = new URL('../../../docs/alert-schema.json', import.meta.url);
const isAlert = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));

/** What an attacker, or an unlucky name, may put into the account. */
const NASTY = [
  '<!channel>',
  '<https://evil.example/|Open the audit report>',
  '@channel @here <@U0123>',
  '*bold* _italic_ ~gone~ `code` ```',
  '&amp;&lt;|>"\\',
  '\u202Edetrevni\u202C \u200B\u0000\u0007\u2028\r\n',
  '\uD800 lonely \uDFFF',
  'https://evil.example/ www.evil.example :fire:',
  '\u6F22\u5B57 \u{1F525} e\u0301',
  '__proto__',
];
const text = fc.oneof(
  fc.constantFrom(...NASTY),
  anyText({ minLength: 1 }),
  fc
    .tuple(fc.constantFrom(...NASTY, 'x', '"\\', '\u6F22'), fc.integer({ min: 1, max: 3000 }))
    .map(([nasty, times]) => nasty.repeat(times).slice(0, 3000)),
);
const atMost = (max: number) => text.map((given) => [...given].slice(0, max).join('') || 'x');
const severity = fc.constantFrom('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

/** As the schema demands it: escaped, whatever it was. */
const word = fc.oneof(
  text.map((given) => chatText(clean(given, 1_000) ?? 'x', 1_500)),
  text.map((given) => chatCode(clean(given, 300) ?? 'x')),
  fc.constantFrom(
    '*Account*',
    '_Unknown_',
    ':red_circle:',
    '<https://docs.aws.amazon.com/page|fix>',
    '<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/auditResultsHub|Open the list of audits>',
  ),
);
const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const lines = fc
  .array(fc.oneof({ weight: 5, arbitrary: line }, { weight: 1, arbitrary: fc.constant('') }), { maxLength: 60 })
  .map((given) => given.join('\n'))
  .filter((given) => given.length <= 8_000);
const step = line.filter((given) => given.length <= 350);
const title = fc
  .tuple(text, text)
  .map(
    ([name, after]) =>
      `:warning: HIGH: IoT audit *${chatText(clean(name, 128) ?? 'x', 150)}*${chatText(after, 60)} (eu-west-1)`,
  );
const constant = fc.constantFrom('COMPLETED_WITH_FINDINGS', `NEW_KIND_${'A'.repeat(500)}`);

const alert = fc.record(
  {
    schemaVersion: fc.constant('1'),
    kind: constant,
    severity,
    alertKey: constant.map((slot) => alertKey(TASK_ID, slot)),
    accountId: fc.constant('123456789012'),
    region: text,
    taskId: fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/),
    scheduledAuditName: atMost(128),
    checks: fc.constant([]),
    text: fc.record({ title, description: lines, nextSteps: fc.array(step, { maxLength: 12 }) }),
    somethingNew: fc.jsonValue(),
  },
  {
    requiredKeys: ['schemaVersion', 'kind', 'severity', 'alertKey', 'accountId', 'region', 'taskId', 'checks', 'text'],
  },
);

test('any alert that the schema allows becomes a message that Slack takes, and that nothing in it can subvert', () => {
  fc.assert(
    fc.property(alert, (hostile) => {
      isAlert(hostile);
      expect(isAlert.errors ?? []).toEqual([]);

      expectSlackMessageWithinLimits(slackMessage(parseAlertWords(JSON.stringify(hostile))));
    }),
    { numRuns: 500 },
  );
});

test('no text pings, links elsewhere or exceeds a limit, though it was never escaped', () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 80 }), fc.array(text, { maxLength: 20 }), (first, body, steps) => {
      const message = slackMessage({ title: first, description: body.join('\n\n'), nextSteps: steps });

      expectSlackTakes(message);
    }),
    { numRuns: 300 },
  );
});
