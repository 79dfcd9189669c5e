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

/** They cannot be opened while another process has them open. */
class TablesInUseError extends DataDirectoryError {}

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
  const underWay = new Set<Promise<ServiceAnswer>>();
  return {
    answer: (request) => {
      const answer = hand(request, server).finally(() => underWay.delete(answer));
      underWay.add(answer);
      return answer;
    },
    client: () => new DynamoDBClient({ endpoint: urlOf(server), region: 'local', credentials }),
    // A store that closes under a request brings the process down, and a caller may be gone before its answer.
    close: async () => {
      await Promise.all(underWay);
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
    },
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
    if (error instanceof TablesInUseError) throw error;
  }
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (cause) {
    throw notRemoved(directory, cause);
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return [];
    throw notRemoved(directory, cause);
  }
}

function notRemoved(directory: string, cause: unknown): DataDirectoryError {
  const { message } = innermost(cause);
  return new DataDirectoryError(
    `The tables in ${directory} cannot be removed: ${message}. Give another folder (--data).`,
    { cause },
  );
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
    throw notOpened(directory, cause);
  }
}

function notOpened(directory: string, error: unknown): DataDirectoryError {
  const { code, message } = innermost(error);
  const what = `The tables in ${directory} cannot be opened:`;
  if (code === 'LEVEL_LOCKED') {
    return new TablesInUseError(`${what} another run is using them. Wait for it to end, or use another directory.`, {
      cause: error,
    });
  }
  return new DataDirectoryError(
    `${what} ${message}. Use another directory, or start with empty tables (npm start -- --fresh).`,
    { cause: error },
  );
}

/** LevelDB says why only in the cause of its error. */
function innermost(error: unknown): { readonly code?: unknown; readonly message: string } {
  const { code, cause, message = String(error) } = Object(error);
  return cause ? innermost(cause) : { code, message };
}
