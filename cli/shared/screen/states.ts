import type { AuditPhase, CheckOutcome } from '../../../lambda/audit/answer/reading.ts';
import type { Severity } from '../../../lambda/audit/answer/severity.ts';
import type { Change } from '../../../lambda/audit/ledger/move.ts';
import type { CheckState } from '../../../lambda/audit/ledger/state.ts';
import type { WatchedOutcome } from '../../../lambda/audit/watch/end.ts';
import type { Style } from './screen.ts';

/** States, outcomes and changes in words: `non-compliant`, `gave up`. */
export function stateText(state: State | AuditPhase | Change): string {
  const words = state.toLowerCase().replaceAll('_', ' ');
  return words.replace('non compliant', 'non-compliant');
}

/** How a state looks, on a terminal and on a page. */
export type StateLook = 'bad' | 'unknown' | 'suppressed' | 'good' | 'running';

/** How a check stands, or came out, or how an audit ended. */
export type State = CheckState | CheckOutcome | WatchedOutcome;

/** What is unknown never looks like what is good. */
const LOOKS: Readonly<Record<State, StateLook>> = {
  NON_COMPLIANT: 'bad',
  WITH_FINDINGS: 'bad',
  COMPLIANT: 'good',
  SUPPRESSED: 'suppressed',
  RUNNING: 'running',
  WAITING_FOR_DATA: 'running',
  UNKNOWN: 'unknown',
  INCOMPLETE: 'unknown',
  FAILED: 'unknown',
  CANCELED: 'unknown',
  GAVE_UP: 'unknown',
};

const PAINTS: Readonly<Record<StateLook, Style>> = {
  bad: 'red',
  unknown: 'yellow',
  suppressed: 'gray',
  good: 'green',
  running: 'cyan',
};

export function lookOf(state: State): StateLook {
  return LOOKS[state];
}

export function statePaint(state: State): Style {
  return PAINTS[lookOf(state)];
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
