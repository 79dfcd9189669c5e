import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecording, type Recording } from '../../local/recordings/recording.ts';
import type { Run } from '../schedule/fleet.ts';
import { randomFrom } from '../schedule/random.ts';

/** A sort of audit that accounts have. */
export interface AuditKind {
  readonly name: string;
  readonly durationSeconds: number;
  readonly isScheduled: boolean;
}

const SECOND = { name: '1 second', durationSeconds: 1, isScheduled: false };
const FIVE_MINUTES = { name: '5 minutes', durationSeconds: 300, isScheduled: false };
const TWO_MINUTES = { name: '2 minutes', durationSeconds: 120, isScheduled: true };
const TEN_MINUTES = { name: '10 minutes', durationSeconds: 600, isScheduled: true };
const HALF_HOUR = { name: '30 minutes', durationSeconds: 1800, isScheduled: true };
const HOUR = { name: '1 hour', durationSeconds: 3600, isScheduled: true };
const THREE_HOURS = { name: '3 hours', durationSeconds: 3 * 3600, isScheduled: true };
const EIGHT_HOURS = { name: '8 hours', durationSeconds: 8 * 3600, isScheduled: true };
const TWENTY_HOURS = { name: '20 hours', durationSeconds: 20 * 3600, isScheduled: true };

export const AUDIT_KINDS: readonly AuditKind[] = [
  SECOND,
  FIVE_MINUTES,
  TWO_MINUTES,
  TEN_MINUTES,
  HALF_HOUR,
  HOUR,
  THREE_HOURS,
  EIGHT_HOURS,
  TWENTY_HOURS,
];

/** A typical account. */
export interface Account {
  readonly name: string;
  readonly what: string;
  readonly audits: readonly { readonly kind: AuditKind; readonly aMonth: number }[];
}

const DAILY = 30;

export const ACCOUNTS: readonly Account[] = [
  {
    name: 'small',
    what: 'one audit a day, of 2 minutes',
    audits: [{ kind: TWO_MINUTES, aMonth: DAILY }],
  },
  {
    name: 'medium',
    what: 'three audits a day, of 10, 30 and 60 minutes, and 20 a month on demand, of 5 minutes',
    audits: [
      ...[TEN_MINUTES, HALF_HOUR, HOUR].map((kind) => ({ kind, aMonth: DAILY })),
      { kind: FIVE_MINUTES, aMonth: 20 },
    ],
  },
  {
    name: 'large',
    what: 'five audits a day, of 30 minutes, 1, 3, 8 and 20 hours, and 10 a day on demand, of 5 minutes',
    audits: [
      ...[HALF_HOUR, HOUR, THREE_HOURS, EIGHT_HOURS, TWENTY_HOURS].map((kind) => ({ kind, aMonth: DAILY })),
      { kind: FIVE_MINUTES, aMonth: 10 * DAILY },
    ],
  },
];

/**
 * Until somebody begins to watch. A scheduled audit is found by a sweep, on average after half of its five minutes.
 * CloudTrail announces an on-demand one: some seconds are assumed.
 */
export function foundAfterSeconds({ isScheduled }: AuditKind): number {
  return isScheduled ? 150 : 10;
}

/** No two audits of a schedule take the same time: theirs as a share of the usual one, run by run. */
const SCATTER = [1, 0.9, 1.1, 0.95, 1.05];
export const RUNS = SCATTER.length;
/** By then its schedule has been learned. */
export const KNOWN_RUNS = [RUNS - 2, RUNS - 1];

/** How much the end of a check differs beside that: standard deviation of its logarithm. */
const CHECK_SPREAD = 0.1;

/** @param run 0 for the first of its schedule */
export function durationOf({ durationSeconds }: AuditKind, run: number): number {
  return durationSeconds * (SCATTER[run] ?? 1);
}

interface SampleAnswer {
  readonly atSeconds: number;
  readonly response: { readonly taskStatistics: Readonly<Record<'nonCompliantChecks' | 'failedChecks', number>> };
}

const SAMPLE: { readonly steps: readonly (SampleAnswer | { readonly response: undefined })[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../recordings/sample.json'), 'utf8'),
);

/** The sample audit without its spell of errors, stretched: 14 checks, two non-compliant, one failed, 21 findings. */
export function recordingOf(kind: AuditKind, run: number): Recording {
  const { steps: _, ...rest } = SAMPLE;
  const named = kind.isScheduled
    ? { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: kind.name }
    : { taskType: 'ON_DEMAND_AUDIT_TASK', scheduledAuditName: undefined };
  const steps = answersOf(kind, run).map(({ atSeconds, response }) => ({
    atSeconds,
    response: { ...response, ...named },
  }));
  return parseRecording(JSON.stringify({ ...rest, taskId: taskIdOf(kind, run), steps }), kind.name);
}

/** When such an audit has news worth a message. */
export function newsIn(kind: AuditKind, run: number): Run {
  const answers = answersOf(kind, run);
  const firstWith = (count: 'nonCompliantChecks' | 'failedChecks') =>
    answers.find(({ response }) => response.taskStatistics[count] > 0)?.atSeconds ?? Number.POSITIVE_INFINITY;
  return {
    endsAt: durationOf(kind, run),
    nonCompliantAt: firstWith('nonCompliantChecks'),
    failedAt: firstWith('failedChecks'),
    checksEndAt: [],
    waitsForDataFrom: Number.POSITIVE_INFINITY,
  };
}

function answersOf(kind: AuditKind, run: number): SampleAnswer[] {
  const answers = SAMPLE.steps.filter((step): step is SampleAnswer => step.response !== undefined);
  const last = answers.at(-1)?.atSeconds ?? Number.NaN;
  const random = randomFrom(run);
  const shares = answers.map(({ atSeconds }) => {
    const share = atSeconds / last;
    return share === 1 ? share : Math.min(1, share * Math.exp(CHECK_SPREAD * random.normal()));
  });
  const inOrder = shares.toSorted((a, b) => a - b);
  return answers.map(({ response }, n) => ({ atSeconds: (inOrder[n] ?? 1) * durationOf(kind, run), response }));
}

function taskIdOf({ name }: AuditKind, run: number): string {
  return `${name.replaceAll(' ', '-')}-${run}-`.padEnd(32, '0');
}
