import { writeFile } from 'node:fs/promises';
import { IoTClient, StartOnDemandAuditTaskCommand } from '@aws-sdk/client-iot';
import type { Severity } from '../../lambda/audit/answer/severity.ts';
import type { KnownFindings } from '../../lambda/audit/ledger/finding-changes.ts';
import { Audits } from '../../lambda/aws/audits.ts';
import { KnownFindingsReader } from '../../lambda/known-findings.ts';
import { asFailedCall, ask } from '../shared/aws/failed-call.ts';
import { clientSettings, optionsOf, reachedBy } from '../shared/aws/target.ts';
import { callerPath } from '../shared/caller-path.ts';
import { CommandError, UsageError } from '../shared/command-error.ts';
import { type ReadingOptions, reading } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';
import { Screen } from '../shared/screen/screen.ts';
import { DescribedAudit } from '../watch/described-audit.ts';
import { follow } from '../watch/follow.ts';
import { LiveAudits } from '../watch/live.ts';
import type { StartDocument, Verdict } from './schema.ts';
import { targetChecks } from './target-checks.ts';
import { markdownOf, startText } from './text.ts';
import { badChecks, EXIT_OF, type Floor, unknownChecks, verdictOf } from './verdict.ts';

/** What to start, and when to be content. */
export interface StartOptions extends ReadingOptions {
  readonly checks?: readonly string[];
  readonly watch?: true;
  readonly failOn?: Severity;
  readonly onlyNew?: true;
  /** Milliseconds. */
  readonly timeout: number;
  readonly failFast?: true;
  /** A file. */
  readonly summary?: string;
}

/** Starts an audit, and with `watch` follows it and judges what it found. @throws CommandError, FailedCallError */
export async function start(io: Io, options: StartOptions): Promise<void> {
  const client = new IoTClient(clientSettings(options, 'IOT'));
  const screen = new Screen(io, options);
  try {
    const targets = await targetChecks(client, options.checks);
    const known = options.onlyNew ? await knownNow(io, options) : undefined;
    // A file that cannot be written is better known before the audit than after it.
    if (options.summary !== undefined) await writeSummary(options.summary, io, '');
    const command = new StartOnDemandAuditTaskCommand({ targetCheckNames: targets });
    const { taskId } = await ask('iot:StartOnDemandAuditTask', client.send(command));
    if (taskId === undefined) {
      throw new CommandError('AWS started an audit without giving its id. To find it: audit-watcher watch --direct');
    }
    const region = await client.config.region();
    const next = `audit-watcher watch ${taskId} --direct${reachedBy({ ...options, region })}`;
    const result = options.watch ? await judged(io, client, { taskId, targets, next, known }, options) : undefined;
    const document: StartDocument = {
      schemaVersion: 1,
      account: known?.account,
      region,
      readAt: new Date(io.now()).toISOString(),
      taskId,
      targetChecks: targets,
      result,
    };
    if (result !== undefined) io.exitCode = EXIT_OF[result.verdict];
    if (options.summary !== undefined && result !== undefined)
      await writeSummary(options.summary, io, markdownOf(result));
    await screen.show(document, startText);
    screen.next(result === undefined ? next : `audit-watcher show ${taskId}${optionsOf({ ...options, region })}`);
  } finally {
    client.destroy();
  }
}

interface Started {
  readonly taskId: string;
  readonly targets: readonly string[];
  /** The command that goes on after Ctrl-C. */
  readonly next: string;
  readonly known?: { readonly findings: ReadonlyMap<string, KnownFindings> };
}

async function judged(io: Io, client: IoTClient, { taskId, targets, next, known }: Started, options: StartOptions) {
  // The functions' adapter names errors by their nature, for the client that it is given.
  const audits = new Audits(client);
  const floor: Floor = { failOn: options.failOn ?? 'LOW', before: known?.findings };
  const live = new LiveAudits(io, options, next);
  try {
    let seen = 0;
    const followed = await follow(new DescribedAudit(audits, taskId, io.now), io, {
      deadline: io.now() + options.timeout,
      onReading: live.onReading,
      isEnough: async (audit) => {
        const bad = audit.checks.filter(({ outcome }) => outcome === 'NON_COMPLIANT').length;
        if (!options.failFast || bad === seen) return false;
        seen = bad;
        return (await badChecks(audits, audit, floor)).length > 0;
      },
    });
    const checks = await badChecks(audits, followed.audit, floor);
    const unknown = unknownChecks(followed.audit, targets);
    return {
      verdict: verdictOf(followed, checks, unknown),
      failOn: floor.failOn,
      onlyNew: options.onlyNew === true,
      checks,
      unknownChecks: unknown,
      audit: followed.audit,
    } satisfies Verdict;
  } catch (error) {
    throw asFailedCall('iot:ListAuditFindings', error);
  } finally {
    live.close();
  }
}

/** What is open before the audit: its own watch would move the ledger forward. */
function knownNow(io: Io, options: StartOptions) {
  return reading(io, options, async ({ history: { place, ledger, findings } }) => {
    const reader = new KnownFindingsReader(findings, place);
    return { account: place.account, findings: await reader.of(await ledger.entries(place)) };
  });
}

async function writeSummary(file: string, { env }: Io, text: string): Promise<void> {
  try {
    await writeFile(callerPath(file, env), text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--summary is ${file}, which cannot be written: ${why}. Give another file.`, { cause });
  }
}
