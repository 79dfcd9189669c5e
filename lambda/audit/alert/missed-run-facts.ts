import { TASK_ID_PATTERN } from '../../contract.ts';
import type { AuditSchedule, ScheduleTerms } from '../answer/aws-answers.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import type { MissedRun } from '../watch/alert-kinds.ts';
import type { AlertIdentity } from './alert-input.ts';

/** All that is known of a scheduled audit that did not start. */
export interface MissedRunInput extends MissedRun {
  readonly schedule: AuditSchedule;
  /** Start of the last known run. ISO 8601, UTC. */
  readonly lastStartedAt?: string;
  readonly lastTaskId?: string;
  /** When it was found missing. ISO 8601, UTC. */
  readonly judgedAt: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
}

/** The same, safe to write: every string is one clean line of bounded length. */
export interface MissedRunFacts extends AlertIdentity, MissedRun {
  readonly kind: 'AUDIT_OVERDUE';
  readonly severity: 'HIGH';
  readonly taskType: 'SCHEDULED_AUDIT_TASK';
  readonly auditName: string;
  readonly schedule: ScheduleTerms;
  readonly lastStartedAt?: string;
  readonly lastTaskId?: string;
  readonly judgedAt: string;
}

/** Makes what AWS says of the schedule safe to write. */
export function gatherMissedRunFacts(input: MissedRunInput): MissedRunFacts {
  const { schedule, day, dueAt, lastStartedAt, lastTaskId = '', judgedAt, accountId, region } = input;
  const keyName = nameInKey(schedule.name);
  return {
    kind: 'AUDIT_OVERDUE',
    severity: 'HIGH',
    key: `${accountId}#${region}#${keyName}#AUDIT_OVERDUE#${day}`,
    threadId: `iot-dd-schedule-${accountId}-${region}-${keyName}`,
    accountId,
    region,
    taskType: 'SCHEDULED_AUDIT_TASK',
    auditName: clean(schedule.name, 128) ?? '(unnamed)',
    schedule: {
      frequency: clean(schedule.frequency, 30),
      dayOfWeek: clean(schedule.dayOfWeek, 10),
      dayOfMonth: clean(schedule.dayOfMonth, 10),
    },
    day,
    dueAt,
    lastStartedAt: knownTime(lastStartedAt),
    lastTaskId: TASK_ID_PATTERN.test(lastTaskId) ? lastTaskId : undefined,
    judgedAt,
  };
}

/** AWS allows no other characters in the name of a schedule; a key is written as it is everywhere. */
function nameInKey(name: string): string {
  return name.slice(0, 128).replace(/[^a-zA-Z0-9_-]/g, '_') || '_';
}
