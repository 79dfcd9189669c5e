import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AuditReport } from '../local/audit-report.ts';
import { SynthesisError, synthesize } from '../local/cloud-assembly.ts';
import { DataDirectoryError } from '../local/dynamodb-endpoint.ts';
import { TableShapeError } from '../local/dynamodb-endpoint-table.ts';
import { RecordingError, readRecording } from '../local/recording.ts';
import { EventNotTakenError, watchRecordings } from '../local/watch-run.ts';
import { Display } from './display.ts';
import { parseStartOptions, START_HELP, type StartOptions } from './start-options.ts';
import { summaryText } from './summary.ts';
import { UsageError } from './usage-error.ts';

const PROJECT = resolve(import.meta.dirname, '..');
/** Their messages say what to do; a stack trace would only hide it. */
const EXPLAINED = [SynthesisError, DataDirectoryError, TableShapeError, EventNotTakenError];
const SAMPLE = resolve(PROJECT, 'recordings/sample.json');

/**
 * `npm start`: plays recorded audits to the synthesized stack.
 *
 * @returns the exit code: 0 watched to the end, 1 a watch failed, 2 the command line or a recording cannot be used
 */
export async function start(argv: readonly string[]): Promise<number> {
  try {
    const options = parseStartOptions(argv);
    if (!options.help) return await run(options);
    process.stdout.write(START_HELP);
    return 0;
  } catch (error) {
    if (error instanceof UsageError || error instanceof RecordingError) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}

async function run({ recordings, speed, json, data, fresh, context }: StartOptions): Promise<number> {
  const played = await Promise.all((recordings.length > 0 ? recordings : [SAMPLE]).map(readRecording));
  const out = json ? process.stderr : process.stdout;
  const dataDirectory = resolve(data);
  out.write(
    `Synthesizing the stack, then playing ${played.length === 1 ? 'one audit' : `${played.length} audits`} to it.\n`,
  );
  await makeDirectory(dataDirectory);
  // A folder of its own: two runs may synthesize at the same time.
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'audit-watcher-'));
  const display = new Display(out);
  let reports: AuditReport[];
  try {
    const assembly = await synthesize(PROJECT, assemblyDirectory, context);
    const options = { assembly, speed, startsAt: Date.now(), dataDirectory, fresh };
    reports = await watchRecordings(played, options, display);
  } finally {
    display.close();
    await rm(assemblyDirectory, { recursive: true, force: true });
  }

  out.write(`\n${summaryText(reports)}\n`);
  // Whole before the process ends, however slowly it is read.
  if (json) await written(process.stdout, `${JSON.stringify({ audits: reports }, null, 2)}\n`);
  return reports.every(({ execution }) => execution.status === 'SUCCEEDED') ? 0 : 1;
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new UsageError(`--data is "${directory}", which cannot be made a folder. Give another one.`, { cause });
  }
}

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPLAINED.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
