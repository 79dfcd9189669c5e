import type { TaskStatistics } from '../../lambda/audit/answer/aws-answers.ts';
import { type Watch, workLeft } from '../../lambda/audit/watch/watch.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import type { Execution } from '../../local/compute/executions.ts';
import type { ExecutionResult } from '../../local/compute/state-machine.thread.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import { itemsOf } from '../../local/runs/audit-report.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { alertKey } from '../builders.ts';
import { snapshotsIn } from '../stored-snapshots.ts';
import { brokenContents } from './published-alerts.ts';
import { brokenLedger } from './stored-ledger.ts';

/** What must have become of an audit. */
export interface Expectation {
  readonly taskId: string;
  /** The closing alert; undefined if no alert is due. */
  readonly closing?: string;
  /** Findings that must be stored. */
  readonly findings?: number;
  /** No other audit has its checks, so the ledger must have its results. */
  readonly hasOwnChecks?: boolean;
  /** Giving up for a time, and saying so, is lawful. */
  readonly mayGiveUp?: boolean;
  /** AWS never has the audit: giving up is all that there is to do. */
  readonly neverAnswers?: boolean;
  /** Most copies of one message. */
  readonly copies: number;
  /** Executions that may do more than to see that another one watches the audit. @default any number */
  readonly watchers?: number;
  /** Executions whose end is the scenario's own doing. */
  readonly aborted?: readonly string[];
}

/** What an audit left behind, and what is wrong with it. */
export interface Verdict {
  /** A sentence for each broken invariant. */
  readonly broken: readonly string[];
  /** Most copies of one message. */
  readonly copies: number;
}

/** Already a run without any fault ends wrong: what the others would say means nothing. */
export class WrongWithoutFaultError extends Error {
  override readonly name = 'WrongWithoutFaultError';

  static about(what: string, broken: readonly string[]): WrongWithoutFaultError {
    return new WrongWithoutFaultError(`Without any fault, ${what} ends wrong: ${[...new Set(broken)].join('; ')}`);
  }
}

/** Copies of one message. */
const MOST_PER_HOUR = 3;
const HOUR_MS = 3_600_000;
/** Far above what any case needs; a loop without an end goes past it. */
const MOST_EXECUTIONS = 12;
/** History events of Step Functions for what the engine here logs: a task with its start and end, a retry. */
const EVENTS_PER_ENTRY = 5;
const HISTORY_LIMIT = 25_000;
/** Many times what a case needs: 31 tries in a state. */
const MOST_EVENTS = 2_000;

/**
 * True when nobody works on the audit any more and nothing is left to do. A watch that gave up is settled only where AWS
 * never has the audit.
 */
export async function isSettled(
  stack: LocalStack,
  { taskId, neverAnswers = false }: Pick<Expectation, 'taskId' | 'neverAnswers'>,
  running: ReadonlySet<string>,
): Promise<boolean> {
  const watch = watchIn(await itemsOf(stack, taskId));
  const stillRuns = executionsOf(stack, taskId).some(({ arn }) => running.has(arn));
  return watch !== undefined && brokenEnd(watch, neverAnswers).length === 0 && !stillRuns;
}

/** Checks all that must hold of one audit, whatever happened. */
export async function judgeAudit(stack: LocalStack, expected: Expectation): Promise<Verdict> {
  const { taskId } = expected;
  const items = await itemsOf(stack, taskId);
  const watch = watchIn(items);
  // `…#<taskId>#<slot>`; in chat form `…-<taskId>-<slot>`.
  const messages = messagesOf(stack.publications, new RegExp(`[#-]${taskId}[#-][A-Z_]+$`));
  const copies = Math.max(0, ...messages.map(({ length }) => length));
  if (watch === undefined) return { broken: ['the audit is not watched'], copies };
  const broken = [
    ...brokenEnd(watch, expected.neverAnswers),
    ...brokenSnapshots(watch, items),
    ...brokenAlerts(watch, items, expected),
    ...brokenMessages(watch, messages, expected),
    ...brokenContents(watch, items, messages.flat()),
    ...brokenFindings(watch, items, expected),
    ...(expected.hasOwnChecks ? await brokenLedger(stack, watch, items) : []),
    ...(await brokenExecutions(executionsOf(stack, taskId), expected)),
    ...brokenWatchers(executionsOf(stack, taskId), expected),
  ];
  return { broken, copies };
}

/** What is published under keys like these, by key and topic. The text of a message may name other audits, too. */
export function messagesOf(publications: readonly Publication[], keys: RegExp): Publication[][] {
  const about = publications.filter((publication) => keys.test(keyOf(publication)));
  return [...Map.groupBy(about, (publication) => `${publication.topicArn} ${keyOf(publication)}`).values()];
}

/** Whether copies of a message are the same to the letter. */
export function areSame(copies: readonly Publication[]): boolean {
  return (
    new Set(copies.map(({ subject, bodies, attributes }) => JSON.stringify([subject, bodies, attributes]))).size === 1
  );
}

type StoredWatch = Watch & { readonly open?: string };
type Item = Readonly<Record<string, unknown>>;

function watchIn(items: readonly Item[]): StoredWatch | undefined {
  return items.find(({ sk }) => sk === 'WATCH') as unknown as StoredWatch | undefined;
}

function executionsOf(stack: LocalStack, taskId: string): Execution[] {
  return stack.executions.filter(({ input }) => isObject(input) && input.taskId === taskId);
}

/** A watch that gave up must see the end of its audit by the largest back-off after the fault. */
function brokenEnd(watch: StoredWatch, neverAnswers = false): string[] {
  const { endedAt, open } = watch;
  if (neverAnswers) return workLeft(watch) === 'RETRY' && open !== undefined ? [] : ['the watch did not give up'];
  return [
    ...(endedAt === undefined ? ['the watch never ended'] : []),
    ...(open === undefined ? [] : ['the watch is open for ever']),
  ];
}

function brokenSnapshots({ poll }: StoredWatch, items: readonly Item[]): string[] {
  const polls = snapshotsIn(items).map((snapshot) => snapshot.poll);
  const isComplete = polls.length === poll && polls.every((number, index) => number === index + 1);
  return isComplete ? [] : [`snapshots ${polls.join(', ')} of ${poll} polls`];
}

/** Every alert that the snapshots call for is registered, and every registered one is sent. */
function brokenAlerts({ alerts, poll }: StoredWatch, items: readonly Item[], expected: Expectation): string[] {
  const registered = Object.entries(alerts);
  const unsent = registered.filter(([, { status }]) => status !== 'SENT').map(([slot]) => `${slot} is not SENT`);
  const gaveUp = alerts.WATCHER_GAVE_UP !== undefined;
  const { neverAnswers = false, mayGiveUp = false } = expected;
  const closing = neverAnswers ? alerts.WATCHER_GAVE_UP?.kind : alerts.TERMINAL?.kind;
  const interim = snapshotsIn(items).filter((snapshot) => snapshot.poll < poll);
  const some = (name: keyof TaskStatistics) => interim.some(({ answer }) => Number(answer.taskStatistics?.[name]) > 0);
  const owed = [
    ...(some('nonCompliantChecks') && !alerts.NON_COMPLIANT_DETECTED ? ['NON_COMPLIANT_DETECTED'] : []),
    ...(some('failedChecks') && !alerts.CHECK_FAILED ? ['CHECK_FAILED'] : []),
  ];
  return [
    ...unsent,
    ...owed.map((slot) => `${slot} was seen and never published`),
    ...(!gaveUp || mayGiveUp || neverAnswers ? [] : ['the watch gave up on a fault that passes soon']),
    ...(closing === expected.closing
      ? []
      : [`the closing alert is ${closing ?? 'missing'}, not ${expected.closing ?? 'none'}`]),
  ];
}

function brokenMessages(
  { taskId, alerts }: StoredWatch,
  messages: readonly Publication[][],
  { copies }: Expectation,
): string[] {
  const published = new Set(messages.flat().map(keyOf));
  const missing = Object.keys(alerts).filter((slot) => !published.has(alertKey(taskId, slot)));
  return [
    ...missing.map((slot) => `${slot} was never published`),
    ...messages
      .filter(({ length }) => length > copies)
      .map((all) => `${all.length} copies of ${keyOf(all[0])}, allowed ${copies}`),
    ...brokenPace(messages),
    ...messages.filter((all) => !areSame(all)).map((all) => `the copies of ${keyOf(all[0])} differ`),
  ];
}

/** Whatever happens, attempts of unknown fate are far apart. */
export function brokenPace(messages: readonly Publication[][]): string[] {
  return messages.flatMap((all) => {
    const within = ({ publishedAt: from }: Publication) =>
      all.filter(({ publishedAt }) => publishedAt >= from && publishedAt < from + HOUR_MS).length;
    const most = Math.max(...all.map(within));
    return most > MOST_PER_HOUR ? [`${most} copies of ${keyOf(all[0])} in an hour`] : [];
  });
}

function brokenFindings(watch: StoredWatch, items: readonly Item[], { findings }: Expectation): string[] {
  if (findings === undefined) return [];
  const { count: summary, attempt } = items.find(({ sk }) => sk === 'FINDINGS') ?? {};
  const chunks = items.filter(({ sk }) => String(sk).startsWith(`FINDINGS#${attempt}#`));
  const stored = chunks.reduce((sum, { count }) => sum + Number(count), 0);
  return watch.findings === 'STORED' && stored === findings && summary === findings
    ? []
    : [`${stored} of ${findings} findings are stored, the watch says ${watch.findings}`];
}

async function brokenExecutions(executions: readonly Execution[], { aborted = [] }: Expectation): Promise<string[]> {
  const broken = executions.length > MOST_EXECUTIONS ? [`${executions.length} executions of one audit`] : [];
  for (const execution of executions) {
    const result = await Promise.race([execution.ended, Promise.resolve(undefined)]);
    const events = execution.history.length * EVENTS_PER_ENTRY;
    if (events > Math.min(MOST_EVENTS, HISTORY_LIMIT)) broken.push(`an execution of about ${events} history events`);
    if (result === undefined) broken.push('an execution still runs');
    else if (!aborted.includes(execution.arn) && !isCaught(execution, result)) {
      broken.push(`an execution ended ${result.status} with ${result.error}, which nothing caught`);
    }
  }
  return broken;
}

/** One execution at a time works on an audit: while a lease holds, every other is turned away at its first poll. */
function brokenWatchers(
  executions: readonly Execution[],
  { watchers = Number.POSITIVE_INFINITY }: Expectation,
): string[] {
  const watching = executions.filter(({ history }) => lastState(history) !== 'Already watched').length;
  return watching > watchers ? [`${watching} executions watched the audit`] : [];
}

/** A failure is lawful only where the state machine chose to fail. */
function isCaught({ history }: Execution, { status }: ExecutionResult): boolean {
  const lawful = ['Gave up', 'Alerts not sent', 'Findings not stored'];
  return status === 'SUCCEEDED' || lawful.includes(lastState(history) ?? '');
}

function lastState(history: Execution['history']): string | undefined {
  return history.findLast(({ type }) => type === 'StateEntered')?.state;
}

/** The alert key, or the id of a message in chat form. */
function keyOf(publication: Publication | undefined): string {
  const body = parseJson(publication?.bodies.default ?? '');
  return isObject(body) ? String(body.alertKey ?? body.id) : '';
}
