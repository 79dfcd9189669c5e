import { describe, expect, test } from '@jest/globals';
import type { AuditRow } from '../../../cli/audits/schema.ts';
import { PeriodOfAudits, readAudits, seriesName } from '../../../cli/report/read/audits.ts';
import { openLocalHistory } from '../../../cli/shared/history/local-history.ts';
import { buildCompliant } from '../../builders.ts';
import { taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';

const [LOGGING, POLICIES] = ['LOGGING_DISABLED_CHECK', 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK'];
const STARTED = '2026-11-20T02:00:00.000Z';

describe('The checks that an audit of a day had', () => {
  const row = { taskId: 'a1', auditName: 'Nightly', startedAt: STARTED, alerts: [], late: false };
  const checks = [
    { checkName: LOGGING, outcome: 'COMPLIANT' as const, suppressed: false },
    { checkName: POLICIES, outcome: 'FAILED' as const, suppressed: false },
  ];

  test.each<[string, Pick<AuditRow, 'outcome' | 'endedAt'>, string[]]>([
    ['all of an audit that ended', { outcome: 'INCOMPLETE', endedAt: STARTED }, [LOGGING, POLICIES]],
    ['those with a result of one that runs', { outcome: 'RUNNING' }, [LOGGING]],
    ['those with a result of one that was given up', { outcome: 'GAVE_UP' }, [LOGGING]],
  ])('are %s', (_, how, names) => {
    const period = new PeriodOfAudits();

    period.add({ ...row, ...how }, checks);

    expect([...(period.checksOfDay.get('2026-11-20') ?? [])]).toEqual(names.map((name) => seriesName(name, undefined)));
  });
});

test('A check that was running in the last answer is unknown once the audit is over', async () => {
  const checks = { [LOGGING]: buildCompliant(), [POLICIES]: { checkRunStatus: 'IN_PROGRESS' } } as const;
  const directory = await RecordedHistory.in(async (recorded) => {
    await recorded.add({ taskId: taskOf('ca'), startedAt: STARTED, status: 'CANCELED', checks });
    await recorded.add({ taskId: taskOf('1e'), startedAt: '2026-11-21T02:00:00Z', status: 'IN_PROGRESS', checks });
  });
  const history = await openLocalHistory(directory);

  const { results } = await readAudits(history, {
    since: '2026-11-19T00:00:00.000Z',
    until: '2026-11-22T00:00:00.000Z',
    name: undefined,
  });
  await history.close();
  await RecordedHistory.remove(directory);

  const found = results.map(({ taskId, checks: of }) => [taskId, of.find(({ checkName }) => checkName === POLICIES)]);
  expect(found).toEqual([
    [taskOf('1e'), { checkName: POLICIES, outcome: 'RUNNING', suppressed: false }],
    [taskOf('ca'), { checkName: POLICIES, outcome: 'UNKNOWN', suppressed: false }],
  ]);
});
