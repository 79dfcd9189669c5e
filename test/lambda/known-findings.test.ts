import { expect, test } from '@jest/globals';
import { CollectedFindings } from '../../lambda/known-findings.ts';
import { buildFinding } from '../builders.ts';

test('Collected findings count resources, and findings once there are too many to remember', () => {
  const collected = new CollectedFindings();
  const add = (reasonCode: string) => collected.add(buildFinding({ checkName: 'A_CHECK', reasonCode }));
  add('FIRST');
  add('SECOND');
  const few = [collected.resources('A_CHECK'), collected.resources('B_CHECK')];

  for (let n = 0; n < 60_000; n += 1) add(`REASON_${n}`);

  expect(few).toEqual([1, 0]);
  expect(collected.of('A_CHECK')).toBeUndefined();
  expect([collected.resources('A_CHECK'), collected.resources('B_CHECK')]).toEqual([60_002, 0]);
});
