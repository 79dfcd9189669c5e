import { EventBridgeClient, PutEventsCommand, type PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AuditEvents } from '../../../lambda/aws/audit-events.ts';

const events = mockClient(EventBridgeClient);

afterEach(() => {
  events.reset();
});

describe('Start events', () => {
  test.each([[{}], [{ Entries: 'x' }], [{ Entries: [null, { EventId: 'e-1' }] }]])(
    'are put when the answer reports no refusal: %j',
    async (answer) => {
      events.on(PutEventsCommand).resolves(answer as unknown as PutEventsCommandOutput);

      await new AuditEvents().putAuditStarted(['a-1', 'a-2']);

      expect(events.calls()).toHaveLength(1);
    },
  );
});
