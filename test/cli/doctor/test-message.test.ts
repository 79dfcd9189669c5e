import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { testMessage } from '../../../cli/doctor/test-message.ts';
import { publishInput } from '../../../lambda/aws/alert-topic.ts';
import { parseAlertWords } from '../../../lambda/slack/alert-words.ts';
import { slackMessage } from '../../../lambda/slack/block-kit.ts';
import { filterPolicy } from '../../../lib/delivery/alert-subscription.ts';
import { expectSlackMessageWithinLimits } from '../../lambda/slack/slack-limits.ts';
import { ACCOUNT, ALERT_TOPIC, NOW, REGION } from './deployment.ts';

const SCHEMA_FILE = new URL('../../../docs/alert-schema.json', import.meta.url);
const message = testMessage({ account: ACCOUNT, region: REGION, now: NOW });

test('A test alert is a valid alert, of a kind that programs know it by', () => {
  const validate = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));
  const machine = JSON.parse(message.machine);

  expect(validate(machine)).toBe(true);
  expect(machine).toMatchObject({ kind: 'TEST', alertKey: message.key, checks: [] });
});

test('A test alert reaches everybody, whatever severity and audits they want', () => {
  const policy = filterPolicy({ minSeverity: 'CRITICAL', auditNames: ['NightlyFleetAudit'] });

  expect(policy?.severity).toContain(message.attributes.severity);
  expect(policy?.auditNames).toContainEqual({ exists: false });
  expect(filterPolicy({ kinds: ['DIGEST'] })?.kind).toContain(message.attributes.kind);
  expect(message.attributes).toEqual({ kind: 'TEST', severity: 'CRITICAL', account: ACCOUNT, region: REGION });
});

test('A test alert is shown as a test by the webhook of Slack', () => {
  const slack = slackMessage(parseAlertWords(message.machine));

  expectSlackMessageWithinLimits(slack);
  expect(slack.text).toBe(':white_check_mark: TEST: alerts of the IoT audit watcher arrive (eu-west-1)');
});

test('A test alert says in every form that it is one', () => {
  expect(message.subject).toBe('[TEST] IoT audit alerts: this is only a test (eu-west-1)');
  expect(message.email).toMatch(/^TEST: [\x20-\x7E\n]+$/);
  expect(JSON.parse(message.chat)).toMatchObject({
    version: '1.0',
    source: 'custom',
    content: { title: ':white_check_mark: TEST: alerts of the IoT audit watcher arrive (eu-west-1)' },
  });
});

test('A test alert is one publish with a body for each protocol', () => {
  const { Message = '' } = publishInput(ALERT_TOPIC, message);

  expect(Object.keys(JSON.parse(Message))).toEqual(['default', 'email', 'https']);
});
