import { expect, test } from '@jest/globals';
import { fixesOf } from '../../../cli/report/read/fixes.ts';

type State = 'NON_COMPLIANT' | 'UNKNOWN' | 'SUPPRESSED' | 'COMPLIANT';

const DAY_SECONDS = 86_400;

/** The times for which a check was open that had these states, each from the midnight of a day of November on. */
function fixes(...states: readonly (readonly [number, State])[]) {
  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const periods = states.map(([day, state], index) => {
    const next = states[index + 1];
    return { state, from: at(day), until: next && at(next[0]) };
  });
  const period = { since: at(1), until: at(20) };
  return fixesOf([{ checkName: 'LOGGING_DISABLED_CHECK', periods }], period).listed.map(({ from, seconds, end }) => [
    Number(from.slice(8, 10)),
    seconds / DAY_SECONDS,
    end,
  ]);
}

test.each<[string, ReturnType<typeof fixes>, ReturnType<typeof fixes>]>([
  ['until it was compliant', fixes([2, 'NON_COMPLIANT'], [5, 'COMPLIANT']), [[2, 3, 'COMPLIANT']]],
  [
    'through audits without a result, until it was compliant',
    fixes([2, 'NON_COMPLIANT'], [5, 'UNKNOWN'], [9, 'COMPLIANT']),
    [[2, 7, 'COMPLIANT']],
  ],
  [
    'through audits without a result, and still is',
    fixes([2, 'NON_COMPLIANT'], [5, 'UNKNOWN'], [9, 'NON_COMPLIANT'], [11, 'UNKNOWN'], [12, 'NON_COMPLIANT']),
    [[2, 18, undefined]],
  ],
  [
    'through audits without a result, until its findings were suppressed',
    fixes([2, 'NON_COMPLIANT'], [5, 'UNKNOWN'], [9, 'NON_COMPLIANT'], [12, 'SUPPRESSED']),
    [[2, 10, 'SUPPRESSED']],
  ],
  [
    'until there was no result, as long as none has followed',
    fixes([2, 'NON_COMPLIANT'], [5, 'UNKNOWN']),
    [[2, 3, 'UNKNOWN']],
  ],
  [
    'twice, if it was compliant in between',
    fixes(
      [2, 'NON_COMPLIANT'],
      [3, 'UNKNOWN'],
      [4, 'COMPLIANT'],
      [5, 'UNKNOWN'],
      [6, 'NON_COMPLIANT'],
      [8, 'COMPLIANT'],
    ),
    [
      [6, 2, 'COMPLIANT'],
      [2, 2, 'COMPLIANT'],
    ],
  ],
])('a check counts as non-compliant %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});
