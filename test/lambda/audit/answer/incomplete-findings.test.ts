import { expect, test } from '@jest/globals';
import { incompleteChecks } from '../../../../lambda/audit/answer/incomplete-findings.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import type { FindingTotals } from '../../../../lambda/audit/answer/worst-resources.ts';
import { buildCompliant, buildNonCompliant } from '../../../builders.ts';

const three = buildNonCompliant({ nonCompliantResourcesCount: 3 });

test.each<[string, number | undefined, number, boolean]>([
  ['as many open findings as are counted', 3, 0, false],
  ['several findings of one resource', 5, 0, false],
  ['findings that are suppressed by now', 1, 2, false],
  ['fewer findings than are counted', 2, 0, true],
  ['no finding at all', undefined, 0, true],
])('A list with %s', (_, open, suppressed, expected) => {
  const reading = readAudit({ auditDetails: { A_CHECK: three, B_CHECK: buildCompliant() } });
  const totals: Record<string, FindingTotals> = open === undefined ? {} : { A_CHECK: { open, suppressed } };

  expect(incompleteChecks(reading, totals)).toEqual(expected ? ['A_CHECK'] : []);
});

test('A check that does not say how many resources it counts lacks nothing', () => {
  const reading = readAudit({ auditDetails: { constructor: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' } } });

  expect(incompleteChecks(reading, {})).toEqual([]);
});
