import { DescribeAuditTaskCommand, IoTClient, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { Audits } from '../../../lambda/aws/audits.ts';

const iot = mockClient(IoTClient);

afterEach(() => {
  iot.reset();
});

describe('Audits', () => {
  test('gives the answer as plain JSON, without what AWS left out', async () => {
    iot.on(DescribeAuditTaskCommand, { taskId: 'task-1' }).resolves({
      taskStatus: 'COMPLETED',
      taskStartTime: new Date('2026-10-02T02:00:04.123Z'),
      taskStatistics: { totalChecks: 2 },
      $metadata: { httpStatusCode: 200 },
    });

    const answer = await new Audits().describe('task-1');

    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      taskStatus: 'COMPLETED',
      taskStartTime: '2026-10-02T02:00:04.123Z',
      taskStatistics: { totalChecks: 2 },
    });
  });

  test('keeps the names of the errors', async () => {
    iot.on(DescribeAuditTaskCommand).rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }));

    await expect(new Audits().describe('task-1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
