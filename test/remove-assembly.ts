import { rm } from 'node:fs/promises';

/** Jest's global teardown. */
export default async function removeAssembly(): Promise<void> {
  const directory = process.env.TEST_CLOUD_ASSEMBLY;
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}
