import type { GaveUp, StuckFacts } from '../../../audit/watch/alert-kinds.ts';
import type { Forecast, PollsSoFar, RunningCourse, RunTime, UsualCourse } from '../../../audit/watch/course.ts';
import type { PublishAttempt } from '../../../audit/watch/publish-attempt.ts';
import type { RegisteredAlert, Watch } from '../../../audit/watch/watch.ts';
import { MalformedItemError } from '../../../errors.ts';
import { SCHEMA_VERSION } from '../keys.ts';
import { isMoment, isNumber, isText, listOf, mapOf, objectOf, oneOf, optional } from './shapes.ts';

/** An attempt to publish, in any outbox. */
export const isAttempt = objectOf<PublishAttempt>({ id: isText, copies: isNumber, at: isMoment });

const isAlert = objectOf<RegisteredAlert>({
  kind: isText,
  status: isText,
  poll: isNumber,
  heldChecks: optional(listOf(isText)),
  gaveUp: optional(
    objectOf<GaveUp>({
      reason: isText,
      errorName: isText,
      errorMessage: optional(isText),
      execution: isText,
      watchLimitHours: isNumber,
      gaveUpAt: isMoment,
      retriedUntil: isMoment,
    }),
  ),
  stuck: optional(
    objectOf<StuckFacts>({
      usualSeconds: isNumber,
      audits: isNumber,
      unchangedSince: isMoment,
      watchLimitHours: isNumber,
    }),
  ),
  registeredAt: isMoment,
  settledAt: optional(isMoment),
  attempt: optional(isAttempt),
  messageId: optional(isText),
});

const isForecast = objectOf<Forecast>({ medianSeconds: isNumber, spread: isNumber, chance: isNumber });

const isUsual = objectOf<UsualCourse>({
  audits: isNumber,
  longestSeconds: isNumber,
  end: isForecast,
  nonCompliant: optional(isForecast),
  milestones: listOf((pair) => listOf(isNumber)(pair) && (pair as readonly unknown[]).length === 2),
});

const isWatch = objectOf<Watch>({
  account: isText,
  region: isText,
  taskId: isText,
  execution: isText,
  leaseUntil: isNumber,
  dueAt: isNumber,
  takeOvers: optional(isNumber),
  poll: isNumber,
  watchedSince: isMoment,
  alerts: mapOf(isAlert),
  endedAt: optional(isMoment),
  gaveUpAt: optional(isMoment),
  predatesWatcher: optional(oneOf([true])),
  expiresAt: isNumber,
  findings: optional(oneOf(['PENDING', 'STORED', 'PARTIAL'])),
  ledger: optional(oneOf(['PENDING', 'MOVED'])),
  auditStartTime: optional(isText),
  lastPolledAt: optional(isMoment),
  auditName: optional(isText),
  taskStatus: optional(isText),
  counts: optional(mapOf(isNumber)),
  completedAt: optional(isMoment),
  late: optional(oneOf([true])),
  progress: optional(isText),
  changedAt: optional(isMoment),
  ran: optional(
    objectOf<RunTime>({
      atLeast: isNumber,
      atMost: isNumber,
      checksEndedAt: optional(listOf(isNumber)),
      nonCompliantAt: optional(isNumber),
    }),
  ),
  usual: optional(isUsual),
  course: optional(objectOf<RunningCourse>({ checksEndedAt: listOf(isNumber), nonCompliantAt: optional(isNumber) })),
  polls: optional(objectOf<PollsSoFar>({ dueSeconds: isNumber, learned: isNumber })),
});

/** Reads a watch. @throws MalformedItemError when the item is not one that the watch table writes */
export function toWatch(item: Record<string, unknown>): Watch {
  if (item.schemaVersion !== SCHEMA_VERSION || !isWatch(item)) throw new MalformedItemError('watch', item);
  return item;
}
