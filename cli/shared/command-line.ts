/** The command line cannot be used as it was typed. The message says what, the value, what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
