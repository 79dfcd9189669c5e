import { describe, expect, test } from '@jest/globals';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import type { AuditReading } from '../../../../lambda/audit/answer/reading.ts';
import { isComplete, isUnchanged, moveLedger, wasPublished } from '../../../../lambda/audit/ledger/comparison.ts';
import type { CheckEntry } from '../../../../lambda/audit/ledger/entry.ts';
import type { FindingChanges } from '../../../../lambda/audit/ledger/finding-changes.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';
import { completed, Ledger, night } from './ledgers.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const OTHER = 'LOGGING_DISABLED_CHECK';
const unchangedFindings: FindingChanges = {
  newCount: 0,
  goneCount: 0,
  suppressedCount: 0,
  openCount: 3,
  firstNew: [],
  firstGone: [],
};

const good = buildCompliant();
const bad = buildNonCompliant();
const failed = buildFailed();
const canceled: CheckDetails = { checkRunStatus: 'CANCELED' };

/** The comparison of a second night with the first. */
function compare(first: CheckDetails, second: CheckDetails, findings: FindingChanges | undefined) {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: first }, night(1));
  const known = findings === undefined ? {} : { findings: new Map([[CHECK, findings]]) };
  return ledger.move({ [CHECK]: second }, night(2), known);
}

describe('an audit', () => {
  test.each<[string, CheckDetails, CheckDetails, FindingChanges | undefined, boolean]>([
    ['the same findings', bad, bad, unchangedFindings, true],
    ['findings that could not be read', bad, bad, undefined, false],
    ['another finding in place of one', bad, bad, { ...unchangedFindings, newCount: 1, goneCount: 1 }, false],
    ['a finding that is suppressed', bad, bad, { ...unchangedFindings, suppressedCount: 1 }, false],
    ['more resources', bad, buildNonCompliant({ nonCompliantResourcesCount: 4 }), unchangedFindings, false],
    ['a compliant check again', good, good, undefined, true],
    ['the same failure', failed, failed, undefined, true],
    ['another failure', failed, buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED' }), undefined, false],
    ['a canceled check again', canceled, canceled, undefined, true],
    ['a result after none', canceled, good, undefined, false],
    ['a recovery', bad, good, undefined, false],
  ])('with %s', (_, first, second, findings, expected) => {
    expect(isUnchanged(compare(first, second, findings))).toBe(expected);
  });

  test('that counts trouble without naming it is not unchanged', () => {
    const counted = completed({ [CHECK]: good }, { taskStatistics: { totalChecks: 2, nonCompliantChecks: 1 } });
    const { comparison } = moveLedger(counted, night(1), { entries: [] });

    expect(comparison.hasUnnamedTrouble).toBe(true);
    expect(isUnchanged(comparison)).toBe(false);
  });

  test.each<[string, Partial<AuditAnswer>]>([
    ['more checks than it names', { taskStatistics: { totalChecks: 5, compliantChecks: 1 } }],
    ['more checks and all of them compliant', { taskStatistics: { totalChecks: 4, compliantChecks: 4 } }],
    ['fewer compliant checks than it names', { taskStatistics: { totalChecks: 1, canceledChecks: 1 } }],
  ])('that counts %s is not unchanged', (_, answer) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: good }, night(1));

    const { comparison } = moveLedger(completed({ [CHECK]: good }, answer), night(2), { entries: ledger.entries });

    expect(comparison.checks[0]?.change).toBe('SAME');
    expect(isUnchanged(comparison)).toBe(false);
  });

  test.each<[string, CheckDetails, CheckDetails, string]>([
    ['open trouble', bad, good, 'UNKNOWN'],
    ['findings that are suppressed now', bad, buildCompliant({ suppressedNonCompliantResourcesCount: 4 }), 'UNKNOWN'],
    ['a failure', failed, good, 'UNKNOWN'],
    ['none', good, good, 'SAME'],
  ])('that names every check, and less trouble than it counts, ends no trouble: %s', (_, first, second, change) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: first }, night(1));
    const taskStatistics = { totalChecks: 2, nonCompliantChecks: 1, compliantChecks: 1 };
    const reading = completed({ [CHECK]: second, [OTHER]: good }, { taskStatistics });

    const { comparison, entries } = moveLedger(reading, night(2), { entries: ledger.entries });

    expect(comparison.checks[0]?.change).toBe(change);
    expect(entries[0]?.result?.outcome).toBe(ledger.entry(CHECK)?.result?.outcome);
  });

  test('without checks is not unchanged', () => {
    expect(isUnchanged(moveLedger(completed({}), night(1), { entries: [] }).comparison)).toBe(false);
  });

  test('drops the checks with open trouble that the previous audit of its schedule had', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad, [OTHER]: good }, night(1));

    const dropped = ledger.move({ [OTHER]: good }, night(2), { previousChecks: [CHECK, OTHER, 'NEVER_AUDITED_CHECK'] });
    const complete = ledger.move({ [CHECK]: bad }, night(3), { previousChecks: [CHECK] });

    expect(dropped.dropped).toMatchObject([{ checkName: CHECK, result: { outcome: 'NON_COMPLIANT' } }]);
    expect(isUnchanged(dropped)).toBe(false);
    expect(complete.dropped).toEqual([]);
  });

  test.each<[string, AuditReading]>([
    ['AWS counts more checks than it names', completed({ [OTHER]: good }, { taskStatistics: { totalChecks: 2 } })],
    ['AWS names no check', completed({}, { auditDetails: undefined })],
    ['the audit failed', completed({ [OTHER]: good }, { taskStatus: 'FAILED' })],
  ])('drops no check if %s: what is open is missing', (_, reading) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad, [OTHER]: good }, night(1));

    const { comparison } = moveLedger(reading, night(2), {
      entries: ledger.entries,
      previousChecks: [CHECK, OTHER],
    });

    expect(comparison.dropped).toEqual([]);
    expect(comparison.missing).toMatchObject([{ checkName: CHECK }]);
    expect(isUnchanged(comparison)).toBe(false);
  });

  test('misses a check whose trouble it published while it ran and that is gone from its answer', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: good }, night(1));
    ledger.publish([CHECK], night(2));

    const comparison = ledger.move({ [OTHER]: good }, night(2));

    expect(comparison.missing).toMatchObject([{ checkName: CHECK }]);
  });

  test('misses a check that an alert about the run was held back for and that is gone from its answer', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad }, night(1));

    const comparison = ledger.move({ [OTHER]: good }, night(2), { previousChecks: [CHECK], heldChecks: [CHECK] });

    expect(comparison).toMatchObject({ dropped: [], missing: [{ checkName: CHECK }] });
  });
});

describe('what other audits left open or unknown', () => {
  const WINDOWED = 'CONFLICTING_CLIENT_IDS_CHECK';
  const weekly = (day: number) => night(day, { taskId: `weekly-${day}`, auditName: 'Weekly' });
  const namesOf = (entries: readonly CheckEntry[]) => entries.map(({ checkName, auditName }) => [checkName, auditName]);

  test.each<[string, CheckDetails[], boolean]>([
    ['is open', [bad], true],
    ['was open and has no result since', [bad, canceled], true],
    ['failed', [failed], true],
    ['was compliant and has no result since', [good, canceled], true],
    ['is compliant', [good], false],
    ['is compliant again', [bad, good], false],
    ['is suppressed', [buildCompliant({ suppressedNonCompliantResourcesCount: 2 })], false],
  ])('goes with a comparison without the check: one that %s', (_, details, expected) => {
    const ledger = new Ledger();
    details.forEach((one, index) => {
      ledger.move({ [CHECK]: one }, weekly(1 + index));
    });

    const { elsewhere } = ledger.move({ [OTHER]: good }, night(5));

    expect(namesOf(elsewhere)).toEqual(expected ? [[CHECK, undefined]] : []);
    for (const entry of elsewhere) expect(entry).not.toHaveProperty('version');
  });

  test('leaves out what the audit itself has, drops or misses', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad, [OTHER]: bad }, night(1));

    expect(ledger.move({ [CHECK]: bad }, night(2), { previousChecks: [CHECK, OTHER] })).toMatchObject({
      dropped: [{ checkName: OTHER }],
      elsewhere: [],
    });
    expect(ledger.move({ [CHECK]: bad }, night(3), { heldChecks: [OTHER] })).toMatchObject({
      missing: [{ checkName: OTHER }],
      elsewhere: [],
    });
  });

  test('has a check that is known per audit name under the other names only', () => {
    const ledger = new Ledger();
    ledger.move({ [WINDOWED]: bad }, night(1));
    ledger.move({ [WINDOWED]: bad }, weekly(2));

    const { elsewhere } = ledger.move({ [WINDOWED]: good }, night(3));

    expect(namesOf(elsewhere)).toEqual([[WINDOWED, 'Weekly']]);
  });

  test.each<[string, string, string, boolean]>([
    ['a monthly schedule had', WINDOWED, '2026-12-04T00:00:00.000Z', true],
    ['no schedule has had for longer than a month', WINDOWED, '2026-12-06T00:00:00.000Z', false],
    ['an audit had at an unreadable time', WINDOWED, 'once upon a time', true],
    ['no audit has had for half a year, known for the whole account', CHECK, '2027-05-01T00:00:00.000Z', true],
  ])(
    'are elsewhere as long as a schedule may still say something of them: one that %s',
    (_, name, startedAt, isThere) => {
      const ledger = new Ledger();
      const deleted = { auditName: 'Renamed', startedAt: '2026-10-31T00:00:00.000Z' };
      ledger.move({ [name]: bad }, night(1, deleted));

      const { elsewhere } = ledger.move({ [OTHER]: good }, night(2, { startedAt }));

      expect(elsewhere.map(({ checkName }) => checkName)).toEqual(isThere ? [name] : []);
    },
  );

  test('without anything that can be read are elsewhere in no audit', () => {
    const entries = [{ checkName: WINDOWED, auditName: 'Renamed', version: 1 }];

    expect(moveLedger(completed({ [OTHER]: good }), night(2), { entries }).comparison.elsewhere).toEqual([]);
  });

  test('is no change of the audit', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad }, weekly(1));
    ledger.move({ [OTHER]: good }, night(2));

    expect(isUnchanged(ledger.move({ [OTHER]: good }, night(3)))).toBe(true);
  });
});

describe('what an audit says', () => {
  test.each<[string, CheckDetails]>([
    ['a compliant check', good],
    ['published trouble', bad],
  ])('was published before: %s', (_, details) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: details }, night(1));
    ledger.publish([CHECK], night(1));

    expect(wasPublished(ledger.move({ [CHECK]: details }, night(2)))).toBe(true);
  });

  test.each<[string, CheckDetails]>([
    ['trouble', bad],
    ['a failure', failed],
    ['a missing result', canceled],
  ])('was not published before under its name: %s', (_, details) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: details }, night(1));
    ledger.publish([CHECK], night(1, { auditName: 'WeeklyAudit' }));

    expect(wasPublished(ledger.move({ [CHECK]: details }, night(2)))).toBe(false);
  });

  test('was published before: a missing result under its name', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: canceled }, night(1));
    ledger.entries = ledger.entries.map((entry) =>
      entry.unknown === undefined
        ? entry
        : { ...entry, unknown: { ...entry.unknown, publishedBy: [night(1).auditName] } },
    );

    expect(wasPublished(ledger.move({ [CHECK]: canceled }, night(2)))).toBe(true);
  });
});

describe('an audit is complete', () => {
  test.each<[string, boolean, ReturnType<typeof completed>]>([
    ['when every check has a result', true, completed({ [CHECK]: good, [OTHER]: bad })],
    ['not when one was canceled', false, completed({ [CHECK]: good, [OTHER]: canceled })],
    ['not when one failed', false, completed({ [CHECK]: failed })],
    ['not without a check', false, completed({}, { taskStatistics: { totalChecks: 0 } })],
    ['not without details and counts', false, completed({})],
    ['not when AWS counts more checks', false, completed({ [CHECK]: good }, { taskStatistics: { totalChecks: 2 } })],
    ['by its counts alone', true, completed({}, { taskStatistics: { totalChecks: 2, compliantChecks: 2 } })],
  ])('%s', (_, expected, reading) => {
    expect(isComplete(reading)).toBe(expected);
  });
});
