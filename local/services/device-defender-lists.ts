import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { PLACE } from '../place.ts';
import { responseAt } from '../recordings/playback.ts';
import type { Recording } from '../recordings/recording.ts';
import { epochSeconds } from '../recordings/recording-shape.ts';
import { ServiceError } from './service.ts';

/** An audit that Device Defender has. */
export interface PlayedAudit {
  /** The id that it is played under. @default the recording's own */
  readonly taskId?: string;
  readonly recording: Recording;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** A scheduled audit as somebody set it up. */
export interface ScheduledAudit {
  readonly scheduledAuditName: string;
  readonly frequency: 'DAILY' | 'WEEKLY' | 'BIWEEKLY' | 'MONTHLY';
  /** 1 to 31 or LAST; only when MONTHLY. */
  readonly dayOfMonth?: string;
  /** SUN to SAT; only when WEEKLY or BIWEEKLY. */
  readonly dayOfWeek?: string;
}

export type Parameters = Readonly<Record<string, unknown>>;

const TASK_STATUSES = ['IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELED'];
const RETENTION_DAYS = 90;
const RETENTION_MS = RETENTION_DAYS * DAY_MS;

/** Device Defender keeps an audit for 90 days. */
export function isForgotten({ startedAt }: PlayedAudit, now: number): boolean {
  return now - startedAt > RETENTION_MS;
}

/**
 * ListAuditTasks. An audit belongs to the window in which it started, both ends included; its status is that of
 * this moment. An audit that DescribeAuditTask does not know yet is not listed either.
 */
export function listAuditTasks(parameters: Parameters, audits: readonly PlayedAudit[], now: number): unknown {
  const { taskType, taskStatus, maxResults, nextToken } = parameters;
  const from = timeOf(parameters, 'startTime');
  const to = timeOf(parameters, 'endTime');
  // Not even exactly 90 days: a call takes a moment, though this clock does not see it.
  if (now - from >= RETENTION_MS) throw invalid(`startTime is more than ${RETENTION_DAYS} days ago.`);
  if (to < from) throw invalid('endTime is before startTime.');
  if (taskType !== undefined) throw invalid('The local Device Defender lists audits of both types only.');
  if (taskStatus !== undefined && !TASK_STATUSES.includes(String(taskStatus))) {
    throw invalid(`taskStatus must be ${TASK_STATUSES.join(' or ')}.`);
  }
  const tasks = audits
    .filter((audit) => from <= audit.startedAt && audit.startedAt <= to && !isForgotten(audit, now))
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .flatMap(({ taskId, recording, startedAt }) => {
      const response = responseAt(recording, (now - startedAt) / 1000);
      if (response === undefined) return [];
      return [{ taskId: taskId ?? recording.taskId, taskStatus: response.taskStatus, taskType: response.taskType }];
    })
    .filter((task) => taskStatus === undefined || task.taskStatus === taskStatus);
  const page = pageOf(tasks, pageSize(maxResults), nextToken);
  return { tasks: page.entries, nextToken: page.nextToken };
}

/** ListScheduledAudits. */
export function listScheduledAudits(
  { maxResults, nextToken }: Parameters,
  schedules: readonly ScheduledAudit[],
): unknown {
  const page = pageOf(schedules, pageSize(maxResults), nextToken);
  return {
    scheduledAudits: page.entries.map((schedule) => ({
      ...schedule,
      scheduledAuditArn: `arn:aws:iot:${PLACE.region}:${PLACE.account}:scheduledaudit/${schedule.scheduledAuditName}`,
    })),
    nextToken: page.nextToken,
  };
}

/** As AWS pages: at most 250 entries, and a token for the rest. */
export function pageOf<T>(
  entries: readonly T[],
  maxResults: unknown,
  token: unknown,
): { entries: T[]; nextToken?: string } {
  if (typeof maxResults !== 'number' || !Number.isInteger(maxResults) || maxResults < 1 || maxResults > 250) {
    throw invalid('maxResults must be a whole number from 1 to 250.');
  }
  const from = token === undefined ? 0 : Number(/^from-(\d+)$/.exec(String(token))?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw invalid('nextToken is not one of ours.');
  const to = from + maxResults;
  return { entries: entries.slice(from, to), nextToken: to < entries.length ? `from-${to}` : undefined };
}

/** `maxResults` from a query, where it is text. */
export function pageSize(maxResults: unknown): number {
  return maxResults === undefined || maxResults === '' ? 25 : Number(maxResults);
}

/** Epoch milliseconds. The SDK sends ISO 8601. */
function timeOf(parameters: Parameters, name: string): number {
  const { [name]: value } = parameters;
  if (value === undefined) throw invalid(`${name} is required.`);
  const seconds = epochSeconds(value);
  if (seconds === undefined) throw invalid(`${name} is no time: ${String(value)}.`);
  return Math.round(seconds * 1000);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', 400, message);
}
