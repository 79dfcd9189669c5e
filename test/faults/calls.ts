import { isObject } from '../../lambda/json.ts';
import type { StackCall } from '../../local/local-stack-options.ts';

/** One place where the code calls AWS, as a run without faults came by it: a row of the matrix. */
export interface CallSite {
  /** Which call of an invocation: function, operation, shape of its parameters, and how often it came before. */
  readonly key: string;
  /** Counted over the invocations that make it, from 1. */
  readonly occurrence: number;
  readonly label: string;
  readonly operation: string;
  /** It occurred before: the same code at a later moment. */
  readonly isLater: boolean;
  /** The invocation published right before: a crash here leaves a message out that is not marked. */
  readonly followsPublish: boolean;
}

/** Tells each call of one audit, or of the sweeps, what it is. The same for a run with faults as for one without. */
export class Timeline {
  readonly #inInvocation = new Map<string, number>();
  readonly #overall = new Map<string, number>();

  next(call: StackCall): { readonly key: string; readonly occurrence: number } {
    const signature = signatureOf(call);
    const key = `${signature} #${count(this.#inInvocation, `${call.requestId} ${signature}`)}`;
    return { key, occurrence: count(this.#overall, key) };
  }
}

/** Function, operation, and the parameters without what differs from run to run. */
export function signatureOf(call: StackCall): string {
  return [functionOf(call), operationOf(call), ...shapeOf(call)].join(' ');
}

/** The calls of a run without faults: the first of each, and the last where there are several. */
export function callSites(calls: readonly StackCall[]): CallSite[] {
  const timeline = new Timeline();
  const lastOf = new Map<string | undefined, StackCall>();
  const seen = calls.map((call) => {
    const last = lastOf.get(call.requestId);
    lastOf.set(call.requestId, call);
    // The SDK's own retry is no call of the code.
    const isRetry = last !== undefined && contentOf(last) === contentOf(call);
    return { call, isRetry, followsPublish: last?.operation === 'Publish', ...timeline.next(call) };
  });
  const totals = new Map(seen.map(({ key, occurrence }) => [key, occurrence]));
  return seen
    .filter(({ key, occurrence, isRetry }) => !isRetry && (occurrence === 1 || occurrence === totals.get(key)))
    .map(({ call, key, occurrence, followsPublish }) => {
      const which = totals.get(key) === 1 ? '' : occurrence === 1 ? ', first' : ', last';
      const label = `${labelOf(call, calls)}${numberOf(key)}${which}`;
      return { key, occurrence, label, operation: operationOf(call), isLater: occurrence > 1, followsPublish };
    });
}

/** `FindAudits` of `AuditSweepFindAuditsBA70B8E7`. */
export function functionOf({ functionName = '' }: StackCall): string {
  return /(CheckAudit|ReadFindings|SendAlerts|FindAudits|SlackWebhook)/.exec(functionName)?.[1] ?? functionName;
}

/** Name of the function that makes a call of the matrix. */
export function functionNameOf({ label }: CallSite): string {
  return label.split(':')[0] ?? label;
}

/** `SendAlerts: UpdateItem WATCH` of `SendAlerts: UpdateItem WATCH TERMINAL (2), last`. */
export function familyOf({ label }: CallSite): string {
  return /^\w+: \w+(?: to)?(?: \w+)?/.exec(label)?.[0] ?? label;
}

function operationOf({ service, operation }: StackCall): string {
  return `${service}.${operation}`;
}

/** What distinguishes two calls of one operation: names and expressions, never values. */
function shapeOf(call: StackCall): string[] {
  const { parameters } = call;
  if (!isObject(parameters)) return [];
  if (call.service !== 'dynamodb') {
    const names = call.service === 'sns' ? [`${topicOf(parameters)}`] : Object.keys(parameters).sort();
    return names.filter((name) => name !== 'nextToken');
  }
  const { Key, Item, IndexName, UpdateExpression, ConditionExpression, KeyConditionExpression, FilterExpression } =
    parameters;
  const expressions = [UpdateExpression, ConditionExpression, KeyConditionExpression, FilterExpression];
  const names = isObject(parameters.ExpressionAttributeNames) ? parameters.ExpressionAttributeNames : {};
  return [itemOf(Key ?? Item), IndexName, ...expressions.map((text) => withNames(text, names))].map((part) =>
    String(part ?? ''),
  );
}

/** `WATCH`, `SNAPSHOT`, `FINDINGS`, `FINDINGS chunk`, `COMPARISON`, `CHECKS`, `HISTORY`, `DIGEST`, `STATE` */
function itemOf(key: unknown): string | undefined {
  if (!isObject(key) || !isObject(key.sk) || !isObject(key.pk)) return undefined;
  // Their sort keys name the checks of one case and its time, or what the sweep's own item has too.
  const [partition = ''] = String(key.pk.S).split('#');
  if (['CHECKS', 'HISTORY', 'DIGEST'].includes(partition)) return partition;
  const [kind = '', number] = String(key.sk.S).split('#');
  return kind === 'FINDINGS' && number !== undefined ? 'FINDINGS chunk' : kind;
}

function withNames(expression: unknown, names: Readonly<Record<string, unknown>>): string {
  return String(expression ?? '').replace(/#\w+/g, (name) => String(names[name] ?? name));
}

function topicOf({ TopicArn }: Readonly<Record<string, unknown>>): string {
  return /(Alert|Operations)Topic/.exec(String(TopicArn))?.[0] ?? 'Topic';
}

/** Short enough for a table: what is done to which item, with what sets it apart from its likes. */
function labelOf(call: StackCall, all: readonly StackCall[]): string {
  return [functionOf(call), `${call.operation}${detailOf(call, all)}`].join(': ');
}

function detailOf(call: StackCall, all: readonly StackCall[]): string {
  const parameters = isObject(call.parameters) ? call.parameters : {};
  switch (call.operation) {
    case 'Publish':
      return ` to ${topicOf(parameters)}`;
    case 'ListAuditTasks':
      return parameters.taskStatus === undefined ? '' : ' in progress';
    case 'Query':
      return ` ${parameters.IndexName ?? 'by key'}${parameters.FilterExpression === undefined ? '' : ', filtered'}`;
    case 'UpdateItem':
      return ` ${itemOf(parameters.Key)} ${changesOf(call, all)}`;
    default:
      return itemOf(parameters.Key ?? parameters.Item) === undefined
        ? ''
        : ` ${itemOf(parameters.Key ?? parameters.Item)}`;
  }
}

/** The first attribute that an update sets, and those that not all updates which begin so have. */
function changesOf(call: StackCall, all: readonly StackCall[]): string {
  const own = attributesOf(call);
  const likes = all.filter((other) => functionOf(other) === functionOf(call)).map(attributesOf);
  const related = likes.filter(([first]) => first === own[0]);
  const special = own.slice(1).filter((name) => related.some((other) => !other.includes(name)));
  return [own[0], ...special].join(' + ');
}

/** Attributes that an update sets, and `close` where it takes the watch out of the open ones. */
function attributesOf({ parameters }: StackCall): string[] {
  if (!isObject(parameters) || typeof parameters.UpdateExpression !== 'string') return [];
  const names = isObject(parameters.ExpressionAttributeNames) ? parameters.ExpressionAttributeNames : {};
  const [set = '', remove] = withNames(parameters.UpdateExpression, names).split(/ ?REMOVE /);
  const assigned = [...set.matchAll(/([\w.]+) = /g)].map(([, path = '']) => slotIn(path));
  // With the mark goes the attempt.
  const removed = (remove ?? '').split(', ').filter((path) => path !== '' && !path.endsWith('.attempt'));
  return [...new Set([...assigned, ...removed.map((path) => (path === 'open' ? 'close' : `remove ${path}`))])];
}

/** `TERMINAL` of `alerts.TERMINAL.status`; `TERMINAL attempt` where the attempt to publish is noted. */
function slotIn(path: string): string {
  const [, slot, attribute] = /^alerts\.(\w+)(?:\.(\w+))?/.exec(path) ?? [];
  if (slot === undefined) return path;
  return attribute === 'attempt' ? `${slot} attempt` : slot;
}

function contentOf({ operation, parameters }: StackCall): string {
  return JSON.stringify([operation, parameters]);
}

function numberOf(key: string): string {
  const number = Number(/#(\d+)$/.exec(key)?.[1]);
  return number > 1 ? ` (${number})` : '';
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
