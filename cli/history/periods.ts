import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import { type CheckState, knownState } from '../../lambda/audit/ledger/state.ts';
import type { StoredChange } from '../../lambda/aws/table/history-table.ts';

/** An unbroken time in one state. */
export interface Period {
  readonly state: CheckState;
  /** ISO 8601, UTC. */
  readonly from: string;
  /** Absent: it still is so. */
  readonly until?: string;
}

/** What a check was when, from its changes, oldest first, and from what is known of it now. */
export function periodsOf(changes: readonly StoredChange[], entry: CheckEntry | undefined): Period[] {
  const [first] = changes;
  const { state, since } = entry === undefined ? {} : knownState(entry);
  const states = [
    // What was known before the first change of the time that is asked for.
    ...(first?.before === undefined ? [] : [{ state: stateOf(first.before), from: first.before.since }]),
    ...changes.map(({ now, startedAt }) => ({ state: stateOf(now), from: startedAt })),
    // Nothing changed in that time, or an audit that still runs has found trouble.
    ...(state === undefined || since === undefined ? [] : [{ state, from: since }]),
  ];
  const periods: Period[] = [];
  for (const next of states) {
    const last = periods.at(-1);
    if (last?.state === next.state || (last !== undefined && next.from < last.from)) continue;
    if (last !== undefined) periods[periods.length - 1] = { ...last, until: next.from };
    periods.push(next);
  }
  return periods;
}

function stateOf({ outcome, suppressed = 0 }: { readonly outcome: string; readonly suppressed?: number }): CheckState {
  if (outcome === 'NON_COMPLIANT') return 'NON_COMPLIANT';
  if (outcome !== 'COMPLIANT') return 'UNKNOWN';
  return suppressed > 0 ? 'SUPPRESSED' : 'COMPLIANT';
}
