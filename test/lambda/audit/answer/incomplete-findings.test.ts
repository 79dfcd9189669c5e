import { expect, test } from '@jest/globals';
import { incompleteChecks } from '../../../../lambda/audit/answer/incomplete-findings.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { buildCompliant, buildNonCompliant } from '../../../builders.ts';

test.each<[string, number, boolean]>([
  ['as many resources as are counted', 3, false],
  ['more resources than are counted', 5, false],
  ['fewer resources than are counted', 2, true],
  ['no finding at all', 0, true],
])('A list with findings of %s', (_, resources, expected) => {
  const details = { A_CHECK: buildNonCompliant({ nonCompliantResourcesCount: 3 }), B_CHECK: buildCompliant() };
  const listed = (name: string) => (name === 'A_CHECK' ? resources : 0);

  const incomplete = incompleteChecks(readAudit({ auditDetails: details }), listed);

  expect(incomplete).toEqual(expected ? ['A_CHECK'] : []);
});

test('A check that does not say how many resources it counts lacks nothing', () => {
  const reading = readAudit({ auditDetails: { constructor: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' } } });

  expect(incompleteChecks(reading, () => 0)).toEqual([]);
});
