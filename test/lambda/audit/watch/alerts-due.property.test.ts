import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditAnswer } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { moveLedger } from '../../../../lambda/audit/ledger/comparison.ts';
import type { AlertSlot } from '../../../../lambda/audit/watch/alert-kinds.ts';
import { alertsDue } from '../../../../lambda/audit/watch/alerts-due.ts';
import { closingKind } from '../../../../lambda/audit/watch/closing.ts';
import { isEnded } from '../../../../lambda/audit/watch/end.ts';
import { announcedBy } from '../../../../lambda/audit/watch/repeat.ts';
import { type AlertOutbox, pendingSlots, type RegisteredAlert } from '../../../../lambda/audit/watch/watch.ts';
import { night } from '../ledger/ledgers.ts';

const count = fc.option(fc.nat({ max: 20 }), { nil: undefined });
const checkStatus = fc.constantFrom(
  'IN_PROGRESS',
  'WAITING_FOR_DATA_COLLECTION',
  'CANCELED',
  'COMPLETED_COMPLIANT',
  'COMPLETED_NON_COMPLIANT',
  'FAILED',
  'NEW_STATUS',
  undefined,
);
const answer: fc.Arbitrary<AuditAnswer> = fc.record(
  {
    taskStatus: fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELED', 'NEW_STATUS', undefined),
    taskStatistics: fc.record({ nonCompliantChecks: count, failedChecks: count }, { requiredKeys: [] }),
    auditDetails: fc.dictionary(fc.string(), fc.record({ checkRunStatus: checkStatus }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);
/** At each step the audit gives an answer, and publishing what is pending works or does not. */
const watch = fc.array(fc.record({ answer, publishWorks: fc.boolean() }), { minLength: 1, maxLength: 30 });

describe('Over any sequence of answers', () => {
  test.each([true, false])(
    'at most three alerts, no alert lost or repeated, and a closing one after any other (alertWhenCompliant %s)',
    (alertWhenCompliant) => {
      fc.assert(
        fc.property(watch, (steps) => {
          const published: AlertSlot[] = [];
          let outbox: AlertOutbox = {};
          let troubleSeen = false;
          let ended = false;

          for (const [index, step] of steps.entries()) {
            const reading = readAudit(step.answer);
            ended = isEnded(reading);
            const due = ended ? [] : alertsDue(reading, outbox, false);
            outbox = { ...outbox, ...Object.fromEntries(due.map(({ slot, kind }) => [slot, pending(kind, index)])) };
            if (ended) {
              const { comparison } = moveLedger(reading, night(1), { entries: [] });
              const wasAlerted = announcedBy(outbox).length > 0;
              const kind = closingKind(reading, comparison, { alertWhenCompliant, wasAlerted });
              if (kind !== undefined) outbox = { ...outbox, TERMINAL: pending(kind, index) };
            }
            if (step.publishWorks) {
              published.push(...pendingSlots(outbox));
              outbox = markAllSent(outbox);
            }
            troubleSeen ||= (reading.counts.nonCompliant ?? 0) > 0 || (reading.counts.failed ?? 0) > 0;
            if (ended) break;
          }
          published.push(...pendingSlots(outbox)); // the retries and the sweep go on until it works

          expect(new Set(published).size).toBe(published.length);
          expect(published.length).toBeLessThanOrEqual(3);
          if (troubleSeen) expect(published.length).toBeGreaterThan(0);
          if (ended && published.length > 0) expect(published).toContain('TERMINAL');
          expect([...published].sort()).toEqual(Object.keys(outbox).sort());
        }),
      );
    },
  );
});

function pending(kind: RegisteredAlert['kind'], poll: number): RegisteredAlert {
  return { kind, status: 'PENDING', poll, registeredAt: '2026-10-02T02:00:00.000Z' };
}

function markAllSent(outbox: AlertOutbox): AlertOutbox {
  return Object.fromEntries(Object.entries(outbox).map(([slot, alert]) => [slot, { ...alert, status: 'SENT' }]));
}
