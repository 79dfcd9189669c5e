import { auditNameOf, ON_DEMAND } from '../../answer/reading.ts';
import { highestSeverity, type Severity } from '../../answer/severity.ts';
import type { CheckEntry } from '../../ledger/entry.ts';
import type { Change } from '../../ledger/move.ts';
import { clean } from '../../text/safe-text.ts';
import type { AlertInput } from '../alert-input.ts';
import { type CheckFacts, MAX_LISTED_CHECKS, nameOf } from './check-facts.ts';
import type { AlertScope } from './trouble.ts';

/** Far more schedules than an account can have: five. */
const MAX_AUDIT_NAMES = 50;

/** What subscribers filter by. An alert that ends trouble reaches everybody who was sent that trouble. */
export interface Reach {
  /** The highest of the alert itself and of the messages that published the trouble or announced the alert. */
  readonly severity: Severity;
  /** Name of this audit, and the names that the trouble was published to. Empty if that is not known: then it is for all. */
  readonly auditNames: readonly string[];
  /** The checks that the alert is about, those whose trouble it ends, and those of the alerts that announced it. */
  readonly checks: readonly string[];
}

/** An alert that ends trouble goes to everybody who was sent that trouble, whatever they filter by. */
export function reachOf(
  input: AlertInput,
  scope: AlertScope,
  severity: Severity,
  trouble: readonly CheckFacts[],
): Reach {
  const { snapshot, comparison, announcedAs = [] } = input;
  // If it cannot be read who was sent the trouble, its end is sent to everybody.
  const isForAll = snapshot === undefined || (scope.ended !== undefined && comparison === undefined);
  const own = isForAll ? [] : [clean(auditNameOf(snapshot.answer), 128) ?? ON_DEMAND];
  const ended = endedEntries(input, scope).flatMap(({ checkName, published }) =>
    published === undefined ? [] : [{ checkName, ...published }],
  );
  return {
    severity: highestSeverity([
      severity,
      ...(scope.ended !== undefined && isForAll ? (['CRITICAL'] as const) : []),
      ...ended.map(({ sentAs }) => sentAs),
      ...announcedAs.map((alert) => alert.severity),
    ]),
    auditNames: [...new Set([...own, ...ended.flatMap(({ auditNames }) => auditNames)])].slice(0, MAX_AUDIT_NAMES),
    checks: [
      ...new Set([
        ...trouble.map(({ name }) => name),
        ...ended.map(({ checkName }) => nameOf(checkName)),
        ...announcedAs.flatMap(({ checks }) => checks),
      ]),
    ].slice(0, MAX_LISTED_CHECKS),
  };
}

/** What was known of the checks whose trouble a closing message ends, or says to be neither seen nor gone. */
function endedEntries({ slot, comparison }: AlertInput, { includesDropped = false }: AlertScope): CheckEntry[] {
  if (slot !== 'TERMINAL' || comparison === undefined) return [];
  const isConcerned = (change: Change) =>
    change === 'RECOVERED' || change === 'SUPPRESSED' || (includesDropped && change === 'UNKNOWN');
  return [
    ...comparison.checks.flatMap(({ change, before }) => (before !== undefined && isConcerned(change) ? [before] : [])),
    ...(includesDropped ? [...comparison.dropped, ...comparison.missing] : []),
  ];
}
