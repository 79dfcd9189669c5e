import { plural } from '../../lambda/audit/text/words.ts';
import type { Column } from '../shared/screen/layout.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { severityPaint, statePaint, stateText } from '../shared/screen/states.ts';
import { dayText, minuteText, nameText, numberText, UNKNOWN } from '../shared/screen/words.ts';
import type { StatusDocument } from './schema.ts';

type CheckRow = StatusDocument['checks'][number];

const MOST_GIVEN_UP = 10;

/** The answer for people: a row for each check, then what else there is to know. */
export function* statusText(status: StatusDocument, screen: Screen): Iterable<string> {
  const { account, region, readAt, checks } = status;
  yield `Account ${account}, ${region}, ${minuteText(readAt)} UTC`;
  yield* screen.wrapped(summary(status));
  if (checks.length > 0) {
    yield '';
    yield* screen.table(columns(screen), checks);
  }
  const never = status.neverAudited.map(({ title, severity }) => `${title} (${severity})`);
  yield* section(screen, 'Never audited', never.length === 0 ? [] : [never.join(', ')]);
  yield* section(screen, 'Running now', status.running.map(runningText));
  yield* section(screen, 'Given up', gaveUpTexts(status.gaveUp));
  yield* section(screen, 'Missed runs', status.missedRuns.map(missedText));
  yield* section(screen, 'Alerts not known to be out', status.unsentAlerts.map(unsentText));
}

function summary({ checks, neverAudited }: StatusDocument): string {
  if (checks.length === 0) return 'Nothing is known: no audit has been recorded yet.';
  const count = (state: CheckRow['state']) => checks.filter((check) => check.state === state).length;
  const parts = (['NON_COMPLIANT', 'UNKNOWN', 'SUPPRESSED', 'COMPLIANT'] as const)
    .map((state) => [count(state), stateText(state)] as const)
    .filter(([checks]) => checks > 0)
    .map(([checks, words]) => `${checks} ${words}`);
  const never = neverAudited.length === 0 ? '' : `; ${neverAudited.length} never audited`;
  return `${plural(checks.length, 'check')}: ${parts.join(', ')}${never}.`;
}

function columns(screen: Screen): Column<CheckRow>[] {
  return [
    {
      title: 'STATE',
      width: 13,
      text: ({ state }) => stateText(state),
      paint: ({ state }, cell) => screen.paint(statePaint(state), cell),
    },
    {
      title: 'SEVERITY',
      width: 8,
      text: ({ severity }) => severity,
      paint: ({ state, severity }, cell) =>
        state === 'COMPLIANT' ? cell : screen.paint(severityPaint(severity), cell),
    },
    { title: 'OPEN', width: 6, align: 'right', text: openText },
    { title: 'SINCE', width: 10, text: ({ since }) => dayText(since) },
    { title: 'AUDITED', width: 16, text: ({ audit }) => dayText(audit?.startedAt) },
    { title: 'BY', width: 24, from: 110, text: ({ audit }) => nameText(audit?.auditName) },
    { title: 'CHECK', width: 20, grows: true, text: checkText },
  ];
}

/** The open resources; of a check that is unknown now, those that were open when it was last known. */
function openText({ state, lastResult, nonCompliantResources }: CheckRow): string {
  if (state === 'UNKNOWN' && lastResult === undefined) return UNKNOWN;
  return `${state === 'UNKNOWN' ? 'was ' : ''}${numberText(nonCompliantResources)}`;
}

function checkText({ title, auditName, errorCode, state, outdated, suppressedResources = 0 }: CheckRow): string {
  const remarks = [
    ...(auditName === undefined ? [] : [nameText(auditName)]),
    ...(state === 'UNKNOWN' && errorCode !== undefined ? [nameText(errorCode)] : []),
    ...(suppressedResources === 0 ? [] : [`${suppressedResources} suppressed`]),
    ...(outdated ? ['outdated'] : []),
  ];
  return nameText(title) + (remarks.length === 0 ? '' : ` (${remarks.join(', ')})`);
}

function runningText({ taskId, auditName, startedAt, lastPolledAt, ...counts }: StatusDocument['running'][number]) {
  const { checks, finishedChecks, nonCompliantChecks, failedChecks } = counts;
  const progress = `${numberText(finishedChecks)} of ${numberText(checks)} checks finished, ${numberText(nonCompliantChecks)} non-compliant, ${numberText(failedChecks)} failed`;
  const polled = lastPolledAt === undefined ? 'not polled yet' : `${progress}, seen ${minuteText(lastPolledAt)}`;
  return `${nameText(auditName)} since ${minuteText(startedAt)}: ${polled}; audit ${nameText(taskId)}`;
}

/** The first deployment may find months of audits that it is not allowed to read. */
function gaveUpTexts(gaveUp: StatusDocument['gaveUp']): string[] {
  const more = gaveUp.length - MOST_GIVEN_UP;
  return [
    ...gaveUp.slice(0, MOST_GIVEN_UP).map(gaveUpText),
    ...(more > 0 ? [`and ${more} more (--json lists all)`] : []),
  ];
}

function gaveUpText({ taskId, auditName, startedAt, reason, retriedUntil }: StatusDocument['gaveUp'][number]): string {
  const why = reason === undefined ? '' : `${nameText(reason)}, `;
  return `${nameText(auditName)} since ${minuteText(startedAt)}: ${why}tried again until ${minuteText(retriedUntil)}; audit ${nameText(taskId)}`;
}

function missedText({ auditName, dueAt, lastStartedAt }: StatusDocument['missedRuns'][number]): string {
  const last = lastStartedAt === undefined ? 'no run known' : `last run ${minuteText(lastStartedAt)}`;
  return `${nameText(auditName)}: due ${minuteText(dueAt)}, ${last}`;
}

function unsentText(alert: StatusDocument['unsentAlerts'][number]): string {
  const { auditName, kind, status, registeredAt, taskId, alertKey } = alert;
  const about = alertKey === undefined ? `of ${nameText(auditName)}` : `with the key ${nameText(alertKey)}`;
  const audit = taskId === undefined ? '' : `, audit ${nameText(taskId)}`;
  return `${nameText(kind)} ${about}: ${status} since ${minuteText(registeredAt)}${audit}`;
}

function* section(screen: Screen, title: string, texts: readonly string[]): Iterable<string> {
  if (texts.length === 0) return;
  yield '';
  yield `${title}:`;
  for (const text of texts) yield* screen.wrapped(text, '  ', '    ');
}
