import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../lambda/audit/alert/message.ts';
import type { OverdueInput } from '../../../lambda/audit/alert/overdue/facts.ts';
import { composeOverdue } from '../../../lambda/audit/alert/overdue/message.ts';
import { type SlackMessage, slackMessage } from '../../../lambda/slack/block-kit.ts';
import { type MachineAlert, parseMachineAlert } from '../../../lambda/slack/machine-alert.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildGaveUp,
  buildNonCompliant,
  buildOverdueInput,
  buildSnapshot,
  buildStuck,
  buildStuckSnapshot,
} from '../../builders.ts';
import { expectSlackMessageWithinLimits } from './slack-limits.ts';

/** As a reader of the channel sees it: one block a line, links by their words only. */
function readable({ blocks }: SlackMessage): string {
  const texts = blocks.map((block) =>
    block.type === 'context' ? block.elements.map(({ text }) => text).join(' ') : block.text.text,
  );
  return texts.join('\n').replace(/<https:[^|]+\|([^>]+)>/g, '[$1]');
}

function messageOf(input: Partial<AlertInput>): SlackMessage {
  const message = slackMessage(parseMachineAlert(composeAlert(buildAlertInput(input)).machine));
  expectSlackMessageWithinLimits(message);
  return message;
}

function overdueMessageOf(input: Partial<OverdueInput>): SlackMessage {
  const message = slackMessage(parseMachineAlert(composeOverdue(buildOverdueInput(input)).machine));
  expectSlackMessageWithinLimits(message);
  return message;
}

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const TROUBLE = buildSnapshot({
  answer: buildAnswer({ auditDetails: buildDetails({ [POLICY]: buildNonCompliant(), [SHARED]: buildFailed() }) }),
});

describe('a message for Slack', () => {
  test('tells what was found, and what could not run', () => {
    expect(readable(messageOf({ kind: 'COMPLETED_WITH_FINDINGS', snapshot: TROUBLE }))).toMatchInlineSnapshot(`
":rotating_light: CRITICAL: IoT audit NightlyFleetAudit done: 1 non-compliant, 1 failed of 14 checks (eu-west-1)
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) [results] [fix]
:grey_question: HIGH *Device certificate shared*: could not run, result unknown. \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` [results]
*Next*: start with AWS IoT policies overly permissive. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`"
`);
  });

  test('tells of the first non-compliant check, and that one more message follows', () => {
    expect(readable(messageOf({ kind: 'NON_COMPLIANT_DETECTED', snapshot: TROUBLE }))).toMatchInlineSnapshot(`
":rotating_light: CRITICAL: IoT audit NightlyFleetAudit: 1 non-compliant check so far (eu-west-1)
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) [results] [fix]
*Next*: start with AWS IoT policies overly permissive. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`  |  One closing message follows when the audit ends"
`);
  });

  test('tells of a check that could not run', () => {
    expect(readable(messageOf({ kind: 'CHECK_FAILED', snapshot: TROUBLE }))).toMatchInlineSnapshot(`
":warning: HIGH: IoT audit NightlyFleetAudit: 1 check could not run (eu-west-1)
:grey_question: HIGH *Device certificate shared*: could not run, result unknown. \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` [results]
*Next*: a failed check is not a pass. Mend what its error names, then run it again. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`  |  One closing message follows when the audit ends"
`);
  });

  test('tells of recovery, and of what is unknown now', () => {
    const snapshot = buildSnapshot({
      answer: buildAnswer({ auditDetails: buildDetails({ [SHARED]: buildCompliant({ checkRunStatus: 'CANCELED' }) }) }),
    });

    expect(readable(messageOf({ kind: 'RECOVERED', snapshot, earlier: TROUBLE }))).toMatchInlineSnapshot(`
":white_check_mark: RECOVERED: IoT audit NightlyFleetAudit: no check is non-compliant or failed (eu-west-1)
:white_check_mark: *AWS IoT policies overly permissive*: recovered [results]
:grey_question: HIGH *Device certificate shared*: had trouble before, unknown now [results]
*Next*: run the checks again that have no result. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`"
`);
  });

  test('tells that all is well', () => {
    expect(readable(messageOf({ kind: 'COMPLETED_COMPLIANT' }))).toMatchInlineSnapshot(`
":white_check_mark: INFO: IoT audit NightlyFleetAudit: 14 checks, all compliant (eu-west-1)
*Next*: nothing to do. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`"
`);
  });

  test('tells of an audit that was canceled', () => {
    const snapshot = buildSnapshot({ answer: { ...TROUBLE.answer, taskStatus: 'CANCELED' } });

    expect(readable(messageOf({ kind: 'AUDIT_NOT_COMPLETED', snapshot }))).toMatchInlineSnapshot(`
":no_entry: HIGH: IoT audit NightlyFleetAudit ended as CANCELED (eu-west-1)
:red_circle: CRITICAL *AWS IoT policies overly permissive*: 3 of 120 resources non-compliant (1 more suppressed) [results] [fix]
:grey_question: HIGH *Device certificate shared*: could not run, result unknown. \`INSUFFICIENT_PERMISSIONS\` \`Device Defender does not have permission to call iot:ListCertificates with the configured role.\` [results]
*Next*: find out why it ended early, then run it again. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`"
`);
  });

  test('tells that nobody watches any more, also when nothing else is known', () => {
    const gaveUp = buildGaveUp({ reason: 'AUDIT_NOT_FOUND', errorName: 'ResourceNotFoundException' });

    expect(
      readable(messageOf({ kind: 'WATCHER_GAVE_UP', slot: 'WATCHER_GAVE_UP', snapshot: undefined, gaveUp })),
    ).toMatchInlineSnapshot(`
":hourglass: HIGH: Stopped watching IoT audit 9f71b6e90cfb57d4ac671be3a4898e6a: audit not found (eu-west-1)
*Why*: audit not found. \`ResourceNotFoundException\` \`The audit did not end within 24 hours.\`
The audit may still be running; no further message will come for it.
*Next*: look at the audit yourself. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#WATCHER_GAVE_UP\`"
`);
  });

  test('tells of an audit that seems stuck, and how to end it', () => {
    const snapshot = buildStuckSnapshot();

    expect(
      readable(messageOf({ kind: 'AUDIT_STUCK', slot: 'AUDIT_STUCK', snapshot, stuck: buildStuck() })),
    ).toMatchInlineSnapshot(`
":hourglass: HIGH: IoT audit NightlyFleetAudit seems stuck: 12 of 14 checks in 6 h, usually 42 min (eu-west-1)
*Why*: nothing has changed since 2026-10-02 02:31:10 UTC. The longest of 7 earlier audits took 42 min.
:hourglass: CRITICAL *Device certificate shared*: still running [results]
:hourglass: HIGH *Conflicting MQTT client IDs*: waiting for data collection [results]
*Next*: see whether anything moves; if not, cancel the audit and run it again: \`aws iot cancel-audit-task --region eu-west-1 --task-id 9f71b6e90cfb57d4ac671be3a4898e6a\` Waiting for data is normal for a check that was enabled a short time ago. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 08:00:21 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#AUDIT_STUCK\`  |  The watcher looks on until the audit ends or the watch limit of 24 hours passes; then a closing message follows"
`);
  });

  test('tells of a scheduled audit that did not run', () => {
    expect(readable(overdueMessageOf({}))).toMatchInlineSnapshot(`
":hourglass: HIGH: IoT audit NightlyFleetAudit did not run on 2026-11-22 (eu-west-1)
*Due*: 2026-11-22 02:00:04 UTC (daily; time of day as in earlier runs)
*Last run*: 2026-11-21 02:00:03 UTC [report]
*Next*: look at the schedule: \`aws iot describe-scheduled-audit --region eu-west-1 --scheduled-audit-name NightlyFleetAudit\` If it was changed or deleted on purpose, there is nothing to do; else run its checks by hand.
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-11-22 05:00:09 UTC  |  Alert key \`NightlyFleetAudit#AUDIT_OVERDUE#2026-11-22\`"
`);
  });

  test('tells of a new schedule that did not run', () => {
    const schedule = { name: '--query', frequency: 'MONTHLY', dayOfMonth: 'LAST' };
    const input = { schedule, isLearned: false, lastStartedAt: undefined, lastTaskId: undefined };

    expect(readable(overdueMessageOf(input))).toMatchInlineSnapshot(`
":hourglass: HIGH: IoT audit --query did not run on 2026-11-22 (eu-west-1)
*Due*: 2026-11-22 UTC (monthly on the last day; time of day unknown)
*Last run*: no earlier run is known
*Next*: look at the schedule. If it was changed or deleted on purpose, there is nothing to do; else run its checks by hand.
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-11-22 05:00:09 UTC  |  Alert key \`--query#AUDIT_OVERDUE#2026-11-22\`"
`);
  });

  test('is Block Kit with a text for notifications', () => {
    expect(messageOf({ kind: 'COMPLETED_COMPLIANT' })).toMatchInlineSnapshot(`
{
  "blocks": [
    {
      "text": {
        "emoji": true,
        "text": ":white_check_mark: INFO: IoT audit NightlyFleetAudit: 14 checks, all compliant (eu-west-1)",
        "type": "plain_text",
      },
      "type": "header",
    },
    {
      "text": {
        "text": "*Next*: nothing to do. <https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the audit report>",
        "type": "mrkdwn",
        "verbatim": true,
      },
      "type": "section",
    },
    {
      "elements": [
        {
          "text": "Account \`123456789012\`  |  Region \`eu-west-1\`  |  Seen 2026-10-02 02:41:37 UTC  |  Alert key \`9f71b6e90cfb57d4ac671be3a4898e6a#TERMINAL\`",
          "type": "mrkdwn",
          "verbatim": true,
        },
      ],
      "type": "context",
    },
  ],
  "text": ":white_check_mark: INFO: IoT audit NightlyFleetAudit: 14 checks, all compliant (eu-west-1)",
  "unfurl_links": false,
  "unfurl_media": false,
}
`);
  });
});

const ALERT: MachineAlert = {
  kind: 'COMPLETED_WITH_FINDINGS',
  severity: 'MEDIUM',
  alertKey: 'abc#TERMINAL',
  accountId: '123456789012',
  region: 'eu-west-1',
  taskId: 'abc',
  statistics: {},
  checks: [{ checkName: POLICY, title: 'Policies', severity: 'MEDIUM' }],
};

describe('what a message lacks', () => {
  test('is called unknown, never zero', () => {
    expect(readable(slackMessage(ALERT))).toMatchInlineSnapshot(`
":warning: MEDIUM: IoT audit abc done: unknown non-compliant, unknown failed of an unknown number of checks (eu-west-1)
:large_yellow_circle: MEDIUM *Policies*: unknown of an unknown number of resources non-compliant [results] [fix]
*Next*: start with Policies. [Open the audit report]
Account \`123456789012\`  |  Region \`eu-west-1\`  |  Alert key \`abc#TERMINAL\`"
`);
  });

  test('of a Region that cannot stand in a link are the links', () => {
    const { blocks } = slackMessage({ ...ALERT, region: 'x|y>' });

    expect(JSON.stringify(blocks)).not.toContain('console');
  });

  test.each([
    { kind: 'AUDIT_STUCK' },
    { kind: 'AUDIT_OVERDUE', taskId: undefined, overdue: { isLearned: true, lastTaskId: 'abc' } },
  ])('of such a Region are the commands too: $kind', (alert) => {
    const { blocks } = slackMessage({ ...ALERT, ...alert, region: 'x|y>' });

    expect(JSON.stringify(blocks)).not.toMatch(/console|aws iot/);
  });

  test('about an audit that seems stuck is left out', () => {
    const checks = [{ checkName: POLICY, title: 'Policies', severity: 'MEDIUM' as const }];
    const bare = readable(slackMessage({ ...ALERT, kind: 'AUDIT_STUCK', checks }));
    const told = readable(slackMessage({ ...ALERT, kind: 'AUDIT_STUCK', checks, stuck: {} }));

    expect(bare).toContain('IoT audit abc seems stuck (eu-west-1)\n:hourglass: MEDIUM *Policies*: in an unknown state');
    expect(bare).toContain('the watch limit passes; then');
    expect(told).toContain(
      '*Why*: nothing has changed since an unknown time. The longest of an unknown number of earlier audits took an unknown time.',
    );
  });

  test('about an audit that did not run is called unknown', () => {
    const alert = { ...ALERT, kind: 'AUDIT_OVERDUE', taskId: undefined };

    expect(readable(slackMessage(alert))).toContain('IoT audit did not run on the day it was due (eu-west-1)');
    expect(readable(slackMessage({ ...alert, overdue: { isLearned: true, dueAt: 'soon' } }))).toContain(
      '*Due*: unknown (frequency unknown; time of day as in earlier runs)\n*Last run*: no earlier run is known\n',
    );
  });

  test('for want of room are the last checks, and it says how many', () => {
    const checks = Array.from({ length: 25 }, (_, index) => ({
      checkName: `CHECK_${index}`,
      title: `Check ${index} ${'long '.repeat(100)}`,
      severity: 'LOW' as const,
      checkRunStatus: 'FAILED',
      message: '"'.repeat(300),
    }));
    const message = slackMessage({ ...ALERT, checks, omittedChecks: 3 });

    expectSlackMessageWithinLimits(message);
    const shown = message.blocks.filter((block) => JSON.stringify(block).includes(':grey_question:')).length;
    expect(shown).toBeGreaterThan(5);
    expect(readable(message)).toContain(`_... and ${28 - shown} more checks: see the audit report._`);
  });
});

describe('what changed', () => {
  const changed = (change: string, more: object = {}) => {
    const checks = ALERT.checks.map((check) => ({ ...check, change, ...more }));
    return { ...ALERT, checks };
  };
  const since = { firstAudit: false, unchanged: false, previousAuditStartTime: '2026-10-01T02:00:04Z', checks: [] };

  test.each([
    ['NEW', {}, '_New_'],
    ['WORSE', { previousNonCompliantResourcesCount: 12 }, '_Worse, was 12_'],
    ['WORSE', {}, '_Worse_'],
    ['BETTER', { previousNonCompliantResourcesCount: 12 }, '_Better, was 12_'],
    ['SAME', {}, '_Still open_'],
  ])('of a check is told: %s', (change, more, word) => {
    expect(readable(slackMessage(changed(change, more)))).toContain(` ${word} [results]`);
  });

  test('not is told with its date', () => {
    const checks = [{ checkName: POLICY, change: 'SAME', stillOpenSince: '2026-09-28T02:00:00Z' }];

    const text = readable(slackMessage({ ...changed('SAME'), changes: { ...since, unchanged: true, checks } }));

    expect(text).toContain('*Since the audit of 2026-10-01*: nothing changed\n');
    expect(text).toContain(' _Still open since 2026-09-28_ [results]');
  });

  test('is summed up, and what is listed nowhere else is named', () => {
    const changes = {
      ...since,
      checks: [
        { checkName: POLICY, change: 'NEW' },
        { checkName: 'LOGGING_DISABLED_CHECK', change: 'RECOVERED' },
        { checkName: SHARED, change: 'UNKNOWN' },
        { checkName: 'A_NEW_CHECK', change: 'NOT_COMPARED' },
      ],
    };

    expect(readable(slackMessage({ ...changed('NEW'), changes }))).toContain(
      '*Since the audit of 2026-10-01*: 1 new, 1 recovered, 1 unknown now\n' +
        ':white_check_mark: Recovered: Logging disabled\n' +
        ':grey_question: Unknown now: Device certificate shared\n',
    );
  });

  test('is not told of more than eight checks by name', () => {
    const names = Array.from({ length: 10 }, (_, index) => `THING_${index}_CHECK`);
    const checks = names.map((checkName) => ({ checkName, change: 'RECOVERED' }));

    expect(readable(slackMessage({ ...ALERT, changes: { ...since, checks } }))).toMatch(/Thing 7 and 2 more$/m);
  });

  test.each([
    [{ ...since, firstAudit: true }, '_The first audit of its kind here: nothing to compare with yet._'],
    [{ ...since, previousAuditStartTime: undefined, unchanged: true }, '*Since the audit before*: nothing changed'],
    [
      { ...since, previousAuditStartTime: 'x', unchanged: true },
      '*Since the audit of an unknown day*: nothing changed',
    ],
  ])('since which audit is told: %j', (changes, told) => {
    expect(readable(slackMessage({ ...ALERT, changes }))).toContain(told);
  });

  test('is left out when nothing can be said', () => {
    expect(readable(slackMessage({ ...ALERT, changes: since }))).not.toContain('Since the audit');
  });
});

describe('the worst resources', () => {
  const finding = (resource: string, more: object = {}) => ({ checkName: POLICY, resource, things: [], ...more });
  const read = (resources: readonly ReturnType<typeof finding>[], open = resources.length) => ({
    ...ALERT,
    findings: { status: 'READ', resources, open: new Map([[POLICY, open]]) },
  });

  test('follow their check, with reason, things and age, then how many more there are', () => {
    const resources = [
      finding('policy FleetProvisioning v7', { reasonCode: 'ALLOWS_BROAD_ACCESS', since: '2026-10-01T02:00:00Z' }),
      finding('cert 3f9c', { things: ['pump-0142', 'pump-0143'] }),
    ];

    expect(readable(slackMessage(read(resources, 17)))).toContain(
      ' [results] [fix]\n' +
        '`policy FleetProvisioning v7` ALLOWS_BROAD_ACCESS since 2026-10-01\n' +
        '`cert 3f9c` (thing pump-0142, pump-0143)\n' +
        'and 15 more\n',
    );
  });

  test('give way when the section is full', () => {
    const message = slackMessage(
      read(
        Array.from({ length: 5 }, () =>
          finding('&'.repeat(200), { reasonCode: '&'.repeat(80), things: ['&'.repeat(60)] }),
        ),
      ),
    );

    expectSlackMessageWithinLimits(message);
    expect(readable(message)).toContain('\nand 1 more\n');
  });

  test('give way before a check does', () => {
    const checks = Array.from({ length: 20 }, (_, index) => ({ ...finding(''), checkName: `CHECK_${index}` }));
    const alert = {
      ...read(
        checks.flatMap(({ checkName }) => Array.from({ length: 5 }, () => ({ ...finding('x'.repeat(80)), checkName }))),
      ),
      checks: checks.map(({ checkName }) => ({ checkName, title: checkName, severity: 'HIGH' as const })),
    };
    const message = slackMessage(alert);

    expectSlackMessageWithinLimits(message);
    expect(readable(message)).not.toContain('see the audit report');
    expect(readable(message).match(/^and [24] more$/gm)).toHaveLength(20);
  });

  test('are missed, and it is said why, when they could not be read', () => {
    const findings = { status: 'UNAVAILABLE', errorName: 'ThrottlingException', resources: [], open: new Map() };

    expect(readable(slackMessage({ ...ALERT, findings }))).toContain(
      '_Without resources: the findings could not be read_: `ThrottlingException`',
    );
    expect(readable(slackMessage({ ...ALERT, findings: { ...findings, errorName: undefined } }))).toContain(
      '_Without resources: the findings could not be read_\n',
    );
  });
});

test('a kind that nobody knows yet is named in words', () => {
  const { text } = slackMessage({ ...ALERT, kind: 'AUDIT_POSTPONED', taskType: 'ON_DEMAND_AUDIT_TASK', checks: [] });

  expect(text).toBe(':warning: MEDIUM: IoT on-demand audit: audit postponed (eu-west-1)');
});
