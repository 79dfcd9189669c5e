import { PassThrough, Writable } from 'node:stream';
import { run } from '../../cli/program.ts';
import type { Io, Output } from '../../cli/shared/screen/io.ts';

/** Where a command writes, and what it reads, in a test. */
export interface TestIo extends Io {
  readonly stdin: PassThrough & { readonly isTTY?: boolean };
  readonly written: { out: string; err: string };
}

/** What a test sets of it. */
export interface TerminalOptions {
  /** A terminal of so many columns; without it a pipe. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly now?: string;
}

export function testIo({ columns, env = {}, now = '2026-11-23T12:00:00.000Z' }: TerminalOptions = {}): TestIo {
  const written = { out: '', err: '' };
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const into = (name: 'out' | 'err'): Output =>
    Object.assign(
      new Writable({
        decodeStrings: false,
        write: (chunk, _encoding, done) => {
          written[name] += String(chunk);
          done();
        },
      }),
      terminal,
    );
  let clock = Date.parse(now);
  return {
    stdin: Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, setRawMode: () => undefined }),
    stdout: into('out'),
    stderr: into('err'),
    env,
    now: () => clock,
    // Nobody waits in a test.
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    onInterrupt: new Set(),
    exitCode: 0,
    written,
  };
}

/** Runs a command line in this process. */
export async function runCli(argv: readonly string[], options: TerminalOptions = {}, io = testIo(options)) {
  const code = await run(argv, io);
  return { code, ...io.written };
}
