/** The exit codes, the same for every command; docs/command-line.md lists them. */
export const EXIT = {
  /** Yes, clean, or done. */
  ok: 0,
  /** It could not be found out or done. */
  error: 1,
  /** The command line, or a file that it names, cannot be used. */
  usage: 2,
  /** The audit found something at or above the floor. */
  findings: 3,
  /** Nothing at or above the floor is known, and not every check has a result. */
  unknown: 4,
  /** The time was up before the audit ended. */
  timedOut: 5,
  /** Ctrl-C: 128 and the number of the signal, as shells have it. */
  interrupted: 130,
} as const;

/** The command ends here. The message says all there is to say: what, the value, what is allowed, the remedy. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number = EXIT.error;
}

/** The command line cannot be used as it was typed. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
  override readonly exitCode = EXIT.usage;
}

/** A person ended it, with Ctrl-C or Escape. */
export class InterruptedError extends CommandError {
  override readonly name = 'InterruptedError';
  override readonly exitCode = EXIT.interrupted;
}
