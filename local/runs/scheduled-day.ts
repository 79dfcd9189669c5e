import { type Execution, taskIdOf } from '../compute/executions.ts';
import type { ExecutionResult } from '../compute/state-machine.thread.ts';
import { LocalStack } from '../local-stack.ts';
import type { LocalStackOptions } from '../local-stack-options.ts';
import type { Publication } from '../services/sns-publish.ts';
import { type AlertReport, type AuditReport, reportOn, toAlert } from './audit-report.ts';
import type { DayAuditReport, DayReport } from './day-report.ts';
import { brokenPromises } from './scheduled-day-promises.ts';
import type { DayAudit, DayStory } from './scheduled-day-story.ts';
import { parseLine } from './watch-run.ts';

/** Called as things happen; `at` is epoch milliseconds on the stack's clock. */
export interface DayListener {
  readonly onDeployed?: (story: DayStory) => void;
  readonly onAuditStart?: (audit: DayAudit, at: number) => void;
  /** An audit of the day ended before anybody watched it. */
  readonly onUnseenEnd?: (audit: DayAudit, at: number) => void;
  /** A sweep found an audit that nobody watches. */
  readonly onFound?: (audit: DayAudit, at: number) => void;
  /** A sweep found a watch that nobody works on any more. */
  readonly onTakeOver?: (audit: DayAudit, reason: string, at: number) => void;
  readonly onAbort?: (audit: DayAudit, at: number) => void;
  readonly onAlert?: (alert: AlertReport, at: number) => void;
  readonly onEnd?: (audit: DayAudit, result: ExecutionResult, at: number) => void;
  readonly onSweepFailed?: (error: string, at: number) => void;
  readonly onProblem?: (message: string, at: number) => void;
}

export type DayOptions = Pick<LocalStackOptions, 'assembly' | 'speed' | 'onCall'>;

/** Plays a day of scheduled audits to the stack. Only the stack's own schedule starts anything. */
export async function playScheduledDay(
  story: DayStory,
  options: DayOptions,
  listener: DayListener = {},
): Promise<DayReport> {
  const firstExecutionAt = new Map<string, number>();
  const stack: LocalStack = await LocalStack.start({
    ...options,
    startsAt: story.startsAt,
    onExecution: (execution) => reportExecution(execution, story, stack, firstExecutionAt, listener),
    onPublish: (publication) => {
      const alert = alertOf(publication, story);
      if (alert !== undefined) listener.onAlert?.(alert, publication.publishedAt);
    },
    onScheduled: ({ error, endedAt }) => {
      if (error !== undefined) listener.onSweepFailed?.(error, endedAt);
    },
    onLog: (line) => reportLog(line, stack.clock.now(), story, listener),
  });
  try {
    stack.setSchedules(story.schedules);
    for (const { taskId, recording, startedAt } of story.audits) stack.startAudit(taskId, recording, startedAt);
    listener.onDeployed?.(story);
    await Promise.all([playDay(stack, story, listener), reportStarts(stack, story, listener)]);
    return await reportDay(stack, story, firstExecutionAt);
  } finally {
    await stack.close();
  }
}

async function playDay(stack: LocalStack, story: DayStory, { onAbort }: DayListener): Promise<void> {
  const until = (moment: number) => stack.clock.sleep(moment - stack.clock.now());
  // Set up before the schedules begin, because both must wait on the same clock.
  const abortion = until(story.aborted.at).then(async () => {
    const execution = stack.executions.find((one) => taskIdOf(one.input) === story.aborted.taskId);
    const audit = auditOf(story, story.aborted.taskId);
    if (execution === undefined || audit === undefined) return;
    onAbort?.(audit, stack.clock.now());
    await stack.abortExecution(execution.arn);
  });
  const dayIsOver = until(story.endsAt - 1).then(() => stack.stopSchedules());
  stack.startSchedules();
  await Promise.all([abortion, dayIsOver]);
  await Promise.all(stack.executions.map(({ ended }) => ended));
}

async function reportStarts(
  stack: LocalStack,
  { audits }: DayStory,
  { onAuditStart, onUnseenEnd }: DayListener,
): Promise<void> {
  const ofToday = audits.filter(({ earlier }) => !earlier);
  await Promise.all(
    ofToday.map(async (audit) => {
      await stack.clock.sleep(audit.startedAt - stack.clock.now());
      onAuditStart?.(audit, stack.clock.now());
      await stack.clock.sleep(audit.recording.durationSeconds * 1000);
      const isWatched = stack.executions.some((execution) => taskIdOf(execution.input) === audit.taskId);
      if (!isWatched) onUnseenEnd?.(audit, stack.clock.now());
    }),
  );
}

function reportExecution(
  execution: Execution,
  story: DayStory,
  { clock }: LocalStack,
  firstExecutionAt: Map<string, number>,
  { onEnd }: DayListener,
): void {
  const taskId = taskIdOf(execution.input);
  const audit = auditOf(story, taskId);
  if (taskId === undefined || audit === undefined) return;
  if (!firstExecutionAt.has(taskId)) firstExecutionAt.set(taskId, clock.now());
  void execution.ended.then((result) => onEnd?.(audit, result, clock.now()));
}

/** The sweep's own log lines say what it found, so the display shows what CloudWatch would hold. */
function reportLog(line: string, at: number, story: DayStory, listener: DayListener): void {
  const entry = parseLine(line);
  const audit = auditOf(story, String(entry?.taskId));
  switch (entry?.message) {
    case 'Found an audit that nobody watches':
      if (audit !== undefined) listener.onFound?.(audit, at);
      return;
    case 'A watch needs a new execution':
      if (audit !== undefined) listener.onTakeOver?.(audit, String(entry.reason), at);
      return;
    default:
      if (entry === undefined && line.trim() !== '') listener.onProblem?.(line, at);
      // A failed invocation is shown as a failed sweep or execution.
      if (entry?.level === 'WARN') listener.onProblem?.(`${entry.level}: ${String(entry.message)}`, at);
  }
}

async function reportDay(
  stack: LocalStack,
  story: DayStory,
  firstExecutionAt: ReadonlyMap<string, number>,
): Promise<DayReport> {
  const calls: Record<string, number> = {};
  for (const { operation } of stack.calls) calls[operation] = (calls[operation] ?? 0) + 1;
  const audits: DayAuditReport[] = [];
  for (const audit of story.audits) audits.push(await reportAudit(stack, story, audit, firstExecutionAt));
  const sweeps = stack.scheduledInvocations;
  const dues = [...new Set(sweeps.map(({ dueAt }) => dueAt))];
  const report = {
    day: new Date(story.startsAt).toISOString().slice(0, 'YYYY-MM-DD'.length),
    audits,
    alerts: stack.publications.flatMap((publication) => alertOf(publication, story) ?? []),
    sweeps: {
      count: sweeps.length,
      failed: sweeps.filter(({ error }) => error !== undefined).length,
      everySeconds: ((dues[1] ?? story.endsAt) - (dues[0] ?? story.startsAt)) / 1000,
    },
    calls,
  };
  return { ...report, missing: brokenPromises(report, story) };
}

async function reportAudit(
  stack: LocalStack,
  { startsAt }: DayStory,
  { taskId, auditName, startedAt, earlier }: DayAudit,
  firstExecutionAt: ReadonlyMap<string, number>,
): Promise<DayAuditReport> {
  const executions = stack.executions.filter((execution) => taskIdOf(execution.input) === taskId);
  const results = await Promise.all(executions.map(({ ended }) => ended));
  const last = executions.at(-1);
  const foundAt = firstExecutionAt.get(taskId);
  const report = last === undefined ? unwatched(taskId) : await reportOn(stack, { taskId, startedAt }, last);
  return {
    ...report,
    auditName,
    earlier,
    startedAt: new Date(startedAt).toISOString(),
    foundAfterSeconds: foundAt === undefined ? undefined : (foundAt - Math.max(startedAt, startsAt)) / 1000,
    executions: results.map(({ status, error }) => ({ status, error })),
  };
}

function unwatched(taskId: string): AuditReport {
  const execution = { status: 'FAILED', error: 'NeverWatched', polls: 0 } as const;
  return { taskId, execution, snapshots: [], alerts: [], calls: {}, transitions: 0 };
}

/** Undefined for a message that is not an alert, such as the chat form on its own topic. */
function alertOf(publication: Publication, { startsAt }: DayStory): AlertReport | undefined {
  const alert = toAlert(publication, startsAt);
  return alert.machine.alertKey === undefined ? undefined : alert;
}

function auditOf({ audits }: DayStory, id: string | undefined): DayAudit | undefined {
  return audits.find(({ taskId }) => taskId === id);
}
