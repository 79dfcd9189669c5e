import { Argument, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Snapshot } from '../../../lambda/audit/answer/aws-answers.ts';
import type { Finding } from '../../../lambda/audit/answer/finding.ts';
import { type AuditReading, readAudit } from '../../../lambda/audit/answer/reading.ts';
import type { AuditReference } from '../../../lambda/audit/ledger/entry.ts';
import { auditStartOf } from '../../../lambda/audit/watch/previous-audit.ts';
import type { Watch } from '../../../lambda/audit/watch/watch.ts';
import type { FindingsSummary } from '../../../lambda/aws/table/findings-table.ts';
import { TASK_ID_PATTERN } from '../../../lambda/contract.ts';
import { CommandError } from '../command-error.ts';
import type { History } from './history.ts';

/** All that is stored of one audit. */
export interface StoredAudit {
  readonly watch: Watch;
  readonly reference: AuditReference;
  /** In the order of the polls; empty if it could never be polled, or if they have expired. */
  readonly snapshots: readonly Snapshot[];
  /** What the last snapshot says; empty without one. */
  readonly reading: AuditReading;
  /** Absent if no findings are stored. */
  readonly findings?: FindingsSummary;
}

/** The argument that names an audit. */
export function auditArgument(name: string, description: string) {
  return new Argument(name, description).argParser((taskId) => {
    if (TASK_ID_PATTERN.test(taskId)) return taskId;
    throw new InvalidArgumentError(
      'Allowed: the task id of an audit, letters, digits and hyphens, 40 at most. audit-watcher audits lists them.',
    );
  });
}

/** Reads an audit. @throws CommandError if it is not recorded */
export async function storedAudit({ place, audits, findings }: History, taskId: string): Promise<StoredAudit> {
  const id = { ...place, taskId };
  const watch = await audits.watch(id);
  if (watch === undefined) {
    throw new CommandError(
      `There is no audit ${taskId} in account ${place.account}, ${place.region}: it was not watched, or what was recorded ` +
        'has expired. audit-watcher audits lists those that are there.',
    );
  }
  const snapshots: Snapshot[] = [];
  for await (const snapshot of audits.snapshots(id)) snapshots.push(snapshot);
  return {
    watch,
    reference: { taskId, auditName: watch.auditName ?? 'UNKNOWN', startedAt: auditStartOf(watch) },
    snapshots,
    reading: readAudit(snapshots.at(-1)?.answer ?? {}),
    findings: await findings.getSummary(id),
  };
}

/** Every finding of an audit. */
export async function findingsOf({ place, findings }: History, { reference, findings: summary }: StoredAudit) {
  const all: Finding[] = [];
  const isWhole =
    summary !== undefined &&
    (await findings.readAll({ ...place, taskId: reference.taskId }, summary, (finding) => all.push(finding)));
  return { all, isWhole };
}
