import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../../lambda/audit/answer/finding.ts';
import { WorstResources } from '../../../../lambda/audit/answer/worst-resources.ts';
import { buildCertificateFinding, buildPolicyFinding } from '../../../builders.ts';

const OLD = '2026-09-30T02:00:04.000Z';

function collect(findings: readonly Finding[]) {
  const collector = new WorstResources();
  for (const finding of findings) collector.add(finding);
  const { worst, totals } = collector.result();
  return { worst: worst.map(({ resource }) => resource), totals };
}

describe('the worst resources', () => {
  test('are empty without findings', () => {
    expect(collect([])).toEqual({ worst: [], totals: {} });
  });

  test('begin with the worst check, in it with the new ones', () => {
    expect(
      collect([
        buildCertificateFinding('c2'),
        buildCertificateFinding('c1', { since: OLD }),
        buildPolicyFinding('B', '1', { since: OLD }),
        buildPolicyFinding('C', '1'),
        buildPolicyFinding('A', '1', { since: OLD }),
      ]).worst,
    ).toEqual(['policy C v1', 'policy A v1', 'policy B v1', 'cert c2', 'cert c1']);
  });

  test('go by the severity that AWS gave them, not by the usual one of the check', () => {
    expect(
      collect([
        buildPolicyFinding('A', '1', { severity: 'LOW' }),
        buildCertificateFinding('c1', { severity: undefined }),
      ]).worst,
    ).toEqual(['cert c1', 'policy A v1']);
  });

  test('put the more severe first within a check, whatever its age', () => {
    expect(
      collect([
        buildPolicyFinding('A', '1', { severity: 'LOW' }),
        buildPolicyFinding('B', '1', { severity: 'HIGH', since: OLD }),
      ]).worst,
    ).toEqual(['policy B v1', 'policy A v1']);
  });

  test('are five per check and twenty in all, of any number', () => {
    const checks = ['A_CHECK', 'B_CHECK', 'C_CHECK', 'D_CHECK', 'E_CHECK', 'F_CHECK'];
    const { worst, totals } = collect(
      checks.flatMap((checkName) =>
        Array.from({ length: 9 }, (_, index) => buildPolicyFinding(`${checkName}-${index}`, '1', { checkName })),
      ),
    );

    expect(worst).toHaveLength(20);
    expect(worst.slice(4, 6)).toEqual(['policy A_CHECK-4 v1', 'policy B_CHECK-0 v1']);
    expect(totals.F_CHECK).toEqual({ open: 9, suppressed: 0, severity: 'CRITICAL' });
  });

  test('leave out the suppressed ones, but count them apart', () => {
    expect(collect([buildPolicyFinding('A', '1', { suppressed: true, severity: 'HIGH' })])).toEqual({
      worst: [],
      totals: { IOT_POLICY_OVERLY_PERMISSIVE_CHECK: { open: 0, suppressed: 1, severity: undefined } },
    });
  });

  test('take a finding of unknown age as new', () => {
    expect(collect([buildPolicyFinding('A', '1'), buildPolicyFinding('B', '1', { since: undefined })]).worst).toEqual([
      'policy B v1',
      'policy A v1',
    ]);
  });

  test('hold the same finding as often as AWS lists it', () => {
    const { worst, totals } = collect(Array.from({ length: 7 }, () => buildPolicyFinding('A', '1')));

    expect(worst).toEqual(Array.from({ length: 5 }, () => 'policy A v1'));
    expect(totals.IOT_POLICY_OVERLY_PERMISSIVE_CHECK?.open).toBe(7);
  });

  test('leave out checks beyond the hundredth', () => {
    const { totals } = collect(
      Array.from({ length: 200 }, (_, index) => buildPolicyFinding('A', '1', { checkName: `CHECK_${index}` })),
    );

    expect(Object.keys(totals)).toHaveLength(100);
  });
});
