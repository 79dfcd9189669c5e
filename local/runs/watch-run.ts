import { randomBytes } from 'node:crypto';
import { AUDIT_STARTED_EVENT } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import { type Execution, taskIdOf } from '../compute/executions.ts';
import type { ExecutionResult, HistoryEvent } from '../compute/state-machine.thread.ts';
import { LocalStack } from '../local-stack.ts';
import type { LocalStackOptions } from '../local-stack-options.ts';
import { PLACE } from '../place.ts';
import type { Recording } from '../recordings/recording.ts';
import { type AlertReport, type AuditReport, itemsOf, reportOn, toAlert } from './audit-report.ts';

/** An audit that is being watched. */
export interface WatchedAudit {
  readonly taskId: string;
  readonly recording: Recording;
  /** Epoch milliseconds on the stack's clock. */
  readonly startedAt: number;
  /** Set when the recording's own task id was in the table already, so that the audit got a new one. */
  readonly renamedFrom?: string;
}

/** What one poll saw, as the function logged it. */
export interface Poll {
  readonly taskId: string;
  readonly poll: number;
  readonly taskStatus?: string;
  readonly counts: Readonly<Record<string, number | undefined>>;
  readonly waitSeconds: number;
}

/** Called as things happen. */
export interface WatchListener {
  /** The stack is up; `now` is its clock, epoch milliseconds. */
  readonly onReady?: (now: () => number) => void;
  readonly onStart?: (audit: WatchedAudit, eventName: string) => void;
  readonly onPoll?: (poll: Poll, at: number) => void;
  /** A state of the state machine failed; retries and catches follow. */
  readonly onFailure?: (taskId: string, state: string, error: string, at: number) => void;
  readonly onAlert?: (alert: AlertReport) => void;
  readonly onEnd?: (taskId: string, result: ExecutionResult) => void;
  readonly onProblem?: (message: string) => void;
}

/** No rule of the stack took the start event. */
export class EventNotTakenError extends Error {
  override readonly name = 'EventNotTakenError';
}

/**
 * Plays recorded audits side by side to a local stack: each gets its start event, goes through the stack's rules, and is
 * watched to its end.
 */
export async function watchRecordings(
  recordings: readonly Recording[],
  options: Omit<LocalStackOptions, 'onHistory' | 'onPublish' | 'onLog'>,
  listener: WatchListener = {},
): Promise<AuditReport[]> {
  const audits: WatchedAudit[] = [];
  const taskOf = (executionArn: string) => {
    const execution = stack.executions.find(({ arn }) => arn === executionArn);
    return taskIdOf(execution?.input);
  };
  const stack: LocalStack = await LocalStack.start({
    ...options,
    onHistory: (event) => reportFailure(event, taskOf(event.executionArn), listener),
    onPublish: (publication) => {
      const alert = toAlert(publication, 0);
      const audit = audits.find(({ taskId }) => taskId === alert.machine.taskId);
      listener.onAlert?.({ ...alert, atSeconds: (publication.publishedAt - (audit?.startedAt ?? 0)) / 1000 });
    },
    onLog: (line) => reportLog(line, stack.clock.now(), listener),
  });
  try {
    listener.onReady?.(() => stack.clock.now());
    for (const recording of recordings) audits.push(await nameAudit(stack, recording, audits));
    const executions = audits.map((audit) => start(stack, audit, listener));
    await Promise.all(
      executions.map(async ({ ended }, index) => listener.onEnd?.(audits[index]?.taskId ?? '', await ended)),
    );
    const reports: AuditReport[] = [];
    for (const [index, execution] of executions.entries()) {
      const audit = audits[index];
      if (audit !== undefined) reports.push(await reportOn(stack, audit, execution));
    }
    return reports;
  } finally {
    await stack.close();
  }
}

/** Every run plays a new audit: a task id that is already in the table, or in an earlier recording of this run, is replaced. */
async function nameAudit(
  stack: LocalStack,
  recording: Recording,
  others: readonly WatchedAudit[],
): Promise<WatchedAudit> {
  const startedAt = stack.clock.now();
  const taken = others.some(({ taskId }) => taskId === recording.taskId);
  if (!taken && (await itemsOf(stack, recording.taskId)).length === 0) {
    return { taskId: recording.taskId, recording, startedAt };
  }
  return { taskId: randomBytes(16).toString('hex'), recording, startedAt, renamedFrom: recording.taskId };
}

function start(stack: LocalStack, audit: WatchedAudit, listener: WatchListener): Execution {
  const { execution, event } = startWatch(stack, audit);
  listener.onStart?.(audit, event);
  return execution;
}

/** Starts an audit, and its watch by the event that announces it: returns the execution, and the type of the event. */
export function startWatch(stack: LocalStack, audit: WatchedAudit) {
  stack.startAudit(audit.taskId, audit.recording);
  const event = startEvent(audit, new Date(stack.clock.now()));
  const [execution] = stack.putEvent(event);
  if (execution === undefined) {
    throw new EventNotTakenError(
      `No rule of the stack takes the event "${event['detail-type']}" from ${event.source}. ` +
        'Check the event patterns in lib/, or run with the unchanged stack.',
    );
  }
  return { execution, event: String(event['detail-type']) };
}

/** The event that starts the watch: CloudTrail's record for an on-demand audit, the sweep's own event for a scheduled one. */
export function startEvent({ taskId, recording }: WatchedAudit, time: Date): Record<string, unknown> {
  const envelope = {
    version: '0',
    id: randomBytes(16).toString('hex'),
    account: PLACE.account,
    time: time.toISOString(),
    region: PLACE.region,
    resources: [],
  };
  if (recording.auditName !== undefined) {
    return {
      ...envelope,
      source: AUDIT_STARTED_EVENT.source,
      'detail-type': AUDIT_STARTED_EVENT.detailType,
      detail: { taskId },
    };
  }
  return {
    ...envelope,
    source: 'aws.iot',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: {
      eventVersion: '1.08',
      eventSource: 'iot.amazonaws.com',
      eventName: 'StartOnDemandAuditTask',
      awsRegion: PLACE.region,
      responseElements: { taskId },
    },
  };
}

function reportFailure(event: HistoryEvent, taskId: string | undefined, { onFailure }: WatchListener): void {
  if (event.type !== 'StateFailed' || taskId === undefined) return;
  onFailure?.(taskId, event.state ?? '', event.error ?? '', event.timestamp);
}

/** The display takes its facts from the functions' own log lines, so it shows what CloudWatch would hold. */
function reportLog(line: string, at: number, { onPoll, onProblem }: WatchListener): void {
  const entry = parseLine(line);
  if (entry === undefined) {
    if (line.trim() !== '') onProblem?.(line);
    return;
  }
  if (entry.message === 'Polled the audit') onPoll?.(entry as unknown as Poll, at);
  // A failed invocation is shown as a failed state.
  else if (entry.level === 'WARN') onProblem?.(`${entry.level}: ${String(entry.message)}`);
}

/** A line of the functions' logger; undefined for any other. */
export function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(line);
  return isObject(value) ? value : undefined; // otherwise a warning of Node.js, or a crash
}
