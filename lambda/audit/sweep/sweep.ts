import { DAY_MS, HOUR_MS } from '../text/duration.ts';
import { AWS_RETENTION_MS } from '../watch/due.ts';
import { NOBODY, pendingSlots, type Watch } from '../watch/watch.ts';
import type { MissedRunAlert } from './schedule-records.ts';

/** Every sweep lists this much again, so that it also finds an audit that AWS lists late. */
export const LOOK_BACK_MS = DAY_MS;

/** The history is filled in slices of this length, one in each sweep: a year of audits at once would throttle everybody. */
export const HISTORY_SLICE_MS = 7 * DAY_MS;

/** What the sweep remembers. All times ISO 8601, UTC. */
export interface SweepState extends Partial<SweepReach> {
  /** Start of the first sweep, whatever became of it. */
  readonly firstSweepAt?: string;
  /** Start of the latest sweep that came to its end. */
  readonly lastSweepAt?: string;
  /** Until then scheduled audits may have run of which only the task ids are known. */
  readonly runsUnknownAt?: string;
}

/** Which audits need not be listed any more, because each of them has a watch. ISO 8601, UTC. */
export interface SweepReach {
  /** Audits that AWS listed up to here. The next sweep begins a day earlier, for audits that AWS lists late. */
  readonly coveredUntil: string;
  /** Audits of the history that started before this. */
  readonly historyUntil: string;
  /** How many audits the last sweep listed in the slice of the history that is next; absent until one did. */
  readonly historyListed?: number;
}

/** A span of audit starts to be listed. */
export interface SweepWindow {
  readonly from: Date;
  readonly to: Date;
  /** Only audits in progress. */
  readonly runningOnly?: boolean;
}

/** What one sweep lists. */
export interface SweepPlan {
  /** One after the other. */
  readonly recent: readonly SweepWindow[];
  /** Both until the history is known. */
  readonly running?: SweepWindow;
  readonly history?: SweepWindow;
  /** What stands before the sweep. */
  readonly reached: SweepReach;
}

/** An audit in a list of AWS. */
export interface ListedAudit {
  readonly taskId: string;
  /** False also where AWS does not say. */
  readonly isOnDemand: boolean;
}

/** What the table knows of the watch of a listed audit. */
export interface ListedWatch
  extends Partial<Pick<Watch, 'execution' | 'auditName' | 'endedAt' | 'gaveUpAt' | 'watchedSince'>> {
  /** Work is left. */
  readonly isOpen: boolean;
  /** It cannot be read, so that no execution will ever poll it. */
  readonly isUnreadable?: boolean;
}

/**
 * Which audits a sweep asks for: those that are not known to be watched with a day's overlap, and, until the 90 days that AWS
 * keeps are known, a slice of the history, oldest first, with whatever is still in progress however long ago it started.
 * What the last sweep listed and what came since are asked for apart: the first may be watched while the second is new.
 */
export function planSweep(state: SweepState, now: Date): SweepPlan {
  const { firstSweepAt, lastSweepAt, coveredUntil, historyUntil, historyListed } = state;
  const oldest = now.getTime() - AWS_RETENTION_MS;
  const last = Math.min(timeOf(lastSweepAt, now), now.getTime());
  // Until a sweep has come to its end, nothing is known of the time since the first.
  const covered = Math.min(timeOf(coveredUntil ?? lastSweepAt ?? firstSweepAt, now), last);
  const recentFrom = Math.max(oldest, covered - LOOK_BACK_MS);
  const ends = covered < last && recentFrom < last && last < now.getTime() ? [last, now.getTime()] : [now.getTime()];
  const recent = ends.map((to, n) => ({ from: new Date(ends[n - 1] ?? recentFrom), to: new Date(to) }));
  // What came after the first sweep was found by the sweeps since.
  const historyEnd = Math.min(timeOf(firstSweepAt, now) - LOOK_BACK_MS, recentFrom);
  const from = Math.max(oldest, timeOf(historyUntil, new Date(oldest)));
  const reached = { coveredUntil: new Date(covered).toISOString(), historyUntil: new Date(from).toISOString() };
  if (from >= historyEnd) return { recent, reached };
  return {
    recent,
    reached: { ...reached, historyListed },
    running: { from: new Date(oldest), to: new Date(recentFrom), runningOnly: true },
    history: { from: new Date(from), to: new Date(Math.min(from + HISTORY_SLICE_MS, historyEnd)) },
  };
}

/**
 * How far the sweeps have come when all that a window listed is known to be watched, or not yet. A slice of the history is
 * then never listed again, so two sweeps must have listed as many audits in it: AWS may once leave some out, or all.
 *
 * @param historyListed how many audits were listed in the slice of the history
 */
export function reachAfter(
  { recent, history, reached }: SweepPlan,
  isKnown: (window: SweepWindow) => boolean,
  historyListed: number,
): SweepReach {
  const left = recent.findIndex((window) => !isKnown(window));
  const covered = recent.at(left === -1 ? -1 : left - 1);
  const coveredUntil = left === 0 || covered === undefined ? reached.coveredUntil : covered.to.toISOString();
  if (history === undefined) return { coveredUntil, historyUntil: reached.historyUntil };
  return isKnown(history) && historyListed === reached.historyListed
    ? { coveredUntil, historyUntil: history.to.toISOString() }
    : { coveredUntil, historyUntil: reached.historyUntil, historyListed };
}

/**
 * Seconds for which audits that an earlier sweep found may have gone unwatched since: their start events lead to nothing. 0 if
 * every one has a watch; those that were found just now do not count.
 */
export function unwatchedSeconds({ lastSweepAt }: SweepState, { coveredUntil }: SweepReach, now: Date): number {
  if (lastSweepAt === undefined) return 0;
  const covered = timeOf(coveredUntil, now);
  return covered < timeOf(lastSweepAt, now) ? (now.getTime() - covered) / 1000 : 0;
}

/** Seconds since the first of the watches gave up without an alert that still cannot read their audit; 0 if no watch did. */
export function unreadSeconds(watches: readonly Watch[], now: Date): number {
  const silent = watches.filter(
    ({ gaveUpAt, alerts }) => gaveUpAt !== undefined && alerts.WATCHER_GAVE_UP === undefined,
  );
  return Math.max(0, ...silent.map(({ gaveUpAt }) => (now.getTime() - timeOf(gaveUpAt, now)) / 1000));
}

/** Whether an audit was listed only in the slice of the history: it is from before the deployment, and is over. */
export function predatesWatcher(
  plan: SweepPlan,
  listedIn: (window: SweepWindow | undefined) => readonly ListedAudit[],
  { taskId }: ListedAudit,
): boolean {
  return ![...plan.recent, plan.running].some((window) => listedIn(window).some((audit) => audit.taskId === taskId));
}

/**
 * Whether no further sweep has to list an audit: an execution has taken its watch (a start event alone is not enough), and that
 * watch has polled it, has given up or has ended. An on-demand audit needs no poll, because it cannot be the run of a schedule.
 */
export function isKnownAudit({ isOnDemand }: ListedAudit, watch: ListedWatch | undefined): boolean {
  return watch !== undefined && watch.execution !== NOBODY && (isOnDemand || !awaitsFirstPoll(watch));
}

/** Whether a listed audit may be the run of any schedule: only its first poll will show which. */
export function mayBeAnyRun(audit: ListedAudit, watch: ListedWatch | undefined): boolean {
  return !audit.isOnDemand && !isKnownAudit(audit, watch);
}

/** A watch that somebody closed by hand awaits nothing, nor does one that gave up or cannot be read. */
function awaitsFirstPoll({ auditName, endedAt, gaveUpAt, isOpen, isUnreadable = false }: ListedWatch): boolean {
  return isOpen && !isUnreadable && [auditName, endedAt, gaveUpAt].every((known) => known === undefined);
}

/**
 * Up to when scheduled audits may have run that nobody can name: their watch ended before its first poll. A run that is
 * missed before that may be one of them.
 */
export function runsUnknownAt(
  { runsUnknownAt: before }: SweepState,
  listed: readonly ListedAudit[],
  watches: ReadonlyMap<string, ListedWatch>,
  now: Date,
): string | undefined {
  const nameless = listed
    .filter(({ isOnDemand }) => !isOnDemand)
    .map(({ taskId }) => watches.get(taskId))
    .filter((watch) => watch !== undefined && watch.auditName === undefined && !awaitsFirstPoll(watch))
    .map((watch) => watch?.watchedSince ?? now.toISOString());
  return [before, ...nameless]
    .filter((moment) => moment !== undefined)
    .toSorted()
    .at(-1);
}

/** Seconds for which the oldest unsent alert, of a watch or about a missed run, has waited; 0 if all are sent. */
export function oldestPendingAlertSeconds(
  watches: readonly Watch[],
  missedRuns: readonly Pick<MissedRunAlert, 'judgedAt'>[],
  now: Date,
): number {
  const registered = watches.flatMap(({ alerts }) => pendingSlots(alerts).map((slot) => alerts[slot]?.registeredAt));
  const judged = missedRuns.map(({ judgedAt }) => judgedAt);
  const ages = [...registered, ...judged].map((moment) => (now.getTime() - timeOf(moment, now)) / 1000);
  return Math.max(0, ...ages);
}

/**
 * Whether an audit that had ended before its first poll is too old for alerts: it began more than `lateAfterHours` before
 * the first sweep. One that began later gets its alerts however late it is found: there may have been no sweep for days.
 * AWS does not say when an audit ended; an earlier sweep would have seen it in progress.
 */
export function isLate(
  startedAt: string | undefined,
  firstSweepAt: string | undefined,
  lateAfterHours: number,
  now: Date,
): boolean {
  return timeOf(startedAt, now) < timeOf(firstSweepAt, now) - lateAfterHours * HOUR_MS;
}

function timeOf(moment: string | undefined, otherwise: Date): number {
  const time = Date.parse(moment ?? '');
  return Number.isNaN(time) ? otherwise.getTime() : time;
}
