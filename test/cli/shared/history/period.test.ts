import { describe, expect, test } from '@jest/globals';
import { duration, moment } from '../../../../cli/shared/history/period.ts';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');

describe('A moment', () => {
  test.each([
    ['30m', '2026-11-23T11:30:00.000Z'],
    ['12h', '2026-11-23T00:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
    ['2w', '2026-11-09T12:00:00.000Z'],
    ['2026-10-02', '2026-10-02T00:00:00.000Z'],
    ['2026-10-02T02:00:00Z', '2026-10-02T02:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(moment(text)(NOW)).toBe(expected);
  });

  test.each([
    ...['', '7', 'd', '0d', '-1d', '999999d', '1y', 'yesterday'],
    ...['2026-13-40', '2026-02-31', '2026-02-31T02:00:00Z', '2026-10-02 02:00'],
  ])('is not "%s"', (text) => {
    expect(() => moment(text)).toThrow('Allowed: how long ago, as in 12h, 7d, 4w');
  });
});

test.each(['7', '0h', 'x'])('A duration is not "%s"', (text) => {
  expect(() => duration(text)).toThrow('Allowed: minutes, hours, days or weeks');
});
