import { IoTClient } from '@aws-sdk/client-iot';
import { Audits } from '../../lambda/aws/audits.ts';
import { asFailedCall, ask } from '../shared/aws/failed-call.ts';
import { clientSettings, reachedBy } from '../shared/aws/target.ts';
import { type Reading, type ReadingOptions, reading } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';
import { Screen } from '../shared/screen/screen.ts';
import { type ChoiceOptions, chooseAudits, describedChoices, storedChoices } from './choices.ts';
import { DescribedAudit } from './described-audit.ts';
import { type AuditSource, follow } from './follow.ts';
import { LiveAudits } from './live.ts';
import { StoredAuditSource } from './stored-audit.ts';
import { watchText } from './text.ts';

/** Which audits to follow, and where. */
export interface WatchOptions extends ReadingOptions, Pick<ChoiceOptions, 'latest' | 'all'> {
  readonly direct?: true;
}

/** Follows audits to their ends, and shows how they ended. @throws CommandError, FailedCallError */
export async function watch(io: Io, taskId: string | undefined, options: WatchOptions): Promise<void> {
  if (options.direct) return watchDirectly(io, taskId, options);
  await reading(io, options, async ({ history, screen, head }: Reading) => {
    const tasks = taskId === undefined ? await chooseAudits(io, options, storedChoices(history, io.now())) : [taskId];
    // One process has the store of a local run open: while we do, no run plays on.
    const isLive = options.local === undefined;
    const sources = tasks.map((id) => new StoredAuditSource(history, id, isLive));
    const audits = await followAll(io, options, sources, `audit-watcher watch${argumentOf(tasks)}${history.options}`);
    await screen.show({ ...head, readAt: new Date(io.now()).toISOString(), audits }, watchText);
    if (!isLive && audits.some(({ over }) => !over)) {
      screen.note('No run plays on these tables now, so nothing more comes. npm start shows an audit while it runs.');
    }
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
    const again = ` --direct${reachedBy({ ...options, region })}`;
    const choices = describedChoices(described, again, io.now());
    const tasks = taskId === undefined ? await chooseAudits(io, options, choices) : [taskId];
    const sources = tasks.map((id) => new DescribedAudit(described, id, io.now));
    const audits = await followAll(io, options, sources, `audit-watcher watch${argumentOf(tasks)}${again}`);
    const screen = new Screen(io, options);
    const document = { schemaVersion: 1, region, readAt: new Date(io.now()).toISOString(), audits } as const;
    await screen.show(document, watchText);
    screen.next(`audit-watcher show ${tasks[0]}${reachedBy({ ...options, region })}`);
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

function argumentOf(tasks: readonly string[]): string {
  return tasks.length === 1 ? ` ${tasks[0]}` : ' --all';
}
