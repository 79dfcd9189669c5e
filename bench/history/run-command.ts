import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Reads } from '../reads.ts';
import type { CountedTable } from './tables.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/audit-watcher.mjs');
/** V8 lets garbage pile up to the size of its heap: in a small one the peak shows what is kept, and what does not fit fails. */
const SMALL_HEAP_MB = 40;
const PRELOAD = join(import.meta.dirname, 'peak-memory.mjs');

/** What one run of a command took. */
export interface Run {
  readonly exitCode: number;
  /** Standard error. */
  readonly notes: string;
  readonly reads: Reads;
  /** Items that were read when the first line came; undefined if none came. */
  readonly itemsToFirstLine?: number;
  /** Until the first line, or the end. */
  readonly milliseconds: number;
  readonly lines: number;
  readonly peakMb: number;
}

/** Runs a command in a process of its own, on a stack with this table. @param cloudFormation URL of the endpoint that describes it */
export async function runCommand(
  argv: readonly string[],
  table: CountedTable,
  cloudFormation: string,
  heapMb = SMALL_HEAP_MB,
): Promise<Run> {
  const heap = ['--max-semi-space-size=1', `--max-old-space-size=${heapMb}`];
  table.takeReads();
  const begun = performance.now();
  const child = spawn(process.execPath, [...heap, '--import', PRELOAD, PROGRAM, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      // Only the report asks it, and goes on without its answer.
      AWS_ENDPOINT_URL_IOT: cloudFormation,
    },
  });
  const [, stdout, stderr, memory] = child.stdio.map((stream) => (stream instanceof Readable ? stream : undefined));
  if (stdout === undefined || stderr === undefined || memory === undefined) throw new Error('There is no pipe.');
  let first: { milliseconds: number; items: number } | undefined;
  let lines = 0;
  // The next page is not asked for before more was written than the pipe holds, so the count is exact.
  stdout.on('data', (piece: Buffer) => {
    first ??= { milliseconds: performance.now() - begun, items: table.itemsRead() };
    lines += piece.toString('latin1').split('\n').length - 1;
  });
  const [notes, peak, [exitCode]] = await Promise.all([text(stderr), text(memory), once(child, 'close')]);
  return {
    exitCode,
    notes,
    reads: table.takeReads(),
    itemsToFirstLine: first?.items,
    milliseconds: first?.milliseconds ?? performance.now() - begun,
    lines,
    peakMb: Number(peak) / 1024,
  };
}
