import { describe, expect, test } from '@jest/globals';
import { DIGEST_ALL_WELL } from '../../../cli/preview/example-digests.ts';
import type { CheckMark } from '../../../lambda/audit/ledger/check-mark.ts';
import {
  afterSending,
  afterUncertain,
  firstRecord,
  isDigestDue,
  type PendingDigest,
} from '../../../lambda/digest/record.ts';

const [MONDAY, TUESDAY, WEDNESDAY] = [5, 6, 7].map((day) => `2026-10-0${day}T06:00:00.000Z`) as [
  string,
  string,
  string,
];
const MARK: CheckMark = { checkName: 'LOGGING_DISABLED_CHECK', state: 'COMPLIANT' };
const PENDING: PendingDigest = {
  periodEnd: TUESDAY,
  writtenAt: '2026-10-06T06:01:00.000Z',
  marks: [MARK],
  message: DIGEST_ALL_WELL,
};
const FIRST = firstRecord([], new Date('2026-10-05T12:00:00.000Z'));

describe('a digest is due', () => {
  test('for a period that ended since digests began, and for none before', () => {
    expect(isDigestDue(FIRST, MONDAY)).toBe(false);
    expect(isDigestDue(FIRST, TUESDAY)).toBe(true);
  });

  test('once, also while it waits to be sent; then for the next period, which takes its place', () => {
    const waiting = { ...FIRST, pending: PENDING };

    expect(isDigestDue(waiting, TUESDAY)).toBe(false);
    expect(isDigestDue(waiting, WEDNESDAY)).toBe(true);
    expect(isDigestDue(afterSending(PENDING), TUESDAY)).toBe(false);
    expect(isDigestDue(afterSending(PENDING), WEDNESDAY)).toBe(true);
  });
});

describe('the next digest', () => {
  test('begins where the one that was sent ended', () => {
    expect(afterSending(PENDING)).toEqual({ since: PENDING.writtenAt, doneUntil: TUESDAY, marks: [MARK] });
  });

  test('covers the time of one of which nobody knows whether it was sent', () => {
    expect(afterUncertain({ ...FIRST, pending: PENDING }, PENDING)).toEqual({ ...FIRST, doneUntil: TUESDAY });
  });
});
