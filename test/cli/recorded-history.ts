import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PrincipalThings } from '../../lambda/audit/alert/alert-input.ts';
import type { AuditAnswer, CheckDetails, FindingAnswer, Snapshot } from '../../lambda/audit/answer/aws-answers.ts';
import { identityOf, readFinding } from '../../lambda/audit/answer/finding.ts';
import { incompleteChecks } from '../../lambda/audit/answer/incomplete-findings.ts';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { WorstResources } from '../../lambda/audit/answer/worst-resources.ts';
import { sinceOf } from '../../lambda/audit/ledger/finding-changes.ts';
import type { AlertSlot } from '../../lambda/audit/watch/alert-kinds.ts';
import { closingKind } from '../../lambda/audit/watch/closing.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { AlertOutbox, Watch } from '../../lambda/audit/watch/watch.ts';
import { AuditLedger } from '../../lambda/audit-ledger.ts';
import { FindingsTable } from '../../lambda/aws/table/findings-table.ts';
import { LedgerTable } from '../../lambda/aws/table/ledger-table.ts';
import { WatchTable } from '../../lambda/aws/table/watch-table.ts';
import { ALERT_KIND } from '../../lambda/contract.ts';
import { CollectedFindings, findingChanges, KnownFindingsReader } from '../../lambda/known-findings.ts';
import { startDynalite } from '../../local/services/dynalite-engine.ts';
import { ensureTable } from '../../local/services/dynamodb-table.ts';
import { auditId, buildStatistics } from '../builders.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';

const TABLE_NAME = 'AuditWatcherTable';
const MINUTE = 60_000;
/** As AWS lists them at most, and the functions store them. */
const FINDINGS_PER_PAGE = 250;

/** An audit to record, as the functions record one. */
export interface RecordedAudit {
  readonly taskId: string;
  /** ISO 8601; without milliseconds. */
  readonly startedAt: string;
  /** Absent for an on-demand audit. */
  readonly name?: string;
  readonly checks: Readonly<Record<string, CheckDetails>>;
  readonly findings?: readonly FindingAnswer[];
  readonly things?: Readonly<Record<string, PrincipalThings>>;
  /** @default COMPLETED; IN_PROGRESS leaves it running after its first poll */
  readonly status?: string;
}

/** A folder of tables such as the local run leaves, and what is recorded in it. */
export class RecordedHistory {
  readonly #client: DynamoDBClient;
  readonly #watches: WatchTable;
  readonly #findings: FindingsTable;
  readonly #ledger: AuditLedger;
  readonly #running = new Map<string, Watch>();

  private constructor(client: DynamoDBClient) {
    this.#client = client;
    this.#watches = new WatchTable(TABLE_NAME, 400, client);
    this.#findings = new FindingsTable(TABLE_NAME, client);
    this.#ledger = new AuditLedger(new LedgerTable(TABLE_NAME, client), this.#watches);
  }

  /** Makes the folder, lets `record` fill it, and closes it, so that a command can open it. */
  static async in(record: (history: RecordedHistory) => Promise<void>): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'history-'));
    const engine = await startDynalite(join(directory, 'tables'));
    const client = engine.client();
    await record(await RecordedHistory.over(client));
    client.destroy();
    await engine.close();
    return directory;
  }

  /** Makes the table of an engine that stays open, so that audits can go on while a command reads. */
  static async over(client: DynamoDBClient): Promise<RecordedHistory> {
    await ensureTable(client, TABLE_PROPERTIES, TABLE_NAME);
    return new RecordedHistory(client);
  }

  static remove(directory: string): Promise<void> {
    return rm(directory, { recursive: true, force: true });
  }

  /** An item of its own making. */
  async put(Item: Record<string, unknown>): Promise<void> {
    await DynamoDBDocumentClient.from(this.#client).send(new PutCommand({ TableName: TABLE_NAME, Item }));
  }

  /** Polls the audit once while it runs and, ten minutes later, once after its end, and sends the alerts that are due. */
  async add(audit: RecordedAudit): Promise<void> {
    const id = auditId(audit.taskId);
    const start = Date.parse(audit.startedAt);
    const { watch } = await this.#watches.acquireLease(id, `execution-${audit.taskId}`, new Date(start));
    const running = snapshotOf(audit, 1, start + MINUTE, 'IN_PROGRESS');
    const { status = 'COMPLETED' } = audit;
    if (status === 'IN_PROGRESS') {
      this.#running.set(audit.taskId, await this.#poll(watch, running, alertsOf(running)));
      return;
    }
    const polled = await this.#poll(watch, running, {});
    await this.#end(polled, audit, snapshotOf(audit, 2, start + 11 * MINUTE, status));
  }

  /** Ends an audit that was left running. */
  async finish(audit: RecordedAudit): Promise<void> {
    const watch = required(this.#running.get(audit.taskId));
    await this.#end(watch, audit, snapshotOf(audit, 2, Date.parse(audit.startedAt) + 11 * MINUTE, 'COMPLETED'));
  }

  /** An audit that could never be polled. */
  async addGivenUp(taskId: string, startedAt: string): Promise<void> {
    const { watch } = await this.#watches.acquireLease(auditId(taskId), 'execution', new Date(startedAt));
    const registeredAt = new Date(Date.parse(startedAt) + MINUTE).toISOString();
    const gaveUp = await this.#watches.giveUp(watch, new Date(registeredAt), {
      kind: ALERT_KIND.watcherGaveUp,
      status: 'PENDING',
      poll: 0,
      registeredAt,
      gaveUp: {
        reason: 'ACCESS_DENIED',
        errorName: 'AccessDeniedException',
        execution: 'execution',
        watchLimitHours: 24,
        gaveUpAt: registeredAt,
        retriedUntil: new Date(Date.parse(startedAt) + 90 * 24 * 60 * MINUTE).toISOString(),
      },
    });
    await this.#send(required(gaveUp), 'WATCHER_GAVE_UP');
  }

  async #poll(watch: Watch, snapshot: Snapshot, alerts: AlertOutbox): Promise<Watch> {
    await this.#watches.putSnapshot(watch, snapshot);
    const reading = readAudit(snapshot.answer);
    const now = new Date(snapshot.capturedAt);
    return required(
      await this.#watches.advance(watch, { snapshot, reading, alerts, ended: false, waitSeconds: 60, now }),
    );
  }

  async #end(watch: Watch, audit: RecordedAudit, snapshot: Snapshot): Promise<void> {
    await this.#watches.putSnapshot(watch, snapshot);
    const reading = readAudit(snapshot.answer);
    const now = new Date(snapshot.capturedAt);
    const ran = { atLeast: 60, atMost: 660 };
    const isCompleted = reading.phase === 'COMPLETED';
    const ended = required(
      await this.#watches.advance(watch, {
        snapshot,
        reading,
        alerts: {},
        ended: true,
        waitSeconds: 0,
        now,
        remember: isCompleted ? { ran } : {},
      }),
    );
    const comparison = await this.#storeFindings(ended, audit, snapshot);
    const kind = closingKind(reading, comparison, { alertWhenCompliant: false, wasAlerted: false });
    const { capturedAt: registeredAt } = snapshot;
    const closing = kind && ({ kind, status: 'PENDING', poll: 2, registeredAt } as const);
    const registered = required(await this.#watches.registerClosing(ended, closing));
    if (kind !== undefined) await this.#send(registered, 'TERMINAL');
  }

  async #storeFindings(watch: Watch, { findings = [], things = {} }: RecordedAudit, snapshot: Snapshot) {
    const known = new KnownFindingsReader(this.#findings, watch);
    const entries = await this.#ledger.before(watch, snapshot);
    const before = await known.lastListed(entries, (audit) => this.#ledger.comparison(audit));
    const worst = new WorstResources();
    const collected = new CollectedFindings();
    const stored = findings.map((answer) => {
      const finding = readFinding(answer);
      const seen = before.get(finding.checkName)?.get(identityOf(finding));
      return { ...finding, since: sinceOf(finding, seen, auditStartOf(watch)) };
    });
    for (const finding of stored) {
      worst.add(finding);
      collected.add(finding);
    }
    const found = worst.result();
    const incomplete = incompleteChecks(readAudit(snapshot.answer), (name) => collected.resources(name));
    const comparison = await this.#ledger.move(watch, snapshot, async (entries) =>
      findingChanges(await known.of(entries), collected, incomplete),
    );
    if (stored.length > 0) {
      let chunks = 0;
      for (let from = 0; from < stored.length; from += FINDINGS_PER_PAGE) {
        chunks += 1;
        const chunk = stored.slice(from, from + FINDINGS_PER_PAGE);
        await this.#findings.putChunk(watch, { attempt: 'first', chunks }, chunk, watch.expiresAt);
      }
      const facts = { status: 'READ', ...found, principals: things, incomplete } as const;
      await this.#findings.putSummary(
        watch,
        { count: stored.length, attempt: 'first', chunks, facts },
        watch.expiresAt,
      );
    }
    return comparison;
  }

  async #send(watch: Watch, slot: AlertSlot): Promise<void> {
    const at = new Date(Date.parse(watch.alerts[slot]?.registeredAt ?? '') + 2000);
    await this.#watches.settle(watch, slot, { status: 'SENT', at, messageId: `message-${watch.taskId}` });
  }
}

/** A finding about a policy, or about another resource. */
export function policyFinding(policyName: string, overrides: Partial<FindingAnswer> = {}): FindingAnswer {
  return {
    checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '1' } },
    },
    reasonForNonCompliance: 'Policy allows broad access to IoT data plane actions.',
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed: false,
    ...overrides,
  };
}

export function certificateFinding(deviceCertificateId: string): FindingAnswer {
  return {
    checkName: 'DEVICE_CERTIFICATE_EXPIRING_CHECK',
    severity: 'MEDIUM',
    nonCompliantResource: { resourceType: 'DEVICE_CERTIFICATE', resourceIdentifier: { deviceCertificateId } },
    reasonForNonComplianceCode: 'CERTIFICATE_APPROACHING_EXPIRATION',
    isSuppressed: false,
  };
}

function snapshotOf(
  { name, startedAt, checks }: RecordedAudit,
  poll: number,
  at: number,
  taskStatus: string,
): Snapshot {
  const isRunning = taskStatus === 'IN_PROGRESS';
  const auditDetails = isRunning ? whileRunning(checks) : { ...checks };
  const answer: AuditAnswer = {
    taskStatus,
    taskType: name === undefined ? 'ON_DEMAND_AUDIT_TASK' : 'SCHEDULED_AUDIT_TASK',
    taskStartTime: new Date(startedAt).toISOString(),
    scheduledAuditName: name,
    taskStatistics: buildStatistics(auditDetails),
    auditDetails,
  };
  return { poll, capturedAt: new Date(at).toISOString(), answer };
}

/** The last check still runs. */
function whileRunning(checks: Readonly<Record<string, CheckDetails>>): Record<string, CheckDetails> {
  const last = Object.keys(checks).at(-1);
  return Object.fromEntries(
    Object.entries(checks).map(([name, details]) => [
      name,
      name === last ? { checkRunStatus: 'IN_PROGRESS' } : details,
    ]),
  );
}

function alertsOf({ capturedAt: registeredAt, poll, answer }: Snapshot): AlertOutbox {
  const isBad = (readAudit(answer).counts.nonCompliant ?? 0) > 0;
  const alert = { kind: ALERT_KIND.nonCompliantDetected, status: 'PENDING', poll, registeredAt } as const;
  return isBad ? { NON_COMPLIANT_DETECTED: alert } : {};
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The table did not take what the test recorded.');
  return value;
}
