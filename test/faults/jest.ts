import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What became of a test. */
export interface TestResult {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}

/** Runs the tests of a file in a project, as `npm test` does. A file that does not load has no tests. */
export async function runJest(
  project: string,
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-jest-'));
  const report = join(directory, 'report.json');
  const jest = join(project, 'node_modules/jest/bin/jest.js');
  const options = ['--coverage=false', '--json', `--outputFile=${report}`];
  try {
    const child = spawn(process.execPath, ['--experimental-vm-modules', jest, file, ...options], {
      cwd: project,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as JestReport;
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** As `jest --json` writes it. */
interface JestReport {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[];
}
