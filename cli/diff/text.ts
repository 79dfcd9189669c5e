import { plural } from '../../lambda/audit/text/words.ts';
import type { Column } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { stateText } from '../shared/screen/states.ts';
import { minuteText, nameText, numberText } from '../shared/screen/words.ts';
import type { DiffDocument } from './schema.ts';

type CheckDiff = DiffDocument['checks'][number];

const LISTED = 10;

/** The answer for people. */
export function* diffText({ earlier, later, checks }: DiffDocument, screen: Screen): Iterable<string> {
  for (const [label, { taskId, auditName, startedAt, outcome }] of [
    ['Earlier', earlier],
    ['Later', later],
  ] as const) {
    yield* screen.wrapped(
      `${nameText(taskId)}, ${nameText(auditName)}, started ${minuteText(startedAt)} UTC, ${stateText(outcome)}`,
      `${label}: `.padEnd(9),
      ' '.repeat(9),
    );
  }
  if (checks.length === 0) return;
  yield '';
  yield* screen.table(columns(screen), checks);
  for (const check of checks) yield* findingLines(check, screen);
}

function columns(screen: Screen): Column<CheckDiff>[] {
  return [
    {
      title: 'CHANGE',
      width: 12,
      text: changeText,
      paint: ({ change }, cell) => screen.paint(change === 'NEW' || change === 'WORSE' ? 'red' : 'reset', cell),
    },
    { title: 'EARLIER', width: 18, text: ({ earlier }) => standingText(earlier) },
    { title: 'LATER', width: 18, text: ({ later }) => standingText(later) },
    { title: 'CHECK', width: 20, grows: true, text: ({ title }) => nameText(title) },
  ];
}

/** Without a check on one side there is nothing to compare. */
function changeText({ change }: CheckDiff): string {
  return change === undefined ? 'one side' : stateText(change);
}

function standingText(standing: CheckDiff['earlier']): string {
  if (standing === undefined) return 'not audited';
  const { outcome, nonCompliantResources } = standing;
  return outcome === 'NON_COMPLIANT' ? `${numberText(nonCompliantResources)} bad` : stateText(outcome);
}

function* findingLines({ title, findings, earlier, later }: CheckDiff, screen: Screen): Iterable<string> {
  const isBad = [earlier, later].some((standing) => standing?.outcome === 'NON_COMPLIANT');
  if (findings === undefined) {
    if (isBad && earlier !== undefined && later !== undefined) {
      yield '';
      yield* screen.wrapped(
        `${nameText(title)}: the findings of one audit are not all known, so they are not compared.`,
      );
    }
    return;
  }
  const changed = [...findings.new, ...findings.gone, ...findings.suppressed];
  if (changed.length === 0) return;
  yield '';
  yield `${nameText(title)}: ${findings.new.length} new, ${findings.gone.length} gone, ${findings.suppressed.length} suppressed, ${findings.stillOpen} still open`;
  for (const [sign, rows] of [
    ['+', findings.new],
    ['-', findings.gone],
    ['~', findings.suppressed],
  ] as const) {
    for (const { resource } of rows.slice(0, LISTED)) yield* screen.wrapped(nameText(resource), `  ${sign} `, '    ');
    if (rows.length > LISTED) yield `  ${sign} and ${plural(rows.length - LISTED, 'more finding')}`;
  }
}
