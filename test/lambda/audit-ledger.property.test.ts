import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckDetails, Snapshot } from '../../lambda/audit/answer/aws-answers.ts';
import type { Comparison, VersionedEntry } from '../../lambda/audit/ledger/comparison.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { AuditLedger } from '../../lambda/audit-ledger.ts';
import { LedgerTable } from '../../lambda/aws/table/ledger-table.ts';
import { WatchTable } from '../../lambda/aws/table/watch-table.ts';
import { type DynamoDb, startDynamoDb } from '../../local/services/dynamodb.ts';
import type { Fault } from '../../local/services/service.ts';
import { auditId, buildCompliant, buildNonCompliant } from '../builders.ts';
import { tableEngine } from '../table-engine.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';
import { Ledger, night } from './audit/ledger/ledgers.ts';

const TABLE_NAME = 'ledger';
const CHECKS = ['A_CHECK', 'B_CHECK'];

let dynamodb: DynamoDb;
let client: DynamoDBClient;
let ledger: AuditLedger;
/** Writes until one is refused, or its answer is lost: the attempt that made it dies there. */
let writesUntilCrash = Number.POSITIVE_INFINITY;
let isAnswerLost = false;
let accounts = 200_000_000_000;

beforeAll(async () => {
  const isCrash = (operation: string, lost: boolean) =>
    operation === 'PutItem' && isAnswerLost === lost && --writesUntilCrash < 0;
  const crash: Fault = { type: 'reset' };
  dynamodb = await startDynamoDb({
    now: () => Date.parse(night(1).startedAt),
    onCall: async ({ operation }) => (isCrash(operation, false) ? crash : undefined),
    afterCall: ({ operation }) => (isCrash(operation, true) ? crash : undefined),
    engine: tableEngine(),
  });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  ledger = new AuditLedger(new LedgerTable(TABLE_NAME, client), new WatchTable(TABLE_NAME, 400, client));
});

afterAll(async () => {
  client.destroy();
  await dynamodb.close();
});

const details: fc.Arbitrary<CheckDetails> = fc.constantFrom(
  buildCompliant(),
  buildNonCompliant({ nonCompliantResourcesCount: 2 }),
  buildNonCompliant({ nonCompliantResourcesCount: 5 }),
  { checkRunStatus: 'CANCELED' },
  { checkRunStatus: 'FAILED' },
);
const audits = fc.array(fc.dictionary(fc.constantFrom(...CHECKS), details, { minKeys: 1 }), {
  minLength: 1,
  maxLength: 4,
});
/** Which audit makes an attempt, and after how many of its writes it crashes. */
const attempts = fc.array(
  fc.record({ audit: fc.nat({ max: 3 }), crashAfter: fc.nat({ max: 7 }), isAnswerLost: fc.boolean() }),
  { maxLength: 6 },
);

test('Crashes at any write, repeated attempts and audits at once leave each check as the audits alone would', async () => {
  await fc.assert(
    fc.asyncProperty(audits, attempts, async (nights, crashes) => {
      accounts += 1;
      const account = String(accounts);
      const played = nights.map((auditDetails, index) => playedAudit(account, index, auditDetails));

      for (const { audit, crashAfter, isAnswerLost: lost } of crashes) {
        const { watch, snapshot } = played[audit % played.length] ?? played[0] ?? playedAudit(account, 0, {});
        writesUntilCrash = crashAfter;
        isAnswerLost = lost;
        await ledger.move(watch, snapshot).catch(() => undefined);
      }
      writesUntilCrash = Number.POSITIVE_INFINITY;
      const first = await Promise.all(played.map(({ watch, snapshot }) => ledger.move(watch, snapshot)));
      const again: Comparison[] = [];
      for (const { watch, snapshot } of played) again.push(await ledger.move(watch, snapshot));

      const alone = new Ledger();
      nights.forEach((auditDetails, index) => {
        alone.move(auditDetails, night(index + 1, { taskId: taskId(index) }));
      });
      const entries = await ledger.entries({ account, region: 'eu-west-1' });
      expect(entries.map(essence).sort()).toEqual(alone.entries.map(essence).sort());
      expect(again).toEqual(JSON.parse(JSON.stringify(first)));
    }),
    { numRuns: 60 },
  );
});

function taskId(index: number): string {
  return `audit-${index}`;
}

function playedAudit(account: string, index: number, auditDetails: Record<string, CheckDetails>) {
  const { startedAt } = night(index + 1);
  const watch: Watch = {
    ...auditId(taskId(index)),
    account,
    execution: 'arn:aws:states:eu-west-1:123456789012:execution:loop:ledger',
    leaseUntil: 0,
    dueAt: 0,
    poll: 1,
    watchedSince: startedAt,
    auditStartTime: startedAt,
    alerts: {},
    expiresAt: 1_900_000_000,
  };
  const answer = { taskStatus: 'COMPLETED', taskType: 'SCHEDULED_AUDIT_TASK', taskStartTime: startedAt, auditDetails };
  const snapshot: Snapshot = { poll: 1, capturedAt: startedAt, answer: { ...answer, scheduledAuditName: NAME } };
  return { watch, snapshot };
}

const NAME = night(1).auditName;

/** What is known of a check, whatever the order in which the audits arrived. */
function essence({ checkName, result, unknown }: VersionedEntry): string {
  return JSON.stringify([
    checkName,
    result && [result.outcome, result.resources, result.audit.taskId],
    unknown && [unknown.outcome, unknown.audit.taskId],
  ]);
}
