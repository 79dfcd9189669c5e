import { describe, expect, test } from '@jest/globals';
import { saysNothingNew } from '../../../../lambda/audit/alert/message.ts';
import { type Finding, identityOf } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { compareAudits } from '../../../../lambda/audit/ledger/comparison.ts';

const YESTERDAY = '2026-10-01T02:00:00.000Z';

/** An audit whose one check found these policies, which AWS counted like that. */
function audit(policies: readonly string[], count = policies.length) {
  const details = { checkRunStatus: 'COMPLETED_NON_COMPLIANT', nonCompliantResourcesCount: count };
  const found = policies.map((policyName): [string, string] => {
    const identifier = { policyVersionIdentifier: { policyName } };
    return [identityOf({ checkName: 'A', identifier } satisfies Pick<Finding, 'checkName' | 'identifier'>), YESTERDAY];
  });
  return { reading: readAudit({ taskStatus: 'COMPLETED', auditDetails: { A: details } }), findings: new Map(found) };
}

type Audit = Omit<ReturnType<typeof audit>, 'findings'> & { findings?: ReadonlyMap<string, string> };

function isOld(
  before: Audit,
  now: Audit,
  kind: Parameters<typeof saysNothingNew>[0]['kind'] = 'COMPLETED_WITH_FINDINGS',
) {
  return saysNothingNew({ kind, comparison: compareAudits({ startedAt: YESTERDAY, ...before }, now) });
}

describe('saysNothingNew', () => {
  test('is false when there is nothing to compare with', () => {
    expect(saysNothingNew({ kind: 'COMPLETED_WITH_FINDINGS' })).toBe(false);
    expect(saysNothingNew({ kind: 'COMPLETED_WITH_FINDINGS', comparison: { first: true } })).toBe(false);
  });

  test('is true of the same findings, and false of any other', () => {
    expect(isOld(audit(['a', 'b']), audit(['b', 'a']))).toBe(true);
    expect(isOld(audit(['a', 'b']), audit(['a', 'c']))).toBe(false);
    expect(isOld(audit(['a']), audit(['a', 'b']))).toBe(false);
  });

  test('is false when findings could not be read: equal counts may hide another resource', () => {
    expect(isOld({ reading: audit(['a']).reading }, { reading: audit(['a']).reading })).toBe(false);
  });

  test('is false when the count grew and the list lags behind', () => {
    expect(isOld(audit(['a'], 1), audit(['a'], 5))).toBe(false);
  });

  test.each(['NON_COMPLIANT_DETECTED', 'CHECK_FAILED', 'AUDIT_NOT_COMPLETED', 'RECOVERED', 'WATCHER_GAVE_UP'] as const)(
    'is never true of %s',
    (kind) => {
      expect(isOld(audit(['a']), audit(['a']), kind)).toBe(false);
    },
  );
});
