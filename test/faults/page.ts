import { familyOf } from './calls.ts';
import { FAULT_KINDS } from './kinds.ts';
import type { MatrixRow } from './parts.ts';

/** What the mutation check found about one safeguard. */
export interface MutantResult {
  readonly name: string;
  /** The first broken invariant, and where; undefined: nothing noticed. */
  readonly caughtBy?: string;
}

/**
 * The calls after which a message is repeated or a case goes red, with the faults that do it, as a table of Markdown. Calls of
 * one operation on one kind of item are one row.
 */
export function matrixTable(rows: readonly MatrixRow[]): string {
  const alike = Map.groupBy(rows, ({ site }) => familyOf(site));
  const cells = [...alike].flatMap(([label, same]) => {
    const found = same.flatMap(({ verdicts }) => [...verdicts]);
    // In the order of the columns, whichever call of the family was hit first.
    const faults = FAULT_KINDS.flatMap(({ name }) => found.filter(([fault]) => fault === name));
    const red = faults.filter(([, { broken }]) => broken.length > 0).map(([name]) => `**red: ${name}**`);
    const repeats = faults.filter(([, { broken, copies }]) => broken.length === 0 && copies > 1).map(([name]) => name);
    const notable = new Set([...red, ...repeats]);
    return notable.size === 0 ? [] : [[label, [...notable].join(', ')]];
  });
  const header = ['call', 'a message is repeated after'];
  return [header, header.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** How many cases there are, and what became of them. */
export function countsOf(rows: readonly MatrixRow[]): string {
  const verdicts = rows.flatMap((row) => [...row.verdicts.values()]);
  const red = verdicts.filter(({ broken }) => broken.length > 0).length;
  const repeats = verdicts.filter(({ broken, copies }) => broken.length === 0 && copies > 1).length;
  const faults = new Set(rows.flatMap((row) => [...row.verdicts.keys()])).size;
  return (
    `${rows.length} calls × ${faults} faults: ${verdicts.length} cases, ${verdicts.length - red} green, ${red} red; ` +
    `in ${repeats} of the green ones a message came more than once.`
  );
}

export function mutantsTable(mutants: readonly MutantResult[]): string {
  const rows = mutants.map(({ name, caughtBy }) => `| ${name} | ${caughtBy ?? '**survives**'} |`);
  return ['| without | what goes red first |', '|---|---|', ...rows].join('\n');
}

/** The page with the text between two markers replaced. @throws Error when the markers are not there */
export function replaceBetween(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page has no markers ${begin} and ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
