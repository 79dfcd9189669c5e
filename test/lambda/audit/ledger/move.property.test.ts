import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type AuditReference, type CheckEntry, isLater } from '../../../../lambda/audit/ledger/entry.ts';
import { isResult, standingOf } from '../../../../lambda/audit/ledger/move.ts';
import { completed, Ledger, night } from './ledgers.ts';

const CHECKS = ['A_CHECK', 'CONFLICTING_CLIENT_IDS_CHECK', '__proto__'];
const NAMES = ['NightlyFleetAudit', 'WeeklyAudit', 'ON_DEMAND'];

interface Played {
  readonly audit: AuditReference;
  readonly details: Record<string, CheckDetails>;
  readonly isPublished: boolean;
}

const details: fc.Arbitrary<CheckDetails> = fc.record({
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
  suppressedNonCompliantResourcesCount: fc.option(fc.nat(3), { nil: undefined }),
});

/** Audits of several schedules, some of them started at one moment, in any order of arrival. */
const audits: fc.Arbitrary<readonly Played[]> = fc
  .array(
    fc.record({
      day: fc.integer({ min: 1, max: 9 }),
      auditName: fc.constantFrom(...NAMES),
      details: fc.dictionary(fc.constantFrom(...CHECKS), details),
      isPublished: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((played) =>
    played.map(({ day, auditName, ...audit }, index) => ({
      ...audit,
      audit: night(day, { taskId: `task-${index}`, auditName }),
    })),
  );

/** The audits that concern an entry, in the order of their starts. */
function concerned({ checkName, auditName }: CheckEntry, played: readonly Played[]) {
  return played
    .filter(({ audit, details: checks }) => {
      return Object.hasOwn(checks, checkName) && (auditName === undefined || audit.auditName === auditName);
    })
    .map(({ audit, details: checks }) => ({
      audit,
      outcome: completed(checks).checks.map((check) => ({ name: check.name, ...standingOf(check) })),
    }))
    .map(({ audit, outcome }) => ({ audit, outcome: outcome.find(({ name }) => name === checkName)?.outcome }))
    .toSorted((a, b) => (isLater(a.audit, b.audit) ? 1 : -1));
}

function play(played: readonly Played[]) {
  const ledger = new Ledger();
  const comparisons = played.map(({ audit, details: checks, isPublished }) => {
    const comparison = ledger.move(checks, audit);
    if (isPublished) ledger.publish(Object.keys(checks), audit);
    return comparison;
  });
  return { ledger, comparisons };
}

describe('any audits, in any order of arrival', () => {
  test('leave the result of the latest audit that gave one, and no result as unknown only after it', () => {
    fc.assert(
      fc.property(audits, (played) => {
        const { ledger } = play(played);

        for (const entry of ledger.entries) {
          const all = concerned(entry, played);
          const last = all.findLast(({ outcome }) => isResult(outcome));
          const without = all.findLast(({ outcome }) => !isResult(outcome));
          const isUnknown = without !== undefined && (last === undefined || isLater(without.audit, last.audit));
          expect(entry.result?.audit).toEqual(last?.audit);
          expect(entry.result?.outcome).toBe(last?.outcome);
          expect(entry.unknown?.audit).toEqual(isUnknown ? without.audit : undefined);
        }
      }),
    );
  });

  test('let a check recover or be suppressed only if it is compliant now and trouble was known before', () => {
    fc.assert(
      fc.property(audits, (played) => {
        const changes = play(played).comparisons.flatMap(({ checks }) => checks);
        const ended = changes.filter(({ change }) => change === 'RECOVERED' || change === 'SUPPRESSED');

        for (const { now, before } of ended) {
          expect(now.outcome).toBe('COMPLIANT');
          const hadTrouble =
            before?.result?.outcome === 'NON_COMPLIANT' ||
            before?.unknown?.outcome === 'FAILED' ||
            before?.published !== undefined;
          expect(hadTrouble).toBe(true);
        }
      }),
    );
  });

  test('never make a result older, nor its row shorter while its outcome lasts', () => {
    fc.assert(
      fc.property(audits, (played) => {
        const ledger = new Ledger();
        for (const { audit, details: checks } of played) {
          const before = ledger.entries;
          ledger.move(checks, audit);
          for (const entry of before) {
            const after = ledger.entries.find(
              ({ checkName, auditName }) => checkName === entry.checkName && auditName === entry.auditName,
            );
            if (entry.result === undefined) continue;
            expect(after?.result?.audit === undefined || isLater(entry.result.audit, after.result.audit)).toBe(false);
            if (after?.result?.outcome === entry.result.outcome) {
              expect(after.result.since).toBe(entry.result.since);
            }
          }
        }
      }),
    );
  });
});
