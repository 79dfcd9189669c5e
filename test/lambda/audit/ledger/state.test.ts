import { describe, expect, test } from '@jest/globals';
import type { AuditReference, CheckEntry, KnownResult } from '../../../../lambda/audit/ledger/entry.ts';
import { knownState } from '../../../../lambda/audit/ledger/state.ts';

const audit = (day: number): AuditReference => ({
  taskId: `night-${day}`,
  auditName: 'Nightly',
  startedAt: `2026-10-0${day}T02:00:00.000Z`,
});
const result = (day: number, outcome: KnownResult['outcome'], more: Partial<KnownResult> = {}): KnownResult => ({
  outcome,
  since: audit(1).startedAt,
  audit: audit(day),
  ...more,
});
const unknown = (day: number) => ({ outcome: 'FAILED', since: audit(day).startedAt, audit: audit(day) }) as const;
const published = (day: number, outcome: 'NON_COMPLIANT' | 'FAILED') =>
  ({ outcome, severity: 'HIGH', sentAs: 'HIGH', auditNames: ['Nightly'], audit: audit(day) }) as const;

describe('The state of a check', () => {
  test.each<[string, Omit<CheckEntry, 'checkName'>, string, number]>([
    ['a compliant result', { result: result(2, 'COMPLIANT') }, 'COMPLIANT', 1],
    ['a compliant result that hides findings', { result: result(2, 'COMPLIANT', { suppressed: 3 }) }, 'SUPPRESSED', 1],
    ['a non-compliant result', { result: result(2, 'NON_COMPLIANT') }, 'NON_COMPLIANT', 1],
    ['no result since a compliant one', { result: result(2, 'COMPLIANT'), unknown: unknown(3) }, 'UNKNOWN', 3],
    ['no result since a non-compliant one', { result: result(2, 'NON_COMPLIANT'), unknown: unknown(3) }, 'UNKNOWN', 3],
    ['no result ever', { unknown: unknown(3) }, 'UNKNOWN', 3],
    [
      'trouble of an audit that runs',
      { result: result(2, 'COMPLIANT'), published: published(3, 'NON_COMPLIANT') },
      'NON_COMPLIANT',
      3,
    ],
    ['trouble of the first audit, which runs', { published: published(3, 'NON_COMPLIANT') }, 'NON_COMPLIANT', 3],
    [
      'trouble that an audit confirms',
      { result: result(2, 'NON_COMPLIANT'), published: published(3, 'NON_COMPLIANT') },
      'NON_COMPLIANT',
      1,
    ],
    [
      'a failure in an audit that runs',
      { result: result(2, 'COMPLIANT'), published: published(3, 'FAILED') },
      'UNKNOWN',
      3,
    ],
    [
      'trouble of before the last result',
      { result: result(4, 'COMPLIANT'), published: published(3, 'NON_COMPLIANT') },
      'COMPLIANT',
      1,
    ],
  ])('with %s', (_, entry, state, sinceDay) => {
    expect(knownState({ checkName: 'A_CHECK', ...entry })).toMatchObject({ state, since: audit(sinceDay).startedAt });
  });

  test('is unknown when nothing that was stored can be read', () => {
    expect(knownState({ checkName: 'A_CHECK' })).toEqual({ state: 'UNKNOWN' });
  });

  test('names the latest audit that had the check', () => {
    const states = [
      knownState({ checkName: 'A_CHECK', result: result(2, 'COMPLIANT'), unknown: unknown(3) }),
      knownState({ checkName: 'A_CHECK', result: result(4, 'COMPLIANT'), unknown: unknown(3) }),
    ];

    expect(states.map((state) => state.audit?.taskId)).toEqual(['night-3', 'night-4']);
  });
});
