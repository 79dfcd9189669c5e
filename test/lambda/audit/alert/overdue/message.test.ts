import { describe, expect, test } from '@jest/globals';
import type { OverdueInput } from '../../../../../lambda/audit/alert/overdue/facts.ts';
import { composeOverdue } from '../../../../../lambda/audit/alert/overdue/message.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { buildOverdueInput } from '../../../../builders.ts';

/** A composed alert that obeys every limit. */
function compose(overrides: Partial<OverdueInput> = {}) {
  const message = composeOverdue(buildOverdueInput(overrides));
  expectAlertWithinLimits(message);
  return message;
}

describe('the alert about a scheduled audit that did not run', () => {
  const message = compose();

  test('reads well as a mail', () => {
    expect(`Subject: ${message.subject}\n\n${message.email}`).toMatchInlineSnapshot(`
"Subject: [HIGH] IoT audit NightlyFleetAudit did not run on 2026-11-22 (eu-west-1)

HIGH: a scheduled AWS IoT audit did not run when it was due, so nothing was
checked.

Audit     NightlyFleetAudit (scheduled)
Account   123456789012
Region    eu-west-1
Due       2026-11-22 02:00:04 UTC (daily; time of day as in earlier runs)

WHAT IS KNOWN
  By 2026-11-22 05:00:09 UTC it had not started.
  The last run started 2026-11-21 02:00:03 UTC.
  AWS tells the day of a run only: its time of day was learned from earlier
  runs.

NEXT STEPS
  1. See whether the schedule is still what it should be:
     aws iot describe-scheduled-audit --region eu-west-1 \\
       --scheduled-audit-name NightlyFleetAudit
  2. Check that the audit settings still have a role, and the checks of this
     audit enabled:
     aws iot describe-account-audit-configuration --region eu-west-1
  3. Run its checks by hand:
     aws iot start-on-demand-audit-task --region eu-west-1 \\
       --target-check-names $(aws iot describe-scheduled-audit --region \\
       eu-west-1 --scheduled-audit-name NightlyFleetAudit --query \\
       targetCheckNames --output text)
  4. Open the report of the last run:
     https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a
  5. If the schedule was changed or deleted on purpose, there is nothing to
     do.

This is told once for each missed run.

--
Alert key NightlyFleetAudit#AUDIT_OVERDUE#2026-11-22
Sent by device-defender-audit-watcher. Reply is not monitored.
"
`);
  });

  test('reads well in chat', () => {
    expect(JSON.parse(message.chat)).toMatchInlineSnapshot(`
{
  "content": {
    "description": "*What is known*
By 2026-11-22 05:00:09 UTC it had not started.
The last run started 2026-11-21 02:00:03 UTC.
AWS tells the day of a run only: its time of day was learned from earlier runs.

*Account* \`123456789012\`  *Region* \`eu-west-1\`
*Due* 2026-11-22 02:00:04 UTC (daily; time of day as in earlier runs)",
    "keywords": [
      "HIGH",
      "NightlyFleetAudit",
      "eu-west-1",
      "OVERDUE",
    ],
    "nextSteps": [
      "See whether the schedule is still what it should be: \`aws iot describe-scheduled-audit --region eu-west-1 --scheduled-audit-name NightlyFleetAudit\`",
      "Check that the audit settings still have a role, and the checks of this audit enabled: \`aws iot describe-account-audit-configuration --region eu-west-1\`",
      "Run its checks by hand: \`aws iot start-on-demand-audit-task --region eu-west-1 --target-check-names $(aws iot describe-scheduled-audit --region eu-west-1 --scheduled-audit-name NightlyFleetAudit --query targetCheckNames --output text)\`",
      "<https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a|Open the report of the last run>",
      "If the schedule was changed or deleted on purpose, there is nothing to do.",
      "This is told once for each missed run.",
    ],
    "textType": "client-markdown",
    "title": ":hourglass: HIGH: IoT audit *NightlyFleetAudit* did not run on 2026-11-22 (eu-west-1)",
  },
  "id": "NightlyFleetAudit-AUDIT_OVERDUE-2026-11-22",
  "metadata": {
    "additionalContext": {
      "account": "123456789012",
      "audit": "NightlyFleetAudit",
      "day": "2026-11-22",
      "lastTaskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
      "region": "eu-west-1",
      "severity": "HIGH",
    },
    "enableCustomActions": false,
    "eventType": "AUDIT_OVERDUE",
    "relatedResources": [],
    "summary": "HIGH: IoT audit NightlyFleetAudit did not run on 2026-11-22 (eu-west-1)",
    "threadId": "iot-dd-schedule-NightlyFleetAudit",
  },
  "source": "custom",
  "version": "1.0",
}
`);
  });

  test('is complete for machines, and about no audit', () => {
    expect(JSON.parse(message.machine)).toMatchInlineSnapshot(`
{
  "accountId": "123456789012",
  "alertKey": "NightlyFleetAudit#AUDIT_OVERDUE#2026-11-22",
  "checks": [],
  "kind": "AUDIT_OVERDUE",
  "overdue": {
    "day": "2026-11-22",
    "dueAt": "2026-11-22T02:00:04.000Z",
    "frequency": "DAILY",
    "isLearned": true,
    "judgedAt": "2026-11-22T05:00:09.000Z",
    "lastStartedAt": "2026-11-21T02:00:03.000Z",
    "lastTaskId": "9f71b6e90cfb57d4ac671be3a4898e6a",
  },
  "region": "eu-west-1",
  "scheduledAuditName": "NightlyFleetAudit",
  "schemaVersion": "1",
  "severity": "HIGH",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });

  test('can be filtered by', () => {
    expect(message.attributes).toMatchInlineSnapshot(`
{
  "account": "123456789012",
  "auditName": "NightlyFleetAudit",
  "kind": "AUDIT_OVERDUE",
  "region": "eu-west-1",
  "severity": "HIGH",
  "taskType": "SCHEDULED_AUDIT_TASK",
}
`);
  });
});

describe('a run that did not come', () => {
  test('of a new schedule is told by its day', () => {
    const { email } = compose({ isLearned: false, lastStartedAt: undefined, lastTaskId: undefined });

    expect(email).toContain('Due       2026-11-22 UTC (daily; time of day unknown)\n');
    expect(email).toContain('  No earlier run is known.\n');
    expect(email).toContain('too few runs are known');
    expect(email).not.toContain('https://');
  });

  test.each([
    { lastTaskId: '../../evil' },
    { lastTaskId: 'x'.repeat(41) },
    { lastStartedAt: 'yesterday', lastTaskId: '' },
  ])('is not linked to a run that cannot be: %j', (last) => {
    const { email, machine } = compose(last);

    expect(email).not.toContain('https://');
    expect(JSON.parse(machine).overdue).not.toHaveProperty('lastTaskId');
  });

  test('keeps the longest name whole in commands and key', () => {
    const name = 'N'.repeat(128);
    const { email, key } = compose({ schedule: { name, frequency: 'DAILY' } });

    expect(key).toBe(`${name}#AUDIT_OVERDUE#2026-11-22`);
    expect(email).toContain(`--scheduled-audit-name \\\n       ${name}\n`);
    expect(email).toContain(`Alert key ${key}\n`);
  });

  test.each([
    ['$(reboot)', '__reboot_'],
    ['a b', 'a_b'],
    ['', '_'],
    ['--query', '--query'],
  ])('of a schedule named %j is told without the commands that name it', (name, inKey) => {
    const { email, key, chat } = compose({ schedule: { name } });

    expect(key).toBe(`${inKey}#AUDIT_OVERDUE#2026-11-22`);
    expect(email).toContain('  1. See whether the schedule is still what it should be.\n');
    expect(email).toContain('  3. Run its checks by hand.\n');
    expect(email).not.toContain('--scheduled-audit-name');
    expect(JSON.parse(chat).metadata.threadId).toBe(`iot-dd-schedule-${inKey}`);
  });

  test('hands on what the schedule says', () => {
    const schedule = { name: 'Weekly', frequency: 'WEEKLY', dayOfWeek: 'MON', dayOfMonth: undefined };

    expect(JSON.parse(compose({ schedule }).machine).overdue).toMatchObject({ frequency: 'WEEKLY', dayOfWeek: 'MON' });
  });
});
