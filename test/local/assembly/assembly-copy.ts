import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudAssembly, readAssembly } from '../../../local/assembly/cloud-assembly.ts';

/** The assembly that was synthesized once for all tests. */
export function readTestAssembly(): Promise<CloudAssembly> {
  return readAssembly(process.env.TEST_CLOUD_ASSEMBLY ?? '');
}

/** A copy of the synthesized assembly with another template: the text of the template's JSON, edited. The caller removes it. */
export async function copyAssembly(edit: (template: string) => string): Promise<CloudAssembly> {
  const { directory } = await readTestAssembly();
  const copy = await mkdtemp(join(tmpdir(), 'assembly-copy-'));
  await cp(directory, copy, { recursive: true });
  const file = join(copy, 'AuditWatcher.template.json');
  const template = await readFile(file, 'utf8');
  const edited = edit(template);
  if (edited === template) throw new Error('The edit changes nothing: the template is not as the test expects it.');
  await writeFile(file, edited);
  return readAssembly(copy);
}
