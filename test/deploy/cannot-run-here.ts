/** This machine lacks what the test needs: nothing was tested, and nothing is wrong. Exit code 3. */
export class CannotRunHereError extends Error {
  override readonly name = 'CannotRunHereError';
}
