import { EventBridgeClient, PutEventsCommand, type PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AuditEvents } from '../../../lambda/aws/audit-events.ts';

const events = mockClient(EventBridgeClient);

afterEach(() => {
  events.reset();
});

describe('Start events', () => {
  test('are put when no entry of the answer says that it was refused', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [null, { EventId: 'e-1' }] } as unknown as PutEventsCommandOutput);

    await new AuditEvents().putAuditStarted(['a-1', 'a-2']);

    expect(events.calls()).toHaveLength(1);
  });

  test.each([[{}], [{ Entries: 'x' }]])('may have been refused when the answer lists none: %j', async (answer) => {
    events.on(PutEventsCommand).resolves(answer as unknown as PutEventsCommandOutput);

    const put = new AuditEvents().putAuditStarted(['a-1', 'a-2']);

    await expect(put).rejects.toMatchObject({ name: 'MalformedAnswerError' });
  });
});
