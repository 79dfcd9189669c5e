import { CreateAuditSuppressionCommand, IoTClient } from '@aws-sdk/client-iot';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { posixLine, powerShellLine, shorthand } from '../../../cli/shared/shell-words.ts';
import { suppress } from '../../../cli/suppress/suppress.ts';
import { NOW, recordFleet } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
let id = '';
let suppressedId = '';
beforeAll(async () => {
  directory = await recordFleet();
  const { out } = await runCli(['findings', '--local', directory, '--json'], { now: NOW });
  const { findings } = JSON.parse(out);
  id = findings[0].id;
  suppressedId = findings[2].id;
});
afterAll(() => RecordedHistory.remove(directory));

function run(finding: string, ...options: readonly string[]) {
  return runCli(['suppress', finding, '--local', directory, ...options], { now: NOW });
}
const UNTIL = ['--until', '2027-01-31', '--reason', "Ann's test bench"];

describe('audit-watcher suppress', () => {
  test('prints the command for each shell', async () => {
    const { code, out } = await run(id.slice(0, 8), ...UNTIL);

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"# AWS IoT policies overly permissive: policy GatewayLegacy v1, until 2027-01-31 00:00 UTC
# POSIX shell:
aws iot create-audit-suppression --region eu-west-1 --check-name IOT_POLICY_OVERLY_PERMISSIVE_CHECK --resource-identifier 'policyVersionIdentifier={policyName=GatewayLegacy,policyVersionId=1}' --no-suppress-indefinitely --expiration-date 2027-01-31T00:00:00Z --description 'Ann'\\''s test bench'
# PowerShell:
aws iot create-audit-suppression --region eu-west-1 --check-name IOT_POLICY_OVERLY_PERMISSIVE_CHECK --resource-identifier 'policyVersionIdentifier={policyName=GatewayLegacy,policyVersionId=1}' --no-suppress-indefinitely --expiration-date 2027-01-31T00:00:00Z --description 'Ann''s test bench'
"
`);
  });

  test.each([
    [() => [id, '--until', '2026-11-01', '--reason', 'x'], 2, 'which is over. Give a later day.'],
    [() => [id, '--until', '2027-02-31', '--reason', 'x'], 2, 'Allowed: a day in UTC, as in 2027-01-31'],
    [() => [id, '--until', 'soon', '--reason', 'x'], 2, 'Allowed: a day in UTC, as in 2027-01-31'],
    [() => [id, '--until', '30d', '--reason', '\u001b[2J'], 2, 'Allowed: a sentence in ASCII'],
    [() => [id, '--until', '30d'], 2, "Required option '--reason <text>' not specified"],
    [() => ['xyz', ...UNTIL], 2, 'Allowed: 4 to 16 hexadecimal digits'],
    [() => ['0000000000000000', ...UNTIL], 1, 'No finding has an id that begins with 0000000000000000.'],
    [() => [suppressedId, ...UNTIL], 1, 'is suppressed already'],
    [() => [id, ...UNTIL, '--yes'], 2, 'The local run has no Device Defender'],
  ])('refuses what it cannot do (%#)', async (argv, exitCode, sentence) => {
    const [finding = '', ...options] = argv();

    const { code, err } = await run(finding, ...options);

    expect([code, err]).toEqual([exitCode, expect.stringContaining(sentence)]);
  });

  test('asks AWS for a suppression that ends', async () => {
    const iot = mockClient(IoTClient);
    iot.on(CreateAuditSuppressionCommand).resolves({});
    const request = {
      checkName: 'LOGGING_DISABLED_CHECK',
      resourceIdentifier: { account: '123456789012' },
      expirationDate: new Date('2027-01-31T00:00:00Z'),
      description: 'known',
    };

    await suppress(request, { stackName: 'AuditWatcher' }, 'eu-west-1');

    expect(iot.commandCalls(CreateAuditSuppressionCommand)[0]?.args[0].input).toEqual({
      ...request,
      suppressIndefinitely: false,
    });
    iot.restore();
  });
});

describe('A command to paste', () => {
  test('quotes what a shell would take apart', () => {
    const words = ['aws', "it's $(here)", 'a;b'];

    expect(posixLine(words)).toBe("aws 'it'\\''s $(here)' 'a;b'");
    expect(powerShellLine(words)).toBe("aws 'it''s $(here)' 'a;b'");
    expect(powerShellLine(['a"b'])).toBeUndefined();
  });

  test.each([
    [{ account: '123456789012' }, 'account=123456789012'],
    [
      { policyVersionIdentifier: { policyName: 'A', policyVersionId: '1' } },
      'policyVersionIdentifier={policyName=A,policyVersionId=1}',
    ],
    [{ clientId: 'a,b' }, undefined],
    [{ clientId: '' }, undefined],
    [{}, undefined],
    [{ clientId: 1 }, undefined],
  ])('writes %j in the shorthand of the AWS CLI as %s', (identifier, expected) => {
    expect(shorthand(identifier)).toBe(expected);
  });
});
