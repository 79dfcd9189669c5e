import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../local/assembly/cloud-assembly.ts';

/** Jest's global setup: the stack is synthesized and its functions are bundled once for all tests that run it. */
export default async function synthesizeOnce(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-assembly-'));
  // Some tests go on as another user, who must still read it.
  await chmod(directory, 0o755);
  await synthesize(resolve(import.meta.dirname, '..'), directory);
  process.env.TEST_CLOUD_ASSEMBLY = directory;
  // Validating a template takes longer than all else: test/lib/app.test.ts does it once, for all that the tests synthesize.
  process.env.CDK_VALIDATION = 'false';
}
