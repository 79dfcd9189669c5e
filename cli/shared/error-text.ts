import { WatcherError } from '../../lambda/errors.ts';
import { FailedCallError, remedyOf } from './aws/failed-call.ts';
import { CommandError, EXIT } from './command-error.ts';

/** What to write of an error: its message where that explains it, else where it comes from, for a report of the defect. */
export function errorText(error: unknown): string {
  if (error instanceof CommandError || error instanceof WatcherError) return error.message;
  if (error instanceof FailedCallError)
    return `${error.message}. ${remedyOf(error, 'docs/command-line.md', 'run the command again')}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function exitCodeOf(error: unknown): number {
  return error instanceof CommandError ? error.exitCode : EXIT.error;
}
