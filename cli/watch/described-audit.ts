import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { nextPoll } from '../../lambda/audit/polling/next-poll.ts';
import type { PollsSoFar } from '../../lambda/audit/watch/course.ts';
import { isEnded, settlingOf } from '../../lambda/audit/watch/end.ts';
import type { Audits } from '../../lambda/aws/audits.ts';
import { MalformedAnswerError, NotFoundError, ThrottledError, UnavailableError } from '../../lambda/errors.ts';
import { PATIENCE_SECONDS } from '../../lib/configuration/alert-delay.ts';
import { asFailedCall } from '../shared/aws/failed-call.ts';
import type { AuditSource } from './follow.ts';
import { frameOf } from './frame.ts';
import type { WatchedAudit } from './schema.ts';

/** The pauses of a stack with default settings. */
export const SPACING = {
  minWaitSeconds: 5,
  maxWaitSeconds: 900,
  patienceSeconds: PATIENCE_SECONDS.balanced,
  mostLearnedPolls: 0,
} as const;

const LONGEST_RETRY_SECONDS = 60;
/** AWS may not know an audit in its first moments. */
const APPEARS_WITHIN_MS = 60_000;

/** An audit as Device Defender itself shows it. */
export class DescribedAudit implements AuditSource {
  readonly #audits: Pick<Audits, 'describe'>;
  readonly #taskId: string;
  readonly #now: () => number;
  readonly #since: number;
  #audit: WatchedAudit;
  #polls: PollsSoFar | undefined;
  #completedAt: number | undefined;
  #failures = 0;

  constructor(audits: Pick<Audits, 'describe'>, taskId: string, now: () => number) {
    this.#audits = audits;
    this.#taskId = taskId;
    this.#now = now;
    this.#since = now();
    this.#audit = { taskId, phase: 'UNKNOWN', over: false, checks: [] };
  }

  /** Polls once. @throws FailedCallError for a failure that waiting does not end */
  async read() {
    try {
      return await this.#poll();
    } catch (error) {
      if (!this.#mayPass(error)) throw asFailedCall('iot:DescribeAuditTask', error);
      this.#failures += 1;
      const waitSeconds = Math.min(LONGEST_RETRY_SECONDS, SPACING.minWaitSeconds * 2 ** (this.#failures - 1));
      return { audit: this.#audit, waitSeconds, trouble: error.message };
    }
  }

  async #poll() {
    const answer = await this.#audits.describe(this.#taskId);
    const now = this.#now();
    const reading = readAudit(answer);
    const waitSeconds = isEnded(reading) ? this.#settle(reading, now) : this.#pause(answer.taskStartTime, now);
    this.#failures = 0;
    const frame = frameOf(this.#taskId, answer, new Date(now).toISOString());
    this.#audit = { ...frame, over: waitSeconds === undefined };
    return { audit: this.#audit, waitSeconds };
  }

  /** AWS may still be writing the result of an audit that is COMPLETED. */
  #settle(reading: ReturnType<typeof readAudit>, now: number): number | undefined {
    this.#completedAt ??= now;
    const { isOver, waitSeconds } = settlingOf(reading, (now - this.#completedAt) / 1000);
    return isOver ? undefined : waitSeconds;
  }

  #pause(startedAt: string | undefined, now: number): number {
    const elapsedSeconds = Math.max(0, (now - Date.parse(startedAt ?? new Date(this.#since).toISOString())) / 1000);
    const progress = { elapsedSeconds, remainingSeconds: Number.POSITIVE_INFINITY, checksEndedAt: [] };
    const { waitSeconds, polls } = nextPoll({ ...progress, polls: this.#polls }, SPACING);
    this.#polls = polls;
    return waitSeconds;
  }

  #mayPass(error: unknown): error is Error {
    const isNew = this.#audit.polledAt === undefined && this.#now() - this.#since < APPEARS_WITHIN_MS;
    if (error instanceof NotFoundError) return isNew;
    // A first call that gets no answer is more likely a wrong Region or endpoint than an outage.
    if (error instanceof UnavailableError) return this.#audit.polledAt !== undefined;
    return error instanceof ThrottledError || error instanceof MalformedAnswerError;
  }
}
