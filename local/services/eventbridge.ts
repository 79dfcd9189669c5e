import { randomUUID } from 'node:crypto';
import { isObject, parseJson } from '../../lambda/json.ts';
import { PLACE } from '../place.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
import { jsonAnswer, operationOf, ServiceError } from './service.ts';

/** An event as rules see it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  /** ISO 8601 in whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Why one entry of a PutEvents call was not taken; the call itself succeeds. */
export interface EntryFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface EventBridgeOptions extends EndpointOptions {
  /** An event that the default bus took. */
  readonly onEvent: (event: BusEvent) => void;
  /** Decides the fate of each entry that is well formed; undefined lets it pass. */
  readonly onEntry?: (event: BusEvent) => EntryFailure | undefined;
}

/** Source: EventBridge API Reference, PutEvents. */
const MAX_ENTRIES = 10;
/** All entries together must stay below. Source: the same; 256 KB until 2026. */
const MAX_BYTES = 1024 * 1024;
/** How much the time of an entry counts, however it is written. Source: Calculating PutEvents event entry size. */
const TIME_BYTES = 14;
const MAX_DETAIL_TYPE = 128;

const DEFAULT_BUS = /^(?:arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/)?default$/;

/** Amazon EventBridge, as far as the watcher uses it: PutEvents. AWS JSON 1.1. */
export function startEventBridge(options: EventBridgeOptions): Promise<Endpoint> {
  function putEvents(parameters: unknown) {
    const results = entriesOf(parameters).map(take);
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  function take(entry: Entry): EntryFailure | { readonly EventId: string } {
    const event = readEntry(entry, options.now());
    if ('ErrorCode' in event) return event;
    const failure = options.onEntry?.(event);
    if (failure !== undefined) return failure;
    // AWS takes events for a bus that does not exist as well, and nobody gets them.
    if (DEFAULT_BUS.test(textOf(entry.EventBusName) ?? 'default')) options.onEvent(event);
    return { EventId: event.id };
  }

  return startEndpoint(
    {
      read: (request) => {
        const parameters = parseJson(request.body);
        return {
          service: 'events',
          operation: operationOf(request, 'AWSEvents'),
          parameters,
          taskId: taskIdOf(parameters),
        };
      },
      answer: ({ operation, parameters }) => {
        if (operation === 'PutEvents') return jsonAnswer(200, putEvents(parameters));
        const message = `The local EventBridge knows PutEvents only; it was asked for ${operation}.`;
        throw new ServiceError('UnknownOperationException', 404, message);
      },
      renderError: ({ name, statusCode, message }) => jsonAnswer(statusCode, { __type: name, message }),
    },
    options,
  );
}

type Entry = Readonly<Record<string, unknown>>;

/** What is wrong with the call as a whole is refused; what is wrong with an entry fails that entry only. */
function entriesOf(parameters: unknown): readonly Entry[] {
  const entries = isObject(parameters) ? parameters.Entries : undefined;
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > MAX_ENTRIES || !entries.every(isObject)) {
    throw invalid(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: from 1 to ${MAX_ENTRIES} entries`,
    );
  }
  if (entries.reduce((total, entry) => total + sizeOf(entry), 0) >= MAX_BYTES) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  return entries;
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  const bytes = texts.map((text) => Buffer.byteLength(textOf(text) ?? ''));
  return bytes.reduce((total, each) => total + each, Time === undefined ? 0 : TIME_BYTES);
}

function readEntry(entry: Entry, now: number): BusEvent | EntryFailure {
  const { Source, DetailType, Detail, Time, Resources } = entry;
  const source = textOf(Source);
  const detailType = textOf(DetailType);
  const text = textOf(Detail);
  if (source === undefined) return missing('Source');
  if (detailType === undefined) return missing('DetailType');
  if (text === undefined) return missing('Detail');
  if (source.startsWith('aws.')) {
    return failure('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (detailType.length > MAX_DETAIL_TYPE) {
    return failure(
      'InvalidArgument',
      `Parameter DetailType is not valid. Reason: more than ${MAX_DETAIL_TYPE} characters.`,
    );
  }
  const detail = parseJson(text);
  if (!isObject(detail)) return failure('MalformedDetail', 'Detail is malformed.');
  return {
    version: '0',
    id: randomUUID(),
    source,
    'detail-type': detailType,
    account: PLACE.account,
    time: `${new Date(typeof Time === 'number' ? Time * 1000 : now).toISOString().slice(0, 19)}Z`,
    region: PLACE.region,
    resources: Array.isArray(Resources) ? Resources.map(String) : [],
    detail,
  };
}

function missing(parameter: string): EntryFailure {
  return failure(
    'InvalidArgument',
    `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
  );
}

function failure(ErrorCode: string, ErrorMessage: string): EntryFailure {
  return { ErrorCode, ErrorMessage };
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', 400, message);
}

/** An empty text counts as missing. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The audit, when the call is about one only. */
function taskIdOf(parameters: unknown): string | undefined {
  const entries: readonly unknown[] =
    isObject(parameters) && Array.isArray(parameters.Entries) ? parameters.Entries : [];
  const [only, ...others] = entries;
  if (others.length > 0 || !isObject(only)) return undefined;
  const detail = parseJson(textOf(only.Detail) ?? '');
  return isObject(detail) ? textOf(detail.taskId) : undefined;
}
