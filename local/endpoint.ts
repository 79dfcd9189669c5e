import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** One API call that an endpoint received. */
export interface Call {
  readonly service: 'iot' | 'sns' | 'dynamodb' | 'events' | 'secretsmanager' | 'slack';
  /** As the API reference names it; `UnknownOperation` when the request names none that the service has. */
  readonly operation: string;
  /** Path, form or JSON body, parsed. */
  readonly parameters: unknown;
  /** The audit that the call is about, where the request tells. */
  readonly taskId?: string;
}

/** What happens to a call instead of its answer. */
export type Fault =
  | { readonly type: 'error'; readonly name: string; readonly statusCode: number; readonly message?: string }
  /** Never answered; the connection ends when the endpoint closes. */
  | { readonly type: 'hold' }
  /** The connection is reset. */
  | { readonly type: 'reset' };

/** Decides the fate of a call; undefined lets it pass. */
export type FaultHook = (call: Call) => Fault | undefined | Promise<Fault | undefined>;

export interface EndpointOptions {
  /** Called before the operation takes effect. */
  readonly onCall?: FaultHook;
  /** Called after the operation took effect, before its answer is sent; not after a refusal. */
  readonly afterCall?: FaultHook;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends open connections, held calls included. Safe to call twice. */
  close(): Promise<void>;
}

/** A request, read whole. */
export interface ServiceRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ServiceAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What makes an endpoint a certain service: how it reads calls, carries them out, and words its errors. */
export interface Service {
  read(request: ServiceRequest): Call;
  /** Carries the call out. Throws ServiceError to refuse it. */
  answer(call: Call, request: ServiceRequest): ServiceAnswer | Promise<ServiceAnswer>;
  /** In the service's own wire format, so that the SDK throws an error of that name. */
  renderError(error: ServiceError): ServiceAnswer;
}

/** A refusal, under the name that the SDK gives it. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;

  constructor(name: string, statusCode: number, message = `${name} (made by the local endpoint)`) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

/** Far above every limit of the services, so that their own refusals come first. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Serves on 127.0.0.1, on a port of the system's choosing. */
export async function startEndpoint(service: Service, options: EndpointOptions): Promise<Endpoint> {
  let closing: Promise<void> | undefined;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that gave up is its own affair; anything else is a mistake of ours that it should get to read.
      if (!response.headersSent) send(response, service.renderError(internalError(error)));
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const call = service.read(request);
    if (meets(await options.onCall?.(call), response) || closing !== undefined) return;
    let answer: ServiceAnswer;
    try {
      answer = await service.answer(call, request);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      send(response, service.renderError(error));
      return;
    }
    const refused = answer.statusCode >= 400;
    if (refused || !meets(await options.afterCall?.(call), response)) send(response, answer);
  }

  /** Lets the fault happen, if there is one. */
  function meets(fault: Fault | undefined, response: ServerResponse): boolean {
    if (fault?.type === 'error') {
      send(response, service.renderError(new ServiceError(fault.name, fault.statusCode, fault.message)));
    }
    if (fault?.type === 'reset') response.socket?.resetAndDestroy();
    return fault !== undefined;
  }

  await listen(server);
  return {
    url: urlOf(server),
    close: () => {
      closing ??= shut(server);
      return closing;
    },
  };
}

/** Listens on 127.0.0.1. Idle connections stay open: a client that reuses one must not race with its end. */
export async function listen(server: Server): Promise<void> {
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return `http://127.0.0.1:${address.port}`;
}

/** JSON, or undefined when the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function readRequest(incoming: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new ServiceError('RequestEntityTooLarge', 413, 'The request is too large.');
    chunks.push(chunk);
  }
  const { method = 'GET', url = '/', headers } = incoming;
  const [path = '/', query] = url.split('?');
  return { method, path, query: new URLSearchParams(query), headers, body: Buffer.concat(chunks).toString('utf8') };
}

function send(response: ServerResponse, answer: ServiceAnswer): void {
  response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function internalError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalFailure', 500, error instanceof Error ? error.message : String(error));
}
