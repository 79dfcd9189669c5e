import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WatchTable } from '../../lambda/aws/table/watch-table.ts';
import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import type { Call, ServiceAnswer } from '../../local/services/service.ts';
import { median, missed, row } from '../figures.ts';
import { countRead, type Reads } from '../reads.ts';
import { fillTable } from './fill-table.ts';

const SNAPSHOTS_PER_AUDIT = 50;
const AUDITS = 20_000;
/** Enough for each query to find a full page, as it does in the full table. */
const AUDITS_OF_SMALL_TABLE = 150;
const AUDIT_NAMES = ['Nightly', 'Weekly', 'Monthly', 'Certificates', 'Policies'];
const ROUNDS = 25;
const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const SWEEP_EVERY_MS = 3_600_000;
/** What is left above 1 is the noise of a shared machine and the depth of the local engine's files. */
const SLOWER_BOUND = 1.5;

const WORK = ['poll', 'sweep', 'history query'] as const;
type Work = (typeof WORK)[number];

interface Measured {
  readonly milliseconds: number;
  readonly reads: Reads;
}

/** The same work on a table with a million snapshots and on a nearly empty one. Returns which bounds are missed. */
export async function fullTable(assembly: CloudAssembly, directory: string): Promise<string[]> {
  const begun = performance.now();
  const small = await HistoryStack.start(assembly, join(directory, 'small'), AUDITS_OF_SMALL_TABLE);
  const full = await HistoryStack.start(assembly, join(directory, 'full'), AUDITS);
  const filledSeconds = (performance.now() - begun) / 1000;
  try {
    const rounds: Record<Work, { small: Measured; full: Measured }>[] = [];
    // The first round starts the functions.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const measured = { ...(await pairOf(small, full, round)) };
      if (round > 0) rounds.push(measured);
    }
    return report(rounds, filledSeconds);
  } finally {
    await small.close();
    await full.close();
  }
}

/** Each work on both tables, one right after the other, and each one first in every second round. */
async function pairOf(small: HistoryStack, full: HistoryStack, round: number) {
  const pairs: Partial<Record<Work, { small: Measured; full: Measured }>> = {};
  for (const work of WORK) {
    const first = round % 2 === 0 ? small : full;
    const second = first === small ? full : small;
    const one = await first.measure(work, round);
    const other = await second.measure(work, round);
    pairs[work] = first === small ? { small: one, full: other } : { small: other, full: one };
  }
  return pairs as Required<typeof pairs>;
}

/** A local stack on a table that holds a history. */
class HistoryStack {
  readonly #stack: LocalStack;
  readonly #polls: number[];
  readonly #client: DynamoDBClient;
  readonly #reads: { current: Reads };

  private constructor(stack: LocalStack, polls: number[], reads: { current: Reads }) {
    this.#stack = stack;
    this.#polls = polls;
    this.#reads = reads;
    this.#client = new DynamoDBClient({
      endpoint: stack.tableUrl,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'local' },
    });
  }

  static async start(assembly: CloudAssembly, dataDirectory: string, audits: number): Promise<HistoryStack> {
    const polls: number[] = [];
    const reads: { current: Reads } = { current: {} };
    let pollBegun = 0;
    const options = {
      assembly,
      speed: Number.POSITIVE_INFINITY,
      startsAt: STARTS_AT,
      dataDirectory,
      afterCall: ({ service, operation }: Call, { body }: ServiceAnswer) => {
        if (service === 'dynamodb') countRead(reads.current, operation, body);
        return undefined;
      },
      onHistory: ({ type, state }: { readonly type: string; readonly state?: string }) => {
        if (state !== 'Check audit') return;
        if (type === 'StateEntered') pollBegun = performance.now();
        if (type === 'StateExited') polls.push(performance.now() - pollBegun);
      },
    };
    const creator = await LocalStack.start(options);
    await creator.close();
    await fillTable(join(dataDirectory, 'tables'), creator.tableName, {
      audits,
      snapshotsPerAudit: SNAPSHOTS_PER_AUDIT,
      auditNames: AUDIT_NAMES,
      until: STARTS_AT,
    });
    return new HistoryStack(await LocalStack.start(options), polls, reads);
  }

  async measure(work: Work, round: number): Promise<Measured> {
    this.#reads.current = {};
    const milliseconds = await this.#do(work, round);
    return { milliseconds, reads: this.#reads.current };
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#stack.close();
  }

  #do(work: Work, round: number): Promise<number> {
    switch (work) {
      case 'poll':
        return this.#poll(`round-${round}`);
      case 'sweep':
        return this.#sweep();
      case 'history query':
        return timed(() => this.#queryHistory());
    }
  }

  /** The first poll of a running audit, which also reads the history, and the one at its end. */
  async #poll(taskId: string): Promise<number> {
    this.#polls.length = 0;
    this.#stack.startAudit(taskId, shortAudit(taskId));
    const { status } = await this.#stack.startExecution({ ...PLACE, taskId }).ended;
    if (status !== 'SUCCEEDED') throw new Error(`The watch of ${taskId} ended as ${status}.`);
    return this.#polls.reduce((total, poll) => total + poll, 0) / this.#polls.length;
  }

  async #sweep(): Promise<number> {
    await this.#stack.clock.sleep(SWEEP_EVERY_MS);
    const before = this.#stack.scheduledInvocations.length;
    return timed(async () => {
      this.#stack.startSchedules();
      await this.#stack.stopSchedules();
      const [sweep] = this.#stack.scheduledInvocations.slice(before);
      if (sweep?.answer === undefined) throw new Error(`The sweep failed: ${sweep?.error ?? 'it never ran'}.`);
    });
  }

  async #queryHistory(): Promise<void> {
    const table = new WatchTable(this.#stack.tableName, 1, this.#client);
    const now = new Date(this.#stack.clock.now()).toISOString();
    for (const name of AUDIT_NAMES) {
      const runs = await table.history.pastRuns(PLACE, name, now);
      const previous = await table.history.previousAudit({ ...PLACE, taskId: 'none' }, name, now);
      if (runs.length === 0 || previous === undefined) throw new Error(`The history of ${name} is empty.`);
    }
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function shortAudit(taskId: string) {
  const answer = (taskStatus: string, checkRunStatus: string) => ({
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName: AUDIT_NAMES[0],
    taskStartTime: '2026-10-02T02:00:00+00:00',
    auditDetails: {
      LOGGING_DISABLED_CHECK: { checkRunStatus, totalResourcesCount: 10, nonCompliantResourcesCount: 0 },
    },
  });
  const steps = [
    { atSeconds: 0, response: answer('IN_PROGRESS', 'IN_PROGRESS') },
    { atSeconds: 4, response: answer('COMPLETED', 'COMPLETED_COMPLIANT') },
  ];
  return parseRecording(JSON.stringify({ taskId, steps }), 'load');
}

function report(rounds: readonly Record<Work, { small: Measured; full: Measured }>[], filledSeconds: number): string[] {
  const snapshots = (AUDITS * SNAPSHOTS_PER_AUDIT).toLocaleString('en');
  const smallSnapshots = (AUDITS_OF_SMALL_TABLE * SNAPSHOTS_PER_AUDIT).toLocaleString('en');
  console.log(
    `\nA table with ${snapshots} snapshots of ${AUDITS.toLocaleString('en')} audits, next to one with ${smallSnapshots}`,
  );
  console.log(`(filled in ${filledSeconds.toFixed(0)} s; medians of ${rounds.length} interleaved rounds)\n`);
  const problems: Record<string, boolean> = {};
  for (const work of WORK) {
    const pairs = rounds.map((round) => round[work]);
    const slower = median(pairs.map(({ small, full }) => full.milliseconds / small.milliseconds));
    const sameReads = pairs.every(({ small, full }) => isDeepStrictEqual(small.reads, full.reads));
    const reads = pairs.at(-1)?.full.reads ?? {};
    row(
      work,
      `${median(pairs.map(({ full }) => full.milliseconds)).toFixed(1)} ms, × ${slower.toFixed(2)} of the small table`,
    );
    row('', `${sameReads ? 'the same' : 'OTHER'} calls and items read: ${shown(reads)}`);
    problems[`a ${work} takes × ${slower.toFixed(2)} with a full table (bound ${SLOWER_BOUND})`] =
      slower <= SLOWER_BOUND;
    problems[`a ${work} reads other items from a full table`] = sameReads;
    problems[`a ${work} scans the table`] = reads.Scan === undefined;
  }
  return missed(problems);
}

function shown(reads: Reads): string {
  return Object.entries(reads)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([operation, { calls, items }]) => `${operation} ${calls}${items > 0 ? ` (${items} items)` : ''}`)
    .join(', ');
}
