import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { types } from 'node:util';
import { parseOptions, UsageError } from '../shared/command-line.ts';
import { PREVIEW_ALERTS } from './examples.ts';
import { previewPage } from './page.ts';

export const DEFAULT_OUT = 'alerts-preview.html';

export const ALERTS_PREVIEW_HELP = `Writes every kind of alert into one HTML page, as an email and as Slack messages, for the eye.

Usage: npm run alerts:preview -- [options]

  --out FILE   the page to write (default ${DEFAULT_OUT})
  --help       this text

Exit code: 0 the page is written, 2 the command line cannot be used.
`;

/**
 * `npm run alerts:preview`: writes the page and says where it is.
 *
 * @returns the exit code: 0 written, 2 the command line cannot be used
 */
export async function alertsPreview(argv: readonly string[]): Promise<number> {
  try {
    const options = { out: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { out = DEFAULT_OUT, help } = parseOptions(argv, options, 'npm run alerts:preview');
    if (out === '') throw new UsageError('--out is empty. Give the file to write. For example: --out alerts.html');
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
