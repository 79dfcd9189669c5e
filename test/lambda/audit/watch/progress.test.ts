import { describe, expect, it } from '@jest/globals';
import { progressMark, readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { progressOf, runTimeOf } from '../../../../lambda/audit/watch/progress.ts';
import type { Watch } from '../../../../lambda/audit/watch/watch.ts';
import { auditId, buildAnswer, buildSnapshot } from '../../../builders.ts';

const answer = buildAnswer({ taskStartTime: '2026-10-02T02:00:00.000Z' });
const snapshot = buildSnapshot({ capturedAt: '2026-10-02T02:10:00.000Z', answer });
const reading = readAudit(answer);
const watch: Watch = {
  ...auditId('a'),
  execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:a',
  leaseUntil: 0,
  dueAt: 0,
  poll: 1,
  watchedSince: '2026-10-02T02:01:00.000Z',
  lastPolledAt: '2026-10-02T02:08:00.000Z',
  alerts: {},
  expiresAt: 0,
};

describe('the progress of an audit', () => {
  it('is remembered with its moment when something changed', () => {
    expect(progressOf(watch, snapshot, reading)).toEqual({
      elapsedSeconds: 600,
      elapsedBefore: 480,
      secondsSinceChange: 0,
      remember: { progress: progressMark(reading), changedAt: '2026-10-02T02:10:00.000Z' },
    });
  });

  it('leaves the moment of the last change when nothing changed', () => {
    const seen = { ...watch, progress: progressMark(reading), changedAt: '2026-10-02T02:03:00.000Z' };

    expect(progressOf(seen, snapshot, reading)).toMatchObject({ secondsSinceChange: 420, remember: {} });
    expect(progressOf({ ...seen, changedAt: undefined }, snapshot, reading).secondsSinceChange).toBe(0);
  });

  it('counts from the start of the audit where that of the watch is no moment, and the other way round', () => {
    const garbled = { ...snapshot, answer: { ...answer, taskStartTime: 'yesterday' } };

    expect(progressOf({ ...watch, watchedSince: '' }, snapshot, reading).elapsedSeconds).toBe(600);
    expect(progressOf(watch, garbled, reading).elapsedSeconds).toBe(540);
  });

  it('counts from the watch where it began earlier, or where the start is unknown', () => {
    const nameless = { ...snapshot, answer: { ...answer, taskStartTime: undefined } };

    expect(progressOf(watch, nameless, reading).elapsedSeconds).toBe(540);
    expect(progressOf({ ...watch, watchedSince: '2026-10-02T01:00:00.000Z' }, snapshot, reading).elapsedSeconds).toBe(
      4200,
    );
  });

  it('changes with the state of a check and with the resources that were counted', () => {
    const more = { ...answer.auditDetails, MORE_CHECK: { totalResourcesCount: 5 } };

    expect(progressMark(readAudit({}))).toBe('?/?/?/?/?/?/?:0');
    expect(progressMark(readAudit({ ...answer, auditDetails: more }))).not.toBe(progressMark(reading));
  });
});

describe('how an audit went', () => {
  const course = { checksEndedAt: [120, 540], nonCompliantAt: 540 };

  it('is between the last two polls', () => {
    expect(runTimeOf(progressOf(watch, snapshot, reading), course)).toEqual({ atLeast: 480, atMost: 600, ...course });
  });

  it('may be no time at all when the first poll saw its end', () => {
    const progress = progressOf({ ...watch, lastPolledAt: undefined }, snapshot, reading);

    expect(runTimeOf(progress, course)).toEqual({ atLeast: 0, atMost: 600, ...course });
  });
});
