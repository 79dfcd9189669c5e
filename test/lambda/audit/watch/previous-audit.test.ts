import { describe, expect, it, test } from '@jest/globals';
import { auditStartOf, referenceOf } from '../../../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId } from '../../../builders.ts';

const watch: Watch = {
  ...auditId('before'),
  execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:before',
  leaseUntil: 0,
  dueAt: 0,
  poll: 3,
  watchedSince: '2026-10-01T02:00:05.000Z',
  auditStartTime: '2026-10-01T02:00:04.000Z',
  alerts: {},
  expiresAt: 0,
};

describe('the start of an audit', () => {
  it('is what AWS gave', () => {
    expect(auditStartOf(watch)).toBe('2026-10-01T02:00:04.000Z');
  });

  it('is the start of its watch if AWS gave no start', () => {
    expect(auditStartOf({ ...watch, auditStartTime: undefined })).toBe('2026-10-01T02:00:05.000Z');
  });
});

test('A watched audit is referred to by its task id, name and start', () => {
  expect(referenceOf(watch, 'NightlyFleetAudit')).toEqual({
    taskId: 'before',
    auditName: 'NightlyFleetAudit',
    startedAt: '2026-10-01T02:00:04.000Z',
  });
});
