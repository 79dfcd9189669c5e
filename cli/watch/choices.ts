import { createInterface } from 'node:readline';
import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { watchedOutcome } from '../../lambda/audit/watch/end.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import type { Audits } from '../../lambda/aws/audits.ts';
import { CommandError, InterruptedError, UsageError } from '../shared/command-error.ts';
import type { History } from '../shared/history/history.ts';
import type { Io } from '../shared/screen/io.ts';
import { minuteText, nameText } from '../shared/screen/words.ts';

/** An audit that started longer ago than this does not count as the latest. */
const LATEST_WITHIN_MS = 90 * DAY_MS;
/** No audit runs for longer than this: AWS fails it, or it is stuck. */
const RUNS_WITHIN_MS = 3 * DAY_MS;

/** An audit to choose. */
interface Choice {
  readonly taskId: string;
  readonly text: string;
}

/** The audits that there are to follow. */
export interface Choices {
  /** The options with which this command reaches them, as ` --local`. */
  readonly options: string;
  readonly running: () => Promise<readonly Choice[]>;
  /** Task id of the audit that started last. */
  readonly latest: () => Promise<string | undefined>;
}

/** How a person asks for audits without naming one. */
export interface ChoiceOptions {
  readonly latest?: true;
  readonly all?: true;
  readonly quiet?: boolean;
}

/**
 * Decides which audits to follow. If several are running, it asks on a terminal.
 *
 * @throws CommandError if no audit can be followed
 * @throws UsageError if several are running and there is no terminal to ask on
 * @throws InterruptedError if the person ends the question
 */
export async function chooseAudits(io: Io, { latest, all, quiet }: ChoiceOptions, choices: Choices): Promise<string[]> {
  if (latest) return [await latestOf(choices)];
  const running = await choices.running();
  const [first] = running;
  if (first === undefined) {
    throw new CommandError(
      'No audit is running. Start one (npx audit-watcher start --watch), or show the last one: npx audit-watcher watch --latest',
    );
  }
  if (!all && running.length > 1) return ask(io, running, choices.options);
  if (!all && !quiet) io.stderr.write(`One audit is running: ${first.taskId}, ${first.text}.\n`);
  return running.map(({ taskId }) => taskId);
}

async function latestOf({ latest }: Choices): Promise<string> {
  const taskId = await latest();
  if (taskId === undefined) {
    throw new CommandError('No audit has started lately. Start one: npx audit-watcher start --watch');
  }
  return taskId;
}

/** Asks on standard error: standard output may go to a file. */
async function ask({ stdin, stderr }: Io, running: readonly Choice[], options: string): Promise<string[]> {
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    const lines = running.map(({ taskId, text }) => `  npx audit-watcher watch ${taskId}${options}   # ${text}`);
    throw new UsageError(`${running.length} audits are running. Give one of them, or --all:\n${lines.join('\n')}`);
  }
  const lines = running.map(({ taskId, text }, index) => `  ${index + 1}  ${text}, ${taskId}\n`);
  stderr.write(`${running.length} audits are running:\n${lines.join('')}`);
  const prompt = createInterface({
    input: stdin,
    output: stderr,
    prompt: `Follow which one? 1 to ${running.length}, or all: `,
  });
  prompt.prompt();
  try {
    for await (const line of prompt) {
      const answer = line.trim();
      if (answer === 'all') return running.map(({ taskId }) => taskId);
      const chosen = /^\d+$/.test(answer) ? running[Number(answer) - 1] : undefined;
      if (chosen !== undefined) return [chosen.taskId];
      prompt.prompt();
    }
  } finally {
    prompt.close();
  }
  // By Ctrl-C or Ctrl-D.
  throw new InterruptedError('\nNo audit was chosen.');
}

/** The audits of the watcher's table, the latest first. */
export function storedChoices({ place, sweep, audits, options }: History, now: number): Choices {
  return {
    options,
    running: async () => {
      const { watches } = await sweep.openWatches(place);
      return watches
        .filter((watch) => watchedOutcome(watch) === 'RUNNING')
        .map((watch) => ({ taskId: watch.taskId, name: nameText(watch.auditName), startedAt: auditStartOf(watch) }))
        .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
        .map(({ taskId, name, startedAt }) => ({ taskId, text: `${name} since ${minuteText(startedAt)}` }));
    },
    latest: async () => {
      const since = new Date(now - LATEST_WITHIN_MS).toISOString();
      for await (const { taskId } of audits.audits(place, { since })) return taskId;
      return undefined;
    },
  };
}

/** The audits that AWS lists. */
export function describedChoices(audits: Audits, options: string, now: number): Choices {
  const tasksSince = async (ms: number, runningOnly: boolean) => {
    // A clock that is ahead or behind hides no audit.
    const span = { from: new Date(now - ms), to: new Date(now + DAY_MS), runningOnly };
    const tasks: Choice[] = [];
    for await (const page of audits.tasks(span)) {
      tasks.push(...page.map(({ taskId, isOnDemand }) => ({ taskId, text: isOnDemand ? 'on demand' : 'scheduled' })));
    }
    return tasks;
  };
  return {
    options,
    running: () => tasksSince(RUNS_WITHIN_MS, true),
    // AWS lists in no promised order, so the one that started last has to be asked for.
    latest: async () => {
      const tasks = await tasksSince(7 * DAY_MS, false);
      const starts = await Promise.all(
        tasks.map(async ({ taskId }) => [(await audits.describe(taskId)).taskStartTime ?? '', taskId] as const),
      );
      return starts.sort(([a], [b]) => (a < b ? 1 : -1))[0]?.[1];
    },
  };
}
