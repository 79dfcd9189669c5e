import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { types } from 'node:util';
import { UsageError } from '../shared/command-error.ts';
import { type Io, written } from '../shared/screen/io.ts';
import { PREVIEW_ALERTS } from './examples.ts';
import { previewPage } from './page.ts';

/** Writes the page and says where it is. @throws UsageError */
export async function alertsPreview(out: string, io: Io): Promise<void> {
  if (out === '') throw new UsageError('--out is empty. Give the file to write. For example: --out alerts.html');
  const file = resolve(out);
  try {
    await writeFile(file, previewPage(PREVIEW_ALERTS));
  } catch (cause) {
    if (!types.isNativeError(cause) || !('code' in cause)) throw cause;
    throw new UsageError(`--out is "${out}", which cannot be written (${cause.code}). Give another file.`, { cause });
  }
  await written(io.stdout, `${file}\n`);
}
