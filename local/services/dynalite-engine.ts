import { EventEmitter } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { listen, urlOf } from './endpoint.ts';
import { makeFolder } from './make-folder.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';

/** What stores the tables. */
export interface TableEngine {
  answer(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Calls the engine itself, past the endpoint in front of it. */
  client(): DynamoDBClient;
  /** Waits for calls under way and for the store, so that the next run can open it. */
  close(): Promise<void>;
}

/** The tables cannot be opened. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** What `probe` needs of LevelDB. */
interface Store {
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * dynalite, in this process.
 *
 * @param directory where the tables live, made when missing; undefined: in memory
 * @throws DataDirectoryError
 */
export async function startDynalite(directory: string | undefined): Promise<TableEngine> {
  if (directory !== undefined) await probe(directory);
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await listen(server);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    answer: (request) => hand(request, server),
    client: () => new DynamoDBClient({ endpoint: urlOf(server), region: 'local', credentials }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** What LevelDB writes. */
const STORE_FILE = /^(?:CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(?:ldb|log|sst|dbtmp))$/;

/**
 * Removes the tables of a folder. A folder that is not there is empty already.
 *
 * @throws DataDirectoryError if there is anything else in it, or somebody uses it
 */
export async function removeTables(directory: string): Promise<void> {
  const files = await namesIn(directory);
  const foreign = files.find((name) => !STORE_FILE.test(name));
  if (foreign !== undefined) {
    throw new DataDirectoryError(
      `--fresh would remove ${directory}, which has a file that is no table: ${foreign}. Give another folder (--data).`,
    );
  }
  if (files.length === 0) return;
  try {
    await probe(directory);
  } catch (error) {
    // Tables that cannot be read are what --fresh is for.
    if (error instanceof DataDirectoryError && /another run/.test(error.message)) throw error;
  }
  await rm(directory, { recursive: true, force: true });
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return [];
    throw new DataDirectoryError(
      `The tables in ${directory} cannot be removed: ${String(cause)}. Give another folder (--data).`,
      {
        cause,
      },
    );
  }
}

/** Hands a request to the server without a connection, which would cost more than the work. dynalite uses nothing else of the two objects. */
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

/**
 * Opens and closes the store once, because dynalite would start without it and bring the process down at the first
 * call. Goes to the LevelDB that dynalite itself uses.
 */
async function probe(directory: string): Promise<void> {
  const { Level }: { Level: new (location: string) => Store } = createRequire(
    createRequire(import.meta.url).resolve('dynalite'),
  )('level');
  try {
    await makeFolder(directory);
    const store = new Level(directory);
    await store.open();
    await store.close();
  } catch (cause) {
    throw new DataDirectoryError(`The tables in ${directory} cannot be opened: ${whyClosed(cause)}`, { cause });
  }
}

function whyClosed(error: unknown): string {
  const { code, cause, message = String(error) } = Object(error);
  if (cause) return whyClosed(cause);
  if (code === 'LEVEL_LOCKED') return 'another run is using them. Wait for it to end, or use another directory.';
  return `${message}. Use another directory (--data), or start with empty tables (--fresh).`;
}
