import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotRunHereError } from './cannot-run-here.ts';
import { run } from './children.ts';

const OLDEST_PYTHON = [3, 10] as const;
const REMEDY =
  `npm run test:deploy needs Python ${OLDEST_PYTHON.join('.')} or later with the modules venv and ensurepip ` +
  '(Debian and Ubuntu: apt install python3-venv).';

/**
 * A virtual environment with one package at one version in it, made once and then kept.
 *
 * @returns its folder of programs
 * @throws CannotRunHereError
 */
export async function virtualEnvironment(directory: string, requirement: string): Promise<string> {
  if (process.platform === 'win32') {
    throw new CannotRunHereError('npm run test:deploy needs Linux or macOS: it ends what it started by process group.');
  }
  const python = await findPython();
  const programs = join(directory, 'bin');
  // Written last, so that an environment that was left half made is made again.
  const marker = join(directory, 'complete');
  if ((await readFile(marker, 'utf8').catch(() => '')) === requirement) return programs;

  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const made = await run(python, ['-m', 'venv', directory]);
  if (made.exitCode !== 0) throw new CannotRunHereError(`${python} -m venv failed. ${REMEDY}\n${made.output}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement];
  const installed = await run(join(programs, 'python'), pip, { timeoutSeconds: 240 });
  if (installed.exitCode !== 0) throw new Error(`pip could not install ${requirement}:\n${installed.output}`);
  await writeFile(marker, requirement);
  return programs;
}

/** The first interpreter on the path that will do. */
async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const python of ['python3', 'python']) {
    const script = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';
    const { exitCode, stdout, output } = await run(python, ['-c', script], { timeoutSeconds: 20 });
    const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
    const isNewEnough = major === OLDEST_PYTHON[0] ? minor >= OLDEST_PYTHON[1] : major > OLDEST_PYTHON[0];
    if (exitCode === 0 && isNewEnough) return python;
    found.push(`${python}: ${exitCode === 0 ? `is ${major}.${minor}` : (output.trim().split('\n').at(-1) ?? '')}`);
  }
  throw new CannotRunHereError(`${REMEDY} Found ${found.join('; ')}.`);
}
