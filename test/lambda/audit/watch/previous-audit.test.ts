import { describe, expect, it } from '@jest/globals';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { asPreviousAudit, auditStartOf } from '../../../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId, buildSnapshot } from '../../../builders.ts';

const watch: Watch = {
  ...auditId('before'),
  execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:before',
  leaseUntil: 0,
  turn: 3,
  watchedSince: '2026-10-01T02:00:05.000Z',
  auditStartTime: '2026-10-01T02:00:04.000Z',
  alerts: {},
  expiresAt: 0,
};

describe('the start of an audit', () => {
  it('is what AWS gave', () => {
    expect(auditStartOf(watch)).toBe('2026-10-01T02:00:04.000Z');
  });

  it('is the start of its watch where AWS gave none', () => {
    expect(auditStartOf({ ...watch, auditStartTime: undefined })).toBe('2026-10-01T02:00:05.000Z');
  });
});

describe('an earlier audit', () => {
  it('takes part in a comparison with its last look and its findings', () => {
    const snapshot = buildSnapshot();
    const findings = new Map([['a', '2026-09-01T00:00:00.000Z']]);

    expect(asPreviousAudit({ watch, snapshot }, findings)).toEqual({
      startedAt: '2026-10-01T02:00:04.000Z',
      reading: readAudit(snapshot.answer),
      findings,
    });
  });
});
