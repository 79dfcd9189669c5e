import type { AlertInput } from '../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../lambda/audit/alert/message.ts';
import { announcementOf } from '../../lambda/audit/alert/published-checks.ts';
import type { Snapshot } from '../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { type Comparison, moveLedger } from '../../lambda/audit/ledger/comparison.ts';
import { ALERT_SLOTS, type AlertSlot } from '../../lambda/audit/watch/alert-kinds.ts';
import { alertsDue } from '../../lambda/audit/watch/alerts-due.ts';
import { closingKind } from '../../lambda/audit/watch/closing.ts';
import { announcedBy } from '../../lambda/audit/watch/repeat.ts';
import type { AlertOutbox } from '../../lambda/audit/watch/watch.ts';
import { ALERT_KIND } from '../../lambda/contract.ts';
import { auditRow } from '../audits/read.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import { type StoredAudit, storedAudit } from '../shared/history/stored-audit.ts';
import type { ReplayDocument } from './schema.ts';

type Replay = DocumentOf<ReplayDocument>;
type Replayed = Replay['alerts'][number];

/** What this version would publish about an audit, beside what was published. @throws CommandError if it is not recorded */
export async function readReplay(history: History, taskId: string): Promise<Replay> {
  const audit = await storedAudit(history, taskId);
  const comparison = (await history.ledger.storedMove({ ...history.place, taskId }))?.move?.comparison;
  const outbox = audit.watch.late ? {} : outboxOf(audit, comparison);
  return {
    audit: auditRow(audit.watch),
    alerts: ALERT_SLOTS.map((slot) => ({
      slot,
      recorded: recordedIn(audit, slot),
      today: todayIn(audit, comparison, outbox, slot),
    })).filter(({ recorded, today }) => recorded !== undefined || today !== undefined),
    unreadableItems: history.unreadableItems(),
  };
}

/** The alerts that today's decisions register, poll by poll. Being stuck and giving up depend on the clock: as they were. */
function outboxOf({ watch, snapshots, reading }: StoredAudit, comparison: Comparison | undefined): AlertOutbox {
  const { AUDIT_STUCK, WATCHER_GAVE_UP, TERMINAL } = watch.alerts;
  let outbox: AlertOutbox = { AUDIT_STUCK, WATCHER_GAVE_UP };
  const isEnded = watch.ledger !== undefined;
  for (const { poll, answer, capturedAt: registeredAt } of isEnded ? snapshots.slice(0, -1) : snapshots) {
    for (const { slot, kind } of alertsDue(readAudit(answer), outbox, false)) {
      outbox = { ...outbox, [slot]: { kind, status: 'PENDING', poll, registeredAt } };
    }
  }
  const last = snapshots.at(-1);
  if (!isEnded || last === undefined || comparison === undefined) return outbox;
  const kind = closingKind(reading, comparison, {
    alertWhenCompliant: TERMINAL?.kind === ALERT_KIND.completedCompliant,
    wasAlerted: announcedBy(outbox).length > 0,
  });
  if (kind === undefined) return outbox;
  return { ...outbox, TERMINAL: { kind, status: 'PENDING', poll: last.poll, registeredAt: last.capturedAt } };
}

function recordedIn({ watch }: StoredAudit, slot: AlertSlot): Replayed['recorded'] {
  const alert = watch.alerts[slot];
  if (alert === undefined) return undefined;
  const { kind, status, poll, settledAt, registeredAt } = alert;
  return { kind, status, poll, at: settledAt ?? registeredAt };
}

function todayIn(
  audit: StoredAudit,
  comparison: Comparison | undefined,
  outbox: AlertOutbox,
  slot: AlertSlot,
): Replayed['today'] {
  const alert = outbox[slot];
  if (alert === undefined) return undefined;
  const { kind, poll, gaveUp, stuck } = alert;
  const snapshot = audit.snapshots.find((one) => one.poll === poll);
  const { account: accountId, region, taskId } = audit.watch;
  const input: AlertInput = { kind, slot, taskId, accountId, region, snapshot, gaveUp, stuck };
  const known: AlertInput =
    slot === 'TERMINAL'
      ? { ...input, comparison, findings: audit.findings?.facts }
      : { ...input, comparison: snapshot && whileRunning(audit, snapshot, comparison) };
  const { subject, email } = composeAlert(known);
  return { kind, severity: announcementOf(known).severity, poll, subject, email };
}

/** Against what was known before the audit moved the ledger. */
function whileRunning({ reference }: StoredAudit, { answer }: Snapshot, comparison: Comparison | undefined) {
  if (comparison === undefined) return undefined;
  const entries = comparison.checks.flatMap(({ before }) => (before === undefined ? [] : [{ ...before, version: 1 }]));
  return moveLedger(readAudit(answer), reference, { entries }).comparison;
}
