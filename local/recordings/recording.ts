import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { findJsonFlaw, lineAndColumn } from './recording-json.ts';
import { checkRecording, epochSeconds, type RecordingShape, type ResponseShape } from './recording-shape.ts';

/** An audit over time, as DescribeAuditTask tells it: what a local run plays. */
export interface Recording {
  /** Where it comes from, for messages. */
  readonly source: string;
  readonly taskId: string;
  /** Name of the scheduled audit; undefined for an on-demand one. */
  readonly auditName?: string;
  /** When the last step begins. */
  readonly durationSeconds: number;
  /** In order of time; of steps at the same time the later one in the file comes last. */
  readonly steps: readonly Step[];
  /** As printed by `aws iot list-audit-findings`. */
  readonly findings: readonly object[];
  /** What ListAuditFindings answers instead, always. */
  readonly findingsError?: Failure;
  /** Names of the things that each certificate belongs to, by certificate id. */
  readonly things: Readonly<Record<string, readonly string[]>>;
}

/** An error as an AWS service gives it. */
export interface Failure {
  readonly name: string;
  readonly statusCode: number;
  readonly message?: string;
}

export type Step = ResponseStep | ErrorStep;

/** Holds until the next response. */
export interface ResponseStep {
  readonly atSeconds: number;
  /** One DescribeAuditTask answer with times in epoch seconds, as on the wire. */
  readonly response: ResponseShape;
}

/** A spell of errors: from `atSeconds` until just before `untilSeconds` (Infinity: for ever). */
export interface ErrorStep {
  readonly atSeconds: number;
  readonly untilSeconds: number;
  readonly error: Failure;
}

/** What DescribeAuditTask answers at some moment. */
export type RecordedAnswer =
  | { readonly type: 'response'; readonly response: ResponseShape }
  | ({ readonly type: 'error' } & Failure);

/** A recording that cannot be played. The message names file, path, what was expected, and what was found. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const MAX_PROBLEMS = 5;

/** Reads a recording file. Throws RecordingError, also for a file that cannot be read. */
export async function readRecording(file: string): Promise<Recording> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new RecordingError(`${file}: ${whyUnreadable(cause)}`, { cause });
  }
  return parseRecording(text, file);
}

/** Reads a recording, or one bare answer of `aws iot describe-audit-task`, from JSON text. Throws RecordingError. */
export function parseRecording(text: string, source: string): Recording {
  const json = text.replace(/^\uFEFF/, ''); // Windows shells put a byte order mark before redirected output.
  const shape = checkRecording(parse(json, source));
  if ('problems' in shape) throw new RecordingError(sentence(source, shape.problems));
  const steps = toSteps(shape.steps);
  return {
    source,
    // Two runs of the same file are the same audit.
    taskId: shape.taskId ?? createHash('sha256').update(json).digest('hex').slice(0, 32),
    auditName: responses(steps).find(({ scheduledAuditName }) => scheduledAuditName !== undefined)?.scheduledAuditName,
    durationSeconds: steps.at(-1)?.atSeconds ?? 0,
    steps,
    findings: shape.findings ?? [],
    findingsError: shape.findingsError,
    things: shape.things ?? {},
  };
}

/**
 * The answer some seconds into the audit. Its times are shifted so that the audit starts at `startedAtMs`. Before the
 * first response the audit is unknown, as it may be to AWS just after its start.
 */
export function answerAt(recording: Recording, elapsedSeconds: number, startedAtMs: number): RecordedAnswer {
  const begun = recording.steps.filter(({ atSeconds }) => atSeconds <= elapsedSeconds);
  const spell = begun.findLast((step): step is ErrorStep => 'error' in step && elapsedSeconds < step.untilSeconds);
  if (spell !== undefined) return { type: 'error', ...spell.error };
  const response = responseAt(recording, elapsedSeconds);
  if (response !== undefined) return { type: 'response', response: shift(response, recording, startedAtMs) };
  // Without its id: the recording may be played under another one.
  return { type: 'error', name: 'ResourceNotFoundException', statusCode: 404, message: 'Audit task not found.' };
}

/** The latest response some seconds into the audit, with its recorded times; spells of errors do not hide it. */
export function responseAt({ steps }: Recording, elapsedSeconds: number): ResponseShape | undefined {
  return responses(steps.filter(({ atSeconds }) => atSeconds <= elapsedSeconds)).at(-1);
}

function parse(json: string, source: string): unknown {
  const flaw = findJsonFlaw(json);
  if (flaw === undefined) return JSON.parse(json);
  const place = `${source}:${lineAndColumn(json, flaw.offset)}`;
  if (flaw.duplicateKey !== undefined) {
    throw new RecordingError(`${place}: the key ${JSON.stringify(flaw.duplicateKey)} is given twice in one object.`);
  }
  if (json.trim() === '') throw new RecordingError(`${source}: expected a recording as JSON, found an empty file.`);
  const rest = json.slice(flaw.offset, flaw.offset + 20).split(/\s/)[0];
  const found = rest === undefined || rest === '' ? 'the end of the file' : JSON.stringify(rest);
  throw new RecordingError(`${place}: not valid JSON: reading stopped at ${found}.`);
}

/** Puts the steps in order and gives each spell of errors its end. */
function toSteps(shapes: RecordingShape['steps']): readonly Step[] {
  const sorted = shapes.toSorted((a, b) => a.atSeconds - b.atSeconds);
  return sorted.flatMap(({ atSeconds, untilSeconds, response, error }): Step[] => {
    if (response !== undefined) return [{ atSeconds, response }];
    const next = sorted.find((step) => step.atSeconds > atSeconds)?.atSeconds ?? Number.POSITIVE_INFINITY;
    return error === undefined ? [] : [{ atSeconds, untilSeconds: untilSeconds ?? next, error }];
  });
}

function responses(steps: readonly Step[]): readonly ResponseShape[] {
  return steps.flatMap((step) => ('response' in step ? [step.response] : []));
}

function shift(response: ResponseShape, recording: Recording, startedAtMs: number): ResponseShape {
  const { taskStartTime } = response;
  if (taskStartTime === undefined) return response;
  return { ...response, taskStartTime: shiftTime(taskStartTime, recording, startedAtMs) };
}

/** Epoch seconds in the recording's own time, moved so that the audit starts at `startedAtMs`. */
function shiftTime(seconds: number, { steps }: Recording, startedAtMs: number): number {
  const first = responses(steps).find((other) => other.taskStartTime !== undefined)?.taskStartTime ?? seconds;
  return (startedAtMs + Math.round((seconds - first) * 1000)) / 1000;
}

/** Findings as ListAuditFindings sends them: under the id that the audit is played under, with their times shifted. */
export function shiftFindings(
  findings: readonly object[],
  recording: Recording,
  taskId: string,
  startedAtMs: number,
): object[] {
  return findings.map((finding) => {
    const times = Object.entries(finding).flatMap(([name, value]) => {
      const seconds = name === 'taskStartTime' || name === 'findingTime' ? epochSeconds(value) : undefined;
      return seconds === undefined ? [] : [[name, shiftTime(seconds, recording, startedAtMs)]];
    });
    return { ...finding, taskId, ...Object.fromEntries(times) };
  });
}

function sentence(source: string, problems: readonly string[]): string {
  const [only, ...others] = problems;
  if (only !== undefined && others.length === 0) return `${source}: ${only}.`;
  const more = problems.length - MAX_PROBLEMS;
  const lines = [...problems.slice(0, MAX_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])];
  return `${source}: not a recording that can be played:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function whyUnreadable(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'no such file; give the path of a recording.';
  if (code === 'EISDIR') return 'this is a directory; give the path of a recording.';
  if (code === 'EACCES') return 'permission to read the file is denied.';
  return `the file cannot be read (${String(cause)}).`;
}
