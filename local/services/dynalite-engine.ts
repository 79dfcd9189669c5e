import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { listen, type ServiceAnswer, type ServiceRequest, urlOf } from './endpoint.ts';

/** dynalite, in this process. */
export interface Dynalite {
  /** For clients that are no function's: these calls go past every front. */
  readonly url: string;
  answer(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Waits for calls under way and for the store, so that the next run can open it. */
  close(): Promise<void>;
}

/** @param directory where the tables live; undefined: in memory */
export async function startDynalite(directory: string | undefined): Promise<Dynalite> {
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await listen(server);
  return {
    url: urlOf(server),
    answer: (request) => hand(request, server),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** Hands a request to the server without a connection, which would cost more than the work: of both it needs only this. */
function hand({ method, path: url, headers, body }: ServiceRequest, server: Server): Promise<ServiceAnswer> {
  return new Promise((resolve) => {
    const incoming = Object.assign(new EventEmitter(), { method, url, headers });
    const sent: Record<string, string> = {};
    const outgoing = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => {
        sent[name.toLowerCase()] = String(value);
      },
      end: (text = '') => resolve({ statusCode: outgoing.statusCode, headers: sent, body: text }),
    };
    server.emit('request', incoming, outgoing);
    incoming.emit('data', Buffer.from(body));
    incoming.emit('end');
  });
}
