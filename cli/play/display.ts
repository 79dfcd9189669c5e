import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import wrapAnsi from 'wrap-ansi';
import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { compareSeverity } from '../../lambda/audit/answer/severity.ts';
import { responseAt } from '../../local/recordings/playback.ts';
import type { Recording } from '../../local/recordings/recording.ts';
import type { AlertReport } from '../../local/runs/audit-report.ts';
import type { WatchListener } from '../../local/runs/watch-run.ts';
import { type Io, isDrawable, type Output } from '../shared/screen/io.ts';
import type { Style } from '../shared/screen/screen.ts';
import { nameText } from '../shared/screen/words.ts';
import {
  type AuditProgress,
  clockText,
  pollLine,
  progressHead,
  progressLines,
  type TroubledCheck,
  troubleText,
} from './progress.ts';
import { renderAlert, renderSubject } from './render-alert.ts';

const FRAME_MS = 100;

interface DisplayOptions {
  readonly env: Io['env'];
  /** Whole mails and chat messages as they come. */
  readonly showAlerts?: boolean;
}

/** Shows a run as it happens: live on a terminal, as plain lines anywhere else. */
export class Display implements WatchListener {
  readonly #stream: Output;
  readonly #audits = new Map<string, AuditProgress>();
  readonly #recordings = new Map<string, Recording>();
  readonly #showAlerts: boolean;
  readonly #isColoured: boolean;
  readonly #live: ReturnType<typeof createLogUpdate> | undefined;
  #now: () => number = () => 0;
  #frames: NodeJS.Timeout | undefined;

  constructor(stream: Output, { env, showAlerts = false }: DisplayOptions) {
    this.#stream = stream;
    this.#showAlerts = showAlerts;
    this.#live = isDrawable(stream, env) ? createLogUpdate(stream, { showCursor: true }) : undefined;
    this.#isColoured = this.#live !== undefined && !env.NO_COLOR;
  }

  /** What still runs, for when the program is interrupted. */
  get running(): string[] {
    return [...this.#audits.values()].filter(({ ended }) => ended === undefined).map(progressHead);
  }

  readonly onReady: NonNullable<WatchListener['onReady']> = (now) => {
    this.#now = now;
    if (this.#live !== undefined) this.#frames = setInterval(() => this.#draw(), FRAME_MS);
  };

  readonly onStart: NonNullable<WatchListener['onStart']> = ({ taskId, recording, startedAt, renamedFrom }, event) => {
    // The name comes from a file, and nothing in it may move the cursor.
    const name = (recording.auditName ?? 'on-demand audit').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
    this.#recordings.set(taskId, recording);
    this.#audits.set(taskId, { name, startedAt, alerts: 0 });
    if (renamedFrom !== undefined) {
      this.line(`Task ${renamedFrom} was watched before, so this run plays the recording as task ${taskId}.`);
    }
    this.line(`${clockText(0)}  ${name}  event "${event}" starts the watch of task ${taskId}`);
  };

  readonly onPoll: NonNullable<WatchListener['onPoll']> = (poll, at) => {
    const progress = this.#audits.get(poll.taskId);
    if (progress === undefined) return;
    const before = troubleText(progress.trouble ?? []);
    const trouble = troubleAt(this.#recordings.get(poll.taskId), (at - progress.startedAt) / 1000);
    Object.assign(progress, { poll, polledAt: at, retrying: undefined, trouble });
    if (this.#live !== undefined) return;
    this.line(pollLine(progress, poll, at));
    if (trouble.length > 0 && troubleText(trouble) !== before) this.line(`       ${troubleText(trouble)}`);
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
    const look = { colour: this.#isColoured, columns: (this.#stream.isTTY && this.#stream.columns) || undefined };
    const shown = this.#showAlerts ? renderAlert(alert, look) : renderSubject(alert, look);
    this.line(`${clockText(alert.atSeconds)}  ${name}  ALERT ${alert.kind}\n${shown}`);
  };

  readonly onProblem = (message: string): void => this.line(`  ${message}`);

  readonly onEnd: NonNullable<WatchListener['onEnd']> = (taskId, { status, error }) => {
    const progress = this.#audits.get(taskId);
    if (progress === undefined) return;
    progress.ended = { error: status === 'SUCCEEDED' ? undefined : (error ?? status), at: this.#now() };
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

  #draw(): void {
    if (this.#live === undefined) return;
    const now = this.#now();
    const paint = (style: Style, text: string) =>
      this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
    // What has ended gives its rows to what still runs.
    const audits = [...this.#audits.values()].sort(
      (a, b) => Number(a.ended !== undefined) - Number(b.ended !== undefined),
    );
    const width = this.#stream.columns || Number.POSITIVE_INFINITY;
    const blocks = audits.map((progress) => progressLines(progress, now, paint).flatMap((line) => fitted(line, width)));
    const room = (this.#stream.rows || Number.POSITIVE_INFINITY) - 2;
    let used = 0;
    const shown = blocks.filter((lines) => {
      used += lines.length;
      return used <= room;
    });
    const rest = audits.slice(shown.length);
    const summedUp = rest.length === 0 ? [] : [`       and ${rest.length} more: ${statesText(rest)}`];
    this.#live([...shown.flat(), ...summedUp].join('\n'));
  }
}

/** A line in as many as the terminal needs, each as far indented as the first. */
function fitted(line: string, width: number): string[] {
  const [indent = ''] = /^ */.exec(line) ?? [];
  const room = width - indent.length;
  if (!Number.isFinite(room) || room < 1) return [line];
  return wrapAnsi(line.slice(indent.length), room)
    .split('\n')
    .map((part) => `${indent}${part}`);
}

/** `2 running, 3 ended`. */
function statesText(audits: readonly AuditProgress[]): string {
  const ended = audits.filter((progress) => progress.ended !== undefined).length;
  const counts = [[audits.length - ended, 'running'] as const, [ended, 'ended'] as const];
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
}

/** The checks that are in trouble at a moment of a recording, worst first. */
function troubleAt(recording: Recording | undefined, seconds: number): TroubledCheck[] {
  const response = recording && responseAt(recording, seconds);
  const { checks } = readAudit({ auditDetails: response?.auditDetails });
  return checks
    .flatMap(({ name, outcome }) => {
      const { title, severity } = checkInfo(name);
      return outcome === 'NON_COMPLIANT' || outcome === 'FAILED' ? [{ title: nameText(title), severity, outcome }] : [];
    })
    .sort((a, b) => compareSeverity(b.severity, a.severity));
}
