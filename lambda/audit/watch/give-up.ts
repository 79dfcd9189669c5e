import { ERROR } from '../../contract.ts';
import { GAVE_UP_REASON, type GaveUpReason } from './alert-kinds.ts';

const REASONS: ReadonlyMap<string, GaveUpReason> = new Map<string, GaveUpReason>([
  [ERROR.watchLimitReached, GAVE_UP_REASON.watchLimit],
  [ERROR.notFound, GAVE_UP_REASON.auditNotFound],
  [ERROR.denied, GAVE_UP_REASON.accessDenied],
  [ERROR.malformedAnswer, GAVE_UP_REASON.malformedAnswer],
]);
const LONGEST_MESSAGE = 500;

/** Why a watch ends, from the name of the error that outlasted every retry. */
export function gaveUpReason(errorName: string): GaveUpReason {
  return REASONS.get(errorName) ?? GAVE_UP_REASON.persistentError;
}

/** The sentence in the `Cause` of a failed Lambda task, which is JSON with an `errorMessage`; any other text as it is. */
export function causeMessage(cause: string | undefined): string | undefined {
  if (cause === undefined || cause === '') return undefined;
  return (errorMessageIn(cause) ?? cause).slice(0, LONGEST_MESSAGE);
}

function errorMessageIn(cause: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed !== 'object' || parsed === null || !('errorMessage' in parsed)) return undefined;
    return typeof parsed.errorMessage === 'string' ? parsed.errorMessage : undefined;
  } catch {
    return undefined; // not JSON: an engine or a service gave plain text
  }
}
