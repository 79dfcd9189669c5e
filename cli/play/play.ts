import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CloudAssembly, SynthesisError, synthesize } from '../../local/assembly/cloud-assembly.ts';
import { UnsupportedScheduleError } from '../../local/compute/scheduler.ts';
import { RecordingError, readRecording } from '../../local/recordings/recording.ts';
import { playHistory } from '../../local/runs/demo-history.ts';
import { demoNights } from '../../local/runs/demo-nights.ts';
import { playScheduledDay } from '../../local/runs/scheduled-day.ts';
import { readDayStory } from '../../local/runs/scheduled-day-story.ts';
import { EventNotTakenError, watchRecordings } from '../../local/runs/watch-run.ts';
import { DataDirectoryError } from '../../local/services/dynalite-engine.ts';
import { TableShapeError } from '../../local/services/dynamodb-table.ts';
import { makeFolder } from '../../local/services/make-folder.ts';
import { callerPath } from '../shared/caller-path.ts';
import { CommandError, EXIT, UsageError } from '../shared/command-error.ts';
import { DEFAULT_DIRECTORY } from '../shared/history/default-directory.ts';
import { type Io, type Output, written } from '../shared/screen/io.ts';
import { Display } from './display.ts';
import { ScheduledDisplay } from './scheduled-display.ts';
import { scheduledSummaryText } from './scheduled-summary.ts';
import { nextText, summaryText } from './summary.ts';

/** What `play` was asked for. */
export interface PlayOptions {
  /** Files; empty plays the sample audit. */
  readonly recording: readonly string[];
  /** Play a day of scheduled audits instead of recordings. */
  readonly scheduled?: boolean;
  /** Play some weeks of nightly audits instead. */
  readonly history?: boolean;
  /** Times faster than real; Infinity never waits. @default 1, and Infinity for a day of scheduled audits */
  readonly speed?: number;
  readonly json?: boolean;
  /** Folder of the tables. @default where --local looks for them */
  readonly data?: string;
  readonly fresh?: boolean;
  readonly showAlerts?: boolean;
  /** Settings over those of cdk.json. */
  readonly context: Readonly<Record<string, string>>;
}

const PROJECT = resolve(import.meta.dirname, '../..');
/** The messages of these errors say what to do; a stack trace would only hide it. */
const EXPLAINED = [SynthesisError, DataDirectoryError, TableShapeError, EventNotTakenError, UnsupportedScheduleError];
const SAMPLE = resolve(PROJECT, 'recordings/sample.json');

/** Plays recorded audits, or a day of scheduled ones, to the synthesized stack. @throws CommandError */
export async function play(options: PlayOptions, io: Io): Promise<void> {
  try {
    const out = options.json ? io.stderr : io.stdout;
    const { report, summary, succeeded } = await playAll(options, out, io);
    await written(out, `\n${summary}\n`);
    if (!options.scheduled) await written(out, `\nReport: ${await reportOn(options, io)}\n`);
    if (options.json) await written(io.stdout, `${JSON.stringify(report, null, 2)}\n`);
    io.exitCode = succeeded ? EXIT.ok : EXIT.error;
  } catch (error) {
    if (error instanceof RecordingError) throw new UsageError(error.message, { cause: error });
    if (error instanceof Error && EXPLAINED.some((kind) => error instanceof kind)) {
      throw new CommandError(error.message, { cause: error });
    }
    throw error;
  }
}

function playAll(options: PlayOptions, out: Output, io: Io): Promise<Outcome> {
  if (options.history) return playDemo(options, out, io);
  return options.scheduled ? playDay(options, out, io) : playRecordings(options, out, io);
}

/** Writes the report beside the tables, and returns its file. */
async function reportOn({ data }: PlayOptions, io: Io): Promise<string> {
  const { writeLocalReport } = await import('../report/write.ts');
  const file = join(directoryOf(data, io), 'report.html');
  await writeLocalReport(io, data ?? true, file);
  return file;
}

interface Outcome {
  /** What --json prints. */
  readonly report: unknown;
  readonly summary: string;
  readonly succeeded: boolean;
}

async function playRecordings(
  { recording, speed = 1, data, fresh, context, showAlerts }: PlayOptions,
  out: Output,
  io: Io,
): Promise<Outcome> {
  const files = recording.length > 0 ? recording.map((file) => callerPath(file, io.env)) : [SAMPLE];
  const played = await Promise.all(files.map(readRecording));
  out.write(
    `Synthesizing the stack, then playing ${played.length === 1 ? 'one audit' : `${played.length} audits`} to it.\n`,
  );
  const dataDirectory = await makeDirectory(data, io);
  const display = new Display(out, { env: io.env, showAlerts });
  const audits = await withAssembly(
    context,
    io,
    () => display.running,
    (assembly) => watchRecordings(played, { assembly, speed, startsAt: io.now(), dataDirectory, fresh }, display),
  ).finally(() => display.close());
  const succeeded = audits.every(({ execution }) => execution.status === 'SUCCEEDED');
  return { report: { audits }, summary: summaryText(audits, data), succeeded };
}

async function playDay(
  { speed = Number.POSITIVE_INFINITY, context }: PlayOptions,
  out: Output,
  io: Io,
): Promise<Outcome> {
  out.write('Synthesizing the stack, then playing a day of scheduled audits to it.\n');
  const story = await readDayStory(io.now());
  const day = await withAssembly(
    context,
    io,
    () => [],
    (assembly) => playScheduledDay(story, { assembly, speed }, new ScheduledDisplay(out)),
  );
  return { report: { scheduledDay: day }, summary: scheduledSummaryText(day), succeeded: day.missing.length === 0 };
}

async function playDemo({ data, fresh, context }: PlayOptions, out: Output, io: Io): Promise<Outcome> {
  out.write('Synthesizing the stack, then playing five weeks of nightly audits to it.\n');
  const dataDirectory = await makeDirectory(data, io);
  const nights = demoNights();
  let played = 0;
  const report = await withAssembly(
    context,
    io,
    () => [`${played} of ${nights.length} nights`],
    (assembly) =>
      playHistory(nights, io.now(), { assembly, dataDirectory, fresh }, (night) => {
        played = night;
        if (night % 7 === 0) out.write(`${night} of ${nights.length} nights\n`);
      }),
  );
  const commands = ['status', 'audits --since 6w', 'history iot_policy_overly_permissive', 'findings --open'];
  const done = `${report.audits} audits were watched, ${report.alerts} alerts were sent.`;
  return { report, summary: `${done}\n\n${nextText(commands, data)}`, succeeded: true };
}

/** Synthesizes into a folder of its own, which goes away in the end: two runs may synthesize at the same time. */
async function withAssembly<T>(
  context: PlayOptions['context'],
  { onInterrupt, stderr }: Io,
  running: () => readonly string[],
  use: (assembly: CloudAssembly) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-'));
  const interruption = new AbortController();
  const interrupted = async () => {
    interruption.abort();
    stderr.write(`\nStopped before the end: ${running().join('; ') || 'nothing was played yet'}.\n`);
    await rm(directory, { recursive: true, force: true });
  };
  onInterrupt.add(interrupted);
  try {
    return await use(await synthesize(PROJECT, directory, context, interruption.signal));
  } finally {
    onInterrupt.delete(interrupted);
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeDirectory(data: string | undefined, io: Io): Promise<string> {
  const directory = directoryOf(data, io);
  try {
    await makeFolder(directory);
    return directory;
  } catch (cause) {
    throw new UsageError(`--data is "${directory}", which cannot be made a folder. Give another one.`, { cause });
  }
}

function directoryOf(data: string | undefined, { env }: Io): string {
  return data === undefined ? DEFAULT_DIRECTORY : callerPath(data, env);
}
