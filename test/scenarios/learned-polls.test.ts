import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call } from '../../local/services/service.ts';
import { answer, at, ScenarioStack } from './scenario-stack.ts';

const ENDS_AT = 1200;
/** An audit of twenty minutes, whose start AWS does not give: it began with its watch. */
const steps = [
  at(0, { ...answer('IN_PROGRESS'), taskStartTime: undefined }),
  at(300, { ...answer('IN_PROGRESS', { A: 'ok' }), taskStartTime: undefined }),
  at(720, { ...answer('IN_PROGRESS', { A: 'ok', B: 'ok' }), taskStartTime: undefined }),
  at(ENDS_AT, { ...answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }), taskStartTime: undefined }),
];

let stack: ScenarioStack;

beforeAll(async () => {
  stack = await ScenarioStack.start({ MOST_LEARNED_POLLS: '700', PATIENCE_SECONDS: '0.5' });
});

afterAll(async () => {
  await stack.close();
});

/** Watches that audit, and returns the moments of its polls, in seconds, and the calls that they took. */
async function watchOne() {
  const calls: string[] = [];
  const polls: number[] = [];
  const onCall = ({ operation }: Call, secondsIn: number) => {
    calls.push(operation);
    if (operation === 'DescribeAuditTask') polls.push(secondsIn);
    return undefined;
  };
  const { watch } = await stack.run({ steps, onCall });
  return { watch, polls, calls };
}

describe('The fourth of four audits that take as long', () => {
  test('is polled often when it is expected to end, and no poll makes another call', async () => {
    const first = await watchOne();
    await watchOne();
    await watchOne();

    const fourth = await watchOne();

    const closeTo = (polls: readonly number[]) => polls.filter((seconds) => seconds > ENDS_AT - 60).length;
    const gap = (polls: readonly number[]) => (polls.at(-1) ?? 0) - (polls.at(-2) ?? 0);
    expect(closeTo(first.polls)).toBe(3);
    expect(gap(first.polls)).toBeGreaterThan(30);
    expect(closeTo(fourth.polls)).toBeGreaterThan(6);
    expect(gap(fourth.polls)).toBeLessThan(12);
    expect(first.calls).toEqual(expect.arrayContaining([...new Set(fourth.calls)]));
    expect(fourth.calls.length / fourth.polls.length).toBeLessThanOrEqual(first.calls.length / first.polls.length);
  });

  test('leaves what it learned, and what it saw, with its watch', async () => {
    const { watch, polls } = await watchOne();

    expect(watch.usual).toMatchObject({ audits: 4, end: { chance: 1 } });
    expect(Math.abs((watch.usual?.end.medianSeconds ?? 0) - ENDS_AT)).toBeLessThan(30);
    expect(watch.usual?.milestones).toHaveLength(3);
    expect(watch.ran?.checksEndedAt).toHaveLength(3);
    expect(watch.ran?.atLeast).toBeLessThan(ENDS_AT);
    expect(watch.ran?.atMost).toBeGreaterThanOrEqual(ENDS_AT);
    expect(watch.polls?.learned).toBeGreaterThan(0);
    expect(watch.polls?.learned).toBeLessThan(polls.length);
  });
});
