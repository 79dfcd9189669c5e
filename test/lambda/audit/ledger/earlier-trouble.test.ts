import { describe, expect, test } from '@jest/globals';
import type { CheckDetails, Snapshot } from '../../../../lambda/audit/answer/aws-answers.ts';
import { uniteTrouble } from '../../../../lambda/audit/ledger/earlier-trouble.ts';

const bad = { checkRunStatus: 'COMPLETED_NON_COMPLIANT', nonCompliantResourcesCount: 2 };
const ok = { checkRunStatus: 'COMPLETED_COMPLIANT' };
const failed = { checkRunStatus: 'FAILED' };

function look(turn: number, auditDetails?: Record<string, CheckDetails>): Snapshot {
  return { turn, capturedAt: `2026-10-02T02:00:0${turn}.000Z`, answer: { auditDetails } };
}

describe('uniteTrouble', () => {
  test('is nothing without looks', () => {
    expect(uniteTrouble([])).toBeUndefined();
  });

  test('is the last look, with all that was in trouble in any of them', () => {
    expect(uniteTrouble([look(1, { A: bad, B: ok }), look(2, { A: ok, B: failed, C: ok })])).toEqual(
      look(2, { A: bad, B: failed, C: ok }),
    );
  });

  test('can do with looks that named no checks', () => {
    expect(uniteTrouble([look(1, { A: bad }), look(2)])).toEqual(look(2, { A: bad }));
  });
});
