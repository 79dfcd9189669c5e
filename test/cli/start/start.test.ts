import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod';
import { startSchema } from '../../../cli/start/schema.ts';
import { startDynamoDb } from '../../../local/services/dynamodb.ts';
import type { Endpoint } from '../../../local/services/endpoint.ts';
import { at } from '../../scenarios/scenario-stack.ts';
import { mockStack } from '../deployed-table.ts';
import { answered, CREDENTIALS, LOGGING, playDeviceDefender, STARTED } from '../device-defender.ts';
import { recordFleet } from '../fleet-history.ts';
import { policyFinding, RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

const environment = { ...process.env };
const RUNNING = at(0, answered('IN_PROGRESS', 'running', 'running'));
const HALF = at(30, answered('IN_PROGRESS', 'bad', 'running'));

const open: Endpoint[] = [];
let directory = '';
beforeEach(async () => {
  process.env = { ...environment, ...CREDENTIALS };
  directory = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(async () => {
  process.env = environment;
  for (const endpoint of open.splice(0)) await endpoint.close();
  await rm(directory, { recursive: true });
});

/** Runs `start` against an account whose audit plays these steps. */
async function start(argv: readonly string[], steps: readonly object[] = [RUNNING], findings: readonly object[] = []) {
  const aws = await playDeviceDefender(steps, findings);
  open.push(aws);
  return runCli(['start', ...argv, '--endpoint-url', aws.url], {}, aws.io());
}

describe('audit-watcher start', () => {
  test('starts an audit of all enabled checks, and says under which id', async () => {
    const { code, out } = await start([]);

    expect([code, out]).toEqual([0, `Started audit ${STARTED} of 2 checks.\n`]);
  });

  test.each([
    [['--checks', 'loging_disabled'], 'LOGING_DISABLED_CHECK: unknown check. Did you mean LOGGING_DISABLED_CHECK?'],
    [['--checks', 'device_certificate_shared'], "is not enabled in the account's audit settings. Enabled: "],
    [['--fail-on', 'HIGH'], '--fail-on is about the result: add --watch.'],
    [['--watch', '--timeout', 'soon'], 'Allowed: minutes, hours, days or weeks'],
    [['--watch', '--summary', '/no/such/folder/a.md'], '--summary is /no/such/folder/a.md, which cannot be written'],
  ])('ends with 2 after %j, and starts nothing', async (argv, sentence) => {
    const { code, out, err } = await start(argv);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  test('has nothing to start in the local run', async () => {
    const { code, err } = await runCli(['start', '--local']);

    expect([code, err]).toEqual([2, expect.stringContaining('To play one: npm start')]);
  });
});

describe('audit-watcher start --watch', () => {
  const clean = [RUNNING, at(60, answered('COMPLETED', 'ok', 'ok'))];
  const bad = [RUNNING, HALF, at(60, answered('COMPLETED', 'bad', 'failed'))];
  const lowOnly = [RUNNING, at(60, answered('COMPLETED', 'ok', 'bad'))];

  test.each([
    ['0 when every check is compliant', 0, [], clean, []],
    ['0 when nothing is at or above the floor', 0, ['--fail-on', 'MEDIUM'], lowOnly, [loggingFinding()]],
    ['3 for findings, even if another check failed', 3, [], bad, [policyFinding('Open')]],
    ['3 for findings that AWS counts and does not list', 3, [], bad, []],
    ['4 when a check failed', 4, [], [RUNNING, at(60, answered('COMPLETED', 'ok', 'failed'))], []],
    [
      '4 when a check has no result that counts',
      4,
      ['--fail-on', 'CRITICAL'],
      [RUNNING, at(60, answered('CANCELED', 'ok', 'bad'))],
      [loggingFinding()],
    ],
    ['4 when the audit failed', 4, [], [RUNNING, at(60, { ...answered('FAILED', 'ok', 'ok'), auditDetails: {} })], []],
    ['5 when the time is up', 5, ['--timeout', '30m'], [RUNNING], []],
  ] as const)('ends with %s', async (_, expected, argv, steps, findings) => {
    const { code, err } = await start(['--watch', ...argv], steps, findings);

    expect(err).toContain('ON_DEMAND: running, 0 of 2 checks finished');
    expect(code).toBe(expected);
  });

  test('writes a document of its schema with --json', async () => {
    const { out } = await start(['--watch', '--json'], bad, [policyFinding('Open')]);

    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(z.toJSONSchema(startSchema));
    validate(JSON.parse(out));
    expect(validate.errors).toBeNull();
    expect(JSON.parse(out).result).toMatchObject({ verdict: 'FINDINGS', unknownChecks: [LOGGING] });
  });

  test('with --fail-fast ends with 3 while the audit goes on', async () => {
    const { code, out } = await start(['--watch', '--fail-fast'], [RUNNING, HALF], [policyFinding('Open')]);

    expect(code).toBe(3);
    expect(out).toContain('There are findings of LOW or worse. The audit goes on.\n  CRITICAL');
  });

  test('writes the result on standard output, progress on standard error, and Markdown for a CI job', async () => {
    const file = join(directory, 'audit.md');

    const { out, err } = await start(['--watch', '--summary', file], bad, [policyFinding('Open')]);

    expect(out).toMatchInlineSnapshot(`
"ON_DEMAND, audit 57a27ed0000000000000000000000000: completed
OUTCOME        SEVERITY  BAD OF ALL  CHECK
non-compliant  CRITICAL     1 of 10  AWS IoT policies overly permissive
failed         LOW          0 of 10  Logging disabled

There are findings of LOW or worse.
  CRITICAL AWS IoT policies overly permissive: 1 finding
Without a result: Logging disabled
"
`);
    expect(err).toMatchInlineSnapshot(`
"ON_DEMAND: running, 0 of 2 checks finished, 0 non-compliant
ON_DEMAND: running, 1 of 2 checks finished, 1 non-compliant
ON_DEMAND: completed, 2 of 2 checks finished, 1 non-compliant, 1 failed
"
`);
    expect(await readFile(file, 'utf8')).toMatchInlineSnapshot(`
"## AWS IoT Device Defender audit

**There are findings of LOW or worse.**

Audit \`57a27ed0000000000000000000000000\`: completed after 1 min.

| severity | check | findings |
|---|---|---|
| CRITICAL | AWS IoT policies overly permissive | 1 |

Without a result: Logging disabled
"
`);
  });

  test('ends with 1 and the permission to ask for when AWS refuses', async () => {
    const refused = { name: 'AccessDeniedException', statusCode: 403 };

    const { code, err } = await start(['--watch'], [{ atSeconds: 0, error: refused }]);

    expect([code, err]).toEqual([1, expect.stringContaining('Allow iot:DescribeAuditTask to these credentials')]);
  });

  test('waits for an audit that AWS does not know yet, and through throttling', async () => {
    const throttled = { name: 'ThrottlingException', statusCode: 400 };

    const { code, err } = await start(
      ['--watch'],
      [
        at(8, answered('IN_PROGRESS', 'running', 'running')),
        { atSeconds: 20, untilSeconds: 60, error: throttled },
        at(60, answered('COMPLETED', 'ok', 'ok')),
      ],
    );

    expect(code).toBe(0);
    expect(err).toContain('Trying again: DescribeAuditTask answered 404');
    expect(err).toContain('Trying again: DescribeAuditTask answered 400: ThrottlingException');
  });
});

test('audit-watcher start --watch --only-new counts what the ledger does not know', async () => {
  const history = await recordFleet();
  const dynamodb = await startDynamoDb({ directory: `${history}/tables`, now: Date.now });
  open.push(dynamodb);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamodb.url;
  const cloudFormation = mockClient(CloudFormationClient);
  mockStack(cloudFormation);
  const steps = [RUNNING, at(60, answered('COMPLETED', 'bad', 'ok'))];

  const known = await start(['--watch', '--only-new'], steps, [policyFinding('GatewayLegacy')]);
  const isNew = await start(['--watch', '--only-new'], steps, [policyFinding('FreshlyOpened')]);
  const wasSuppressed = await start(['--watch', '--only-new'], steps, [policyFinding('KnownBench')]);

  expect([known.code, isNew.code, wasSuppressed.code]).toEqual([0, 3, 3]);
  cloudFormation.restore();
  await RecordedHistory.remove(history);
});

function loggingFinding() {
  return policyFinding('', {
    checkName: LOGGING,
    severity: 'LOW',
    nonCompliantResource: { resourceType: 'ACCOUNT_SETTINGS', resourceIdentifier: { account: '123456789012' } },
  });
}
