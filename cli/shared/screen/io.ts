import type { Readable, Writable } from 'node:stream';

/** Standard input, or anything that may be a keyboard. */
export type Input = Readable & { readonly isTTY?: boolean };

/** Standard output, or anything that may be a terminal. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A terminal that can be drawn on: one that knows neither colours nor the cursor says that it is dumb. */
export function isDrawable({ isTTY }: Output, env: Io['env']): boolean {
  return isTTY === true && env.TERM !== 'dumb';
}

/** What a command has to do with: the process, or in a test whatever stands in for it. */
export interface Io {
  /** What a person types when a command asks; no command reads anything else from it. */
  readonly stdin: Input;
  /** Results. */
  readonly stdout: Output;
  /** Prose: notes, progress, errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Waits so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** What to do before a signal ends the program; a command takes away again what it has put there. */
  readonly onInterrupt: Set<() => unknown>;
  /** What the command that ran has come to, see EXIT. */
  exitCode: number;
}

/** Writes a text whole, and waits while the reader is slower than the writer. */
export function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.write(text)) resolve();
    else stream.once('drain', resolve);
  });
}

/** Waits until everything written so far is out, so that the process may end after it. */
export function flushed(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
