import { expect, test } from '@jest/globals';
import {
  isAttemptDue,
  isUncertain,
  nextAttempt,
  nextAttemptAt,
  type Publishable,
} from '../../../../lambda/audit/watch/publish-attempt.ts';

const NOW = new Date('2026-10-02T02:00:00.000Z');

function after(copies: number): Publishable {
  return { attempt: { id: 'a', copies, at: NOW.toISOString() } };
}

test('An alert without an attempt is due', () => {
  expect(isAttemptDue({}, NOW)).toBe(true);
  expect(isUncertain({})).toBe(false);
});

test('The next attempt counts those before it', () => {
  const first = nextAttempt({}, 'first', NOW);
  const second = nextAttempt({ attempt: first }, 'second', new Date(NOW.getTime() + 600_000));

  expect(first).toEqual({ id: 'first', copies: 1, at: '2026-10-02T02:00:00.000Z' });
  expect(second).toEqual({ id: 'second', copies: 2, at: '2026-10-02T02:10:00.000Z' });
});

test('Each pause is twice the one before, up to a day, and after the last attempt short again', () => {
  const minutes = Array.from({ length: 10 }, (_, n) => (nextAttemptAt(after(n + 1)) - NOW.getTime()) / 60_000);

  expect(minutes).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 10]);
});

test('An alert is due when its pause is over, and uncertain after ten attempts', () => {
  const alert = after(1);

  expect(isAttemptDue(alert, new Date(NOW.getTime() + 599_999))).toBe(false);
  expect(isAttemptDue(alert, new Date(NOW.getTime() + 600_000))).toBe(true);
  expect([9, 10].map((copies) => isUncertain(after(copies)))).toEqual([false, true]);
});
