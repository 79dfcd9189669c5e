import { describe, expect, test } from '@jest/globals';
import { periodsOf } from '../../../cli/history/periods.ts';
import { sparkline } from '../../../cli/history/sparkline.ts';
import type { CheckStanding } from '../../../lambda/audit/ledger/move.ts';
import type { StoredChange } from '../../../lambda/aws/table/history-table.ts';

const day = (number: number) => `2026-10-0${number}T02:00:00.000Z`;
const change = (number: number, outcome: CheckStanding['outcome'], more: Partial<StoredChange> = {}): StoredChange => ({
  taskId: `night-${number}`,
  auditName: 'Nightly',
  startedAt: day(number),
  change: 'NEW',
  now: { outcome },
  ...more,
});

describe('The periods of a check', () => {
  test('last until the next change of its state, and an audit without a result interrupts them', () => {
    const changes = [
      change(1, 'COMPLIANT'),
      change(2, 'NON_COMPLIANT'),
      change(3, 'NON_COMPLIANT'),
      change(4, 'CANCELED'),
      change(5, 'NON_COMPLIANT'),
    ];

    expect(periodsOf(changes, undefined)).toEqual([
      { state: 'COMPLIANT', from: day(1), until: day(2) },
      { state: 'NON_COMPLIANT', from: day(2), until: day(4) },
      { state: 'UNKNOWN', from: day(4), until: day(5) },
      { state: 'NON_COMPLIANT', from: day(5) },
    ]);
  });

  test('are one, when nothing changed in the time that is asked for', () => {
    const audit = { taskId: 'night-9', auditName: 'Nightly', startedAt: day(9) };
    const result = { outcome: 'COMPLIANT', since: day(1), audit } as const;

    expect(periodsOf([], { checkName: 'A_CHECK', result })).toEqual([{ state: 'COMPLIANT', from: day(1) }]);
  });

  test('tell what is suppressed from what is compliant', () => {
    const suppressed = change(2, 'COMPLIANT', { now: { outcome: 'COMPLIANT', suppressed: 3 } });

    expect(periodsOf([change(1, 'NON_COMPLIANT'), suppressed], undefined).at(-1)?.state).toBe('SUPPRESSED');
  });
});

describe('A sparkline', () => {
  test('has the highest number of each slice, and a mark of its own for unknown', () => {
    const levels = [
      { at: 10, resources: 0 },
      { at: 20, resources: 8 },
      { at: 25, resources: 4 },
      { at: 30 },
      { at: 40, resources: 1 },
    ];

    expect(sparkline(levels, 0, 50, 5)).toBe(' ▁█?▂');
  });

  test('is flat where nothing was ever wrong', () => {
    expect(sparkline([{ at: 0, resources: 0 }], 0, 10, 3)).toBe('▁▁▁');
  });
});
