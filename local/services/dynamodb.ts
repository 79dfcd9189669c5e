import { mkdir } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../lambda/contract.ts';
import { startDynalite } from './dynalite-engine.ts';
import { ensureTable } from './dynamodb-table.ts';
import {
  type Call,
  type Endpoint,
  type EndpointOptions,
  isObject,
  parseJson,
  type Service,
  type ServiceAnswer,
  type ServiceRequest,
  startEndpoint,
} from './endpoint.ts';

export interface DynamoDbOptions extends EndpointOptions {
  /** Where the tables live, made when missing; undefined: in memory. */
  readonly directory?: string;
  /** An engine that runs already, in place of dynalite. @default dynalite, for this endpoint alone */
  readonly engine?: RunningEngine;
}

/** Gives each access key tables of its own, as DynamoDB Local does. */
export interface RunningEngine {
  readonly url: string;
  readonly accessKeyId: string;
}

export interface DynamoDb extends Endpoint {
  /**
   * Creates the table from resolved `AWS::DynamoDB::Table` properties. A table that is there with the same keys and
   * indexes is kept with its data; one of another shape is an error. Counts as no call.
   */
  createTableFrom(properties: Record<string, unknown>, tableName: string): Promise<void>;
}

/** What `probe` needs of LevelDB. */
interface Store {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The tables cannot be opened. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** `x-amz-target: DynamoDB_20120810.PutItem` */
const TARGET = /^DynamoDB_\d{8}\.(\w+)$/;
const AUDIT_KEY = /^AUDIT#([a-zA-Z0-9-]{1,40})$/;

/** DynamoDB Local has tables of their own for each Region too. */
const ENGINE_REGION = 'local';

/** Headers of a connection rather than of a message. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/** DynamoDB by dynalite, a real engine on disk, behind a front that sees every call and can make it fail. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const engine = options.engine === undefined ? await ownEngine(options.directory) : remoteEngine(options.engine);

  const service: Service = {
    read: ({ headers, body }) => {
      const operation = TARGET.exec(String(headers['x-amz-target']))?.[1] ?? 'UnknownOperation';
      const parameters = parseJson(body);
      return { service: 'dynamodb', operation, parameters, taskId: taskIdOf(parameters) } satisfies Call;
    },
    answer: async (_call, request) => {
      const answer = await engine.answer(signedFor(request, engine));
      return { ...answer, headers: passedOn(answer.headers) };
    },
    renderError: ({ name, statusCode, message }) => ({
      statusCode,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }),
    }),
  };
  const front = await startEndpoint(service, options);
  let closing: Promise<void> | undefined;
  return {
    url: front.url,
    createTableFrom: async (properties, tableName) => {
      const client = new DynamoDBClient({
        endpoint: engine.url,
        region: ENGINE_REGION,
        credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' },
      });
      try {
        await ensureTable(client, properties, tableName);
      } finally {
        client.destroy();
      }
    },
    close: () => {
      closing ??= front.close().then(async () => {
        await engine.close();
      });
      return closing;
    },
  };
}

/** An engine, how to call it, and how to end it if it is ours. */
interface Engine extends RunningEngine {
  answer(request: ServiceRequest): Promise<ServiceAnswer>;
  close(): Promise<void>;
}

async function ownEngine(directory: string | undefined): Promise<Engine> {
  if (directory !== undefined) await probe(directory);
  return { ...(await startDynalite(directory)), accessKeyId: 'local' };
}

function remoteEngine(engine: RunningEngine): Engine {
  const agent = new Agent({ keepAlive: true });
  return {
    ...engine,
    answer: (request) => forward(request, engine.url, agent),
    close: async () => agent.destroy(),
  };
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
    await mkdir(directory, { recursive: true });
    const store = new Level(directory);
    await store.open();
    await store.close();
  } catch (cause) {
    throw new DataDirectoryError(`The tables in ${directory} cannot be opened: ${whyClosed(cause)}`, { cause });
  }
}

function whyClosed(error: unknown): string {
  const { code, cause, message } = isErrorLike(error) ? error : {};
  if (isErrorLike(cause)) return whyClosed(cause);
  if (code === 'LEVEL_LOCKED')
    return 'another run is using them. Wait for it to end, or use another directory (--data).';
  return `${message ?? String(error)}. Use another directory (--data), or begin anew (--fresh).`;
}

function isErrorLike(value: unknown): value is { code?: unknown; cause?: unknown; message?: unknown } {
  return value instanceof Error || isObject(value);
}

/** Whoever sent it, the tables are those of this endpoint. */
function signedFor(request: ServiceRequest, engine: Engine): ServiceRequest {
  const { host: _host, ...headers } = request.headers;
  if (headers.authorization !== undefined) {
    const scope = `${engine.accessKeyId}/20260101/${ENGINE_REGION}/dynamodb/aws4_request`;
    headers.authorization = headers.authorization.replace(/Credential=[^, ]+/, `Credential=${scope}`);
  }
  return { ...request, headers };
}

function forward({ method, path, headers, body }: ServiceRequest, url: string, agent: Agent): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${url}${path}`, { method, headers, agent });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () =>
        resolve({
          statusCode: incoming.statusCode ?? 500,
          headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(body);
  });
}

function passedOn(headers: ServiceAnswer['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)));
}

/** Best effort: the audit whose item the call reads or writes. */
function taskIdOf(parameters: unknown): string | undefined {
  if (!isObject(parameters)) return undefined;
  const { Key: key, Item: item, ExpressionAttributeValues: values } = parameters;
  const keys = [key, item].flatMap((part) => (isObject(part) ? [part[TABLE.partitionKey]] : []));
  const candidates = [...keys, ...(isObject(values) ? Object.values(values) : [])];
  const texts = candidates.flatMap((value) => (isObject(value) && typeof value.S === 'string' ? [value.S] : []));
  return texts.map((text) => AUDIT_KEY.exec(text)?.[1]).find((taskId) => taskId !== undefined);
}
