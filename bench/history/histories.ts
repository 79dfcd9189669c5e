import { type DescribedStack, describeStack } from './described-stack.ts';
import { type Run, runCommand } from './run-command.ts';
import { auditsIn, type CountedTable, fillTable } from './tables.ts';

export const LONG = { audits: 1_000, findings: 60_000 };
const EXTENTS = {
  empty: { audits: 0, findings: 0 },
  // As far as `history` looks back.
  short: { audits: auditsIn(90), findings: 10_000 },
  long: LONG,
};

export type Size = keyof typeof EXTENTS;
export type Runs = Readonly<Record<Size, readonly Run[]>>;

/** A table with a long history, one with the last 90 days of it, and an empty one, each as that of a deployed stack. */
export class Histories {
  readonly #tables: Readonly<Record<Size, CountedTable>>;
  readonly #stack: DescribedStack;

  private constructor(tables: Readonly<Record<Size, CountedTable>>, stack: DescribedStack) {
    this.#tables = tables;
    this.#stack = stack;
  }

  static async fill(): Promise<Histories> {
    const begun = performance.now();
    const now = Date.now();
    const tables = {
      empty: await fillTable(EXTENTS.empty, now),
      short: await fillTable(EXTENTS.short, now),
      long: await fillTable(EXTENTS.long, now),
    };
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(`Filled ${EXTENTS.long.audits + EXTENTS.short.audits} audits in ${seconds} s.\n`);
    return new Histories(tables, await describeStack());
  }

  /** Runs a command on one table after the other, so many times. */
  async run(rounds: number, argvOf: (size: Size) => readonly string[], heapMb?: number): Promise<Runs> {
    const runs: Record<Size, Run[]> = { empty: [], short: [], long: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const size of ['empty', 'short', 'long'] as const) {
        runs[size].push(await runCommand(argvOf(size), this.#tables[size], this.#stack.url, heapMb));
      }
    }
    return runs;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#tables).map((table) => table.close()));
    this.#stack.close();
  }
}
