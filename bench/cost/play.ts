import { auditPartition, METRICS } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { Executions } from '../../local/compute/executions.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { StackCall } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import { startEvent } from '../../local/runs/watch-run.ts';
import type { ServiceAnswer } from '../../local/services/service.ts';
import { watch } from '../schedule/watched.ts';
import { type AuditKind, foundAfterSeconds, newsIn, recordingOf } from './audits.ts';
import { type IndexKeys, TableUse } from './table-use.ts';
import type { Use } from './use.ts';

const STARTS_AT = Date.parse('2026-11-02T02:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** By then the history of 90 days is known. */
const SETTLED_AFTER_HOURS = 6;

/** CloudWatch counts this for each event of a log. */
const EVENT_BYTES = 26;
/** Assumed: an event of the state machine with its data, and each of the three lines that Lambda writes itself. */
const STATE_EVENT_BYTES = 500;
const PLATFORM_LINE_BYTES = 200;
/** Entered and exited; a function is scheduled, started and has succeeded. */
const EVENTS_OF_STATE = 2;
const EVENTS_OF_FUNCTION = 3;

/** Bytes of log for each state that an execution enters. */
export const LOGGED_PER_STATE = EVENTS_OF_STATE * (STATE_EVENT_BYTES + EVENT_BYTES);

/** A watch that was played to its end. */
export interface PlayedWatch {
  readonly use: Use;
  /** The part that *Send alerts* uses of the table. */
  readonly sending: { readonly invocations: number; readonly writeUnits: number; readonly readUnits: number };
  /** From each piece of news to the poll that saw it, in seconds. */
  readonly delays: readonly number[];
  /** Hours in which a custom metric was written, by metric. */
  readonly metricHours: ReadonlyMap<string, number>;
}

/** The synthesized stack with its built functions, in simulated time; all that it uses is counted. */
export class CountingStack {
  readonly #stack: LocalStack;
  readonly #table: TableUse;
  readonly #counts: Counts;

  private constructor(stack: LocalStack, table: TableUse, counts: Counts) {
    this.#stack = stack;
    this.#table = table;
    this.#counts = counts;
  }

  static async start(assembly: CloudAssembly): Promise<CountingStack> {
    const counts = new Counts();
    const stack: LocalStack = await LocalStack.start({
      assembly,
      speed: Number.POSITIVE_INFINITY,
      startsAt: STARTS_AT,
      onLog: (line) => counts.addLine(line),
      afterCall: (call, answer) => {
        counts.addCall(call, answer, table, stack.clock.now());
        return undefined;
      },
    });
    const [{ properties } = { properties: {} }] = stack.deployment.tables;
    const table = new TableUse(indexesOf(properties));
    return new CountingStack(stack, table, counts);
  }

  /** Watches an audit to its end, then lets a day pass. */
  async watch(kind: AuditKind, run: number): Promise<PlayedWatch> {
    const stack = this.#stack;
    const recording = recordingOf(kind, run);
    const { taskId } = recording;
    const startedAt = stack.clock.now();
    stack.startAudit(taskId, recording, startedAt);
    await stack.clock.sleep(foundAfterSeconds(kind) * 1000);
    this.#counts.begin();
    const alertsBefore = stack.publications.length;

    const [execution] = stack.putEvent(startEvent({ taskId, recording, startedAt }, new Date(stack.clock.now())));
    const result = await execution?.ended;
    if (execution === undefined || result?.status !== 'SUCCEEDED') throw new Error(`${taskId}: ${result?.error}`);

    const transitions = Executions.transitions(execution);
    const { invocations, polls, sending, writeUnits, readUnits, lines, lineBytes, metricHours } = this.#counts;
    const events = EVENTS_OF_STATE * transitions + EVENTS_OF_FUNCTION * invocations.size;
    const logBytes =
      lineBytes +
      lines * EVENT_BYTES +
      invocations.size * 3 * (PLATFORM_LINE_BYTES + EVENT_BYTES) +
      events * (STATE_EVENT_BYTES + EVENT_BYTES);
    const use: Use = {
      polls: polls.length,
      alerts: stack.publications.length - alertsBefore,
      transitions,
      invocations: invocations.size,
      writeUnits,
      readUnits,
      logBytes,
      storedBytes: this.#table.storedBytes(auditPartition({ ...PLACE, taskId })),
    };
    const hours = new Map([...metricHours].map(([metric, written]) => [metric, written.size]));
    await stack.clock.sleep(DAY_MS);
    const { invocations: sendings, ...units } = sending;
    const { delays } = watch(
      newsIn(kind, run),
      polls.map((at) => (at - startedAt) / 1000),
    );
    return { use, sending: { invocations: sendings.size, ...units }, delays, metricHours: hours };
  }

  /** What a sweep uses, on average over an hour, in an account that had these audits today, one of each schedule. */
  async sweep(kinds: readonly AuditKind[]): Promise<Use> {
    const stack = this.#stack;
    for (const [n, kind] of kinds.entries()) {
      const recording = recordingOf({ ...kind, durationSeconds: 60 }, n);
      stack.startAudit(recording.taskId, recording);
    }
    const names = kinds.filter(({ isScheduled }) => isScheduled).map(({ name }) => name);
    stack.setSchedules(names.map((scheduledAuditName) => ({ scheduledAuditName, frequency: 'DAILY' as const })));
    stack.startSchedules();
    await stack.clock.sleep(SETTLED_AFTER_HOURS * HOUR_MS);
    this.#counts.begin();
    await stack.clock.sleep(HOUR_MS);
    const { invocations, writeUnits, readUnits, lines, lineBytes } = this.#counts;
    const count = invocations.size;
    await stack.stopSchedules();
    return {
      polls: 0,
      alerts: 0,
      transitions: 0,
      invocations: 1,
      writeUnits: writeUnits / count,
      readUnits: readUnits / count,
      logBytes: (lineBytes + lines * EVENT_BYTES) / count + 3 * (PLATFORM_LINE_BYTES + EVENT_BYTES),
      storedBytes: 0,
    };
  }

  async close(): Promise<void> {
    await this.#stack.close();
  }
}

/** What happened since `begin`. */
class Counts {
  invocations = new Set<string>();
  /** When each was. */
  polls: number[] = [];
  writeUnits = 0;
  readUnits = 0;
  lines = 0;
  lineBytes = 0;
  metricHours = new Map<string, Set<number>>();
  sending = { invocations: new Set<string>(), writeUnits: 0, readUnits: 0 };

  begin(): void {
    Object.assign(this, new Counts());
  }

  addCall(call: StackCall, answer: ServiceAnswer, table: TableUse, now: number): void {
    this.invocations.add(String(call.requestId));
    if (call.operation === 'DescribeAuditTask') this.polls.push(now);
    if (call.service !== 'dynamodb') return;
    const { write, read } = table.unitsOf(call, answer);
    this.writeUnits += write;
    this.readUnits += read;
    if (call.functionName?.includes('SendAlerts') !== true) return;
    this.sending.invocations.add(String(call.requestId));
    this.sending.writeUnits += write;
    this.sending.readUnits += read;
  }

  addLine(line: string): void {
    this.lines += 1;
    // Which environment is free is chance.
    this.lineBytes += Buffer.byteLength(line.replace(/"cold_start":(true|false)/, '"cold_start":false'));
    const entry = parseJson(line);
    if (isObject(entry) && isObject(entry._aws)) this.#addMetrics(entry, entry._aws);
  }

  #addMetrics(
    entry: Readonly<Record<string, unknown>>,
    { Timestamp, CloudWatchMetrics }: Record<string, unknown>,
  ): void {
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics as EmbeddedMetric[]) {
      if (Namespace !== METRICS.namespace) throw new Error(`A metric in the namespace ${Namespace}.`);
      for (const names of Dimensions) {
        const where = names.map((name) => `${name}=${entry[name]}`).join();
        for (const { Name } of Metrics) {
          const metric = `${Name} ${where}`;
          const hours = this.metricHours.get(metric) ?? new Set();
          this.metricHours.set(metric, hours.add(Math.floor(Number(Timestamp) / HOUR_MS)));
        }
      }
    }
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
interface EmbeddedMetric {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

function indexesOf({ GlobalSecondaryIndexes }: Readonly<Record<string, unknown>>): IndexKeys[] {
  const indexes = GlobalSecondaryIndexes as readonly {
    readonly IndexName: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
    readonly Projection: { readonly ProjectionType: string };
  }[];
  return indexes.map(({ IndexName: name, KeySchema, Projection }) => {
    const { ProjectionType: projection } = Projection;
    if (projection === 'INCLUDE') throw new Error(`The index ${name} has some attributes: count that.`);
    return { name, keys: KeySchema.map(({ AttributeName }) => AttributeName), keysOnly: projection === 'KEYS_ONLY' };
  });
}
