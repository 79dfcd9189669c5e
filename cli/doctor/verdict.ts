/** From best to worst, as far as they compare: SKIP says that there was nothing to judge. */
export const STATUSES = ['PASS', 'WARN', 'FAIL', 'SKIP'] as const;
export type Status = (typeof STATUSES)[number];

/** What to do about trouble. */
export interface Remedy {
  /** One sentence, or two. */
  readonly text: string;
  /** A shell command to paste. */
  readonly command?: string;
}

/** What a check came to. */
export type Verdict =
  | { readonly status: 'PASS' | 'SKIP'; readonly found: string }
  | { readonly status: 'WARN' | 'FAIL'; readonly found: string; readonly remedy: Remedy };

/** The verdict of one check, as it is shown. */
export type Row = { readonly check: string } & Verdict;

export function pass(found: string): Verdict {
  return { status: 'PASS', found };
}

export function skip(found: string): Verdict {
  return { status: 'SKIP', found };
}

export function warn(found: string, text: string, command?: string): Verdict {
  return { status: 'WARN', found, remedy: { text, command } };
}

export function fail(found: string, text: string, command?: string): Verdict {
  return { status: 'FAIL', found, remedy: { text, command } };
}

/** The first few of a list, and how many more there are. */
export function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
