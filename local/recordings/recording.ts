import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { findJsonFlaw, lineAndColumn, MAX_DEPTH } from './recording-json.ts';
import { checkRecording, type FindingShape, type RecordingShape, type ResponseShape } from './recording-shape.ts';

/** An audit over time, as DescribeAuditTask shows it: what a local run plays. */
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
  /** As printed by `aws iot list-audit-findings`, with times in epoch seconds. */
  readonly findings: readonly FindingShape[];
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
interface ResponseStep {
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

/** A recording that cannot be played. The message names file, path, what was expected, and what was found. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const MAX_PROBLEMS = 5;

/** Reads a recording file. Throws RecordingError, also for a file that cannot be read. */
export async function readRecording(file: string): Promise<Recording> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new RecordingError(`${file}: ${whyUnreadable(cause)}`, { cause });
  }
  return parseRecording(decode(bytes, file), file);
}

/** Reads a recording, or one bare answer of `aws iot describe-audit-task`, from JSON text. Throws RecordingError. */
export function parseRecording(json: string, source: string): Recording {
  const shape = checkRecording(parse(json, source));
  if ('problems' in shape) throw new RecordingError(sentence(source, shape.problems));
  const steps = toSteps(shape.steps);
  return {
    source,
    // Two runs of the same file are the same audit.
    taskId: shape.taskId ?? createHash('sha256').update(json).digest('hex').slice(0, 32),
    auditName: steps.flatMap((step) => ('response' in step ? (step.response.scheduledAuditName ?? []) : []))[0],
    durationSeconds: steps.at(-1)?.atSeconds ?? 0,
    steps,
    findings: findingsOf(shape),
    findingsError: shape.findingsError,
    things: shape.things ?? {},
  };
}

/** UTF-8, or UTF-16 with the byte order mark that Windows PowerShell writes. Either mark is left out of the text. */
function decode(bytes: Buffer, source: string): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'UTF-16LE' : mark === 'feff' ? 'UTF-16BE' : 'UTF-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const text = new TextDecoder(encoding).decode(bytes);
    const place = lineAndColumn(text, text.indexOf('\uFFFD'));
    const remedy = 'Save the file as UTF-8, or as UTF-16 with a byte order mark.';
    throw new RecordingError(`${source}:${place}: the text is not valid ${encoding} from here on. ${remedy}`, {
      cause,
    });
  }
}

function parse(json: string, source: string): unknown {
  const flaw = findJsonFlaw(json);
  if (flaw === undefined) return JSON.parse(json);
  const place = `${source}:${lineAndColumn(json, flaw.offset)}`;
  if (flaw.duplicateKey !== undefined) {
    throw new RecordingError(`${place}: the key ${JSON.stringify(flaw.duplicateKey)} is given twice in one object.`);
  }
  if (flaw.tooDeep) throw new RecordingError(`${place}: objects and lists nest more than ${MAX_DEPTH} levels deep.`);
  if (json.trim() === '') throw new RecordingError(`${source}: expected a recording as JSON, found an empty file.`);
  const rest = json.slice(flaw.offset, flaw.offset + 20).split(/\s/)[0];
  const found = rest === undefined || rest === '' ? 'the end of the file' : JSON.stringify(rest);
  throw new RecordingError(`${place}: not valid JSON: reading stopped at ${found}.`);
}

/**
 * The findings of this audit, each once. A list of a time range holds those of other audits too, and pages that were put
 * together by hand may repeat some.
 */
function findingsOf({ taskId, findings = [] }: RecordingShape): readonly FindingShape[] {
  const own = findings.filter((finding) => taskId === undefined || (finding.taskId ?? taskId) === taskId);
  return [...new Map(own.map((finding) => [JSON.stringify(finding), finding])).values()];
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
