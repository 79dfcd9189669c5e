import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import { type BusEvent, type EventBridgeOptions, startEventBridge } from '../../../local/services/eventbridge.ts';
import type { Call } from '../../../local/services/service.ts';

const NOW = Date.parse('2026-10-02T02:00:04.123Z');
const STARTED: PutEventsRequestEntry = {
  Source: 'device-defender-audit-watcher',
  DetailType: 'Device Defender Audit Started',
  Detail: '{"taskId":"audit-1"}',
};

const open: (Endpoint | EventBridgeClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
});

async function start(options: Partial<EventBridgeOptions> = {}) {
  const calls: Call[] = [];
  const events: BusEvent[] = [];
  const endpoint = await startEventBridge({
    now: () => NOW,
    onCall: (call) => {
      calls.push(call);
      return undefined;
    },
    onEvent: (event) => events.push(event),
    ...options,
  });
  const client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, endpoint);
  const put = (...Entries: readonly PutEventsRequestEntry[]) =>
    client.send(new PutEventsCommand({ Entries: [...Entries] }));
  return { endpoint, client, calls, events, put };
}

describe('An entry that PutEvents takes', () => {
  test('becomes an event on the default bus, as rules see it', async () => {
    const { put, events, calls } = await start();

    const { FailedEntryCount, Entries } = await put(STARTED);

    expect(FailedEntryCount).toBe(0);
    expect(Entries).toEqual([{ EventId: expect.stringMatching(/^[\da-f-]{36}$/) }]);
    expect(events).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        source: 'device-defender-audit-watcher',
        'detail-type': 'Device Defender Audit Started',
        account: '123456789012',
        time: '2026-10-02T02:00:04Z',
        region: 'eu-west-1',
        resources: [],
        detail: { taskId: 'audit-1' },
      },
    ]);
    expect(calls).toMatchObject([{ service: 'events', operation: 'PutEvents', taskId: 'audit-1' }]);
  });

  test('keeps its own time and resources', async () => {
    const { put, events } = await start();

    await put({ ...STARTED, Time: new Date('2026-10-01T00:00:00.900Z'), Resources: ['arn:aws:iot:::x'] });

    expect(events).toMatchObject([{ time: '2026-10-01T00:00:00Z', resources: ['arn:aws:iot:::x'] }]);
  });

  test.each([
    ['default', 1],
    ['arn:aws:events:eu-west-1:123456789012:event-bus/default', 1],
    ['another', 0],
  ])('for the bus %s reaches the rules of the default bus %i times', async (EventBusName, times) => {
    const { put, events } = await start();

    const { FailedEntryCount } = await put({ ...STARTED, EventBusName });

    expect(FailedEntryCount).toBe(0);
    expect(events).toHaveLength(times);
  });

  test('comes in the order of the request, beside nine others', async () => {
    const { put, events, calls } = await start();
    const entries = Array.from({ length: 10 }, (_, n) => ({ ...STARTED, Detail: JSON.stringify({ taskId: `t${n}` }) }));

    const { Entries } = await put(...entries);

    expect(events.map(({ detail }) => detail.taskId)).toEqual(entries.map((_, n) => `t${n}`));
    expect(Entries?.map(({ EventId }) => EventId)).toEqual(events.map(({ id }) => id));
    expect(calls).toMatchObject([{ operation: 'PutEvents', taskId: undefined }]);
  });
});

describe('An entry fails alone', () => {
  test.each<[string, PutEventsRequestEntry, string]>([
    ['without a source', { ...STARTED, Source: undefined }, 'InvalidArgument'],
    ['with an empty source', { ...STARTED, Source: '' }, 'InvalidArgument'],
    ['without a detail type', { ...STARTED, DetailType: undefined }, 'InvalidArgument'],
    ['with a detail type of 129 characters', { ...STARTED, DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    ['without a detail', { ...STARTED, Detail: undefined }, 'InvalidArgument'],
    ['with a detail that is no JSON', { ...STARTED, Detail: '{' }, 'MalformedDetail'],
    ['with a detail that is a list', { ...STARTED, Detail: '[]' }, 'MalformedDetail'],
    ['with a detail that is null', { ...STARTED, Detail: 'null' }, 'MalformedDetail'],
    ['under a source of AWS', { ...STARTED, Source: 'aws.iot' }, 'NotAuthorizedForSourceException'],
  ])('%s, and the others are taken', async (_case, entry, code) => {
    const { put, events } = await start();

    const { FailedEntryCount, Entries } = await put(STARTED, entry, STARTED);

    expect(FailedEntryCount).toBe(1);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
    expect(Entries?.[1]).toEqual({ ErrorCode: code, ErrorMessage: expect.any(String) });
    expect(events).toHaveLength(2);
  });

  test('when the hook says so', async () => {
    const failure = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
    const { put, events } = await start({
      onEntry: ({ detail }) => (detail.taskId === 'audit-2' ? failure : undefined),
    });

    const { FailedEntryCount, Entries } = await put(STARTED, { ...STARTED, Detail: '{"taskId":"audit-2"}' });

    expect([FailedEntryCount, Entries?.[1]]).toEqual([1, failure]);
    expect(events).toHaveLength(1);
  });
});

describe('A call is refused as a whole', () => {
  test.each([
    ['no entry', []],
    ['eleven entries', Array.from({ length: 11 }, () => STARTED)],
    ['a megabyte', Array.from({ length: 4 }, () => ({ ...STARTED, Detail: `{"x":"${'é'.repeat(131_072)}"}` }))],
  ])('with %s', async (_case, entries) => {
    const { put, events } = await start();

    await expect(put(...entries)).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(events).toEqual([]);
  });

  test('but not with all but a megabyte, time and resources included', async () => {
    const { put } = await start();
    const rest = 'xy'.length + '{"x":""}'.length + 14 + 'arn'.length;
    const entry = (size: number) => ({
      Source: 'x',
      DetailType: 'y',
      Detail: `{"x":"${'z'.repeat(size - rest)}"}`,
      Time: new Date(0),
      Resources: ['arn'],
    });

    await expect(put(entry(1024 * 1024 - 1))).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(entry(1024 * 1024))).rejects.toThrow('Total size of the entries');
  });

  test('under a fault', async () => {
    const { put } = await start({ onCall: () => ({ type: 'error', name: 'InternalException', statusCode: 500 }) });

    await expect(put(STARTED)).rejects.toMatchObject({ name: 'InternalException' });
  });

  test('for any operation but PutEvents', async () => {
    const { client, endpoint } = await start();

    const bare = await fetch(endpoint.url, { method: 'POST', body: 'no json' });

    await expect(client.send(new ListRulesCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'The local EventBridge knows PutEvents only; it was asked for ListRules.',
    });
    expect(bare.status).toBe(404);
  });

  test('when it is no JSON', async () => {
    const { endpoint } = await start();
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents' };

    const answers = ['', '{}', '{"Entries":[1]}'].map((body) => fetch(endpoint.url, { method: 'POST', headers, body }));

    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([400, 400, 400]);
  });
});
