import { describe, expect, test } from '@jest/globals';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { identityOf } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { compareAudits, hadTrouble, hasRecovered, isUnchanged } from '../../../../lambda/audit/ledger/comparison.ts';
import { buildCertificateFinding, buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const YESTERDAY = '2026-10-01T02:00:04.000Z';
const TODAY = '2026-10-02T02:00:04.000Z';

type Details = Record<string, CheckDetails>;

function reading(auditDetails: Details, answer: Partial<AuditAnswer> = {}) {
  return readAudit({ taskStatus: 'COMPLETED', auditDetails, ...answer });
}

/** The check in two audits; absent when undefined. */
function compareOne(before: CheckDetails | undefined, now: CheckDetails | undefined) {
  const details = (check: CheckDetails | undefined): Details => (check === undefined ? {} : { [CHECK]: check });
  return compareAudits({ startedAt: YESTERDAY, reading: reading(details(before)) }, { reading: reading(details(now)) });
}

/** Findings about certificates with these ids. */
function open(ids: readonly string[], since: string): ReadonlyMap<string, string> {
  return new Map(ids.map((id) => [identityOf(buildCertificateFinding(id)), since]));
}

function found(count: number | undefined): CheckDetails {
  return buildNonCompliant({ nonCompliantResourcesCount: count });
}

/** The same check with as many resources as there are findings, and these findings. */
function compareFindings(before: readonly string[], now: readonly string[]) {
  const was = open(before, YESTERDAY);
  const is = new Map([...open(now, TODAY).keys()].map((identity) => [identity, was.get(identity) ?? TODAY]));
  return compareAudits(
    { startedAt: YESTERDAY, reading: reading({ [CHECK]: found(before.length) }), findings: was },
    { reading: reading({ [CHECK]: found(now.length) }), findings: is },
  );
}

const good = buildCompliant();
const failed = buildFailed();
const canceled: CheckDetails = { checkRunStatus: 'CANCELED' };
const unreadable: CheckDetails = { checkRunStatus: 'REWINDING' };

describe('a check', () => {
  test.each<[string, CheckDetails | undefined, CheckDetails | undefined, string]>([
    ['compliant, then 3 resources', good, found(3), 'NEW'],
    ['3 resources, then 5', found(3), found(5), 'WORSE'],
    ['3 resources both times', found(3), found(3), 'SAME'],
    ['3 resources, then 2', found(3), found(2), 'BETTER'],
    ['3 resources, then compliant', found(3), good, 'RECOVERED'],
    ['failed, then compliant', failed, good, 'RECOVERED'],
    ['compliant both times', good, good, 'SAME'],
    ['3 resources, then failed', found(3), failed, 'UNKNOWN'],
    ['3 resources, then canceled', found(3), canceled, 'UNKNOWN'],
    ['3 resources, then not in the answer', found(3), undefined, 'UNKNOWN'],
    ['3 resources, then unreadable', found(3), unreadable, 'UNKNOWN'],
    ['compliant, then failed', good, failed, 'UNKNOWN'],
    ['failed both times', failed, failed, 'UNKNOWN'],
    ['not in the answer, then failed', undefined, failed, 'UNKNOWN'],
    ['an unknown number of resources, then 3', found(undefined), found(3), 'UNKNOWN'],
    ['3 resources, then a number that is none', found(3), found(0.5), 'UNKNOWN'],
  ])('%s is %s', (_, before, now, change) => {
    expect(compareOne(before, now).checks).toMatchObject([{ checkName: CHECK, change }]);
  });

  test.each<[string, CheckDetails | undefined, CheckDetails]>([
    ['failed, then 3 resources', failed, found(3)],
    ['canceled, then compliant', canceled, good],
    ['not in the answer, then 3 resources', undefined, found(3)],
  ])('%s is not compared', (_, before, now) => {
    expect(compareOne(before, now)).toMatchObject({ checks: [], notCompared: [CHECK] });
  });

  test('is told as it stood in both audits', () => {
    expect(compareOne(found(3), failed)).toEqual({
      previousStartedAt: YESTERDAY,
      checks: [
        {
          checkName: CHECK,
          change: 'UNKNOWN',
          before: { outcome: 'NON_COMPLIANT', resources: 3 },
          now: { outcome: 'FAILED', errorCode: 'INSUFFICIENT_PERMISSIONS' },
        },
      ],
      notCompared: [],
      hasUnnamedTrouble: false,
    });
  });
});

describe('the findings of a check', () => {
  test('come, go and stay', () => {
    expect(compareFindings(['a', 'b', 'c'], ['b', 'c', 'd']).checks).toMatchObject([
      {
        change: 'SAME',
        findings: {
          newCount: 1,
          goneCount: 1,
          openCount: 2,
          openSince: YESTERDAY,
          firstNew: ['cert d'],
          firstGone: ['cert a'],
        },
      },
    ]);
  });

  test('are open since the oldest of them', () => {
    const both = new Map([...open(['a'], TODAY), ...open(['b'], YESTERDAY), ...open(['c'], TODAY)]);
    const audit = { reading: reading({ [CHECK]: found(3) }), findings: both };

    expect(compareAudits({ startedAt: TODAY, ...audit }, audit).checks[0]?.findings?.openSince).toBe(YESTERDAY);
  });

  test('are listed up to five, and all counted', () => {
    const { checks } = compareFindings([], ['f', 'e', 'd', 'c', 'b', 'a']);

    expect(checks[0]?.findings).toMatchObject({ newCount: 6, goneCount: 0, openCount: 0 });
    expect(checks[0]?.findings?.firstNew).toEqual(['cert a', 'cert b', 'cert c', 'cert d', 'cert e']);
  });

  test('say what changed where AWS counted no resources', () => {
    const was = open(['a'], YESTERDAY);
    const change = (findings: ReadonlyMap<string, string>) =>
      compareAudits(
        { startedAt: YESTERDAY, reading: reading({ [CHECK]: found(undefined) }), findings: was },
        { reading: reading({ [CHECK]: found(undefined) }), findings },
      ).checks[0]?.change;

    expect([change(open(['a', 'b'], TODAY)), change(open([], TODAY)), change(was)]).toEqual([
      'WORSE',
      'BETTER',
      'SAME',
    ]);
  });

  test('are not compared when the check has no result in both audits, or the findings of one are unknown', () => {
    const findings = open(['a'], YESTERDAY);
    const previous = { startedAt: YESTERDAY, reading: reading({ [CHECK]: found(1) }), findings };

    expect(compareAudits(previous, { reading: reading({ [CHECK]: failed }), findings }).checks[0]?.findings).toBe(
      undefined,
    );
    expect(compareAudits(previous, { reading: reading({ [CHECK]: found(1) }) }).checks[0]?.findings).toBe(undefined);
    expect(compareAudits(previous, { reading: reading({}), findings: new Map() }).checks[0]?.findings).toBe(undefined);
  });
});

describe('an audit', () => {
  test.each<[string, CheckDetails, CheckDetails, boolean]>([
    ['as many resources, which may be others', found(3), found(3), false],
    ['a resource more', found(3), found(4), false],
    ['nothing found either time', good, good, true],
    ['the same failure', failed, failed, true],
    ['another failure', failed, buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED' }), false],
    ['a recovery', found(3), good, false],
    ['a check that is canceled both times', canceled, canceled, true],
    ['a check that cannot be read either time', unreadable, unreadable, false],
    ['an unknown number of resources both times', found(undefined), found(undefined), false],
    ['a check without a result before', failed, found(3), false],
  ])('with %s compared with the one before: is it unchanged? %#', (_, before, now, unchanged) => {
    expect(isUnchanged(compareOne(before, now))).toBe(unchanged);
  });

  test('is unchanged with the same findings, and changed with others, though as many', () => {
    expect(isUnchanged(compareFindings(['a', 'b'], ['b', 'a']))).toBe(true);
    expect(isUnchanged(compareFindings(['a', 'b'], ['a', 'c']))).toBe(false);
    expect(isUnchanged(compareFindings(['a', 'b'], ['c', 'd']))).toBe(false);
  });

  test('goes by the counts where AWS lists no findings', () => {
    const audit = (count: number) => ({ reading: reading({ [CHECK]: found(count) }), findings: new Map() });

    expect(isUnchanged(compareAudits({ startedAt: YESTERDAY, ...audit(3) }, audit(3)))).toBe(true);
    expect(isUnchanged(compareAudits({ startedAt: YESTERDAY, ...audit(3) }, audit(4)))).toBe(false);
  });

  test('is not called unchanged when nothing is known of its checks', () => {
    const statistics = { taskStatistics: { nonCompliantChecks: 1, failedChecks: 0 } };

    expect(isUnchanged(compareOne(undefined, undefined))).toBe(false);
    expect(
      isUnchanged(
        compareAudits(
          { startedAt: YESTERDAY, reading: reading({ [CHECK]: good }) },
          { reading: reading({ [CHECK]: good }, statistics) },
        ),
      ),
    ).toBe(false);
  });

  test.each<[string, CheckDetails | undefined, CheckDetails | undefined, boolean]>([
    ['what was found is compliant', found(3), good, true],
    ['what failed is compliant', failed, good, true],
    ['fewer resources are found', found(3), found(2), false],
    ['the check is gone', found(3), undefined, false],
    ['there was no trouble', good, good, false],
  ])('has recovered when trouble is over: %s', (_, before, now, recovered) => {
    expect(hasRecovered(compareOne(before, now))).toBe(recovered);
  });

  test.each<[string, Details, Partial<AuditAnswer>, boolean]>([
    ['a non-compliant check', { [CHECK]: found(3) }, {}, true],
    ['a failed check', { [CHECK]: failed }, {}, true],
    ['trouble that is only counted', {}, { taskStatistics: { nonCompliantChecks: 1 } }, true],
    ['a failure that is only counted', {}, { taskStatistics: { failedChecks: 1 } }, true],
    ['statistics that lag behind', { [CHECK]: found(3) }, { taskStatistics: { nonCompliantChecks: 0 } }, true],
    ['a canceled check', { [CHECK]: canceled }, {}, false],
    ['nothing', {}, {}, false],
  ])('with %s: had it trouble? %#', (_, details, answer, trouble) => {
    expect(hadTrouble(reading(details, answer))).toBe(trouble);
  });
});
