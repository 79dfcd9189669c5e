import type { DayListener } from '../../local/runs/scheduled-day.ts';
import type { DayAudit } from '../../local/runs/scheduled-day-story.ts';

/** Shows a day of scheduled audits: one line for each thing that happens, with the time of day. */
export class ScheduledDisplay implements DayListener {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  readonly onDeployed: NonNullable<DayListener['onDeployed']> = ({ startsAt, schedules, audits }) => {
    const names = schedules.map(({ scheduledAuditName }) => scheduledAuditName).join(', ');
    const earlier = audits.filter(({ earlier }) => earlier).length;
    this.#line(startsAt, `The stack is deployed. Audits that run daily: ${names}; ${earlier} ran on the days before`);
  };

  readonly onAuditStart: NonNullable<DayListener['onAuditStart']> = ({ auditName }, at) =>
    this.#line(at, `${auditName} starts; no event announces it`);

  readonly onUnseenEnd: NonNullable<DayListener['onUnseenEnd']> = ({ auditName }, at) =>
    this.#line(at, `${auditName} ended before anybody watched it`);

  readonly onFound: NonNullable<DayListener['onFound']> = (audit, at) =>
    this.#line(at, `SWEEP finds ${titleOf(audit)}, which nobody watches: an execution starts`);

  readonly onTakeOver: NonNullable<DayListener['onTakeOver']> = (audit, reason, at) =>
    this.#line(at, `SWEEP finds the watch of ${titleOf(audit)} left behind (${reason}): an execution takes over`);

  readonly onAbort: NonNullable<DayListener['onAbort']> = (audit, at) =>
    this.#line(at, `Somebody aborts the execution that watches ${titleOf(audit)}`);

  readonly onAlert: NonNullable<DayListener['onAlert']> = ({ kind, subject }, at) =>
    this.#line(at, `ALERT ${kind}  ${subject}`);

  readonly onEnd: NonNullable<DayListener['onEnd']> = (audit, { status, error }, at) => {
    // Found and recorded in the same minute, or already shown when it was aborted.
    if ((status === 'SUCCEEDED' && audit.earlier) || status === 'ABORTED') return;
    const how = status === 'SUCCEEDED' ? 'was watched to its end' : `lost its execution: ${error ?? status}`;
    this.#line(at, `${titleOf(audit)} ${how}`);
  };

  readonly onSweepFailed: NonNullable<DayListener['onSweepFailed']> = (error, at) =>
    this.#line(at, `SWEEP failed: ${error}`);

  readonly onProblem: NonNullable<DayListener['onProblem']> = (message, at) => this.#line(at, message);

  #line(at: number, text: string): void {
    this.#stream.write(`${timeOfDay(at)}  ${text}\n`);
  }
}

/** `HH:MM` in UTC. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM'.length);
}

function titleOf({ auditName, startedAt, earlier }: DayAudit): string {
  return earlier ? `${auditName} of ${new Date(startedAt).toISOString().slice(0, 'YYYY-MM-DD'.length)}` : auditName;
}
