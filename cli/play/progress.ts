import type { Severity } from '../../lambda/audit/answer/severity.ts';
import type { Poll } from '../../local/runs/watch-run.ts';
import type { Style } from '../shared/screen/screen.ts';
import { severityPaint, stateText } from '../shared/screen/states.ts';

const BAR_WIDTH = 28;

/** What the display knows of one audit. */
export interface AuditProgress {
  readonly name: string;
  /** Epoch milliseconds on the stack's clock. */
  readonly startedAt: number;
  poll?: Poll;
  polledAt?: number;
  alerts: number;
  /** The state machine waits to retry after this error. */
  retrying?: string;
  /** Checks that are non-compliant or failed, worst first. */
  trouble?: readonly TroubledCheck[];
  /** Set when the execution has ended: its error, if it failed, and when that was. */
  ended?: { readonly error?: string; readonly at: number };
}

/** A check in trouble. */
export interface TroubledCheck {
  readonly title: string;
  readonly severity: Severity;
  readonly outcome: 'NON_COMPLIANT' | 'FAILED';
}

type Paint = (style: Style, text: string) => string;

/** The lines of one audit in the live display. */
export function progressLines(progress: AuditProgress, now: number, paint: Paint = (_, text) => text): string[] {
  const { name, poll, startedAt, trouble = [], ended } = progress;
  const head = `${clockText(((ended?.at ?? now) - startedAt) / 1000)}  ${name}  ${stateOf(progress)}`;
  if (poll === undefined) return [head];
  const troubled = trouble.length === 0 ? [] : [`       ${troubleText(trouble, paint)}`];
  return [`${head}  ${bar(poll)}`, `       ${outcomes(poll)}`, ...troubled, `       ${nextPoll(progress, now)}`];
}

/** One audit in one line, where there are more of them than rows. */
export function progressHead(progress: AuditProgress): string {
  return `${progress.name}  ${stateOf(progress)}`;
}

/** `non-compliant: AWS IoT policies overly permissive; failed: Logging disabled`. */
export function troubleText(trouble: readonly TroubledCheck[], paint: Paint = (_, text) => text): string {
  return trouble
    .map(({ title, severity, outcome }) =>
      paint(outcome === 'FAILED' ? 'yellow' : severityPaint(severity), `${stateText(outcome)}: ${title}`),
    )
    .join('; ');
}

/** Never IN_PROGRESS after its end, whatever the last poll saw. */
function stateOf({ poll, ended }: AuditProgress): string {
  if (ended === undefined) return poll?.taskStatus ?? 'starting';
  if (ended.error !== undefined) return ended.error;
  return poll?.taskStatus === undefined || poll.taskStatus === 'IN_PROGRESS' ? 'ended' : poll.taskStatus;
}

/** One plain line for one poll. */
export function pollLine({ name, startedAt }: AuditProgress, poll: Poll, at: number): string {
  const next = poll.waitSeconds > 0 ? `next poll in ${poll.waitSeconds} s` : 'last poll';
  const status = poll.taskStatus ?? 'no status';
  return `${clockText((at - startedAt) / 1000)}  ${name}  poll ${poll.poll}  ${status}  ${outcomes(poll)}; ${next}`;
}

/** Minutes and seconds, with hours where there are any. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function outcomes({ counts }: Poll): string {
  const { total, compliant, nonCompliant, failed, canceled, inProgress, waitingForData } = counts;
  const finished = sum(compliant, nonCompliant, failed);
  const known: [number | undefined, string][] = [
    [compliant, 'compliant'],
    [nonCompliant, 'non-compliant'],
    [failed, 'failed'],
    [canceled, 'canceled'],
    [inProgress, 'running'],
    [waitingForData, 'waiting for data'],
  ];
  const shown = known.filter(([count]) => count !== undefined && count > 0).map(([count, word]) => `${count} ${word}`);
  const done = finished === undefined ? 'checks unknown' : `${finished} of ${total ?? '?'} checks finished`;
  return shown.length === 0 ? done : `${done}: ${shown.join(', ')}`;
}

function nextPoll({ poll, polledAt, alerts, retrying, ended }: AuditProgress, now: number): string {
  const facts = [`poll ${poll?.poll ?? 0}`, `${alerts} ${alerts === 1 ? 'alert' : 'alerts'} sent`];
  if (ended !== undefined) return facts.join('  ');
  if (retrying !== undefined) return [...facts, `${retrying}, trying again`].join('  ');
  const due = (polledAt ?? now) + (poll?.waitSeconds ?? 0) * 1000;
  return [...facts, `next poll in ${Math.max(0, Math.ceil((due - now) / 1000))} s`].join('  ');
}

function bar({ counts }: Poll): string {
  const { total, compliant, nonCompliant, failed } = counts;
  const finished = sum(compliant, nonCompliant, failed);
  if (total === undefined || total === 0 || finished === undefined) return '';
  const filled = Math.round((BAR_WIDTH * Math.min(finished, total)) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${finished}/${total}`;
}

/** Undefined only when all counts are. */
function sum(...counts: (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}
