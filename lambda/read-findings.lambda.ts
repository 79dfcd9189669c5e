import { randomUUID } from 'node:crypto';
import type { PrincipalThings } from './audit/alert/alert-input.ts';
import type { Snapshot } from './audit/answer/aws-answers.ts';
import { certificateIdOf, type Finding, identityOf, readFinding } from './audit/answer/finding.ts';
import { incompleteChecks, laggingChecks } from './audit/answer/incomplete-findings.ts';
import { readAudit } from './audit/answer/reading.ts';
import { type WorstFindings, WorstResources } from './audit/answer/worst-resources.ts';
import type { Comparison } from './audit/ledger/comparison.ts';
import type { CheckEntry } from './audit/ledger/entry.ts';
import { sinceOf } from './audit/ledger/finding-changes.ts';
import { DAY_MS, MINUTE_MS } from './audit/text/duration.ts';
import { auditStartOf } from './audit/watch/previous-audit.ts';
import { type Watch, workLeft } from './audit/watch/watch.ts';
import { AuditLedger } from './audit-ledger.ts';
import { Audits } from './aws/audits.ts';
import { positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { type FindingsSummary, FindingsTable } from './aws/table/findings-table.ts';
import { LedgerTable } from './aws/table/ledger-table.ts';
import { WatchTable } from './aws/table/watch-table.ts';
import { ENV, type ReadFindingsResult } from './contract.ts';
import { SnapshotNotFoundError, WatchNotFoundError } from './errors.ts';
import type { OwnPlace } from './function-input.ts';
import { CollectedFindings, findingChanges, KnownFindingsReader } from './known-findings.ts';
import { watchHandler } from './watch-handler.ts';

/** Things named for each certificate. */
const THINGS_NAMED = 3;
/** For how long after an audit a list that lags behind its counts is read again, and the first pause before that. */
const LAG_MS = DAY_MS;
const FIRST_PAUSE_MS = 15 * MINUTE_MS;

const tableName = textSetting(ENV.tableName);
const table = new WatchTable(tableName, positiveNumberSetting(ENV.retentionDays));
const findingsTable = new FindingsTable(tableName);
const ledger = new AuditLedger(new LedgerTable(tableName), table);
const audits = new Audits();

/**
 * *Read findings* and *Store findings*: reads all findings of an ended audit, stores them as they come, keeps the worst,
 * and moves the ledger forward. A list that lags behind its counts is read again later, for a day. Needs no lease: each
 * attempt stores what it reads under an id of its own, and the summary says which one counts.
 *
 * @throws what the AWS calls throw, named by its nature; WatchNotFoundError, SnapshotNotFoundError
 */
export const handler = watchHandler(async ({ input }, place): Promise<ReadFindingsResult> => {
  const { account, region, taskId } = input;
  const watch = await table.getWatch(input);
  if (watch === undefined) throw new WatchNotFoundError(taskId);
  const snapshot = await table.getSnapshot(watch, watch.poll);
  if (snapshot === undefined) throw new SnapshotNotFoundError(taskId, watch.poll);
  logger.appendKeys({ poll: watch.poll });

  const stored = await findingsTable.getSummary(watch);
  const laggingOf = ({ facts }: FindingsSummary) => laggingChecks(readAudit(snapshot.answer), facts.incomplete);
  const isStored = stored !== undefined && laggingOf(stored).length === 0;
  const summary = isStored ? stored : await readAll(watch, snapshot, place);
  const { count, facts } = summary;
  const lagging = laggingOf(summary);
  const complete = lagging.length === 0;
  if (complete) await table.markFindings(watch, facts.incomplete.length === 0 ? 'STORED' : 'PARTIAL');
  else await readAgainLater(watch, lagging);
  return { account, region, taskId, complete, count };
});

/** Each pause is as long as the audit has been over; after a day, what AWS lists stands as it is. */
async function readAgainLater(watch: Watch, lagging: readonly string[]): Promise<void> {
  const now = Date.now();
  const sinceEnd = now - Date.parse(watch.endedAt ?? watch.watchedSince);
  logger.warn('AWS lists fewer findings than it counts', { lagging, isFinal: sinceEnd >= LAG_MS });
  if (sinceEnd >= LAG_MS) await table.markFindings(watch, 'PARTIAL');
  // An alert that is not out yet must not wait for as long: until then the lease says when the watch is due.
  else if (workLeft(watch) === 'FINDINGS') {
    await table.postponeFindings(watch, new Date(now + Math.max(FIRST_PAUSE_MS, sinceEnd)));
  }
}

async function readAll(watch: Watch, snapshot: Snapshot, place: OwnPlace): Promise<FindingsSummary> {
  const startedAt = auditStartOf(watch);
  const known = new KnownFindingsReader(findingsTable, watch);
  const before = await ledger.before(watch, snapshot);
  const seenBefore = await known.lastListed(before, (audit) => ledger.comparison(audit));

  const worst = new WorstResources();
  const collected = new CollectedFindings();
  const attempt = randomUUID();
  let count = 0;
  let chunks = 0;
  for await (const page of audits.findings(watch.taskId)) {
    const findings = page.map((answer): Finding => {
      const finding = readFinding(answer);
      const seen = seenBefore.get(finding.checkName)?.get(identityOf(finding));
      return { ...finding, since: sinceOf(finding, seen, startedAt) };
    });
    if (findings.length === 0) continue;
    chunks += 1;
    count += findings.length;
    await findingsTable.putChunk(watch, { attempt, chunks }, findings, watch.expiresAt);
    for (const finding of findings) {
      worst.add(finding);
      collected.add(finding);
    }
  }

  const found = worst.result();
  const incomplete = incompleteChecks(readAudit(snapshot.answer), (name) => collected.resources(name));
  const comparison = await ledger.move(watch, snapshot, async (entries) =>
    findingChanges(await known.of(entries), collected, incomplete),
  );
  // Another audit moved the ledger in the meantime: what it saw first is not new in this one.
  if (!isComparedWith(comparison, before)) return readAll(watch, snapshot, place);
  const principals = await thingsOfCertificates(found, place);
  const facts: FindingsSummary['facts'] = { status: 'READ', ...found, principals, incomplete };
  const summary = await findingsTable.putSummary(watch, { count, attempt, chunks, facts }, watch.expiresAt);
  if (summary.attempt === attempt) logger.info('Stored the findings', { count, chunks, incomplete });
  else logger.info('Another attempt has stored the findings', { count: summary.count });
  return summary;
}

function isComparedWith({ checks }: Comparison, entries: readonly CheckEntry[]): boolean {
  return checks.every(({ checkName, before }) => {
    const entry = entries.find((known) => known.checkName === checkName);
    return entry?.result?.audit.taskId === before?.result?.audit.taskId;
  });
}

/** Things of the certificates that are shown, each asked for once. A certificate that cannot be asked for has no names. */
async function thingsOfCertificates(
  { worst }: WorstFindings,
  { partition, region, account }: OwnPlace,
): Promise<Record<string, PrincipalThings>> {
  const ids = new Set(worst.map(certificateIdOf).filter((id) => id !== undefined));
  const things: [string, PrincipalThings][] = [];
  for (const id of ids) {
    try {
      const arn = `arn:${partition}:iot:${region}:${account}:cert/${id}`;
      things.push([id, await audits.thingsOf(arn, THINGS_NAMED)]);
    } catch (error) {
      // A deleted certificate, or a throttled call: names are a courtesy, and must not cost the findings, nor time.
      logger.warn('Could not list the things of a certificate, and of those after it', { certificateId: id, error });
      break;
    }
  }
  return Object.fromEntries(things);
}
