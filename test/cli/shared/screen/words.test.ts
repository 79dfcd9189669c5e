import { expect, test } from '@jest/globals';
import { ageText, dayText, minuteText, nameText, numberText } from '../../../../cli/shared/screen/words.ts';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');

test.each([
  ['2026-11-23T11:59:30.000Z', '0 min'],
  ['2026-11-23T11:20:00.000Z', '40 min'],
  ['2026-11-23T07:00:00.000Z', '5 h'],
  ['2026-11-11T12:00:00.000Z', '12 d'],
  ['2026-11-24T12:00:00.000Z', '?'],
  ['yesterday', '?'],
  [undefined, '?'],
])('The age of %s is %s', (since, age) => {
  expect(ageText(since, NOW)).toBe(age);
});

test('What is unknown has a mark of its own, which is neither zero nor empty', () => {
  expect([dayText(undefined), minuteText('soon'), nameText(''), numberText(undefined), numberText(0)]).toEqual([
    '?',
    '?',
    '?',
    '?',
    '0',
  ]);
});
