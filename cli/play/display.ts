import { createLogUpdate } from 'log-update';
import type { AlertReport } from '../../local/runs/audit-report.ts';
import type { WatchListener } from '../../local/runs/watch-run.ts';
import type { Output } from '../shared/screen/io.ts';
import { type AuditProgress, clockText, pollLine, progressLines } from './progress.ts';
import { renderAlert } from './render-alert.ts';

const FRAME_MS = 100;

/** Shows a run as it happens: live on a terminal, as plain lines anywhere else. */
export class Display implements WatchListener {
  readonly #stream: Output;
  readonly #audits = new Map<string, AuditProgress>();
  readonly #live: ReturnType<typeof createLogUpdate> | undefined;
  #now: () => number = () => 0;
  #frames: NodeJS.Timeout | undefined;

  constructor(stream: Output) {
    this.#stream = stream;
    this.#live = stream.isTTY ? createLogUpdate(stream) : undefined;
  }

  readonly onReady: NonNullable<WatchListener['onReady']> = (now) => {
    this.#now = now;
    if (this.#live !== undefined) this.#frames = setInterval(() => this.#draw(), FRAME_MS);
  };

  readonly onStart: NonNullable<WatchListener['onStart']> = ({ taskId, recording, startedAt, renamedFrom }, event) => {
    // The name comes from a file, and nothing in it may move the cursor.
    const name = (recording.auditName ?? 'on-demand audit').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
    this.#audits.set(taskId, { name, startedAt, alerts: 0 });
    if (renamedFrom !== undefined) {
      this.line(`Task ${renamedFrom} was watched before, so this run plays the recording as task ${taskId}.`);
    }
    this.line(`${clockText(0)}  ${name}  event "${event}" starts the watch of task ${taskId}`);
  };

  readonly onPoll: NonNullable<WatchListener['onPoll']> = (poll, at) => {
    const progress = this.#audits.get(poll.taskId);
    if (progress === undefined) return;
    Object.assign(progress, { poll, polledAt: at, retrying: undefined });
    if (this.#live === undefined) this.line(pollLine(progress, poll, at));
  };

  readonly onFailure: NonNullable<WatchListener['onFailure']> = (taskId, state, error, at) => {
    const progress = this.#audits.get(taskId);
    if (progress === undefined) return;
    progress.retrying = error;
    this.line(`${clockText((at - progress.startedAt) / 1000)}  ${progress.name}  ${state} failed: ${error}`);
  };

  readonly onAlert = (alert: AlertReport): void => {
    const progress = this.#audits.get(String(alert.machine.taskId));
    if (progress !== undefined) progress.alerts += 1;
    const name = progress?.name ?? '';
    this.line(`${clockText(alert.atSeconds)}  ${name}  ALERT ${alert.kind}\n${renderAlert(alert, this.#colour)}`);
  };

  readonly onProblem = (message: string): void => this.line(`  ${message}`);

  readonly onEnd: NonNullable<WatchListener['onEnd']> = (taskId, { status, error }) => {
    const progress = this.#audits.get(taskId);
    if (progress === undefined) return;
    progress.ended = status === 'SUCCEEDED' ? (progress.poll?.taskStatus ?? 'ended') : (error ?? status);
  };

  /** Prints above the live part. */
  line(text: string): void {
    this.#live?.clear();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  /** Leaves the last state on the screen and stops drawing. */
  close(): void {
    clearInterval(this.#frames);
    this.#draw();
    this.#live?.done();
  }

  get #colour(): boolean {
    return this.#live !== undefined && process.env.NO_COLOR === undefined;
  }

  #draw(): void {
    const now = this.#now();
    this.#live?.([...this.#audits.values()].flatMap((progress) => progressLines(progress, now)).join('\n'));
  }
}
