import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { jest } from '@jest/globals';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import type { PlayedAudit, ScheduledAudit } from '../../local/services/device-defender-lists.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { FaultHook } from '../../local/services/endpoint.ts';
import { type BusEvent, type EntryFailure, startEventBridge } from '../../local/services/eventbridge.ts';
import { startSns } from '../../local/services/sns.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { tableEngine } from '../table-engine.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';

/** What the services have, and what a test does to them. */
export interface FunctionServicesOptions {
  /** Variables of the functions, beside the endpoints. */
  readonly settings: Readonly<Record<string, string>>;
  readonly audits: ReadonlyMap<string, PlayedAudit>;
  readonly schedules?: () => readonly ScheduledAudit[];
  readonly onCall?: FaultHook;
  readonly onPublish?: (publication: Publication) => unknown;
  readonly onEntry?: (event: BusEvent) => EntryFailure | undefined;
  readonly onEvent?: (event: BusEvent) => unknown;
}

export interface FunctionServices {
  readonly table: DynamoDBDocumentClient;
  /** Ends the services, and gives the environment back. */
  close(): Promise<void>;
}

/** Starts the services that the functions call, and names them in the environment: load the functions after that. */
export async function startFunctionServices({
  settings,
  audits,
  schedules = () => [],
  onCall,
  onPublish = () => undefined,
  onEntry,
  onEvent = () => undefined,
}: FunctionServicesOptions): Promise<FunctionServices> {
  const environment = { ...process.env };
  const options = { now: () => Date.now(), onCall };
  const dynamodb = await startDynamoDb({ ...options, engine: tableEngine() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const iot = await startDeviceDefender({
    ...options,
    auditOf: (taskId) => audits.get(taskId),
    audits: () => [...audits.values()],
    schedules,
  });
  const sns = await startSns({ ...options, topicArns: [TOPIC_ARN], onPublish });
  const events = await startEventBridge({ ...options, onEntry, onEvent });
  Object.assign(process.env, settings, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
  });
  const table = DynamoDBDocumentClient.from(new DynamoDBClient());
  return {
    table,
    close: async () => {
      process.env = environment;
      table.destroy();
      await Promise.all([dynamodb, iot, sns, events].map((endpoint) => endpoint.close()));
    },
  };
}

/** Keeps what is printed from now on, line by line, until mocks are restored. */
export function keepOutput(): string[] {
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(...String(text).split('\n').filter(Boolean));
      return true;
    });
  }
  return printed;
}
