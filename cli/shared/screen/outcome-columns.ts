import type { CheckOutcome } from '../../../lambda/audit/answer/reading.ts';
import type { Severity } from '../../../lambda/audit/answer/severity.ts';
import type { Column } from './layout.ts';
import type { Screen } from './screen.ts';
import { severityPaint, statePaint, stateText } from './states.ts';
import { numberText } from './words.ts';

interface CheckRow {
  readonly outcome: CheckOutcome;
  readonly severity: Severity;
  readonly nonCompliantResources?: number;
  readonly totalResources?: number;
}

/** The first columns of the checks of an audit: how each came out, how bad that is, and of how many resources. */
export function outcomeColumns(screen: Screen): Column<CheckRow>[] {
  return [
    {
      title: 'OUTCOME',
      width: 16,
      text: ({ outcome }) => stateText(outcome),
      paint: ({ outcome }, cell) => screen.paint(statePaint(outcome), cell),
    },
    {
      title: 'SEVERITY',
      width: 8,
      text: ({ severity }) => severity,
      paint: ({ outcome, severity }, cell) =>
        outcome === 'NON_COMPLIANT' ? screen.paint(severityPaint(severity), cell) : cell,
    },
    {
      title: 'BAD OF ALL',
      width: 14,
      align: 'right',
      text: ({ nonCompliantResources: bad, totalResources: all }) => `${numberText(bad)} of ${numberText(all)}`,
    },
  ];
}
