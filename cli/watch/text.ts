import { durationText, secondsBetween } from '../../lambda/audit/text/duration.ts';
import type { Column } from '../shared/screen/layout.ts';
import { outcomeColumns } from '../shared/screen/outcome-columns.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { stateText } from '../shared/screen/states.ts';
import { nameText, numberText, UNKNOWN } from '../shared/screen/words.ts';
import { finishedChecks } from './frame.ts';
import type { WatchDocument, WatchedAudit } from './schema.ts';

type CheckRow = WatchedAudit['checks'][number];

const BAR_WIDTH = 20;
const LATEST_FIRST_MS = 1000;

/** How the audits ended. */
export function* watchText({ audits, readAt }: WatchDocument, screen: Screen): Iterable<string> {
  for (const [index, audit] of audits.entries()) {
    if (index > 0) yield '';
    yield* frameLines(audit, Date.parse(readAt), screen);
  }
}

/** An audit with a row for each check. */
export function* frameLines(audit: WatchedAudit, now: number, screen: Screen): Iterable<string> {
  const { taskId, auditName, checks, totalChecks } = audit;
  yield* screen.wrapped(`${nameText(auditName)}, audit ${nameText(taskId)}: ${phaseText(audit)}`);
  const finished = finishedChecks(audit);
  if (!audit.over) yield* screen.wrapped([barText(finished, totalChecks), ...timeText(audit, now)].join('  '));
  if (checks.length > 0) yield* screen.table(columns(screen), checks);
}

/** One line for the log of a pipe; the same line means that nothing has changed. */
export function progressLine(audit: WatchedAudit): string {
  const { auditName, checks, totalChecks } = audit;
  const count = (outcome: CheckRow['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  const trouble = [
    `${count('NON_COMPLIANT')} non-compliant`,
    ...(count('FAILED') === 0 ? [] : [`${count('FAILED')} failed`]),
  ].join(', ');
  return `${nameText(auditName)}: ${phaseText(audit)}, ${finishedChecks(audit)} of ${numberText(totalChecks)} checks finished, ${trouble}`;
}

function phaseText({ phase, polledAt, over }: WatchedAudit): string {
  if (polledAt === undefined) return phase === 'GAVE_UP' ? 'gave up' : 'not polled yet';
  if (phase === 'COMPLETED' && !over) return 'completed, the result is being written';
  return stateText(phase);
}

function* timeText({ startedAt, polledAt, expectedEndAt }: WatchedAudit, now: number): Iterable<string> {
  const time = new Date(now).toISOString();
  yield `${durationText(secondsBetween(startedAt, time)) ?? UNKNOWN} so far`;
  const left = durationText(secondsBetween(time, expectedEndAt));
  if (expectedEndAt !== undefined) yield left === undefined ? 'longer than usual' : `about ${left} left`;
  const age = now - Date.parse(polledAt ?? '');
  if (age >= LATEST_FIRST_MS) yield `as of ${durationText(age / 1000)} ago`;
}

function barText(finished: number, total: number | undefined): string {
  if (total === undefined || total === 0) return 'Checks unknown';
  const filled = Math.round((BAR_WIDTH * Math.min(finished, total)) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${finished}/${total} checks`;
}

function columns(screen: Screen): Column<CheckRow>[] {
  return [...outcomeColumns(screen), { title: 'CHECK', width: 20, grows: true, text: checkText }];
}

function checkText({ title, errorCode }: CheckRow): string {
  return nameText(title) + (errorCode === undefined ? '' : ` (${nameText(errorCode)})`);
}
