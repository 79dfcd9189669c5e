import type { ErrorStep, Failure, Recording, Step } from './recording.ts';
import type { FindingShape, ResponseShape } from './recording-shape.ts';

/** What DescribeAuditTask answers at some moment. */
type RecordedAnswer =
  | { readonly type: 'response'; readonly response: ResponseShape }
  | ({ readonly type: 'error' } & Failure);

/**
 * The answer some seconds into the audit. Its times are shifted so that the audit starts at `startedAtMs`. Before the
 * first response the audit is unknown, as it may be to AWS just after its start.
 */
export function answerAt(recording: Recording, elapsedSeconds: number, startedAtMs: number): RecordedAnswer {
  const begun = recording.steps.filter(({ atSeconds }) => atSeconds <= elapsedSeconds);
  const spell = begun.findLast((step): step is ErrorStep => 'error' in step && elapsedSeconds < step.untilSeconds);
  if (spell !== undefined) return { type: 'error', ...spell.error };
  const response = responseAt(recording, elapsedSeconds);
  if (response !== undefined) return { type: 'response', response: shiftTimes(response, recording, startedAtMs) };
  // The message does not name the task: the recording may be played under another id.
  return { type: 'error', name: 'ResourceNotFoundException', statusCode: 404, message: 'Audit task not found.' };
}

/** The latest response some seconds into the audit, with its recorded times; spells of errors do not hide it. */
export function responseAt({ steps }: Recording, elapsedSeconds: number): ResponseShape | undefined {
  return responses(steps.filter(({ atSeconds }) => atSeconds <= elapsedSeconds)).at(-1);
}

/** Findings as ListAuditFindings sends them: under the id that the audit is played under, with their times shifted. */
export function playedFindings(
  findings: readonly FindingShape[],
  recording: Recording,
  taskId: string,
  startedAtMs: number,
): FindingShape[] {
  return findings.map((finding) => ({ ...shiftTimes(finding, recording, startedAtMs), taskId }));
}

function responses(steps: readonly Step[]): readonly ResponseShape[] {
  return steps.flatMap((step) => ('response' in step ? [step.response] : []));
}

/** Moves the recorded times so that the first `taskStartTime` of the recording becomes the start of the played audit. */
function shiftTimes<T extends object>(recorded: T, { steps }: Recording, startedAtMs: number): T {
  const first = responses(steps).find(({ taskStartTime }) => taskStartTime !== undefined)?.taskStartTime;
  const times = Object.entries(recorded).flatMap(([name, seconds]) =>
    (name === 'taskStartTime' || name === 'findingTime') && typeof seconds === 'number'
      ? [[name, (startedAtMs + Math.round((seconds - (first ?? seconds)) * 1000)) / 1000]]
      : [],
  );
  return { ...recorded, ...Object.fromEntries(times) };
}
