import { expect, test } from '@jest/globals';
import { watchedOutcome } from '../../../../lambda/audit/watch/end.ts';
import type { Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId } from '../../../builders.ts';

const ended: Watch = {
  ...auditId(),
  execution: 'arn',
  leaseUntil: 0,
  dueAt: 0,
  poll: 2,
  watchedSince: '2026-10-02T02:00:00.000Z',
  endedAt: '2026-10-02T02:41:00.000Z',
  alerts: {},
  expiresAt: 1,
  ledger: 'MOVED',
  taskStatus: 'COMPLETED',
  counts: { total: 2, compliant: 2, nonCompliant: 0, failed: 0 },
};

test.each<[string, Partial<Watch>, string]>([
  ['every check compliant', {}, 'COMPLIANT'],
  ['a non-compliant check', { counts: { total: 2, compliant: 0, nonCompliant: 1, failed: 1 } }, 'WITH_FINDINGS'],
  ['a failed check and no trouble', { counts: { total: 2, compliant: 1, nonCompliant: 0, failed: 1 } }, 'INCOMPLETE'],
  ['a check without a result', { counts: { total: 2, compliant: 1, nonCompliant: 0, canceled: 1 } }, 'INCOMPLETE'],
  ['no check at all', { counts: { total: 0, compliant: 0, nonCompliant: 0 } }, 'INCOMPLETE'],
  ['unknown counts', { counts: undefined }, 'INCOMPLETE'],
  ['the status FAILED', { taskStatus: 'FAILED' }, 'FAILED'],
  ['the status CANCELED', { taskStatus: 'CANCELED' }, 'CANCELED'],
  ['no end that was seen', { endedAt: undefined, gaveUpAt: '2026-10-03T02:00:00.000Z' }, 'GAVE_UP'],
  ['no end yet', { endedAt: undefined }, 'RUNNING'],
])('An audit with %s comes out as it should', (_, overrides, outcome) => {
  expect(watchedOutcome({ ...ended, ...overrides })).toBe(outcome);
});
