import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KINDS } from '../../../../lambda/audit/alert/kinds/kinds.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type AuditReading, readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type Comparison, moveLedger, type VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import { type AuditReference, entryAuditName } from '../../../../lambda/audit/ledger/entry.ts';
import type { FindingChanges } from '../../../../lambda/audit/ledger/finding-changes.ts';
import { afterPublishing, afterPublishingState } from '../../../../lambda/audit/ledger/publish.ts';
import type { AuditAlertKind } from '../../../../lambda/audit/watch/alert-kinds.ts';
import { closingKind } from '../../../../lambda/audit/watch/closing.ts';
import { isRepeat } from '../../../../lambda/audit/watch/repeat.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';
import { night } from '../ledger/ledgers.ts';

const CHECKS = ['LOGGING_DISABLED_CHECK', 'CONFLICTING_CLIENT_IDS_CHECK', 'CA_CERTIFICATE_EXPIRING_CHECK'];
const NAMES = ['Nightly', 'Weekly', 'ON_DEMAND'];
const STATES: readonly CheckDetails[] = [
  buildCompliant(),
  buildNonCompliant(),
  buildNonCompliant({ nonCompliantResourcesCount: 8 }),
  buildCompliant({ suppressedNonCompliantResourcesCount: 3 }),
  buildFailed(),
  { checkRunStatus: 'CANCELED' },
];
const UNMOVED: FindingChanges = {
  newCount: 0,
  goneCount: 0,
  suppressedCount: 0,
  openCount: 3,
  firstNew: [],
  firstGone: [],
};

type Details = Readonly<Record<string, CheckDetails>>;

const details: fc.Arbitrary<Details> = fc.dictionary(fc.constantFrom(...CHECKS), fc.constantFrom(...STATES), {
  minKeys: 1,
});
const history = fc.array(
  fc.record({ auditName: fc.constantFrom(...NAMES), day: fc.integer({ min: 1, max: 9 }), details }),
  {
    maxLength: 8,
  },
);

/** A ledger in memory, moved and published to as the functions do with `repeat: changes`. */
class Nights {
  entries: readonly VersionedEntry[] = [];
  #previous: readonly string[] | undefined;

  /** Plays an audit that is polled while it runs, and returns the kinds of the alerts that are sent. */
  play(checks: Details, audit: AuditReference): AuditAlertKind[] {
    const sent: AuditAlertKind[] = [];
    const reading = readAudit({ taskStatus: 'COMPLETED', auditDetails: checks });
    const running = this.#compare(reading, audit).comparison;
    for (const [kind, count] of [
      ['NON_COMPLIANT_DETECTED', reading.counts.nonCompliant],
      ['CHECK_FAILED', reading.counts.failed],
    ] as const) {
      if (!count || isRepeat(KINDS[kind].repeatable, running, {})) continue;
      sent.push(kind);
      this.#publish(kind, reading, audit);
    }
    const { comparison, entries } = this.#compare(reading, audit);
    for (const entry of entries) this.#put(entry);
    this.#previous = audit.auditName === 'Nightly' ? Object.keys(checks) : this.#previous;
    const outbox = Object.fromEntries(
      sent.map((kind) => [kind, { kind, status: 'SENT', poll: 1, registeredAt: audit.startedAt }] as const),
    );
    const wasAlerted = sent.length > 0;
    const closing = closingKind(reading, comparison, { alertWhenCompliant: true, wasAlerted });
    if (closing === undefined || isRepeat(KINDS[closing].repeatable, comparison, outbox)) return sent;
    this.#publish(closing, reading, audit);
    return [...sent, closing];
  }

  #compare(
    reading: AuditReading,
    audit: AuditReference,
  ): { comparison: Comparison; entries: readonly VersionedEntry[] } {
    const findings = new Map(reading.checks.map(({ name }) => [name, UNMOVED]));
    const previousChecks = audit.auditName === 'Nightly' ? this.#previous : undefined;
    return moveLedger(reading, audit, { entries: this.entries, previousChecks, findings });
  }

  #publish(kind: AuditAlertKind, { checks }: AuditReading, audit: AuditReference): void {
    const outcomes = { NON_COMPLIANT_DETECTED: ['NON_COMPLIANT'], CHECK_FAILED: ['FAILED'] }[String(kind)];
    for (const { name: checkName, outcome, details: found } of checks) {
      const before = this.entries.find(
        (entry) => entry.checkName === checkName && entry.auditName === entryAuditName(checkName, audit),
      );
      const isTrouble = outcome === 'NON_COMPLIANT' || outcome === 'FAILED';
      const resources = found.nonCompliantResourcesCount;
      const sentAs = { severity: 'HIGH', sentAs: 'HIGH', auditNames: [audit.auditName] } as const;
      const errorCode = found.errorCode;
      const noted =
        isTrouble && (outcomes ?? [outcome]).includes(outcome)
          ? afterPublishing(before, { checkName, outcome, resources, errorCode, ...sentAs }, audit)
          : undefined;
      const isStated = outcomes === undefined && outcome !== 'COMPLIANT';
      const after = (isStated ? afterPublishingState(noted ?? before, audit) : undefined) ?? noted;
      if (after !== undefined) this.#put({ ...after, version: 1 });
    }
  }

  #put(entry: VersionedEntry): void {
    const isSame = ({ checkName, auditName }: VersionedEntry) =>
      checkName === entry.checkName && auditName === entry.auditName;
    this.entries = [...this.entries.filter((known) => !isSame(known)), entry];
  }
}

test('Whatever happened before, an audit that says again what the one before it said sends nothing', () => {
  fc.assert(
    fc.property(history, details, (before, tonight) => {
      const nights = new Nights();
      before.forEach(({ auditName, day, details: checks }, index) => {
        nights.play(checks, night(day, { taskId: `before-${index}`, auditName }));
      });
      nights.play(tonight, night(20, { auditName: 'Nightly' }));

      const second = nights.play(tonight, night(21, { auditName: 'Nightly' }));
      const third = nights.play(tonight, night(22, { auditName: 'Nightly' }));

      expect([second, third]).toEqual([[], []]);
    }),
    { numRuns: 300 },
  );
});

test('What is held back was said of each check by the last closing message under the same name that had it', () => {
  fc.assert(
    fc.property(history, (played) => {
      const nights = new Nights();
      const said = new Map<string, CheckDetails>();
      played.forEach(({ auditName, details: checks }, index) => {
        const sent = nights.play(checks, night(index + 1, { taskId: `task-${index}`, auditName }));

        for (const [checkName, check] of Object.entries(checks)) {
          if (check.checkRunStatus === 'COMPLETED_COMPLIANT') continue;
          const key = `${auditName}#${checkName}`;
          if (sent.length === 0) expect(said.get(key)).toEqual(check);
          said.set(key, check);
        }
      });
    }),
    { numRuns: 1000 },
  );
});

test('An audit with a check that turned bad after the same night is never held back', () => {
  fc.assert(
    fc.property(details, fc.constantFrom(...CHECKS), (tonight, turned) => {
      const nights = new Nights();
      const good = { ...tonight, [turned]: buildCompliant() };
      nights.play(good, night(1, { auditName: 'Nightly' }));
      nights.play(good, night(2, { auditName: 'Nightly' }));

      const sent = nights.play({ ...good, [turned]: buildNonCompliant() }, night(3, { auditName: 'Nightly' }));

      expect(sent).toContain('NON_COMPLIANT_DETECTED');
      expect(sent.at(-1)).toBe('COMPLETED_WITH_FINDINGS');
    }),
  );
});
