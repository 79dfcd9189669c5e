import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { csvLine } from '../../../cli/export/csv.ts';
import type { FindingRow } from '../../../cli/findings/schema.ts';
import { NOW, recordFleet } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

function exported(...options: readonly string[]) {
  return runCli(['export', '--local', directory, ...options], { now: NOW });
}

interface SecurityFinding {
  readonly Id: string;
  readonly Title: string;
  readonly RecordState: string;
  readonly Compliance: { readonly Status: string };
  readonly Workflow: { readonly Status: string };
}

describe('audit-watcher export', () => {
  test('writes a finding a line, the closed ones of the time that is asked for too', async () => {
    const { code, out } = await exported('--format', 'jsonl', '--since', '2026-10-01');

    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(rows.map(({ state, resource }: FindingRow) => [state, resource.slice(0, 20)])).toEqual([
      ['OPEN', 'policy GatewayLegacy'],
      ['OPEN', 'policy FleetProvisio'],
      ['SUPPRESSED', 'policy KnownBench v1'],
      ['OPEN', 'cert 3f9c52f8c1d7a4e'],
      ['CLOSED', 'account 123456789012'],
    ]);
  });

  test.each([
    [['--open'], 3],
    [[], 4],
    [['--since', '4d'], 4],
  ])('writes of %j so many: %i', async (options, count) => {
    const { out } = await exported('--format', 'jsonl', ...options);

    expect(out.trimEnd().split('\n')).toHaveLength(count);
  });

  test('writes for Security Hub: failed, archived when closed, and never passed', async () => {
    const { out } = await exported('--format', 'asff', '--since', '2026-10-01');

    const findings: SecurityFinding[] = JSON.parse(out);
    expect(
      findings.map(({ Title, Compliance, Workflow, RecordState }) => [
        Title,
        Compliance.Status,
        Workflow.Status,
        RecordState,
      ]),
    ).toEqual([
      ['AWS IoT policies overly permissive', 'FAILED', 'NEW', 'ACTIVE'],
      ['AWS IoT policies overly permissive', 'FAILED', 'NEW', 'ACTIVE'],
      ['AWS IoT policies overly permissive', 'FAILED', 'SUPPRESSED', 'ACTIVE'],
      ['Device certificate expiring', 'FAILED', 'NEW', 'ACTIVE'],
      ['Logging disabled', 'FAILED', 'RESOLVED', 'ARCHIVED'],
      ['No result: CA certificate expiring', 'NOT_AVAILABLE', 'NEW', 'ACTIVE'],
      ['No result: Device certificate expiring', 'NOT_AVAILABLE', 'NEW', 'ACTIVE'],
    ]);
    expect(new Set(findings.map(({ Id }) => Id)).size).toBe(findings.length);
  });

  test('gives a finding for Security Hub all that the format asks for', async () => {
    const { out } = await exported('--format', 'asff', '--open');

    expect(JSON.parse(out)[0]).toMatchInlineSnapshot(`
{
  "AwsAccountId": "123456789012",
  "Compliance": {
    "Status": "FAILED",
  },
  "CreatedAt": "2026-10-05T02:00:00.000Z",
  "Description": "policy GatewayLegacy v1: Policy allows broad access to IoT data plane actions.",
  "FirstObservedAt": "2026-10-05T02:00:00.000Z",
  "GeneratorId": "device-defender-audit/IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
  "Id": "eu-west-1/123456789012/device-defender-audit/IOT_POLICY_OVERLY_PERMISSIVE_CHECK/656d545b45d730b8",
  "LastObservedAt": "2026-11-20T02:00:00.000Z",
  "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
  "ProductFields": {
    "audit-watcher/auditName": "NightlyFleetAudit",
    "audit-watcher/checkName": "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
    "audit-watcher/reasonCode": "ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS",
    "audit-watcher/taskId": "0b000000000000000000000000000000",
  },
  "RecordState": "ACTIVE",
  "Region": "eu-west-1",
  "Remediation": {
    "Recommendation": {
      "Text": "See the guide to this audit check.",
      "Url": "https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html",
    },
  },
  "Resources": [
    {
      "Details": {
        "Other": {
          "resource": "policy GatewayLegacy v1",
          "resourceType": "IOT_POLICY",
        },
      },
      "Id": "arn:aws:iot:eu-west-1:123456789012:policy/GatewayLegacy",
      "Partition": "aws",
      "Region": "eu-west-1",
      "Type": "Other",
    },
  ],
  "SchemaVersion": "2018-10-08",
  "Severity": {
    "Label": "CRITICAL",
    "Original": "CRITICAL",
  },
  "Title": "AWS IoT policies overly permissive",
  "Types": [
    "Software and Configuration Checks/AWS Security Best Practices",
  ],
  "UpdatedAt": "2026-11-23T12:00:00.000Z",
  "Workflow": {
    "Status": "NEW",
  },
}
`);
  });

  test('writes an empty list for Security Hub where nothing is known', async () => {
    const empty = await RecordedHistory.in(async () => undefined);

    const { out } = await runCli(['export', '--format', 'asff', '--local', empty], { now: NOW });
    await RecordedHistory.remove(empty);

    expect(out).toBe('[]\n');
  });

  test('writes a spreadsheet', async () => {
    const { out } = await exported('--format', 'csv', '--open');

    expect(out.split('\r\n').slice(0, 2).join('\n')).toMatchInlineSnapshot(`
"id,state,unconfirmedSince,severity,checkName,title,resource,resourceType,resourceIdentifier,things,moreThings,reasonCode,reason,firstSeenAt,lastSeenAt,auditName,taskId
656d545b45d730b8,OPEN,,CRITICAL,IOT_POLICY_OVERLY_PERMISSIVE_CHECK,AWS IoT policies overly permissive,policy GatewayLegacy v1,IOT_POLICY,"{""policyVersionIdentifier"":{""policyName"":""GatewayLegacy"",""policyVersionId"":""1""}}",,,ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS,Policy allows broad access to IoT data plane actions.,2026-10-05T02:00:00.000Z,2026-11-20T02:00:00.000Z,NightlyFleetAudit,0b000000000000000000000000000000"
`);
  });

  test.each(['=cmd()', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|calc'])('never writes the formula %j', (resource) => {
    const row = { id: 'a', resource, audit: {} } as FindingRow;

    const line = csvLine(row);

    expect(line).toMatch(/,"?'\s?[=+\-@|]/);
    expect(line).not.toMatch(/(^|,)"?\s*[=+@|]/);
  });

  test('ends with 2 without a format', async () => {
    const { code, err } = await exported();

    expect([code, err]).toEqual([2, expect.stringContaining("Required option '--format <format>' not specified")]);
  });
});
