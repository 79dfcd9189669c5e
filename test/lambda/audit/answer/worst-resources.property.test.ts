import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkInfo } from '../../../../lambda/audit/answer/check-catalogue.ts';
import type { Finding } from '../../../../lambda/audit/answer/finding.ts';
import { SEVERITIES } from '../../../../lambda/audit/answer/severity.ts';
import { WorstResources } from '../../../../lambda/audit/answer/worst-resources.ts';
import { buildPolicyFinding } from '../../../builders.ts';

const finding: fc.Arbitrary<Finding> = fc
  .record({
    checkName: fc.constantFrom(
      'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
      'LOGGING_DISABLED_CHECK',
      'NEW_CHECK',
      '__proto__',
      'constructor',
      'CONFLICTING_CLIENT_IDS_CHECK',
    ),
    severity: fc.constantFrom(...SEVERITIES, undefined),
    suppressed: fc.boolean(),
    since: fc.constantFrom('2026-09-30T02:00:04.000Z', '2026-10-02T02:00:04.000Z', undefined),
    name: fc.constantFrom(...'abcdefghijklmnop'),
  })
  .map(({ name, ...overrides }) => buildPolicyFinding(name, '1', overrides));
const findings = fc.array(finding, { maxLength: 150 });

function collect(given: readonly Finding[]) {
  const collector = new WorstResources();
  for (const one of given) collector.add(one);
  return collector.result();
}

/** Slow and plain: group, sort everything, take the first. */
function bruteForce(given: readonly Finding[]): Finding[] {
  const open = given.filter(({ suppressed }) => !suppressed);
  const groups = [...new Set(open.map(({ checkName }) => checkName))].map((checkName) => {
    const all = open.filter((one) => one.checkName === checkName);
    const given = Math.max(...all.map(({ severity }) => (severity === undefined ? -1 : SEVERITIES.indexOf(severity))));
    const usual = SEVERITIES.indexOf(checkInfo(checkName).severity);
    return { checkName, all, severity: given === -1 ? usual : given };
  });
  groups.sort((a, b) => b.severity - a.severity || b.all.length - a.all.length || (a.checkName < b.checkName ? -1 : 1));
  return groups.flatMap(({ all }) => all.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, 5)).slice(0, 20);
}

/** Text that sorts like the findings of a check do. */
function rank({ checkName, severity, since, resource }: Finding): string {
  const age = since === undefined ? 0 : since.startsWith('2026-10') ? 1 : 2;
  return `${9 - SEVERITIES.indexOf(severity ?? checkInfo(checkName).severity)} ${age} ${resource}`;
}

function shown({ checkName, severity, since, resource }: Finding): string {
  return JSON.stringify([checkName, severity ?? checkInfo(checkName).severity, since ?? null, resource]);
}

describe('the worst of any findings', () => {
  test('are those that sorting all of them gives', () => {
    fc.assert(
      fc.property(findings, (given) => {
        expect(collect(given).worst.map(shown)).toEqual(bruteForce(given).map(shown));
      }),
    );
  });

  test('do not depend on the order in which they come', () => {
    fc.assert(
      fc.property(findings, (given) => {
        expect(collect(given.toReversed()).worst.map(shown)).toEqual(collect(given).worst.map(shown));
        expect(collect(given.toReversed()).totals).toEqual(collect(given).totals);
      }),
    );
  });

  test('are few, and every finding is counted', () => {
    fc.assert(
      fc.property(findings, (given) => {
        const { worst, totals } = collect(given);
        const counted = Object.values(totals).reduce((sum, { open, suppressed }) => sum + open + suppressed, 0);

        expect(worst.length).toBeLessThanOrEqual(20);
        expect(counted).toBe(given.length);
      }),
    );
  });
});
