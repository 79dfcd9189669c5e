import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs, types } from 'node:util';
import { UsageError } from '../shared/command-line.ts';
import { PREVIEW_ALERTS } from './examples.ts';
import { previewPage } from './page.ts';

export const DEFAULT_OUT = 'alerts-preview.html';

export const ALERTS_PREVIEW_HELP = `Writes every kind of alert into one HTML page, as an email and as Slack messages, for the eye.

Usage: npm run alerts:preview -- [options]

  --out FILE   the page to write (default ${DEFAULT_OUT})
  --help       this text

Exit code: 0 the page is written, 2 the command line cannot be used.
`;

/** What `npm run alerts:preview` was asked for. */
interface PreviewOptions {
  readonly out: string;
  readonly help: boolean;
}

/**
 * `npm run alerts:preview`: writes the page and says where it is.
 *
 * @returns the exit code: 0 written, 2 the command line cannot be used
 */
export async function alertsPreview(argv: readonly string[]): Promise<number> {
  try {
    const { out, help } = parseOptions(argv);
    if (help) {
      process.stdout.write(ALERTS_PREVIEW_HELP);
      return 0;
    }
    process.stdout.write(`${await writePage(out)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

function parseOptions(argv: readonly string[]): PreviewOptions {
  const { out = DEFAULT_OUT, help = false } = parse(argv);
  if (out === '') throw new UsageError('--out is empty. Give the file to write. For example: --out alerts.html');
  return { out, help };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: { out: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (cause) {
    const [sentence = ''] = (types.isNativeError(cause) ? cause.message : String(cause)).split('. To specify');
    const what = sentence.replaceAll('\n', ' ').replace(/\.$/, '');
    throw new UsageError(`${what}. Try: npm run alerts:preview -- --help`, { cause });
  }
}

async function writePage(out: string): Promise<string> {
  const file = resolve(out);
  try {
    await writeFile(file, previewPage(PREVIEW_ALERTS));
  } catch (cause) {
    if (!types.isNativeError(cause) || !('code' in cause)) throw cause;
    throw new UsageError(`--out is "${out}", which cannot be written (${cause.code}). Give another file.`, { cause });
  }
  return file;
}
