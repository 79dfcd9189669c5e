import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { slackMessage } from '../../../lambda/slack/block-kit.ts';
import { parseMachineAlert } from '../../../lambda/slack/machine-alert.ts';
import { expectSlackMessageWithinLimits } from './slack-limits.ts';

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
  fc.string({ unit: 'binary', minLength: 1 }),
  fc
    .tuple(fc.constantFrom(...NASTY, 'x', '"\\', '\u6F22'), fc.integer({ min: 1, max: 3000 }))
    .map(([nasty, times]) => nasty.repeat(times).slice(0, 3000)),
);
const atMost = (max: number) => text.map((given) => [...given].slice(0, max).join('') || 'x');
const time = fc.constantFrom('2026-10-02T02:00:04Z', '2026-10-02T02:00:04.123Z');
const constant = fc.constantFrom(
  'NON_COMPLIANT_DETECTED',
  'CHECK_FAILED',
  'AUDIT_STUCK',
  'COMPLETED_WITH_FINDINGS',
  'RECOVERED',
  'COMPLETED_COMPLIANT',
  'AUDIT_NOT_COMPLETED',
  'WATCHER_GAVE_UP',
  `NEW_KIND_${'A'.repeat(500)}`,
);
const count = fc.oneof(fc.nat(200_000), fc.constant(Number.MAX_SAFE_INTEGER));
const severity = fc.constantFrom('INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
const maybe = { requiredKeys: [] };

const CHANGES = ['NEW', 'WORSE', 'SAME', 'BETTER', 'RECOVERED', 'UNKNOWN', 'NOT_COMPARED', '__proto__'];
const checkName = fc.oneof(fc.constantFrom('LOGGING_DISABLED_CHECK', 'NEW_THING_CHECK'), atMost(100));

const check = fc.record(
  {
    checkName,
    title: text,
    severity,
    checkRunStatus: fc.oneof(fc.constantFrom('FAILED', 'COMPLETED_NON_COMPLIANT'), text),
    totalResourcesCount: count,
    nonCompliantResourcesCount: count,
    suppressedNonCompliantResourcesCount: count,
    errorCode: text,
    message: atMost(300),
    change: fc.oneof(fc.constantFrom(...CHANGES), text),
    previousNonCompliantResourcesCount: count,
  },
  { requiredKeys: ['checkName', 'title', 'severity'] },
);
const changes = fc.record(
  {
    firstAudit: fc.constant(true),
    previousAuditStartTime: time,
    unchanged: fc.boolean(),
    checks: fc.array(
      fc.record(
        {
          checkName,
          change: fc.oneof(fc.constantFrom(...CHANGES), text),
          findings: fc.record({
            new: count,
            gone: count,
            stillOpen: count,
            stillOpenSince: time,
            newResources: fc.array(atMost(80), { maxLength: 5 }),
            goneResources: fc.array(atMost(80), { maxLength: 5 }),
          }),
        },
        { requiredKeys: ['checkName', 'change'] },
      ),
      { maxLength: 25 },
    ),
  },
  { requiredKeys: [] },
);
const findings = fc.record(
  {
    status: fc.constantFrom('READ', 'UNAVAILABLE'),
    errorName: text,
    resources: fc.array(
      fc.record(
        {
          checkName,
          resource: atMost(200),
          severity,
          reasonCode: atMost(80),
          since: time,
          things: fc.array(atMost(60), { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: ['checkName', 'resource'] },
      ),
      { maxLength: 20 },
    ),
    checks: fc.array(fc.record({ checkName, open: count, suppressed: count }), { maxLength: 25 }),
  },
  { requiredKeys: ['status'] },
);
const stuck = fc.record(
  {
    usualSeconds: fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }),
    audits: count,
    unchangedSince: time,
    watchLimitHours: fc.integer({ min: 1, max: 168 }),
  },
  { requiredKeys: ['usualSeconds', 'audits', 'unchangedSince'] },
);
const taskId = fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/);
const alert = fc.record(
  {
    schemaVersion: fc.constant('1'),
    kind: constant,
    severity,
    alertKey: constant.map((slot) => `9f71b6e90cfb57d4ac671be3a4898e6a#${slot}`),
    accountId: fc.constant('123456789012'),
    region: fc.oneof(fc.constantFrom('eu-west-1', 'us-gov-west-1', 'cn-north-1', 'us-isob-east-1'), text),
    taskId,
    taskType: fc.oneof(fc.constantFrom('ON_DEMAND_AUDIT_TASK', 'SCHEDULED_AUDIT_TASK'), text),
    scheduledAuditName: atMost(128),
    taskStatus: text,
    taskStartTime: time,
    capturedAt: time,
    statistics: fc.record(
      { totalChecks: count, compliantChecks: count, nonCompliantChecks: count, failedChecks: count },
      maybe,
    ),
    checks: fc.array(check, { maxLength: 25 }),
    omittedChecks: fc.integer({ min: 1, max: 10_000 }),
    changes,
    findings,
    gaveUp: fc.record({
      reason: text,
      errorName: text,
      errorMessage: atMost(500),
      execution: text,
      watchLimitHours: fc.integer({ min: 1, max: 168 }),
      gaveUpAt: time,
    }),
    stuck,
    somethingNew: fc.jsonValue(),
  },
  { requiredKeys: ['schemaVersion', 'kind', 'severity', 'alertKey', 'accountId', 'region', 'taskId', 'checks'] },
);
const name = fc.oneof(fc.stringMatching(/^[a-zA-Z0-9_-]{1,128}$/), atMost(128));
const overdue = fc.record(
  {
    schemaVersion: fc.constant('1'),
    kind: fc.constant('AUDIT_OVERDUE'),
    severity,
    alertKey: fc.stringMatching(/^[a-zA-Z0-9_-]{1,128}$/).map((schedule) => `${schedule}#AUDIT_OVERDUE#2026-11-22`),
    accountId: fc.constant('123456789012'),
    region: fc.oneof(fc.constantFrom('eu-west-1', 'us-gov-west-1', 'cn-north-1'), text),
    taskType: fc.constant('SCHEDULED_AUDIT_TASK'),
    scheduledAuditName: name,
    checks: fc.constant([]),
    overdue: fc.record(
      {
        day: fc.constant('2026-11-22'),
        dueAt: time,
        isLearned: fc.boolean(),
        frequency: fc.oneof(fc.constantFrom('DAILY', 'WEEKLY', 'BIWEEKLY', 'MONTHLY'), text),
        dayOfWeek: text,
        dayOfMonth: fc.oneof(fc.constantFrom('LAST', '31'), text),
        lastStartedAt: time,
        lastTaskId: taskId,
        judgedAt: time,
      },
      { requiredKeys: ['day', 'dueAt', 'isLearned', 'judgedAt'] },
    ),
    somethingNew: fc.jsonValue(),
  },
  {
    requiredKeys: [
      'schemaVersion',
      'kind',
      'severity',
      'alertKey',
      'accountId',
      'region',
      'scheduledAuditName',
      'checks',
      'overdue',
    ],
  },
);

test('any alert that the schema allows becomes a message that Slack takes, and that nothing in it can subvert', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 4, arbitrary: alert }, { weight: 1, arbitrary: overdue }), (hostile) => {
      isAlert(hostile);
      expect(isAlert.errors ?? []).toEqual([]);

      expectSlackMessageWithinLimits(slackMessage(parseMachineAlert(JSON.stringify(hostile))));
    }),
    { numRuns: 500 },
  );
});
