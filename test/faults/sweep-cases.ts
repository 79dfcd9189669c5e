import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { auditPartition, placeKey, TABLE } from '../../lambda/contract.ts';
import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';
import { itemsOf } from '../../local/runs/audit-report.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { type CallSite, callSites, functionOf } from './calls.ts';
import { type FaultCase, Injection } from './injection.ts';
import {
  areSame,
  brokenPace,
  isSettled,
  judgeAudit,
  messagesOf,
  type Verdict,
  WrongWithoutFaultError,
} from './invariants.ts';
import { copiesAllowed } from './loop-cases.ts';
import { ORPHANED, UNTOLD } from './recordings.ts';

const STARTS_AT = Date.parse('2026-10-02T17:30:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SWEEP_MS = 5 * MINUTE_MS;
/** Until the 90 days that AWS keeps are known, a week in each two sweeps. */
const FIRST_SWEEPS_MS = 140 * MINUTE_MS;
/** After a spell. */
const PATIENCE_MS = 3 * HOUR_MS;
const LEASE_MS = 20 * MINUTE_MS;

/** What a sweep publishes itself. */
const SWEEP_ALERT_KINDS = ['AUDIT_OVERDUE', 'DIGEST'] as const;
type SweepAlertKind = (typeof SWEEP_ALERT_KINDS)[number];

/**
 * Runs cases of the sweep's calls. Each has a day of its own with all that a sweep is for: a watch whose execution died, an
 * audit that no event announced, a scheduled audit that did not run, and a digest of the day.
 */
export class SweepCases {
  readonly #stack: LocalStack;
  readonly #current: { injection?: Injection };
  readonly #running: Set<string>;
  #days = 0;

  private constructor(stack: LocalStack, current: { injection?: Injection }, running: Set<string>) {
    this.#stack = stack;
    this.#current = current;
    this.#running = running;
  }

  static async start(assembly: CloudAssembly): Promise<SweepCases> {
    const current: { injection?: Injection } = {};
    const running = new Set<string>();
    const stack = await LocalStack.start({
      assembly,
      speed: Number.POSITIVE_INFINITY,
      startsAt: STARTS_AT,
      // Due before the sweeps of a case begin, half an hour before midnight.
      functionVariables: { DIGEST: 'daily', DIGEST_HOUR: '23' },
      onCall: (call) => (functionOf(call) === 'FindAudits' ? current.injection?.onCall(call) : undefined),
      afterCall: (call) => current.injection?.afterCall(call),
      onExecution: ({ arn, ended }) => {
        running.add(arn);
        void ended.then(() => running.delete(arn));
      },
    });
    stack.setSchedules([{ scheduledAuditName: 'Missing', frequency: 'DAILY' }]);
    stack.startSchedules();
    await stack.clock.sleep(FIRST_SWEEPS_MS);
    await stack.stopSchedules();
    await putUnreadableWatch(stack);
    return new SweepCases(stack, current, running);
  }

  /** The calls of a run without faults. @throws WrongWithoutFaultError */
  async sites(): Promise<CallSite[]> {
    const before = this.#stack.calls.length;
    const { broken } = await this.run(undefined);
    if (broken.length > 0) throw WrongWithoutFaultError.about('the sweep', broken);
    return callSites(this.#stack.calls.slice(before).filter((call) => functionOf(call) === 'FindAudits'));
  }

  async run(faultCase: FaultCase | undefined): Promise<Verdict> {
    const { clock } = this.#stack;
    this.#days += 1;
    // A run is missed first 29 hours after the schedule was seen, and then another every day.
    await clock.sleep(STARTS_AT + this.#days * DAY_MS + 6 * HOUR_MS - clock.now());
    const [orphaned, untold] = [`orphaned-${this.#days}`, `untold-${this.#days}`];
    const abandoned = await this.#abandon(orphaned);
    this.#stack.startAudit(untold, UNTOLD);

    const injection = new Injection(faultCase, () => clock.now());
    this.#current.injection = injection;
    const published = this.#stack.publications.length;
    const sent = (kind: SweepAlertKind) =>
      messagesOf(this.#stack.publications.slice(published), new RegExp(`#${kind}#`));
    const isDone = async () =>
      SWEEP_ALERT_KINDS.every((kind) => sent(kind).length > 0) &&
      (await isSettled(this.#stack, { taskId: orphaned }, this.#running)) &&
      (await isSettled(this.#stack, { taskId: untold }, this.#running));
    const until = clock.now() + (faultCase?.kind.spellSeconds ?? 0) * 1000 + PATIENCE_MS;
    this.#stack.startSchedules();
    do await clock.sleep(SWEEP_MS);
    while (clock.now() < until && !(await isDone()));
    // Once more, and past what comes late: what is done stays done.
    await clock.sleep(faultCase?.kind.name === 'late' ? 3 * SWEEP_MS : SWEEP_MS);
    await this.#stack.stopSchedules();
    this.#current.injection = undefined;
    if (faultCase?.kind.retire) await this.#stack.retireFunctions(injection.callers);

    const copies = copiesAllowed(faultCase, injection.bites);
    const verdicts = [
      await judgeAudit(this.#stack, {
        taskId: orphaned,
        closing: 'COMPLETED_WITH_FINDINGS',
        findings: 2,
        copies: 1,
        aborted: [abandoned],
      }),
      await judgeAudit(this.#stack, { taskId: untold, closing: 'COMPLETED_WITH_FINDINGS', copies: 1 }),
    ];
    return {
      broken: [
        ...(faultCase !== undefined && injection.bites === 0 ? ['the run never came by this call'] : []),
        ...verdicts.flatMap(({ broken }) => broken),
        ...SWEEP_ALERT_KINDS.flatMap((kind) => brokenAlert(kind, sent(kind), copies)),
      ],
      copies: Math.max(
        ...SWEEP_ALERT_KINDS.map((kind) => sent(kind)[0]?.length ?? 0),
        ...verdicts.map((verdict) => verdict.copies),
      ),
    };
  }

  async close(): Promise<void> {
    await this.#stack.close();
  }

  /** A watch whose execution died long enough ago. Returns that execution. */
  async #abandon(taskId: string): Promise<string> {
    this.#stack.startAudit(taskId, ORPHANED);
    const { arn } = this.#stack.startExecution({ ...PLACE, taskId });
    await this.#stack.clock.sleep(12_000);
    await this.#stack.abortExecution(arn);
    await this.#stack.clock.sleep(LEASE_MS);
    if ((await itemsOf(this.#stack, taskId)).length === 0) throw new Error('The execution died too early.');
    return arn;
  }
}

/** Every sweep comes by it, and it must stop none of them. */
async function putUnreadableWatch({ tableName: TableName, tableUrl: endpoint }: LocalStack): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: PLACE.region, endpoint, credentials });
  const { partitionKey, sortKey } = TABLE.openIndex;
  const Item = {
    [TABLE.partitionKey]: auditPartition({ ...PLACE, taskId: 'unreadable' }),
    [TABLE.sortKey]: 'WATCH',
    [partitionKey]: placeKey(PLACE),
    [sortKey]: 0,
    alerts: null,
  };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item }));
  client.destroy();
}

function brokenAlert(kind: SweepAlertKind, messages: readonly Publication[][], allowed: number): string[] {
  const [copies = [], ...others] = messages;
  return [
    ...(copies.length === 0 ? [`${kind} was never published`] : []),
    ...(others.length > 0 ? [`more than one ${kind}`] : []),
    ...brokenPace(messages),
    ...(copies.length > allowed ? [`${copies.length} copies of ${kind}, allowed ${allowed}`] : []),
    ...(copies.length > 0 && !areSame(copies) ? [`the copies of ${kind} differ`] : []),
  ];
}
