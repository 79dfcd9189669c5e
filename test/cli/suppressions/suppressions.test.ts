import { IoTClient, ListAuditSuppressionsCommand } from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { Screen } from '../../../cli/shared/screen/screen.ts';
import { readSuppressions } from '../../../cli/suppressions/read.ts';
import { suppressionsText } from '../../../cli/suppressions/text.ts';
import { NOW } from '../fleet-history.ts';
import { runCli, testIo } from '../terminal.ts';

const HEAD = { schemaVersion: 1, account: '123456789012', region: 'eu-west-1', readAt: NOW } as const;

let iot: AwsClientStub<IoTClient>;
beforeEach(() => {
  iot = mockClient(IoTClient);
  iot.on(ListAuditSuppressionsCommand).resolvesOnce({
    suppressions: [
      {
        checkName: 'LOGGING_DISABLED_CHECK',
        resourceIdentifier: { account: '123456789012' },
        suppressIndefinitely: true,
      },
      {
        checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
        resourceIdentifier: { policyVersionIdentifier: { policyName: 'TestBench', policyVersionId: '2' } },
        expirationDate: new Date('2027-06-01T00:00:00Z'),
        description: 'test bench, owned by Ann',
      },
    ],
    nextToken: 'more',
  });
  iot.on(ListAuditSuppressionsCommand, { nextToken: 'more' }).resolves({
    suppressions: [
      {
        checkName: 'DEVICE_CERTIFICATE_EXPIRING_CHECK',
        resourceIdentifier: { deviceCertificateId: '3f9c' },
        expirationDate: new Date('2026-12-01T00:00:00Z'),
        description: 'replaced \u001b[2Jin December',
      },
    ],
  });
});
afterEach(() => iot.restore());

function read() {
  return readSuppressions({ stackName: 'AuditWatcher', region: 'eu-west-1' }, 'eu-west-1', undefined, Date.parse(NOW));
}

describe('audit-watcher suppressions', () => {
  test.each([80, 120])('lists all of them, the next to end first, on %i columns', async (columns) => {
    const screen = new Screen(testIo({ columns }), { color: false });

    const text = [...suppressionsText({ ...HEAD, suppressions: await read() }, screen)].join('\n');

    expect(text).toMatchSnapshot();
  });

  test('says which end within 30 days', async () => {
    expect((await read()).map(({ endsSoon, indefinite }) => [endsSoon, indefinite])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  test('cannot be asked of the local run', async () => {
    const { code, err } = await runCli(['suppressions', '--local'], { now: NOW });

    expect([code, err]).toEqual([2, expect.stringContaining('The local run has no Device Defender')]);
  });
});
