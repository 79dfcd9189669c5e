import type { AuditPhase, CheckOutcome } from '../../../lambda/audit/answer/reading.ts';
import type { Severity } from '../../../lambda/audit/answer/severity.ts';
import type { Change } from '../../../lambda/audit/ledger/move.ts';
import type { CheckState } from '../../../lambda/audit/ledger/state.ts';
import type { WatchedOutcome } from '../../../lambda/audit/watch/end.ts';
import type { Style } from './screen.ts';

/** States, outcomes and changes in words: `non-compliant`, `gave up`. */
export function stateText(state: CheckState | WatchedOutcome | AuditPhase | CheckOutcome | Change): string {
  const words = state.toLowerCase().replaceAll('_', ' ');
  return words.replace('non compliant', 'non-compliant');
}

/** What is unknown never looks like what is good. */
export function statePaint(state: CheckState | WatchedOutcome): Style {
  switch (state) {
    case 'NON_COMPLIANT':
    case 'WITH_FINDINGS':
      return 'red';
    case 'COMPLIANT':
      return 'green';
    case 'SUPPRESSED':
      return 'gray';
    case 'RUNNING':
      return 'cyan';
    default:
      return 'yellow';
  }
}

/** The same for how a check stands in an audit. */
export function outcomePaint(outcome: CheckOutcome): Style {
  switch (outcome) {
    case 'NON_COMPLIANT':
      return 'red';
    case 'COMPLIANT':
      return 'green';
    case 'RUNNING':
    case 'WAITING_FOR_DATA':
      return 'cyan';
    default:
      return 'yellow';
  }
}

export function severityPaint(severity: Severity): Style {
  switch (severity) {
    case 'CRITICAL':
    case 'HIGH':
      return 'red';
    case 'MEDIUM':
      return 'yellow';
    case 'LOW':
    case 'INFO':
      return 'reset';
  }
}
