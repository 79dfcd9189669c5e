import {
  DeniedError,
  MalformedAnswerError,
  NotFoundError,
  RefusedError,
  ThrottledError,
  UnavailableError,
  WatcherError,
} from '../errors.ts';

// Each service has its own names for the same trouble, and a gateway, a proxy or a cut connection has none at all: the SDK then
// throws a SyntaxError, or a plain Error. A decision on retries needs the kind of trouble.

/** Throttling, as each service calls it. */
const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
];
/** Some services answer these with 400. A key that cannot be used is as good as denied. */
const DENIED =
  /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken|CredentialsProvider|^KMS/;
const NOT_FOUND = /NotFound/;
/** Not a failure: the caller that set the condition handles it. */
const CONDITION = 'ConditionalCheckFailedException';

/** What the SDK hands from one middleware to the next. */
interface CallContext {
  readonly commandName?: string;
  /** Status of the latest attempt; undefined while it has no answer. */
  httpStatusCode?: number;
}
interface HttpResponse {
  readonly statusCode: number;
  body: unknown;
}
type Next = (args: object) => Promise<{ readonly response: HttpResponse }>;
type Middleware = (next: Next, context: CallContext) => Next;

/** A client of the SDK: its middleware is typed by its commands, ours is for all of them. */
interface SdkClient {
  readonly middlewareStack: { add(middleware: never, options: never): void };
}
const AROUND_RETRIES = { step: 'build', name: 'nameError', override: true } as const;
const AT_THE_WIRE = { step: 'deserialize', priority: 'low', name: 'readAnswer', override: true } as const;

/** Lets a client throw errors whose names say what can be done about them. */
export function withNamedErrors<Client extends SdkClient>(client: Client): Client {
  // Around the SDK's own retries, and inside of what prepares the request: what is thrown here comes from the call.
  client.middlewareStack.add(nameError as never, AROUND_RETRIES as never);
  client.middlewareStack.add(readAnswer as never, AT_THE_WIRE as never);
  return client;
}

const nameError: Middleware = (next, context) => async (args) => {
  try {
    return await next(args);
  } catch (error) {
    throw namedError(callOf(context), error, context.httpStatusCode);
  }
};

/** Reads each answer whole, so that one that is cut off fails here, where the SDK tries again, and an empty one is seen. */
const readAnswer: Middleware = (next, context) => async (args) => {
  context.httpStatusCode = undefined;
  const result = await next(args);
  const { response } = result;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  context.httpStatusCode = response.statusCode;
  if (response.statusCode < 300 && body.length === 0) {
    throw new MalformedAnswerError(callOf(context), 'the body', '', 'what the API reference says');
  }
  response.body = new Uint8Array(body);
  return result;
};

function callOf({ commandName = 'A call' }: CallContext): string {
  return commandName.replace(/Command$/, '');
}

/** Gives an error of the SDK the name of its kind; any other error stays as it is. */
export function namedError(call: string, error: unknown, status: number | undefined): unknown {
  if (!(error instanceof Error) || error instanceof WatcherError || error.name === CONDITION) return error;
  // The SDK takes the name from the answer, whatever its type.
  const name = typeof error.name === 'string' ? error.name : '';
  if (THROTTLED.includes(name) || status === 429) return new ThrottledError(call, error, status);
  if (DENIED.test(name) || status === 401 || status === 403) return new DeniedError(call, error, status);
  if (NOT_FOUND.test(name) || status === 404) return new NotFoundError(call, error, status);
  if (status === undefined || status < 400 || status >= 500) return new UnavailableError(call, error, status);
  return new RefusedError(call, error, status);
}
