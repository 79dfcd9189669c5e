import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder and those above it. `mkdir` with `recursive` never comes to an end below /proc, where nothing can be made. */
export async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  if (!existsSync(dirname(folder))) await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    // Another run made it in the meantime.
    if (Object(error).code !== 'EEXIST') throw error;
  }
}
