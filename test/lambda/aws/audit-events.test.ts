import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AuditEvents } from '../../../lambda/aws/audit-events.ts';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import { type BusEvent, type EntryFailure, startEventBridge } from '../../../local/services/eventbridge.ts';
import type { Call, Fault } from '../../../local/services/service.ts';

const THROTTLED: EntryFailure = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
const ids = (count: number) => Array.from({ length: count }, (_, n) => `audit-${n + 1}`);

const pauses: number[] = [];
let Events: typeof AuditEvents;
let endpoint: Endpoint;
let client: EventBridgeClient;
let events: AuditEvents;
let calls: Call[];
let taken: BusEvent[];
let refuse: (taskId: unknown, call: number) => EntryFailure | undefined;
let fault: () => Fault | undefined;

beforeAll(async () => {
  jest.unstable_mockModule('node:timers/promises', () => ({
    setTimeout: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  }));
  ({ AuditEvents: Events } = await import('../../../lambda/aws/audit-events.ts'));
});

beforeEach(async () => {
  calls = [];
  taken = [];
  pauses.length = 0;
  refuse = () => undefined;
  fault = () => undefined;
  endpoint = await startEventBridge({
    now: () => 0,
    onCall: (call) => {
      calls.push(call);
      return fault();
    },
    onEntry: ({ detail }) => refuse(detail.taskId, calls.length),
    onEvent: (event) => taken.push(event),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  events = new Events(client);
});

afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

function takenIds(): unknown[] {
  return taken.map(({ detail }) => detail.taskId);
}

describe('Audit-started events', () => {
  test('are those that the rule waits for, ten in a call', async () => {
    await events.putAuditStarted(ids(23));

    expect(calls).toHaveLength(3);
    expect(takenIds()).toEqual(ids(23));
    expect(taken[0]).toMatchObject({
      source: 'device-defender-audit-watcher',
      'detail-type': 'Device Defender Audit Started',
      detail: { taskId: 'audit-1' },
    });
  });

  test('of no audit need no call', async () => {
    await events.putAuditStarted([]);

    expect(calls).toEqual([]);
  });

  test('that are refused are put again, and only those', async () => {
    refuse = (taskId, call) => (call === 1 && taskId !== 'audit-2' ? THROTTLED : undefined);

    await events.putAuditStarted(ids(3));

    expect(takenIds()).toEqual(['audit-2', 'audit-1', 'audit-3']);
    expect(pauses).toEqual([500]);
  });

  test('that are refused every time fail by name, after all others are put', async () => {
    refuse = (taskId) => (taskId === 'audit-2' || taskId === 'audit-11' ? THROTTLED : undefined);

    await expect(events.putAuditStarted(ids(12))).rejects.toMatchObject({
      name: 'EventsNotPutError',
      message:
        'EventBridge refused 2 audit-started events every time, the first with ThrottlingException: Rate exceeded. ' +
        'Their audits are found again by the next sweep.',
    });
    expect(takenIds()).toEqual(ids(12).filter((taskId) => taskId !== 'audit-2' && taskId !== 'audit-11'));
    expect(pauses).toEqual([500, 1000, 2000]);
  });

  test('whose call fails fail under the name of its nature', async () => {
    fault = () => ({ type: 'error', name: 'InternalException', statusCode: 500 });

    await expect(events.putAuditStarted(ids(1))).rejects.toMatchObject({ name: 'UnavailableError' });
  });
});
