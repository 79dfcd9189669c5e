import { type ParseArgsConfig, parseArgs, types } from 'node:util';

/** The command line cannot be used as it was typed. The message says what, the value, what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The values of these options, and of nothing else.
 *
 * @param npmRun how the command is called, for the way to its help: `npm start`
 * @throws UsageError
 */
export function parseOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
  npmRun: string,
) {
  try {
    return parseArgs({ args: [...argv], strict: true, allowPositionals: false, options }).values;
  } catch (cause) {
    // Node's own sentences name the option; only its advice about positionals does not fit here.
    const [sentence = ''] = (types.isNativeError(cause) ? cause.message : String(cause)).split('. To specify');
    const what = sentence.replaceAll('\n', ' ').replace(/\.$/, '');
    throw new UsageError(`${what}. Try: ${npmRun} -- --help`, { cause });
  }
}

/** For an option whose value is not one of those that are allowed. */
export function notAllowed(option: string, value: string, allowed: string, example: string): UsageError {
  return new UsageError(`${option} is "${value}". Allowed: ${allowed}. For example: ${option} ${example}`);
}

/** Writes a text whole, however slowly it is read, so that the process may end after it. */
export function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
