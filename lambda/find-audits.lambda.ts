import type { Context } from 'aws-lambda';
import { oldestPendingAlertSeconds, planSweep, type SweepPlan, takeOverReason } from './audit/sweep.ts';
import type { Watch } from './audit/watch.ts';
import { AlertTopic } from './aws/alert-topic.ts';
import { AuditEvents } from './aws/audit-events.ts';
import { Audits } from './aws/audits.ts';
import { optionalTextSetting, textSetting } from './aws/environment.ts';
import { logger } from './aws/logger.ts';
import { countSweep, countThrottling } from './aws/metrics.ts';
import { SweepTable } from './aws/sweep-table.ts';
import { ENV } from './contract.ts';
import { placeOf } from './function-input.ts';
import { type Judgeable, OverdueAudits } from './overdue-audits.ts';
import { INVOCATION_FAILED } from './watch-handler.ts';

const audits = new Audits();
const events = new AuditEvents();
const table = new SweepTable(textSetting(ENV.tableName));
const topic = new AlertTopic(textSetting(ENV.alertTopicArn));
const chatTopicArn = optionalTextSetting(ENV.chatTopicArn);
const chatTopic = chatTopicArn === undefined ? undefined : new AlertTopic(chatTopicArn);
const overdue = new OverdueAudits(audits, table, { topic, chatTopic });

/** What one sweep did, for its log line. */
export interface SweepResult {
  /** Audits that AWS listed. */
  readonly listed: number;
  /** Audits that nobody had watched. */
  readonly found: number;
  /** Watches whose execution had died, or had left alerts or findings behind. */
  readonly takenOver: number;
  /** AUDIT_OVERDUE alerts. */
  readonly overdue: number;
}

/**
 * The sweep. Each of its parts is tried whatever became of the others; what failed is thrown at the end, and the next sweep
 * does it again. Safe beside itself and beside events: a start event too many ends as ALREADY_WATCHED.
 *
 * @throws the first error of any part, under the SDK's names; EventsNotPutError
 */
export async function handler(_event: unknown, context: Context): Promise<SweepResult> {
  logger.resetKeys();
  logger.addContext(context);
  const now = new Date();
  const errors: unknown[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      errors.push(error);
      logger.error(INVOCATION_FAILED, { error });
      countThrottling(error);
      return undefined;
    }
  };

  const watches = await attempt(() => openWatches(errors));
  const takenOver = await attempt(() => takeOver(watches ?? [], now));
  const news = await attempt(() => findNew(now));
  const told = await attempt(() => overdue.tell(judgeable(news, watches), placeOf(context.invokedFunctionArn), now));

  const result = {
    listed: news?.listed ?? 0,
    found: news?.found ?? 0,
    takenOver: takenOver ?? 0,
    overdue: told ?? 0,
  };
  if (watches !== undefined) {
    countSweep({ ...result, openWatches: watches.length, oldestPending: oldestPendingAlertSeconds(watches, now) });
  }
  logger.info('Swept', { ...result, openWatches: watches?.length, failures: errors.length });
  if (errors.length > 0) throw errors[0];
  return result;
}

/** A malformed item is an error of this sweep, but hides no other. */
function openWatches(errors: unknown[]): Promise<Watch[]> {
  return table.openWatches((error) => {
    errors.push(error);
    logger.error('A watch cannot be read', { error });
  });
}

async function takeOver(watches: readonly Watch[], now: Date): Promise<number> {
  const left = watches.flatMap((watch) => {
    const reason = takeOverReason(watch, now);
    return reason === undefined ? [] : [{ taskId: watch.taskId, execution: watch.execution, reason }];
  });
  for (const watch of left) logger.warn('A watch needs a new execution', watch);
  await events.putAuditStarted(left.map(({ taskId }) => taskId));
  return left.length;
}

interface News {
  readonly listed: number;
  readonly found: number;
  /** All that AWS keeps is known. */
  readonly isHistoryComplete: boolean;
}

/** Starts a watch of every listed audit that has none, then notes that this span is done. */
async function findNew(now: Date): Promise<News> {
  const state = await table.state();
  const plan = planSweep(state, now);
  const listed = await listAll(plan);
  const watched = await table.watched(listed);
  const unwatched = listed.filter((taskId) => !watched.has(taskId));
  for (const taskId of unwatched) logger.info('Found an audit that nobody watches', { taskId });
  await events.putAuditStarted(unwatched);
  await table.finish(now, plan.historyUntil);
  return { listed: listed.length, found: unwatched.length, isHistoryComplete: plan.windows.length === 1 };
}

async function listAll({ windows }: SweepPlan): Promise<string[]> {
  const listed = new Set<string>();
  for (const window of windows) {
    for await (const page of audits.tasks(window)) for (const taskId of page) listed.add(taskId);
  }
  return [...listed];
}

/** Nothing is judged blindly, nor while an audit that nobody has looked at yet may be the one that is missed. */
function judgeable(news: News | undefined, watches: readonly Watch[] | undefined): Judgeable {
  const running = (watches ?? []).filter(({ endedAt }) => endedAt === undefined).map(({ auditName }) => auditName);
  const names = running.filter((name) => name !== undefined);
  const isKnown = news?.isHistoryComplete === true && news.found === 0 && names.length === running.length;
  return { mayJudge: watches !== undefined && isKnown, running: new Set(names) };
}
