import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Execution } from '../../local/compute/executions.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { StackCall } from '../../local/local-stack-options.ts';
import { parseRecording, type Recording } from '../../local/recordings/recording.ts';
import { toAlert } from '../../local/runs/audit-report.ts';
import { startEvent } from '../../local/runs/watch-run.ts';
import type { Fault } from '../../local/services/service.ts';
import { fairnessOf, median, missed, ratio, row, sum } from '../figures.ts';
import { TokenBucket } from './token-bucket.ts';

const WATCHES = 500;
/** All have begun before the first ends. */
const START_EVERY_MS = 40;
const AUDIT_SECONDS = 45;
const NEWS_AFTER_SECONDS = 20;
/** As many as AWS allows an account: so the audits share names, and with them the history that is read. */
const SCHEDULES = 5;
/** Invocations at once that Lambda runs for the account. Each costs this machine a thread. */
export const LAMBDA_CONCURRENCY = {
  /** Not much more than the 10 of a new account: Lambda itself refuses most of what is refused. */
  small: 25,
  /** What AWS grants by default: more than 500 watches can ask for, so that the quota alone holds them back. */
  standard: 1000,
} as const;
/** With hundreds of threads on few cores, one may wait long to run. */
const HANG_LIMIT_MS = 600_000;
const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');

/**
 * Calls a second, per account and Region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/iot_device_defender.html
 */
const QUOTAS = { DescribeAuditTask: 25, ListAuditFindings: 10, ListAuditTasks: 10, ListScheduledAudits: 5 } as const;

/** Share of the quota that is used while calls are refused. */
const USE_BOUND = 0.9;
const FAIRNESS_BOUND = 0.7;
/** Two of the longest pauses between two attempts, lib/watching/retry-policies.ts. */
const DELAY_BOUND_SECONDS = 600;

interface WatchedAudit {
  readonly taskId: string;
  /** Epoch milliseconds on the stack's clock. */
  readonly startedAt: number;
  readonly execution: Execution;
}

/** A call of DescribeAuditTask. */
interface Asked {
  readonly taskId: string;
  /** Epoch milliseconds on the stack's clock. */
  readonly at: number;
  readonly isAdmitted: boolean;
}

/** 500 watches share the quota: each must come to its end, and no watch may starve. Returns which bounds are missed. */
export async function manyAudits(assembly: CloudAssembly, concurrency: number): Promise<string[]> {
  const asked: Asked[] = [];
  const errors: Record<string, number> = {};
  const buckets = new Map(
    Object.entries(QUOTAS).map(([operation, quota]) => [operation, new TokenBucket(quota, STARTS_AT)]),
  );
  const overQuota = ({ operation, taskId = '' }: StackCall): Fault | undefined => {
    const at = stack.clock.now();
    const isAdmitted = buckets.get(operation)?.take(at) ?? true;
    if (operation === 'DescribeAuditTask') asked.push({ taskId, at, isAdmitted });
    if (isAdmitted) return undefined;
    return { type: 'error', name: 'ThrottlingException', statusCode: 400, message: 'Rate exceeded' };
  };
  const stack: LocalStack = await LocalStack.start({
    assembly,
    speed: Number.POSITIVE_INFINITY,
    startsAt: STARTS_AT,
    functionLimits: { concurrency, hangLimitMs: HANG_LIMIT_MS },
    onCall: overQuota,
    onHistory: ({ type, error = '' }) => {
      if (type === 'StateRetried') errors[error] = (errors[error] ?? 0) + 1;
    },
  });
  try {
    stack.startSchedules();
    const audits: WatchedAudit[] = [];
    for (let n = 0; n < WATCHES; n += 1) {
      if (n > 0) await stack.clock.sleep(START_EVERY_MS);
      audits.push(startWatch(stack, `load-${n}`, `LoadAudit${n % SCHEDULES}`));
    }
    const results = await Promise.all(audits.map(({ execution }) => execution.ended));
    await stack.stopSchedules();
    const succeeded = results.filter(({ status }) => status === 'SUCCEEDED').length;
    return report({ audits, asked, errors, succeeded, stack, concurrency });
  } finally {
    await stack.close();
  }
}

function startWatch(stack: LocalStack, taskId: string, auditName: string): WatchedAudit {
  const recording = recordingOf(taskId, auditName);
  const startedAt = stack.clock.now();
  stack.startAudit(taskId, recording);
  const [execution] = stack.putEvent(startEvent({ taskId, recording, startedAt }, new Date(startedAt)));
  if (execution === undefined) throw new Error('No rule took the start event.');
  return { taskId, startedAt, execution };
}

/** A check becomes non-compliant while the audit runs, and the audit ends so. */
function recordingOf(taskId: string, auditName: string): Recording {
  const answer = (taskStatus: string, first: string, second: string) => ({
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName: auditName,
    taskStartTime: '2026-10-02T02:00:00+00:00',
    auditDetails: { LOGGING_DISABLED_CHECK: checkOf(first), DEVICE_CERTIFICATE_SHARED_CHECK: checkOf(second) },
  });
  const found = 'COMPLETED_NON_COMPLIANT';
  const steps = [
    { atSeconds: 0, response: answer('IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS') },
    { atSeconds: NEWS_AFTER_SECONDS, response: answer('IN_PROGRESS', found, 'IN_PROGRESS') },
    { atSeconds: AUDIT_SECONDS, response: answer('COMPLETED', found, 'COMPLETED_COMPLIANT') },
  ];
  return parseRecording(JSON.stringify({ taskId, steps }), 'load');
}

function checkOf(checkRunStatus: string) {
  const nonCompliantResourcesCount = checkRunStatus === 'COMPLETED_NON_COMPLIANT' ? 1 : 0;
  return { checkRunStatus, totalResourcesCount: 10, nonCompliantResourcesCount };
}

interface Outcome {
  readonly audits: readonly WatchedAudit[];
  readonly asked: readonly Asked[];
  /** How often a state was retried, by error. */
  readonly errors: Readonly<Record<string, number>>;
  readonly succeeded: number;
  readonly stack: LocalStack;
  readonly concurrency: number;
}

function report({ audits, asked, errors, succeeded, stack, concurrency }: Outcome): string[] {
  const alerts = stack.publications.map((publication) => toAlert(publication, 0));
  const repeated = alerts.length - new Set(alerts.map(({ key }) => key)).size;
  const closing = new Set(
    alerts.filter(({ kind }) => kind === 'COMPLETED_WITH_FINDINGS').map(({ machine }) => machine.taskId),
  ).size;
  const admitted = asked.filter(({ isAdmitted }) => isAdmitted);
  const refused = asked.filter(({ isAdmitted }) => !isAdmitted);
  const use = useOf(admitted, refused);
  const polls = audits.map(({ taskId }) => admitted.filter((call) => call.taskId === taskId).length);
  const fairness = fairnessOf(polls);
  const delays = audits.map((audit) => delayOf(audit, admitted)).toSorted((a, b) => a - b);
  const slowest = delays.at(-1) ?? Number.NaN;
  const lambdaRefused = errors['Lambda.TooManyRequestsException'] ?? 0;

  console.log(`${WATCHES} audits of ${AUDIT_SECONDS} s, begun within ${(WATCHES * START_EVERY_MS) / 1000} s. Allowed:`);
  console.log(`${QUOTAS.DescribeAuditTask} DescribeAuditTask a second, ${concurrency} invocations at once\n`);
  row('watched to their end', `${succeeded} of ${WATCHES}`);
  row('closing alerts', `${closing} of ${WATCHES}`);
  row('alerts while running', `${alerts.length - repeated - closing} of ${WATCHES}`);
  row('alerts sent twice', `${repeated}`);
  row('calls admitted', `× ${use.toFixed(2)} of the quota while calls are refused; ${admitted.length} in all`);
  row('calls refused', `× ${ratio(refused.length, asked.length)} of all; ${refused.length}`);
  row('polls of an audit', `Jain's index ${fairness.toFixed(2)}; ${pollsOf(polls)}`);
  row('end seen after', `median ${seconds(median(delays))}, 95 % ${seconds(delays[Math.floor(0.95 * WATCHES)])}`);
  row('', `slowest ${seconds(slowest)}, × ${ratio(slowest, median(delays))} of the median`);
  row('function environments', `${new Set(stack.calls.flatMap(({ caller }) => caller ?? [])).size}`);
  row('states retried', `${sum(Object.values(errors))}, ${lambdaRefused} of them because Lambda was full`);
  const unforeseen = Object.keys(errors).filter((error) => !FORESEEN.includes(error));
  return missed({
    [`only ${succeeded} audits were watched to their end`]: succeeded === WATCHES,
    [`only ${closing} audits have a closing alert`]: closing === WATCHES,
    [`${repeated} alerts were sent twice`]: repeated === 0,
    [`only × ${use.toFixed(2)} of the quota was used (bound ${USE_BOUND})`]: use >= USE_BOUND,
    [`polls are shared unevenly: ${fairness.toFixed(2)} (bound ${FAIRNESS_BOUND})`]: fairness >= FAIRNESS_BOUND,
    [`an end was seen ${seconds(slowest)} late (bound ${DELAY_BOUND_SECONDS} s)`]: slowest <= DELAY_BOUND_SECONDS,
    [`unforeseen errors: ${unforeseen.join(', ')}`]: unforeseen.length === 0,
  });
}

const FORESEEN = ['ThrottledError', 'Lambda.TooManyRequestsException'];

/** Calls a second as a ratio to the quota, over the time in which calls are refused: then it is all in use. */
function useOf(admitted: readonly Asked[], refused: readonly Asked[]): number {
  const [from = 0, to = 0] = [refused[0]?.at, refused.at(-1)?.at];
  const calls = admitted.filter(({ at }) => at >= from && at <= to).length;
  return calls / ((to - from) / 1000) / QUOTAS.DescribeAuditTask;
}

/** Seconds from the end of an audit to the poll that sees it; Infinity when no poll did. */
function delayOf({ taskId, startedAt }: WatchedAudit, admitted: readonly Asked[]): number {
  const endsAt = startedAt + AUDIT_SECONDS * 1000;
  const seen = admitted.find((call) => call.taskId === taskId && call.at >= endsAt)?.at ?? Number.POSITIVE_INFINITY;
  return (seen - endsAt) / 1000;
}

function pollsOf(polls: readonly number[]): string {
  return `${Math.min(...polls)} fewest, ${median(polls)} median, ${Math.max(...polls)} most`;
}

function seconds(value = Number.NaN): string {
  return `${value.toFixed(1)} s`;
}
