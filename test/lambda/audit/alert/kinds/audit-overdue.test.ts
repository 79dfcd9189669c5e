import { describe, expect, test } from '@jest/globals';
import { scheduleText } from '../../../../../lambda/audit/alert/kinds/audit-overdue.ts';
import { composeMissedRun } from '../../../../../lambda/audit/alert/message.ts';
import type { MissedRunInput } from '../../../../../lambda/audit/alert/missed-run-facts.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { alertKey, buildMissedRunInput } from '../../../../builders.ts';

/** A composed alert that obeys every limit. */
function compose(overrides: Partial<MissedRunInput> = {}) {
  const message = composeMissedRun(buildMissedRunInput(overrides));
  expectAlertWithinLimits(message);
  return message;
}

describe('the alert about a scheduled audit that did not run', () => {
  const message = compose();

  test('can be filtered by', () => {
    expect(message.attributes).toEqual({
      account: '123456789012',
      auditName: 'NightlyFleetAudit',
      auditNames: ['NightlyFleetAudit'],
      kind: 'AUDIT_OVERDUE',
      region: 'eu-west-1',
      severity: 'HIGH',
      taskType: 'SCHEDULED_AUDIT_TASK',
    });
  });
});

describe('a missed run', () => {
  test('of a new schedule has no run before it', () => {
    const { email } = compose({ lastStartedAt: undefined, lastTaskId: undefined });

    expect(email).toContain('Due       by 2026-11-22 02:00:04 UTC (daily)\n');
    expect(email).toContain('  No earlier run is known.\n');
    expect(email).not.toContain('The last run started');
  });

  test.each([
    { lastTaskId: '../../evil' },
    { lastTaskId: 'x'.repeat(41) },
    { lastStartedAt: 'yesterday', lastTaskId: '' },
  ])('does not name a run that cannot be: %j', (last) => {
    const { email, machine } = compose(last);

    expect(email).not.toContain('(task ');
    expect(JSON.parse(machine).overdue).not.toHaveProperty('lastTaskId');
  });

  test('keeps the longest name whole in commands and key', () => {
    const name = 'N'.repeat(128);
    const { email, key } = compose({ schedule: { name, frequency: 'DAILY' } });

    expect(key).toBe(alertKey(name, 'AUDIT_OVERDUE#2026-11-22'));
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

    expect(key).toBe(alertKey(inKey, 'AUDIT_OVERDUE#2026-11-22'));
    expect(email).toContain('  1. Check that the schedule is still as intended.\n');
    expect(email).toContain('  3. Run its checks yourself.\n');
    expect(email).not.toContain('--scheduled-audit-name');
    expect(JSON.parse(chat).metadata.threadId).toBe(`iot-dd-schedule-123456789012-eu-west-1-${inKey}`);
  });

  test('has in chat what a search or a custom action needs', () => {
    const { content, metadata } = JSON.parse(compose().chat);

    expect(content.keywords).toEqual(['HIGH', 'NightlyFleetAudit', 'eu-west-1', 'OVERDUE']);
    expect(metadata).toMatchObject({
      summary: 'HIGH: IoT audit NightlyFleetAudit did not run on 2026-11-22 (eu-west-1)',
      additionalContext: { day: '2026-11-22', lastTaskId: '9f71b6e90cfb57d4ac671be3a4898e6a', severity: 'HIGH' },
    });
  });

  test('hands on what the schedule says', () => {
    const schedule = { name: 'Weekly', frequency: 'WEEKLY', dayOfWeek: 'MON', dayOfMonth: undefined };

    expect(JSON.parse(compose({ schedule }).machine).overdue).toMatchObject({ frequency: 'WEEKLY', dayOfWeek: 'MON' });
  });
});

describe('a schedule', () => {
  test.each([
    [{ frequency: 'DAILY' }, 'daily'],
    [{ frequency: 'WEEKLY', dayOfWeek: 'MON' }, 'weekly on MON'],
    [{ frequency: 'WEEKLY' }, 'weekly'],
    [{ frequency: 'BIWEEKLY', dayOfWeek: 'SUN' }, 'every two weeks on SUN'],
    [{ frequency: 'MONTHLY', dayOfMonth: '15' }, 'monthly on day 15'],
    [{ frequency: 'MONTHLY', dayOfMonth: '31' }, 'monthly on day 31, or the last day of a shorter month'],
    [{ frequency: 'MONTHLY', dayOfMonth: 'LAST' }, 'monthly on the last day'],
    [{ frequency: 'MONTHLY' }, 'monthly'],
    [{ frequency: 'HOURLY' }, 'HOURLY'],
    [{}, 'frequency unknown'],
  ])('%j is %s in words', (schedule, words) => {
    expect(scheduleText(schedule)).toBe(words);
  });
});
