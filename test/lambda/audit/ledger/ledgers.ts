import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import {
  type AuditMove,
  type Comparison,
  type KnownBefore,
  moveLedger,
  type VersionedEntry,
} from '../../../../lambda/audit/ledger/comparison.ts';
import type { AuditReference } from '../../../../lambda/audit/ledger/entry.ts';
import { afterPublishingState } from '../../../../lambda/audit/ledger/publish.ts';

/** An audit of the night of a day in October 2026. */
export function night(day: number, overrides: Partial<AuditReference> = {}): AuditReference {
  return {
    taskId: `night-${day}`,
    auditName: 'NightlyFleetAudit',
    startedAt: `2026-10-${String(day).padStart(2, '0')}T02:00:04.000Z`,
    ...overrides,
  };
}

/** A reading of a completed audit with these checks. */
export function completed(auditDetails: Record<string, CheckDetails>, answer: Partial<AuditAnswer> = {}) {
  return readAudit({ taskStatus: 'COMPLETED', auditDetails, ...answer });
}

/** Plays audits one after the other through a ledger in memory. */
export class Ledger {
  entries: readonly VersionedEntry[] = [];

  /** Moves the ledger by one audit, and returns the comparison. */
  move(
    details: Record<string, CheckDetails>,
    audit: AuditReference,
    known: Omit<KnownBefore, 'entries'> = {},
  ): Comparison {
    const moved = moveLedger(completed(details), audit, { ...known, entries: this.entries });
    this.#write(moved);
    return moved.comparison;
  }

  /** Notes that the trouble of these checks was published by an audit, in its closing message if it has moved the ledger. */
  publish(checkNames: readonly string[], audit: AuditReference): void {
    this.entries = this.entries.map((entry) =>
      checkNames.includes(entry.checkName)
        ? {
            ...entry,
            ...afterPublishingState(entry, audit),
            published: {
              outcome: 'NON_COMPLIANT',
              severity: 'HIGH',
              sentAs: 'HIGH',
              auditNames: [audit.auditName],
              audit,
            },
          }
        : entry,
    );
  }

  entry(checkName: string): VersionedEntry | undefined {
    return this.entries.find((entry) => entry.checkName === checkName);
  }

  #write({ entries }: AuditMove): void {
    const isWritten = (entry: VersionedEntry) =>
      entries.some((written) => written.checkName === entry.checkName && written.auditName === entry.auditName);
    this.entries = [
      ...this.entries.filter((entry) => !isWritten(entry)),
      ...entries.map((entry) => ({ ...entry, version: entry.version + 1 })),
    ];
  }
}
