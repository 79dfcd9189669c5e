import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CloudAssembly, SynthesisError, synthesize } from '../../local/assembly/cloud-assembly.ts';
import { UnsupportedScheduleError } from '../../local/compute/scheduler.ts';
import { RecordingError, readRecording } from '../../local/recordings/recording.ts';
import { playScheduledDay } from '../../local/runs/scheduled-day.ts';
import { readDayStory } from '../../local/runs/scheduled-day-story.ts';
import { EventNotTakenError, watchRecordings } from '../../local/runs/watch-run.ts';
import { DataDirectoryError } from '../../local/services/dynalite-engine.ts';
import { TableShapeError } from '../../local/services/dynamodb-table.ts';
import { UsageError, written } from '../shared/command-line.ts';
import { Display } from './display.ts';
import { parseStartOptions, START_HELP, type StartOptions } from './options.ts';
import { ScheduledDisplay } from './scheduled-display.ts';
import { scheduledSummaryText } from './scheduled-summary.ts';
import { summaryText } from './summary.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
/** The messages of these errors say what to do; a stack trace would only hide it. */
const EXPLAINED = [SynthesisError, DataDirectoryError, TableShapeError, EventNotTakenError, UnsupportedScheduleError];
const SAMPLE = resolve(PROJECT, 'recordings/sample.json');

/**
 * `npm start`: plays recorded audits, or a day of scheduled ones, to the synthesized stack.
 *
 * @returns the exit code: 0 all went as it should, 1 a watch failed or something is missing, 2 the command line or a recording cannot be used
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

async function run(options: StartOptions): Promise<number> {
  const out = options.json ? process.stderr : process.stdout;
  const { report, summary, succeeded } = options.scheduled ? await playDay(options, out) : await play(options, out);
  out.write(`\n${summary}\n`);
  if (options.json) await written(process.stdout, `${JSON.stringify(report, null, 2)}\n`);
  return succeeded ? 0 : 1;
}

interface Outcome {
  /** What --json prints. */
  readonly report: unknown;
  readonly summary: string;
  readonly succeeded: boolean;
}

async function play(
  { recordings, speed, data, fresh, context }: StartOptions,
  out: NodeJS.WriteStream,
): Promise<Outcome> {
  const played = await Promise.all((recordings.length > 0 ? recordings : [SAMPLE]).map(readRecording));
  const dataDirectory = resolve(data);
  out.write(
    `Synthesizing the stack, then playing ${played.length === 1 ? 'one audit' : `${played.length} audits`} to it.\n`,
  );
  await makeDirectory(dataDirectory);
  const display = new Display(out);
  const audits = await withAssembly(context, (assembly) =>
    watchRecordings(played, { assembly, speed, startsAt: Date.now(), dataDirectory, fresh }, display),
  ).finally(() => display.close());
  const succeeded = audits.every(({ execution }) => execution.status === 'SUCCEEDED');
  return { report: { audits }, summary: summaryText(audits), succeeded };
}

async function playDay({ speed, context }: StartOptions, out: NodeJS.WriteStream): Promise<Outcome> {
  out.write('Synthesizing the stack, then playing a day of scheduled audits to it.\n');
  const story = await readDayStory(Date.now());
  const day = await withAssembly(context, (assembly) =>
    playScheduledDay(story, { assembly, speed }, new ScheduledDisplay(out)),
  );
  return { report: { scheduledDay: day }, summary: scheduledSummaryText(day), succeeded: day.missing.length === 0 };
}

/** Synthesizes into a folder of its own: two runs may synthesize at the same time. */
async function withAssembly<T>(
  context: StartOptions['context'],
  use: (assembly: CloudAssembly) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-'));
  try {
    return await use(await synthesize(PROJECT, directory, context));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new UsageError(`--data is "${directory}", which cannot be made a folder. Give another one.`, { cause });
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPLAINED.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}
