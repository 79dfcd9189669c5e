import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/assembly/cloud-assembly.ts';
import { WrongWithoutFaultError } from './invariants.ts';
import { runJest } from './jest.ts';
import { runMatrix } from './matrix.ts';
import { type MatrixMutant, MUTANTS, type Mutant, type TestMutant } from './mutants.ts';
import type { MutantResult } from './page.ts';
import { SLACK_SETTINGS } from './slack-cases.ts';

const COPIED = ['bin', 'lib', 'lambda', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** What a test takes besides. */
const COPIED_FOR_TESTS = ['cli', 'docs', 'local', 'recordings', 'test', 'jest.config.mjs'];

/** Synthesizes the project without each safeguard, a few at a time, and searches for the first case that goes red. */
export async function runMutants(
  project: string,
  directory: string,
  only: string,
  onResult: (result: MutantResult) => void,
): Promise<MutantResult[]> {
  const results = new Map<Mutant, MutantResult>();
  const waiting = MUTANTS.filter(({ name }) => name.includes(only));
  const work = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const copy = join(directory, `mutant-${MUTANTS.indexOf(mutant)}`);
      await copyProject(project, copy, 'test' in mutant ? [...COPIED, ...COPIED_FOR_TESTS] : COPIED);
      await mutate(copy, mutant);
      const result = { name: mutant.name, caughtBy: await caught(copy, mutant) };
      onResult(result);
      results.set(mutant, result);
      await rm(copy, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return MUTANTS.flatMap((mutant) => results.get(mutant) ?? []);
}

function caught(copy: string, mutant: Mutant): Promise<string | undefined> {
  return 'test' in mutant ? firstFailure(copy, mutant) : firstRed(copy, mutant);
}

/** Runs a test file in the copy. Returns the title of the first test that fails. */
async function firstFailure(copy: string, { name, test }: TestMutant): Promise<string | undefined> {
  const results = await runJest(copy, test);
  // A file that does not even load says nothing.
  if (results.length === 0) throw new Error(`The mutant "${name}" proves nothing: ${test} has no test that runs.`);
  return results.find(({ status }) => status === 'failed')?.fullName;
}

/** First what is likely to go red, then all that is worth trying. */
async function firstRed(copy: string, mutant: MatrixMutant): Promise<string | undefined> {
  const assembly = join(copy, 'cdk.out');
  await synthesize(copy, assembly, mutant.part === 'slack' ? SLACK_SETTINGS : {});
  const likely = mutant.likely === undefined ? undefined : await firstRedOf(assembly, mutant, mutant.likely);
  return likely ?? firstRedOf(assembly, mutant);
}

async function firstRedOf(
  assembly: string,
  { name, part, kinds }: MatrixMutant,
  only?: string,
): Promise<string | undefined> {
  let caughtBy: string | undefined;
  try {
    await runMatrix([{ part, directory: assembly, kinds, only }], {
      onVerdict: (call, fault, { broken }) => {
        if (broken.length > 0) caughtBy ??= `${call}, ${fault}: ${broken[0]}`;
      },
      isEnough: () => caughtBy !== undefined,
    });
  } catch (error) {
    if (!(error instanceof WrongWithoutFaultError)) throw error;
    if (kinds.length > 0) throw new Error(`The mutant "${name}" proves nothing: ${error.message}`);
    caughtBy = error.message;
  }
  return caughtBy;
}

async function copyProject(project: string, copy: string, entries: readonly string[]): Promise<void> {
  await mkdir(copy, { recursive: true });
  for (const entry of entries) await cp(join(project, entry), join(copy, entry), { recursive: true });
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
}

async function mutate(copy: string, { name, file, edits }: Mutant): Promise<void> {
  for (const { file: other, text, instead } of edits) {
    const path = join(copy, other ?? file);
    const source = await readFile(path, 'utf8');
    if (source.split(text).length !== 2) {
      throw new Error(`The mutant "${name}" does not fit ${path} any more: its text must be there exactly once.`);
    }
    await writeFile(
      path,
      source.replace(text, () => instead),
    );
  }
}
