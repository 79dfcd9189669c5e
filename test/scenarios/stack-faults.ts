import type { StackFault } from '../../local/local-stack-options.ts';
import type { Call } from '../../local/services/service.ts';

/** Answers of services in trouble. */
export const THROTTLED = { type: 'error', name: 'ThrottlingException', statusCode: 400 } as const;
export const DENIED = { type: 'error', name: 'AccessDeniedException', statusCode: 403 } as const;
export const NOT_FOUND = { type: 'error', name: 'ResourceNotFoundException', statusCode: 404 } as const;
export const INTERNAL = { type: 'error', name: 'InternalFailureException', statusCode: 500 } as const;
export const SNS_DOWN = { type: 'error', name: 'InternalErrorException', statusCode: 500 } as const;

export function isPublish({ operation }: Pick<Call, 'operation'>): boolean {
  return operation === 'Publish';
}

/** A fault for the first call that matches. */
export function once(
  matches: (call: Call) => boolean,
  fault: () => StackFault,
): (call: Call) => StackFault | undefined {
  let done = false;
  return (call) => {
    if (done || !matches(call)) return undefined;
    done = true;
    return fault();
  };
}
