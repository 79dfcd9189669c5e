import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { parseRecording } from '../../local/recordings/recording.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import { auditId } from '../builders.ts';
import { freezeDate } from '../freeze-date.ts';
import { FUNCTION_SETTINGS, TABLE_NAME } from '../function-settings.ts';
import { finding } from '../scenarios/fleet-audits.ts';
import { answer } from '../scenarios/scenario-stack.ts';
import { type FunctionServices, startFunctionServices } from './function-services.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const GOLDEN = join(import.meta.dirname, '../stored-items.json');
const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:first';
const CONTEXT = {
  functionName: 'Any',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Any',
} as Context;
const STARTED_AT = Date.parse('2026-10-02T02:00:00.000Z');
const SCHEDULED = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: 'Nightly' };
const NIGHTLY = { scheduledAuditName: 'Nightly', frequency: 'DAILY' } as const;
const INPUT = auditId('audit-1');
/** Ids of messages and attempts. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

const audits = new Map<string, PlayedAudit>();
let services: FunctionServices;
let client: DynamoDBDocumentClient;
let handlers: Record<'checkAudit' | 'readFindings' | 'sendAlerts' | 'findAudits', Handler>;

beforeAll(async () => {
  services = await startFunctionServices({
    settings: { ...FUNCTION_SETTINGS, DIGEST: 'daily' },
    audits,
    schedules: () => [NIGHTLY],
  });
  client = services.table;
  // Late: they read their settings when they are loaded.
  const { handler: checkAudit } = await import('../../lambda/check-audit.lambda.ts');
  const { handler: readFindings } = await import('../../lambda/read-findings.lambda.ts');
  const { handler: sendAlerts } = await import('../../lambda/send-alerts.lambda.ts');
  const { handler: findAudits } = await import('../../lambda/find-audits.lambda.ts');
  handlers = { checkAudit, readFindings, sendAlerts, findAudits };
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  freezeDate(STARTED_AT);
});

afterAll(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await services.close();
});

/** As JSON: compressed attributes unpacked, and nothing that differs from run to run. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UUID, '<uuid>');
  return value instanceof Uint8Array ? { gzip: JSON.parse(gunzipSync(value).toString('utf8')) } : value;
}

test('A watch and a sweep store the items of test/stored-items.json: after a change run with UPDATE_ITEMS=1', async () => {
  const steps = [
    { atSeconds: 0, response: { ...answer('IN_PROGRESS', { A: 'ok', B: 'bad' }), ...SCHEDULED } },
    { atSeconds: 600, response: { ...answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }), ...SCHEDULED } },
  ];
  const recording = parseRecording(
    JSON.stringify({ taskId: INPUT.taskId, steps, findings: [finding('FleetProvisioning')] }),
    'test',
  );
  audits.set(INPUT.taskId, { taskId: INPUT.taskId, recording, startedAt: STARTED_AT });
  const event = { input: INPUT, execution: EXECUTION };

  await handlers.checkAudit(event, CONTEXT);
  await handlers.sendAlerts(event, CONTEXT);
  jest.setSystemTime(STARTED_AT + 601_000);
  await handlers.checkAudit(event, CONTEXT);
  await handlers.readFindings(event, CONTEXT);
  await handlers.sendAlerts(event, CONTEXT);
  await handlers.findAudits({}, CONTEXT);

  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE_NAME, ConsistentRead: true }));
  const order = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
  const stored = Items.toSorted((a, b) => order(a).localeCompare(order(b)));
  const text = JSON.stringify(stored, readable, 2);
  if (process.env.UPDATE_ITEMS) writeFileSync(GOLDEN, `${text}\n`);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});
