import { describe, expect, test } from '@jest/globals';
import type { ReportDocument } from '../../../cli/report/schema.ts';
import { nextSteps, stateSentence, verdictOf } from '../../../cli/report/summary.ts';

type Status = ReportDocument['status'];
type Check = Status['checks'][number];

const SINCE = '2026-11-20T02:00:00.000Z';
const GAVE_UP = {
  taskId: 'a1',
  auditName: 'Nightly',
  startedAt: SINCE,
  gaveUpAt: SINCE,
  reason: 'ACCESS_DENIED',
  retriedUntil: '2027-02-18T02:00:00.000Z',
};
const MISSED = { auditName: 'Nightly', dueAt: '2026-11-22T02:00:00.000Z' };

function check(overrides: Partial<Check>): Check {
  return {
    checkName: 'LOGGING_DISABLED_CHECK',
    title: 'Logging disabled',
    state: 'COMPLIANT',
    severity: 'LOW',
    since: SINCE,
    outdated: false,
    ...overrides,
  };
}

const POLICIES = check({
  checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
  title: 'AWS IoT policies overly permissive',
  state: 'NON_COMPLIANT',
  severity: 'CRITICAL',
  nonCompliantResources: 2,
});

function report(status: Partial<Status>, listed: ReportDocument['suppressions']['listed'] = []) {
  const suppressions = { source: 'AWS' as const, count: listed.length, listed };
  const nothing = {
    checks: [],
    neverAudited: [],
    running: [],
    missedRuns: [],
    gaveUp: [],
    unsentAlerts: [],
    unreadableItems: 0,
  };
  return { status: { ...nothing, ...status }, suppressions };
}

describe('The state in one sentence', () => {
  test.each<[Partial<Status>, string, string]>([
    [{}, 'UNKNOWN', 'Nothing is known: no audit has been recorded yet.'],
    [{ checks: [check({})] }, 'COMPLIANT', 'No check is known to be non-compliant, of the one audited check.'],
    [
      { checks: [check({ state: 'UNKNOWN' }), check({})] },
      'UNKNOWN',
      'No check is known to be non-compliant, of 2 audited checks; 1 has no result now.',
    ],
    [
      { checks: [check({ outdated: true })], missedRuns: [MISSED] },
      'UNKNOWN',
      'No check is known to be non-compliant, of the one audited check; 1 was last audited more than 32 days ago; 1 schedule missed a run.',
    ],
    [
      { checks: [POLICIES, check({ state: 'SUPPRESSED' })], neverAudited: [check({})] },
      'NON_COMPLIANT',
      '1 of 2 audited checks is non-compliant; the worst, AWS IoT policies overly permissive, is CRITICAL and open since 2026-11-20; 1 is compliant only because findings are suppressed; 1 other check has never been audited.',
    ],
  ])('is, for %j, %s', (status, verdict, sentence) => {
    expect([verdictOf(report(status)), stateSentence(report(status))]).toEqual([verdict, sentence]);
  });

  test('is not good while a run is missed, though every check is compliant', () => {
    expect(verdictOf(report({ checks: [check({})], missedRuns: [MISSED] }))).toBe('UNKNOWN');
  });
});

describe('What to do first', () => {
  test('is what is severe, then what nobody sees, then the rest', () => {
    const steps = nextSteps(
      report(
        {
          checks: [
            POLICIES,
            check({ state: 'NON_COMPLIANT', nonCompliantResources: 1 }),
            check({ title: 'Device certificate shared', state: 'UNKNOWN', errorCode: 'INSUFFICIENT_PERMISSIONS' }),
          ],
          neverAudited: [check({})],
          missedRuns: [MISSED],
          gaveUp: [GAVE_UP],
          unsentAlerts: [{ kind: 'RECOVERED', status: 'UNCERTAIN', registeredAt: SINCE }],
        },
        [{ checkName: 'LOGGING_DISABLED_CHECK', title: 'Logging disabled', resource: 'account', endsSoon: true }],
      ),
    );

    expect(steps.map(({ text }) => text)).toEqual([
      'Fix AWS IoT policies overly permissive (CRITICAL): 2 resources, open since 2026-11-20.',
      'Find out why Nightly has not run: it was due on 2026-11-22 02:00 UTC.',
      'Let the watcher read 1 audit on which it gave up.',
      'Get a result for Device certificate shared: unknown since 2026-11-20 (INSUFFICIENT_PERMISSIONS).',
      'Fix Logging disabled (LOW): 1 resource, open since 2026-11-20.',
      'Check 1 alert not known to be out.',
      'Decide about 1 suppression that will end within 30 days.',
      'Enable the 1 check that no audit has had, or decide not to.',
    ]);
  });

  test('is nothing when all is well', () => {
    expect(nextSteps(report({ checks: [check({})] }))).toEqual([]);
  });

  test('is an audit when there has been none', () => {
    expect(nextSteps(report({ neverAudited: [check({})] }))).toEqual([{ text: 'Run the first audit.' }]);
  });

  test('has no command with a name that a shell would not read as one word', () => {
    const [step] = nextSteps(report({ checks: [{ ...POLICIES, checkName: '$(reboot)' }] }));

    expect(step?.command).toBe('findings --open');
  });
});
