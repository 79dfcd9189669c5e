import { describe, expect, test } from '@jest/globals';
import {
  type CheckMark,
  changeSince,
  markFor,
  markOf,
  marksOf,
  newlySuppressedSince,
} from '../../../../lambda/audit/ledger/check-mark.ts';
import type { CheckEntry, KnownResult } from '../../../../lambda/audit/ledger/entry.ts';
import { night } from './ledgers.ts';

const CHECK = 'LOGGING_DISABLED_CHECK';
const [MONDAY, TUESDAY] = ['2026-10-05T02:00:00.000Z', '2026-10-06T02:00:00.000Z'];

const result = (overrides: Partial<KnownResult>): KnownResult => ({
  outcome: 'COMPLIANT',
  since: MONDAY,
  audit: night(5),
  ...overrides,
});

function mark(overrides: Partial<CheckMark>): CheckMark {
  return { checkName: CHECK, state: 'COMPLIANT', ...overrides };
}

const bad = (resources?: number, since = MONDAY) =>
  mark({ state: 'NON_COMPLIANT', since, outcome: 'NON_COMPLIANT', outcomeSince: since, resources });
const good = (since = MONDAY, suppressed = 0) =>
  mark({ state: suppressed === 0 ? 'COMPLIANT' : 'SUPPRESSED', outcome: 'COMPLIANT', outcomeSince: since, suppressed });
const unknown = (last: Partial<CheckMark> = {}) => mark({ ...last, state: 'UNKNOWN', since: TUESDAY });

describe('the mark of a check', () => {
  test('keeps the state, the last result and the latest audit', () => {
    const entry: CheckEntry = {
      checkName: CHECK,
      auditName: 'Nightly',
      result: result({ outcome: 'NON_COMPLIANT', resources: 3, suppressed: 1, since: MONDAY }),
    };

    expect(markOf(entry)).toEqual({
      checkName: CHECK,
      auditName: 'Nightly',
      state: 'NON_COMPLIANT',
      since: MONDAY,
      taskId: 'night-5',
      outcome: 'NON_COMPLIANT',
      outcomeSince: MONDAY,
      resources: 3,
      suppressed: 1,
    });
  });

  test('counts the resources of trouble that a running audit has published', () => {
    const audit = night(6, { taskId: 'running', startedAt: TUESDAY });
    const published = {
      outcome: 'NON_COMPLIANT',
      resources: 7,
      severity: 'LOW',
      sentAs: 'LOW',
      auditNames: [],
      audit,
    } as const;

    const now = markOf({ checkName: CHECK, result: result({ outcome: 'COMPLIANT', since: MONDAY }), published });

    expect(now).toMatchObject({ state: 'NON_COMPLIANT', since: TUESDAY, taskId: 'running', resources: 7 });
  });

  test('stands while the entry cannot be read', () => {
    const unreadable = { checkName: CHECK };

    expect(marksOf([unreadable], [bad(2)])).toEqual([bad(2)]);
    expect(marksOf([unreadable], [])).toEqual([]);
    expect(marksOf([{ checkName: CHECK, result: result({ since: MONDAY }) }], [])).toHaveLength(1);
  });

  test('is that of the audit name where the check is known per audit name', () => {
    const [nightly, weekly] = [mark({ auditName: 'Nightly' }), mark({ auditName: 'Weekly' })];

    expect(markFor(weekly, [nightly, weekly])).toBe(weekly);
    expect(markFor(mark({}), [nightly, weekly])).toBeUndefined();
  });
});

describe('what changed in a check since its mark', () => {
  test.each<[string, CheckMark | undefined, CheckMark, string]>([
    ['open, and never seen before', undefined, bad(1), 'FIRST'],
    ['open, and without any result before', unknown(), bad(1), 'FIRST'],
    ['open, and compliant before', good(), bad(1, TUESDAY), 'NEW'],
    ['open again after it was compliant in between', bad(1), bad(1, TUESDAY), 'NEW'],
    ['open with as many resources', bad(2), bad(2), 'SAME'],
    ['open with more', bad(2), bad(3), 'WORSE'],
    ['open with fewer', bad(2), bad(1), 'BETTER'],
    ['open, and nobody knows how many there were', bad(), bad(3), 'SAME'],
    ['open, and nobody knows how many there are', bad(3), bad(), 'SAME'],
    ['open as before, after a time without a result', unknown(bad(2)), bad(2), 'SAME'],
    ['open, after a time without a result and compliant before that', unknown(good()), bad(2, TUESDAY), 'NEW'],
    ['compliant, and never seen before', undefined, good(), 'FIRST'],
    ['compliant as before', good(), good(), 'SAME'],
    ['compliant, and open before', bad(2), good(TUESDAY), 'RECOVERED'],
    ['compliant, and without a result, but never open before', unknown(good()), good(), 'KNOWN_AGAIN'],
    ['compliant, and without any result before', unknown(), good(), 'KNOWN_AGAIN'],
    ['compliant, and open before a time without a result', unknown(bad(2)), good(TUESDAY), 'RECOVERED'],
    ['compliant, without a result before, and open in between', unknown(good()), good(TUESDAY), 'RECOVERED'],
    ['suppressed, and without a result, but never open before', unknown(good()), good(MONDAY, 2), 'KNOWN_AGAIN'],
    ['compliant, and open in between', good(MONDAY), good(TUESDAY), 'RECOVERED'],
    ['suppressed, and open before', bad(2), good(TUESDAY, 2), 'SUPPRESSED'],
    ['suppressed, and nobody knows how many there were', bad(), good(TUESDAY, 1), 'SUPPRESSED'],
    ['suppressed in part, the rest fixed', bad(3), good(TUESDAY, 1), 'RECOVERED'],
    ['suppressed as before', good(MONDAY, 2), good(MONDAY, 2), 'SAME'],
    ['without a result', bad(2), unknown(bad(2)), 'UNKNOWN'],
  ])('%s', (_, before, now, expected) => {
    expect(changeSince(before, now)).toBe(expected);
  });

  test('is what is suppressed now and was not before', () => {
    expect(newlySuppressedSince(good(MONDAY, 1), good(MONDAY, 3))).toBe(2);
    expect(newlySuppressedSince(good(MONDAY, 3), good(MONDAY, 1))).toBe(0);
    expect(newlySuppressedSince(bad(1), mark({}))).toBe(0);
  });
});
