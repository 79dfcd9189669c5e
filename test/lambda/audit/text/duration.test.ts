import { describe, expect, test } from '@jest/globals';
import { durationText, secondsBetween } from '../../../../lambda/audit/text/duration.ts';

describe('a duration', () => {
  test.each([
    [0, '0 s'],
    [45.4, '45 s'],
    [60, '1 min'],
    [2493, '42 min'],
    [7_199, '120 min'],
    [7_200, '2 h'],
    [9_000, '2.5 h'],
    [21_617, '6 h'],
    [86_400, '24 h'],
    [172_000, '48 h'],
    [172_800, '2 days'],
  ])('of %s seconds is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test.each([undefined, -1, Number.NaN, Number.POSITIVE_INFINITY])('of %s seconds is unknown', (seconds) => {
    expect(durationText(seconds)).toBeUndefined();
  });
});

describe('the time between two moments', () => {
  test('is in seconds', () => {
    expect(secondsBetween('2026-10-02T02:00:00Z', '2026-10-02T03:00:00.500Z')).toBe(3600.5);
  });

  test.each([
    ['2026-10-02T02:00:00Z', undefined],
    [undefined, '2026-10-02T02:00:00Z'],
    ['2026-10-02T02:00:01Z', '2026-10-02T02:00:00Z'],
  ])('from %s to %s is unknown', (from, to) => {
    expect(secondsBetween(from, to)).toBeUndefined();
  });
});
