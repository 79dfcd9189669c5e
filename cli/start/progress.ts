import type { Look } from '../../local/runs/watch-run.ts';

const BAR_WIDTH = 28;

/** What the display knows of one audit. */
export interface AuditProgress {
  readonly name: string;
  /** Epoch milliseconds on the stack's clock. */
  readonly startedAt: number;
  look?: Look;
  lookAt?: number;
  alerts: number;
  /** The state machine waits before another try after this error. */
  retrying?: string;
  ended?: string;
}

/** The lines of one audit in the live display. */
export function progressLines(progress: AuditProgress, now: number): string[] {
  const { name, look, startedAt } = progress;
  const head = `${clockText((now - startedAt) / 1000)}  ${name}  ${progress.ended ?? look?.taskStatus ?? 'starting'}`;
  if (look === undefined) return [head];
  return [`${head}  ${bar(look)}`, `       ${outcomes(look)}`, `       ${nextLook(progress, now)}`];
}

/** One plain line for one look. */
export function lookLine({ name, startedAt }: AuditProgress, look: Look, at: number): string {
  const next = look.waitSeconds > 0 ? `next look in ${look.waitSeconds} s` : 'last look';
  const status = look.taskStatus ?? 'no status';
  return `${clockText((at - startedAt) / 1000)}  ${name}  turn ${look.turn}  ${status}  ${outcomes(look)}; ${next}`;
}

/** Minutes and seconds, with hours where there are any. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function outcomes({ counts }: Look): string {
  const { total, compliant, nonCompliant, failed, canceled, inProgress, waitingForData } = counts;
  const finished = sum(compliant, nonCompliant, failed, canceled);
  const known: [number | undefined, string][] = [
    [compliant, 'compliant'],
    [nonCompliant, 'non-compliant'],
    [failed, 'failed'],
    [canceled, 'canceled'],
    [inProgress, 'running'],
    [waitingForData, 'waiting for data'],
  ];
  const shown = known.filter(([count]) => count !== undefined && count > 0).map(([count, word]) => `${count} ${word}`);
  const done = finished === undefined ? 'checks unknown' : `${finished} of ${total ?? '?'} checks done`;
  return shown.length === 0 ? done : `${done}: ${shown.join(', ')}`;
}

function nextLook({ look, lookAt, alerts, retrying, ended }: AuditProgress, now: number): string {
  const facts = [`turn ${look?.turn ?? 0}`, `${alerts} ${alerts === 1 ? 'alert' : 'alerts'} sent`];
  if (ended !== undefined) return facts.join('  ');
  if (retrying !== undefined) return [...facts, `${retrying}, trying again`].join('  ');
  const due = (lookAt ?? now) + (look?.waitSeconds ?? 0) * 1000;
  return [...facts, `next look in ${Math.max(0, Math.ceil((due - now) / 1000))} s`].join('  ');
}

function bar({ counts }: Look): string {
  const { total, compliant, nonCompliant, failed, canceled } = counts;
  const finished = sum(compliant, nonCompliant, failed, canceled);
  if (total === undefined || total === 0 || finished === undefined) return '';
  const filled = Math.round((BAR_WIDTH * Math.min(finished, total)) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${finished}/${total}`;
}

/** Unknown only when all are. */
function sum(...counts: (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}
