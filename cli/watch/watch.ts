import { IoTClient } from '@aws-sdk/client-iot';
import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { watchedOutcome } from '../../lambda/audit/watch/end.ts';
import { auditStartOf } from '../../lambda/audit/watch/previous-audit.ts';
import { Audits } from '../../lambda/aws/audits.ts';
import { asFailedCall, ask } from '../shared/aws/failed-call.ts';
import { clientSettings } from '../shared/aws/target.ts';
import { CommandError, UsageError } from '../shared/command-error.ts';
import type { History } from '../shared/history/history.ts';
import { type Reading, type ReadingOptions, reading } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';
import { Screen } from '../shared/screen/screen.ts';
import { minuteText, nameText } from '../shared/screen/words.ts';
import { DescribedAudit } from './described-audit.ts';
import { type AuditSource, follow } from './follow.ts';
import { LiveAudits } from './live.ts';
import { StoredAuditSource } from './stored-audit.ts';
import { watchText } from './text.ts';

/** Which audits to follow, and where. */
export interface WatchOptions extends ReadingOptions {
  readonly latest?: true;
  readonly all?: true;
  readonly direct?: true;
}

/** An audit that started longer ago than this does not count as the latest. */
const LATEST_WITHIN_MS = 90 * DAY_MS;
/** No audit runs for longer than this: AWS fails it, or it is stuck. */
const RUNS_WITHIN_MS = 3 * DAY_MS;

/** An audit to choose. */
interface Choice {
  readonly taskId: string;
  readonly text: string;
}

/** Follows audits to their ends, and shows how they ended. @throws CommandError, FailedCallError */
export async function watch(io: Io, taskId: string | undefined, options: WatchOptions): Promise<void> {
  if (options.direct) return watchDirectly(io, taskId, options);
  await reading(io, options, async ({ history, screen, head }: Reading) => {
    const tasks = taskId === undefined ? await chosen(options, storedChoices(history, io.now())) : [taskId];
    const sources = tasks.map((id) => new StoredAuditSource(history, id));
    const audits = await followAll(io, options, sources, `audit-watcher watch${argumentOf(tasks)}${history.options}`);
    await screen.show({ ...head, readAt: new Date(io.now()).toISOString(), audits }, watchText);
    screen.next(`audit-watcher show ${tasks[0]}${history.options}`);
  });
}

async function watchDirectly(io: Io, taskId: string | undefined, options: WatchOptions): Promise<void> {
  const client = new IoTClient(clientSettings(options, 'IOT'));
  try {
    // The first that fails without any configuration of AWS.
    const { config } = client;
    const [region] = await ask('iot:DescribeAuditTask', Promise.all([config.region(), config.credentials()]));
    const described = new Audits(client);
    const tasks = taskId === undefined ? await chosen(options, describedChoices(described, io.now())) : [taskId];
    const sources = tasks.map((id) => new DescribedAudit(described, id, io.now));
    const next = `audit-watcher watch${argumentOf(tasks)} --direct --region ${region}`;
    const audits = await followAll(io, options, sources, next);
    const screen = new Screen(io, options);
    const document = { schemaVersion: 1, region, readAt: new Date(io.now()).toISOString(), audits } as const;
    await screen.show(document, watchText);
    screen.next(`audit-watcher show ${tasks[0]} --region ${region}`);
  } catch (error) {
    throw asFailedCall('iot:ListAuditTasks', error);
  } finally {
    client.destroy();
  }
}

async function followAll(io: Io, options: WatchOptions, sources: readonly AuditSource[], next: string) {
  const live = new LiveAudits(io, options, next);
  try {
    const followed = await Promise.all(sources.map((source) => follow(source, io, live)));
    return followed.map(({ audit }) => audit);
  } finally {
    live.close();
  }
}

interface Choices {
  readonly running: () => Promise<Choice[]>;
  readonly latest: () => Promise<Choice | undefined>;
}

async function chosen({ latest, all }: WatchOptions, choices: Choices): Promise<string[]> {
  if (latest) {
    const last = await choices.latest();
    if (last === undefined)
      throw new CommandError('No audit has started lately. Start one: audit-watcher start --watch');
    return [last.taskId];
  }
  const running = await choices.running();
  if (running.length === 0) {
    throw new CommandError(
      'No audit is running. Start one (audit-watcher start --watch), or show the last one: audit-watcher watch --latest',
    );
  }
  if (!all && running.length > 1) {
    const lines = running.map(({ taskId, text }) => `  audit-watcher watch ${taskId}   # ${text}`);
    throw new UsageError(`${running.length} audits are running. Give one of them, or --all:\n${lines.join('\n')}`);
  }
  return running.map(({ taskId }) => taskId);
}

function storedChoices({ place, sweep, audits }: History, now: number): Choices {
  return {
    running: async () => {
      const { watches } = await sweep.openWatches(place);
      return watches
        .filter((watch) => watchedOutcome(watch) === 'RUNNING')
        .map((watch) => ({
          taskId: watch.taskId,
          text: `${nameText(watch.auditName)} since ${minuteText(auditStartOf(watch))}`,
        }));
    },
    latest: async () => {
      const since = new Date(now - LATEST_WITHIN_MS).toISOString();
      for await (const { taskId } of audits.audits(place, { since })) return { taskId, text: '' };
      return undefined;
    },
  };
}

function describedChoices(audits: Audits, now: number): Choices {
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
    running: () => tasksSince(RUNS_WITHIN_MS, true),
    // AWS lists in no promised order, so the one that started last has to be asked for.
    latest: async () => {
      const tasks = await tasksSince(7 * DAY_MS, false);
      const starts = await Promise.all(
        tasks.map(async (task) => [(await audits.describe(task.taskId)).taskStartTime ?? '', task] as const),
      );
      return starts.sort(([a], [b]) => (a < b ? 1 : -1))[0]?.[1];
    },
  };
}

function argumentOf(tasks: readonly string[]): string {
  return tasks.length === 1 ? ` ${tasks[0]}` : ' --all';
}
