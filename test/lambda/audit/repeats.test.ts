import { describe, expect, test } from '@jest/globals';
import { compareAudits } from '../../../lambda/audit/comparison.ts';
import { readAudit } from '../../../lambda/audit/reading.ts';
import { saysNothingNew } from '../../../lambda/audit/repeats.ts';
import type { CheckDetails } from '../../../lambda/audit/snapshot.ts';

const bad = (nonCompliantResourcesCount: number) => ({
  checkRunStatus: 'COMPLETED_NON_COMPLIANT',
  nonCompliantResourcesCount,
});
const ok = { checkRunStatus: 'COMPLETED_COMPLIANT', nonCompliantResourcesCount: 0 };
const failed = { checkRunStatus: 'FAILED', errorCode: 'INSUFFICIENT_PERMISSIONS' };
const running = { checkRunStatus: 'IN_PROGRESS' };

type Kind = Parameters<typeof saysNothingNew>[0]['kind'];

function isOld(kind: Kind, before: Record<string, CheckDetails>, now: Record<string, CheckDetails>): boolean {
  const reading = (auditDetails: Record<string, CheckDetails>) => readAudit({ taskStatus: 'COMPLETED', auditDetails });
  const comparison = compareAudits(
    { startedAt: '2026-10-01T02:00:00.000Z', reading: reading(before) },
    { reading: reading(now) },
  );
  return saysNothingNew({ kind, comparison });
}

describe('saysNothingNew', () => {
  test('is false when there is nothing to compare with', () => {
    expect(saysNothingNew({ kind: 'COMPLETED_WITH_FINDINGS' })).toBe(false);
    expect(saysNothingNew({ kind: 'COMPLETED_WITH_FINDINGS', comparison: { first: true } })).toBe(false);
  });

  test('of a closing message is true when every check stands as before', () => {
    expect(isOld('COMPLETED_WITH_FINDINGS', { A: bad(2), B: ok }, { A: bad(2), B: ok })).toBe(true);
    expect(isOld('COMPLETED_WITH_FINDINGS', { A: bad(2) }, { A: bad(3) })).toBe(false);
    expect(isOld('COMPLETED_WITH_FINDINGS', { A: bad(2), B: bad(1) }, { A: bad(2), B: ok })).toBe(false);
  });

  test.each([
    [{ A: bad(2) }, { A: bad(2), B: running }, true],
    [{ A: bad(3) }, { A: bad(2) }, true],
    [{ A: bad(1) }, { A: bad(2) }, false],
    [{ A: ok }, { A: bad(2) }, false],
    [{ A: bad(2), B: ok }, { A: bad(2), B: bad(1) }, false],
    [{ B: ok }, { A: bad(2), B: ok }, false],
    [{ A: bad(2) }, { A: ok }, false],
  ])('of a first non-compliant check, before %j, now %j, is %s', (before, now, old) => {
    expect(isOld('NON_COMPLIANT_DETECTED', before, now)).toBe(old);
  });

  test.each([
    [{ A: failed }, { A: failed }, true],
    [{ A: ok }, { A: failed }, false],
    [{ A: failed, B: ok }, { A: failed, B: failed }, false],
  ])('of a first failed check, before %j, now %j, is %s', (before, now, old) => {
    expect(isOld('CHECK_FAILED', before, now)).toBe(old);
  });

  test.each(['AUDIT_NOT_COMPLETED', 'RECOVERED', 'COMPLETED_COMPLIANT', 'WATCHER_GAVE_UP'] as const)(
    'is never true of %s',
    (kind) => {
      expect(isOld(kind, { A: bad(2) }, { A: bad(2) })).toBe(false);
    },
  );
});
