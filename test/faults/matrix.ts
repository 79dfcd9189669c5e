import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Verdict, WrongWithoutFaultError } from './invariants.ts';
import { FAULT_KINDS } from './kinds.ts';
import type { FromPart, PartData } from './part.thread.ts';
import type { MatrixRow } from './parts.ts';

interface MatrixOptions {
  readonly onVerdict: (call: string, fault: string, verdict: Verdict) => void;
  /** Asked after each verdict: ends the run, and what was not run yet is missing. */
  readonly isEnough?: () => boolean;
}

/** A call of lambda/ is not in the matrix: no scenario comes by it. */
class CallsMissingError extends Error {
  override readonly name = 'CallsMissingError';
}

/** Cloud assemblies: the stack as it is, and one that posts to a webhook of Slack. */
interface Assemblies {
  readonly directory: string;
  readonly slackDirectory: string;
}

/**
 * All parts of the matrix.
 *
 * @param only text that call or fault must have in it
 */
export function allParts({ directory, slackDirectory }: Assemblies, only?: string): PartData[] {
  const kinds = FAULT_KINDS.map(({ name }) => name);
  // By turns: those that hit every moment come first, and take longest.
  return [
    { part: 'loop', directory, kinds: kinds.filter((_, n) => n % 2 === 0), only },
    { part: 'loop', directory, kinds: kinds.filter((_, n) => n % 2 === 1), only },
    { part: 'sweep', directory, kinds, only },
    { part: 'slack', directory: slackDirectory, kinds, only },
  ];
}

/**
 * Finds all calls by runs without faults, then brings each fault about at each of them; all parts at once.
 *
 * @throws WrongWithoutFaultError
 */
export async function runMatrix(parts: readonly PartData[], options: MatrixOptions): Promise<MatrixRow[]> {
  const stop = new AbortController();
  try {
    return merge((await Promise.all(parts.map((data) => runPart(data, options, stop)))).flat());
  } finally {
    stop.abort();
  }
}

/** Runs one part on a thread of its own, so that the parts share the cores. */
async function runPart(data: PartData, options: MatrixOptions, stop: AbortController): Promise<MatrixRow[]> {
  const worker = new Worker(new URL('./part.thread.ts', import.meta.url), { workerData: data });
  const { promise, resolve, reject } = Promise.withResolvers<MatrixRow[]>();
  stop.signal.addEventListener('abort', () => {
    resolve([]);
    void worker.terminate();
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('A part of the matrix ended early.')));
  worker.on('message', (message: FromPart) => {
    if (message.type === 'rows') return resolve([...message.rows]);
    if (message.type === 'wrong') return reject(new WrongWithoutFaultError(message.message));
    options.onVerdict(message.call, message.fault, message.verdict);
    if (options.isEnough?.()) stop.abort();
  });
  return promise;
}

/** The same call from several parts is one row, with its faults in the order of the columns. */
function merge(rows: readonly MatrixRow[]): MatrixRow[] {
  const byCall = Map.groupBy(rows, ({ site }) => `${site.key} ${site.occurrence}`);
  return [...byCall.values()].flatMap((same) => {
    const [first] = same;
    const found = new Map(same.flatMap((row) => [...row.verdicts]));
    const verdicts = new Map(
      FAULT_KINDS.flatMap(({ name }) => {
        const verdict = found.get(name);
        return verdict === undefined ? [] : [[name, verdict] as const];
      }),
    );
    return first === undefined ? [] : [{ site: first.site, verdicts }];
  });
}

/** Every call that lambda/aws and lambda/slack make must be in the matrix. @throws CallsMissingError */
export function checkComplete(rows: readonly MatrixRow[]): void {
  const called = new Set(rows.map(({ site: { operation } }) => operation.split('.')[1]));
  const missing = commandsInSource().filter((command) => !called.has(command));
  if (missing.length === 0) return;
  throw new CallsMissingError(
    `No scenario of test/faults comes by ${missing.join(', ')}, which lambda calls. ` +
      'Give test/faults/recordings.ts or one of the scenarios what makes it happen.',
  );
}

function commandsInSource(): string[] {
  const folder = join(import.meta.dirname, '../../lambda');
  const sources = globSync('{aws,slack}/**/*.ts', { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  const named = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)]);
  const operations = named.map(([, command = '', paginated = '']) => command || paginated);
  // Slack's is no command: a plain call.
  if (sources.some((source) => source.includes('https.request('))) operations.push('PostMessage');
  return [...new Set(operations.map((operation) => DOCUMENT_OPERATIONS[operation] ?? operation))];
}

/** The document client has names of its own. */
const DOCUMENT_OPERATIONS: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  BatchGet: 'BatchGetItem',
};
