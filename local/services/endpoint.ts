import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleepForReal } from 'node:timers/promises';
import { PAUSE_HEADER, REFUSED_HEADER } from '../time/thread-protocol.ts';
import {
  type Call,
  type Fault,
  type Service,
  type ServiceAnswer,
  ServiceError,
  type ServiceRequest,
} from './service.ts';

/** Decides the fate of a call; undefined lets it pass. */
export type FaultHook = (call: Call) => Fault | undefined | Promise<Fault | undefined>;

export interface EndpointOptions {
  /** Called before the operation takes effect. */
  readonly onCall?: FaultHook;
  /** Called after the operation took effect, before its answer is sent; not after a refusal. */
  readonly afterCall?: (call: Call, answer: ServiceAnswer) => ReturnType<FaultHook>;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  /** Waits on that clock. @default the real time */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends open connections, held calls included. Safe to call twice. */
  close(): Promise<void>;
}

/** Far above every limit of the services, so that their own refusals come first. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Serves on 127.0.0.1, on a port of the system's choosing. */
export async function startEndpoint(service: Service, options: EndpointOptions): Promise<Endpoint> {
  const { sleep = sleepForReal } = options;
  let closing: Promise<void> | undefined;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that gave up is its own affair; anything else is a mistake of ours that it should get to read.
      if (!response.headersSent) send(response, service.renderError(internalError(error)));
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const call = { ...service.read(request), caller: callerOf(request) };
    const fault = await options.onCall?.(call);
    if ((await meets(fault, response)) || closing !== undefined) {
      if (fault?.type === 'late') await arriveLate(fault.seconds, call, request);
      return;
    }
    let answer: ServiceAnswer;
    try {
      answer = await service.answer(call, request);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      send(response, service.renderError(error));
      return;
    }
    const refused = answer.statusCode >= 400;
    if (refused || !(await meets(await options.afterCall?.(call, answer), response))) send(response, answer);
  }

  /** Lets the fault happen, if there is one. Returns whether that was all there is to the call. */
  async function meets(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
    switch (fault?.type) {
      case undefined:
        return false;
      case 'error':
        send(response, service.renderError(new ServiceError(fault.name, fault.statusCode, fault.message)));
        return true;
      case 'reset':
        response.socket?.resetAndDestroy();
        return true;
      case 'answer':
        send(response, { ...fault, headers: {} });
        return true;
      case 'cut':
        response.writeHead(fault.statusCode, { 'content-length': Buffer.byteLength(fault.body) + 1 });
        response.flushHeaders();
        response.write(fault.body);
        // Not reset: a reset may overtake what was sent.
        response.socket?.end();
        return true;
      case 'refuse':
        announce(response, { [REFUSED_HEADER]: 'true' });
        response.socket?.end();
        return true;
      case 'slow': {
        const passed = sleep(fault.seconds * 1000);
        announce(response, { [PAUSE_HEADER]: String(fault.seconds * 1000) });
        await passed;
        return false;
      }
      case 'hold':
      case 'late':
        announce(response, { [PAUSE_HEADER]: 'forever' });
        return true;
    }
  }

  async function arriveLate(seconds: number, call: Call, request: ServiceRequest): Promise<void> {
    await sleep(seconds * 1000);
    if (closing !== undefined) return;
    try {
      await service.answer(call, request);
    } catch (error) {
      // The caller has given up, so nobody reads the refusal.
      if (!(error instanceof ServiceError)) throw error;
    }
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

/** Sends an interim answer that says what becomes of the final one. */
function announce({ socket }: ServerResponse, headers: Readonly<Record<string, string>>): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket?.write(`HTTP/1.1 102 Processing\r\n${lines.join('')}\r\n`);
}

/** `AWS4-HMAC-SHA256 Credential=<access key id>/<date>/…` */
function callerOf({ headers }: ServiceRequest): string | undefined {
  return /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
}

function send(response: ServerResponse, answer: ServiceAnswer): void {
  response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

function internalError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('InternalFailure', 500, error instanceof Error ? error.message : String(error));
}
