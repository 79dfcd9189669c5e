import { describe, expect, test } from '@jest/globals';
import type { ReportDocument } from '../../../cli/report/schema.ts';
import { nextSteps, nothingToDo, stateSentence, verdictOf } from '../../../cli/report/summary.ts';

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

type Audit = ReportDocument['audits']['listed'][number];

/** The latest one first. */
function audits(...outcomes: readonly Audit['outcome'][]): Rest {
  const listed = outcomes.map((outcome): Audit => {
    const endedAt = outcome === 'RUNNING' || outcome === 'GAVE_UP' ? undefined : SINCE;
    return { taskId: 'a1', auditName: 'Nightly', outcome, startedAt: SINCE, endedAt, alerts: [], late: false };
  });
  return { audits: { count: listed.length, listed } };
}

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

type Rest = Partial<Pick<ReportDocument, 'audits' | 'unswept' | 'unreadableItems'>>;

function report(status: Partial<Status>, listed: ReportDocument['suppressions']['listed'] = [], rest: Rest = {}) {
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
  const audits = { count: 0, listed: [] };
  return { status: { ...nothing, ...status }, suppressions, audits, unswept: false, unreadableItems: 0, ...rest };
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

  test.each<[string, Partial<Status>, Rest, string, string]>([
    [
      'gave up',
      { gaveUp: [GAVE_UP] },
      {},
      'the watcher gave up on 1 audit',
      'Find out why the watcher gave up on 1 audit.',
    ],
    [
      'latest failed',
      {},
      audits('RUNNING', 'FAILED', 'COMPLIANT'),
      'the latest audit failed',
      'Find out why Nightly, the latest audit, failed.',
    ],
    [
      'latest canceled',
      {},
      audits('CANCELED', 'COMPLIANT'),
      'the latest audit was canceled',
      'Find out why Nightly, the latest audit, was canceled.',
    ],
    [
      'never swept',
      {},
      { unswept: true },
      'no sweep for audits is recorded',
      'Find out why audits are not swept for: no sweep for audits is recorded.',
    ],
    [
      'swept long ago',
      { sweptAt: SINCE },
      { unswept: true },
      'the latest sweep for audits was on 2026-11-20 02:00 UTC',
      'Find out why audits are not swept for: the latest sweep for audits was on 2026-11-20 02:00 UTC.',
    ],
    [
      'unreadable',
      {},
      { unreadableItems: 2 },
      '2 stored items cannot be read',
      'Find out why 2 stored items cannot be read.',
    ],
  ])('is unknown, says why and what to do first: %s', (_, status, rest, words, step) => {
    const found = report({ checks: [check({})], ...status }, [], rest);

    expect(verdictOf(found)).toBe('UNKNOWN');
    expect(stateSentence(found)).toBe(`No check is known to be non-compliant, of the one audited check; ${words}.`);
    expect(nextSteps(found).map(({ text }) => text)).toEqual([step]);
  });

  test('is good after an audit that failed when a later one did not', () => {
    expect(verdictOf(report({ checks: [check({})] }, [], audits('COMPLIANT', 'FAILED')))).toBe('COMPLIANT');
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
      'Find out why the watcher gave up on 1 audit.',
      'Get a result for Device certificate shared: unknown since 2026-11-20 (INSUFFICIENT_PERMISSIONS).',
      'Fix Logging disabled (LOW): 1 resource, open since 2026-11-20.',
      'Check 1 alert that may not have been sent.',
      'Decide about 1 suppression that will end within 30 days.',
      'Enable the check that has never been audited, or decide against it.',
    ]);
  });

  test('is nothing when all is well', () => {
    const well = report({ checks: [check({})] });

    expect(nextSteps(well)).toEqual([]);
    expect(nothingToDo(well)).toBe('Nothing: every audited check is compliant.');
  });

  test('is nothing, but not because all is compliant, when findings are suppressed', () => {
    const suppressed = report({ checks: [check({ state: 'SUPPRESSED' })] });

    expect(nextSteps(suppressed)).toEqual([]);
    expect(nothingToDo(suppressed)).toBe('Nothing more is known to do: what is not compliant is suppressed.');
  });

  test('is an audit with each check whose last one is too old', () => {
    const audit = { taskId: 'a1', auditName: 'Nightly', startedAt: '2026-09-01T02:00:00.000Z' };

    expect(nextSteps(report({ checks: [check({ outdated: true, audit })] }))).toEqual([
      {
        text: 'Run an audit with Logging disabled: last audited 2026-09-01.',
        command: 'history LOGGING_DISABLED_CHECK',
      },
    ]);
  });

  test('counts the checks that have never been audited', () => {
    const steps = nextSteps(report({ checks: [check({})], neverAudited: [POLICIES, POLICIES] }));

    expect(steps.map(({ text }) => text)).toEqual([
      'Enable the 2 checks that have never been audited, or decide against them.',
    ]);
  });

  test('is an audit when there has been none', () => {
    expect(nextSteps(report({ neverAudited: [check({})] }))).toEqual([{ text: 'Run the first audit.' }]);
  });

  test('has no command with a name that a shell would not read as one word', () => {
    const [step] = nextSteps(report({ checks: [{ ...POLICIES, checkName: '$(reboot)' }] }));

    expect(step?.command).toBe('findings --open');
  });
});
