import type { Context } from 'aws-lambda';
import {
  isKnownAudit,
  type ListedAudit,
  mayBeAnyRun,
  oldestPendingAlertSeconds,
  planSweep,
  predatesWatcher,
  reachAfter,
  runsUnknownAt,
  type SweepWindow,
  unreadSeconds,
  unwatchedSeconds,
} from './audit/sweep/sweep.ts';
import { dueAfterTakeOver, isOutOfReach } from './audit/watch/due.ts';
import { type Watch, workLeft } from './audit/watch/watch.ts';
import { AlertTopics } from './aws/alert-topics.ts';
import { AuditEvents } from './aws/audit-events.ts';
import { Audits } from './aws/audits.ts';
import { choiceSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countSweep, countThrottling } from './aws/metrics.ts';
import { type OpenWatches, SweepTable } from './aws/table/sweep-table.ts';
import { DIGEST, ENV, type Place } from './contract.ts';
import { ownPlace } from './function-input.ts';
import { type Judgeable, MissedRuns } from './missed-runs.ts';
import { INVOCATION_FAILED } from './watch-handler.ts';

const audits = new Audits();
const events = new AuditEvents();
const table = new SweepTable(textSetting(ENV.tableName));
const topics = AlertTopics.fromEnvironment();
const missedRuns = new MissedRuns(audits, table, topics);
const cadence = choiceSetting(ENV.digest, DIGEST);
// Loaded only where digests are wanted: it needs much of the code of alerts.
const digests =
  cadence === 'none'
    ? undefined
    : (await import('./digest/digests.ts')).Digests.fromEnvironment(cadence, audits, topics);

/** What one sweep did, for its log line. */
export interface SweepResult {
  /** Audits that AWS listed. */
  readonly listed: number;
  /** Audits that nobody had watched. */
  readonly found: number;
  /** Watches whose execution had died, or had left alerts or findings behind. */
  readonly takenOver: number;
  /** AUDIT_OVERDUE alerts. */
  readonly missedRuns: number;
  /** DIGEST alerts. */
  readonly digests: number;
}

/**
 * The sweep. Each of its parts is tried whatever became of the others; what failed is thrown at the end, and the next sweep
 * does it again. Safe beside itself and beside events: a start event too many ends as ALREADY_WATCHED.
 *
 * @throws the first error of any part, named by its nature; EventsNotPutError
 */
export async function handler(_event: unknown, context: Context): Promise<SweepResult> {
  logger.resetKeys();
  logger.addContext(context);
  const place = ownPlace(context);
  const now = new Date();
  const errors: unknown[] = [];
  const note = (error: unknown): undefined => {
    errors.push(error);
    logger.error(INVOCATION_FAILED, { error });
    countThrottling(error);
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      return note(error);
    }
  };

  const open = await attempt(() => table.openWatches(place));
  const watches = open?.watches;
  const takenOver = await attempt(() => takeOver(watches ?? [], now, note));
  const news = await attempt(() => findNew(place, now, open?.unreadable ?? [], note));
  const published = await attempt(() => missedRuns.publish(judgeable(news, open), place, now, note));
  const digest = await attempt(async () => digests?.publish(place, now));

  const result = {
    listed: news?.listed ?? 0,
    found: news?.found ?? 0,
    takenOver: takenOver ?? 0,
    missedRuns: published?.sent ?? 0,
    digests: digest?.sent ?? 0,
  };
  const unsentDigest = digest?.pending === undefined ? [] : [{ judgedAt: digest.pending.writtenAt }];
  const oldestPending = oldestPendingAlertSeconds(watches ?? [], [...(published?.pending ?? []), ...unsentDigest], now);
  countSweep({
    ...result,
    openWatches: watches?.length,
    oldestPending,
    oldestUnwatched: news && Math.max(news.unwatchedSeconds, unreadSeconds(watches ?? [], now)),
  });
  logger.info('Swept', { ...result, openWatches: watches?.length, failures: errors.length });
  if (errors.length > 0) throw errors[0];
  return result;
}

/**
 * Notes each take-over on its watch before the start event, so that a take-over without effect is repeated less and less often. One
 * that cannot be noted does not hold back the others.
 */
async function takeOver(watches: readonly Watch[], now: Date, onError: (error: unknown) => void): Promise<number> {
  const due: Watch[] = [];
  for (const watch of watches.filter(({ dueAt }) => dueAt < now.getTime())) {
    try {
      if (isOutOfReach(watch, now)) await table.close(watch);
      else if (await table.noteTakeOver(watch, dueAfterTakeOver(watch, now))) due.push(watch);
    } catch (error) {
      onError(error);
    }
  }
  for (const watch of due) {
    const { taskId, execution, takeOvers } = watch;
    logger.warn('A watch needs a new execution', { taskId, execution, reason: workLeft(watch), takeOvers });
  }
  await events.putAuditStarted(due.map(({ taskId }) => taskId));
  return due.length;
}

interface News {
  readonly listed: number;
  readonly found: number;
  /** Seconds for which audits that an earlier sweep found have gone unwatched. */
  readonly unwatchedSeconds: number;
  /** All that AWS keeps is known, and no listed audit that nobody has polled yet can be the run of a schedule. */
  readonly isEveryRunKnown: boolean;
  /** Ids of audits on demand. */
  readonly onDemand: ReadonlySet<string>;
}

/** Starts a watch of every listed audit without one, then notes how far the listed audits are watched. */
async function findNew(
  place: Place,
  now: Date,
  unreadable: OpenWatches['unreadable'],
  onError: (error: unknown) => void,
): Promise<News> {
  const state = await table.repairedState(place, now);
  if (state.firstSweepAt === undefined) await table.beginFirst(place, now);
  const plan = planSweep(state, now);
  const listings = await listAll([...plan.recent, plan.running, plan.history]);
  const listed = [...new Map([...listings.values()].flat().map((audit) => [audit.taskId, audit])).values()];
  const watches = await table.watched(
    place,
    listed.map(({ taskId }) => taskId),
  );
  for (const { taskId } of unreadable) {
    const watch = watches.get(taskId);
    if (watch !== undefined) watches.set(taskId, { ...watch, isUnreadable: true });
  }
  const unwatched = listed.filter(({ taskId }) => !watches.has(taskId));
  const listedIn = (window: SweepWindow | undefined) => (window && listings.get(window)) ?? [];
  const begun = await begin(place, unwatched, (audit) => predatesWatcher(plan, listedIn, audit), now, onError);
  await events.putAuditStarted(begun);
  const isKnown = (audit: ListedAudit) => isKnownAudit(audit, watches.get(audit.taskId));
  const reach = reachAfter(plan, (window) => listedIn(window).every(isKnown), listedIn(plan.history).length);
  await table.finish(place, now, reach, runsUnknownAt(state, listed, watches, now));
  return {
    listed: listed.length,
    found: begun.length,
    unwatchedSeconds: unwatchedSeconds(state, reach, now),
    isEveryRunKnown:
      plan.history === undefined && !listed.some((audit) => mayBeAnyRun(audit, watches.get(audit.taskId))),
    onDemand: new Set(listed.filter(({ isOnDemand }) => isOnDemand).map(({ taskId }) => taskId)),
  };
}

/** Begins watches, and returns the task ids. One that cannot be begun is found again by the next sweep. */
async function begin(
  place: Place,
  unwatched: readonly ListedAudit[],
  isOld: (audit: ListedAudit) => boolean,
  now: Date,
  onError: (error: unknown) => void,
): Promise<string[]> {
  const begun: string[] = [];
  for (const audit of unwatched) {
    const { taskId } = audit;
    logger.info('Found an audit that nobody watches', { taskId });
    try {
      await table.begin({ ...place, taskId }, now, isOld(audit));
      begun.push(taskId);
    } catch (error) {
      onError(error);
    }
  }
  return begun;
}

async function listAll(windows: readonly (SweepWindow | undefined)[]): Promise<Map<SweepWindow, ListedAudit[]>> {
  const listings = new Map<SweepWindow, ListedAudit[]>();
  for (const window of windows) {
    if (window === undefined) continue;
    const listed: ListedAudit[] = [];
    for await (const page of audits.tasks(window)) listed.push(...page);
    listings.set(window, listed);
  }
  return listings;
}

/** Nothing is judged blindly, nor while a scheduled audit that nobody has polled yet may be the one that is missed. */
function judgeable(news: News | undefined, open: OpenWatches | undefined): Judgeable {
  if (news === undefined || open === undefined) return { mayJudge: false, running: new Set() };
  const { watches, unreadable } = open;
  const running = watches.filter(
    ({ endedAt, gaveUpAt, taskId }) => (endedAt ?? gaveUpAt) === undefined && !news.onDemand.has(taskId),
  );
  const names = running.map(({ auditName }) => auditName).filter((name) => name !== undefined);
  // A watch that cannot be read must not keep the schedules from being judged for ever: what it says of its name is enough.
  const maybeRunning = unreadable.flatMap(({ auditName }) => auditName ?? []);
  return {
    mayJudge: news.isEveryRunKnown && names.length === running.length,
    running: new Set([...names, ...maybeRunning]),
  };
}
