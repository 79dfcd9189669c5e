import type { PrincipalThings } from './audit/alert/alert-input.ts';
import type { Snapshot } from './audit/answer/aws-answers.ts';
import { certificateIdOf, type Finding, identityOf, openSince, readFinding } from './audit/answer/finding.ts';
import { auditNameOf, readAudit } from './audit/answer/reading.ts';
import { type WorstFindings, WorstResources } from './audit/answer/worst-resources.ts';
import { compareAudits } from './audit/ledger/comparison.ts';
import { asPreviousAudit, auditStartOf, type PreviousWatch } from './audit/watch/previous-audit.ts';
import type { Watch } from './audit/watch/watch.ts';
import { Audits } from './aws/audits.ts';
import { positiveNumberSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { FindingsTable } from './aws/table/findings-table.ts';
import { WatchTable } from './aws/table/watch-table.ts';
import { ENV, type ReadFindingsResult } from './contract.ts';
import { WatchNotFoundError } from './errors.ts';
import type { OwnPlace } from './function-input.ts';
import { watchHandler } from './watch-handler.ts';

/** Above this many open findings only counts are compared: the identities of both audits must fit in memory. */
const MOST_COMPARED = 200_000;
/** Of the things that a certificate belongs to. */
const THINGS_NAMED = 3;

const tableName = textSetting(ENV.tableName);
const table = new WatchTable(tableName, positiveNumberSetting(ENV.retentionDays));
const findingsTable = new FindingsTable(tableName);
const audits = new Audits();

/**
 * *Read findings* and *Store findings*: reads all findings of an ended audit, stores them as they come, keeps the worst,
 * and compares with the audit before. Needs no lease: a second attempt writes the same.
 *
 * @throws whatever the AWS calls throw, under the SDK's names; WatchNotFoundError
 */
export const handler = watchHandler(async ({ input }, place): Promise<ReadFindingsResult> => {
  const { account, region, taskId } = input;
  const watch = await table.getWatch(input);
  const snapshot = watch === undefined ? undefined : await table.getSnapshot(watch, watch.turn);
  if (watch === undefined || snapshot === undefined) throw new WatchNotFoundError(taskId);
  logger.appendKeys({ turn: watch.turn });

  const stored = await findingsTable.getSummary(watch);
  const count = stored?.count ?? (await readAll(watch, snapshot, place));
  await table.markFindingsStored(watch);
  return { account, region, taskId, complete: true, count };
});

async function readAll(watch: Watch, snapshot: Snapshot, place: OwnPlace): Promise<number> {
  const startedAt = auditStartOf(watch);
  const previous = await table.history.previousAudit(watch, auditNameOf(snapshot.answer), startedAt);
  const openBefore = previous === undefined ? undefined : await openFindings(previous);

  const worst = new WorstResources();
  const open = new OpenFindings();
  let count = 0;
  let chunk = 0;
  for await (const page of audits.findings(watch.taskId)) {
    const findings = page.map((answer): Finding => {
      const finding = readFinding(answer);
      return { ...finding, since: openSince(identityOf(finding), startedAt, openBefore) };
    });
    if (findings.length === 0) continue;
    chunk += 1;
    count += findings.length;
    await findingsTable.putChunk(watch, chunk, findings, watch.expiresAt);
    for (const finding of findings) {
      worst.add(finding);
      open.add(finding);
    }
  }

  const found = worst.result();
  const principals = await thingsOfCertificates(found, place);
  const current = { reading: readAudit(snapshot.answer), findings: open.sinceByIdentity };
  const comparison = previous && compareAudits(asPreviousAudit(previous, openBefore), current);
  await findingsTable.putSummary(
    watch,
    { count, facts: { status: 'READ', ...found, principals }, comparison },
    watch.expiresAt,
  );
  logger.info('Stored the findings', { count, chunks: chunk, comparedWith: previous?.watch.taskId });
  return count;
}

/** What was open in the audit before, if its findings are all stored and not too many. */
async function openFindings({ watch }: PreviousWatch): Promise<ReadonlyMap<string, string> | undefined> {
  const summary = await findingsTable.getSummary(watch);
  // An audit without any findings has none stored, and a comparison needs to know just that.
  if (summary === undefined) return watch.findings === undefined ? new Map() : undefined;
  const open = new OpenFindings();
  for await (const findings of findingsTable.chunks(watch)) {
    for (const finding of findings) open.add(finding);
    if (open.sinceByIdentity === undefined) break;
  }
  return open.sinceByIdentity;
}

/** The open findings of an audit by identity, with the moment since when; forgotten when they get too many. */
class OpenFindings {
  #sinceByIdentity: Map<string, string> | undefined = new Map();

  get sinceByIdentity(): ReadonlyMap<string, string> | undefined {
    return this.#sinceByIdentity;
  }

  add(finding: Finding): void {
    if (finding.suppressed || this.#sinceByIdentity === undefined) return;
    this.#sinceByIdentity.set(identityOf(finding), finding.since ?? '');
    if (this.#sinceByIdentity.size > MOST_COMPARED) this.#sinceByIdentity = undefined;
  }
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
