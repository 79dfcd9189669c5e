import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identityOf } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import {
  type Change,
  type ComparedAudit,
  compareAudits,
  hasRecovered,
  isUnchanged,
} from '../../../../lambda/audit/ledger/comparison.ts';
import { buildPolicyFinding } from '../../../builders.ts';

const CHECKS = ['A_CHECK', 'B_CHECK', '__proto__'];
const STARTED = '2026-10-01T02:00:04.000Z';
const MIRROR: Partial<Record<Change, Change>> = { NEW: 'RECOVERED', WORSE: 'BETTER', SAME: 'SAME', BETTER: 'WORSE' };

const details = fc.record({
  checkRunStatus: fc.constantFrom(
    'IN_PROGRESS',
    'WAITING_FOR_DATA_COLLECTION',
    'CANCELED',
    'COMPLETED_COMPLIANT',
    'COMPLETED_NON_COMPLIANT',
    'FAILED',
    'REWINDING',
    undefined,
  ),
  nonCompliantResourcesCount: fc.option(fc.nat(3), { nil: undefined }),
});
const findings = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...CHECKS), fc.constantFrom(...'abcdefgh')), { selector: String })
  .map(
    (keys) =>
      new Map(keys.map(([checkName, name]) => [identityOf(buildPolicyFinding(name, '1', { checkName })), STARTED])),
  );
const audit: fc.Arbitrary<ComparedAudit> = fc.record({
  reading: fc
    .dictionary(fc.constantFrom(...CHECKS), details)
    .map((auditDetails) => readAudit({ taskStatus: 'COMPLETED', auditDetails })),
  findings: fc.option(findings, { nil: undefined }),
});

function compare(previous: ComparedAudit, current: ComparedAudit) {
  return compareAudits({ startedAt: STARTED, ...previous }, current);
}

function outcomes({ reading }: ComparedAudit) {
  return new Map(reading.checks.map(({ name, outcome }) => [name, outcome]));
}

describe('any two audits', () => {
  test('let a check recover only if it is compliant now and had trouble before', () => {
    fc.assert(
      fc.property(audit, audit, (previous, current) => {
        const recovered = compare(previous, current).checks.filter(({ change }) => change === 'RECOVERED');

        expect(recovered.every(({ checkName }) => outcomes(current).get(checkName) === 'COMPLIANT')).toBe(true);
        expect(
          recovered.every(({ checkName }) =>
            ['NON_COMPLIANT', 'FAILED'].includes(String(outcomes(previous).get(checkName))),
          ),
        ).toBe(true);
        expect(hasRecovered(compare(previous, current))).toBe(recovered.length > 0);
      }),
    );
  });

  test('take every check into account once', () => {
    fc.assert(
      fc.property(audit, audit, (previous, current) => {
        const { checks, notCompared } = compare(previous, current);
        const names = [...checks.map(({ checkName }) => checkName), ...notCompared].sort();

        expect(names).toEqual([...new Set([...outcomes(previous).keys(), ...outcomes(current).keys()])].sort());
      }),
    );
  });

  test('say the opposite the other way round', () => {
    fc.assert(
      fc.property(audit, audit, (a, b) => {
        const back = new Map(compare(b, a).checks.map((check) => [check.checkName, check]));
        for (const { checkName, change, before, now, findings: moved } of compare(a, b).checks) {
          const mirror = back.get(checkName);
          if (MIRROR[change] !== undefined) expect(mirror?.change).toBe(MIRROR[change]);
          if (mirror !== undefined) expect([mirror.before, mirror.now]).toEqual([now, before]);
          if (mirror !== undefined && moved !== undefined) {
            expect([mirror.findings?.newCount, mirror.findings?.goneCount]).toEqual([moved.goneCount, moved.newCount]);
          }
        }
        expect(isUnchanged(compare(a, b))).toBe(isUnchanged(compare(b, a)));
      }),
    );
  });

  test('are unchanged only if neither outcomes nor counted findings differ', () => {
    fc.assert(
      fc.property(audit, audit, fc.boolean(), (previous, other, isRepeated) => {
        const current = isRepeated ? { ...other, reading: previous.reading } : other;
        const comparison = compare(previous, current);
        if (!isUnchanged(comparison)) return;

        expect(outcomes(current)).toEqual(outcomes(previous));
        const bad = comparison.checks.filter(({ now }) => now?.outcome === 'NON_COMPLIANT');
        expect(bad.filter(({ findings: moved }) => moved && moved.newCount + moved.goneCount > 0)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
