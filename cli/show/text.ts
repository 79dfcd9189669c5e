import { durationText } from '../../lambda/audit/text/duration.ts';
import type { Column } from '../shared/screen/layout.ts';
import { outcomeColumns } from '../shared/screen/outcome-columns.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { stateText } from '../shared/screen/states.ts';
import { dayText, minuteText, nameText, numberText, secondText, UNKNOWN } from '../shared/screen/words.ts';
import type { ShowDocument } from './schema.ts';

type CheckRow = ShowDocument['checks'][number];
type SnapshotRow = ShowDocument['snapshots'][number];

/** The answer for people. */
export function* showText(document: ShowDocument, screen: Screen): Iterable<string> {
  const { audit, checks, notAudited, findings, snapshots, alerts, topics } = document;
  yield `Audit ${nameText(audit.taskId)}, ${nameText(audit.auditName)}`;
  yield* screen.wrapped(
    `Started ${minuteText(audit.startedAt)} UTC, ran ${durationText(audit.ranSeconds) ?? UNKNOWN}: ${stateText(audit.outcome)}.${audit.late ? ' Found late, and recorded without alerts.' : ''}`,
  );
  if (checks.length > 0) {
    yield '';
    yield* screen.table(checkColumns(screen), checks);
  }
  for (const name of notAudited)
    yield* screen.wrapped(`${nameText(name)} is still open, and was not part of this audit.`);
  yield* findingLines(findings, screen);
  const changed = snapshots.filter(
    (one, index) => isChange(one, snapshots[index - 1]) || index === snapshots.length - 1,
  );
  if (changed.length > 0) {
    yield '';
    yield changed.length === snapshots.length ? 'Polls:' : `Polls that saw a change, of ${snapshots.length}:`;
    yield* screen.table(SNAPSHOT_COLUMNS, changed);
  }
  yield '';
  yield alerts.length === 0 ? 'Alerts: none' : `Alerts${topics.length === 0 ? '' : ` to ${topics.join(', ')}`}:`;
  if (alerts.length > 0) yield* screen.table(ALERT_COLUMNS, alerts);
}

function* findingLines(findings: ShowDocument['findings'], screen: Screen): Iterable<string> {
  yield '';
  if (findings === undefined) {
    yield 'Findings: none stored';
    return;
  }
  yield `Findings: ${findings.count}${findings.worst.length === 0 ? '' : ', the worst of the open ones:'}`;
  for (const { severity, resource, firstSeenAt } of findings.worst) {
    yield* screen.wrapped(`${severity} ${nameText(resource)}, first seen ${dayText(firstSeenAt)}`, '  ', '    ');
  }
  for (const name of findings.incompleteChecks) yield `  ${nameText(name)}: AWS has not listed all of them.`;
}

function checkColumns(screen: Screen): Column<CheckRow>[] {
  return [
    ...outcomeColumns(screen),
    { title: 'CHANGE', width: 10, text: ({ change }) => (change === undefined ? UNKNOWN : stateText(change)) },
    { title: 'CHECK', width: 20, grows: true, text: checkText },
  ];
}

function checkText({ title, errorCode, findings, suppressedResources = 0 }: CheckRow): string {
  const remarks = [
    ...(errorCode === undefined ? [] : [nameText(errorCode)]),
    ...(findings === undefined || findings.new === 0 ? [] : [`${findings.new} new`]),
    ...(findings === undefined || findings.gone === 0 ? [] : [`${findings.gone} gone`]),
    ...(suppressedResources === 0 ? [] : [`${suppressedResources} suppressed`]),
  ];
  return nameText(title) + (remarks.length === 0 ? '' : ` (${remarks.join(', ')})`);
}

const SNAPSHOT_COLUMNS: readonly Column<SnapshotRow>[] = [
  { title: '  POLL', width: 8, align: 'right', text: ({ poll }) => String(poll) },
  { title: 'AT (UTC)', width: 19, text: ({ capturedAt }) => secondText(capturedAt) },
  { title: 'STATUS', width: 12, text: ({ taskStatus }) => nameText(taskStatus) },
  { title: 'GOOD', width: 4, align: 'right', text: ({ compliantChecks }) => numberText(compliantChecks) },
  { title: 'BAD', width: 4, align: 'right', text: ({ nonCompliantChecks }) => numberText(nonCompliantChecks) },
  { title: 'FAILED', width: 6, align: 'right', text: ({ failedChecks }) => numberText(failedChecks) },
  { title: 'CHECKS', width: 6, align: 'right', text: ({ checks }) => numberText(checks) },
];

const ALERT_COLUMNS: readonly Column<ShowDocument['alerts'][number]>[] = [
  {
    title: '  AT (UTC)',
    width: 18,
    text: ({ settledAt, registeredAt }) => `  ${minuteText(settledAt ?? registeredAt)}`,
  },
  { title: 'STATUS', width: 10, text: ({ status }) => nameText(status.toLowerCase()) },
  { title: 'KIND', width: 20, grows: true, text: ({ kind }) => nameText(kind) },
];

function isChange(now: SnapshotRow, before: SnapshotRow | undefined): boolean {
  const marks = ({ taskStatus, compliantChecks, nonCompliantChecks, failedChecks }: SnapshotRow) =>
    JSON.stringify([taskStatus, compliantChecks, nonCompliantChecks, failedChecks]);
  return before === undefined || marks(now) !== marks(before);
}
