import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { FindingsTable } from '../../lambda/aws/table/findings-table.ts';
import { WatchTable } from '../../lambda/aws/table/watch-table.ts';
import { type CheckAuditResult, ENV, NEXT, type ReadFindingsResult } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { ServiceRequest } from '../../local/services/service.ts';
import { readPublication } from '../../local/services/sns-publish.ts';
import { auditId } from '../builders.ts';
import { FUNCTION_SETTINGS, TABLE_NAME, TOPIC_ARN } from '../function-settings.ts';
import { TABLE_PROPERTIES } from '../table-properties.ts';
import {
  expectPublishedWithinLimits,
  type Handler,
  inTurn,
  invoke,
  json,
  type Published,
  publishResponse,
  SETTINGS,
  setUpWorld,
} from './function-world.ts';
import {
  answers,
  auditAnswer,
  EXECUTION,
  findingsPage,
  functionPayload,
  hostileText,
  received,
  runs,
  thingsPage,
  type WireAnswer,
} from './models.ts';
import { startWire } from './wire-endpoint.ts';

const NOTHING_MORE = json({});
const LONGEST_WAIT_SECONDS = Number(FUNCTION_SETTINGS[ENV.maxWaitSeconds]);
const { endpoints } = setUpWorld();
let client: DynamoDBClient;
let answerTo = (_request: ServiceRequest): WireAnswer => NOTHING_MORE;
let publishAnswer = (): WireAnswer => ({ status: 200, headers: {}, body: '' });
let published: Published[] = [];
let checkAudit: Handler;
let readFindings: Handler;
let sendAlerts: Handler;

beforeAll(async () => {
  const dynamodb = await startDynamoDb({ now: () => Date.now() });
  await dynamodb.createTableFrom(TABLE_PROPERTIES, TABLE_NAME);
  const iot = await startWire((request) => answerTo(request));
  const sns = await startWire(({ body }) => {
    published.push(readPublication(new URLSearchParams(body), [TOPIC_ARN]));
    return publishAnswer();
  });
  endpoints.push(dynamodb, iot, sns);
  Object.assign(process.env, SETTINGS, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_SNS: sns.url,
  });
  client = new DynamoDBClient();
  // Late: they read their settings when they are loaded.
  ({ handler: checkAudit } = await import('../../lambda/check-audit.lambda.ts'));
  ({ handler: readFindings } = await import('../../lambda/read-findings.lambda.ts'));
  ({ handler: sendAlerts } = await import('../../lambda/send-alerts.lambda.ts'));
});

afterAll(() => client.destroy());

let audits = 0;
function newAudit(): string {
  audits += 1;
  return `fuzz-${audits}`;
}

/** The operations that these functions ask AWS IoT for, each with its answers. */
function serveIot(polls: readonly WireAnswer[], findings: readonly WireAnswer[], things: readonly WireAnswer[]): void {
  const describeNext = inTurn(polls, polls.at(-1) ?? NOTHING_MORE);
  const findingsNext = inTurn(findings, NOTHING_MORE);
  const thingsNext = inTurn(things, NOTHING_MORE);
  answerTo = ({ path }) => {
    if (path.startsWith('/audit/tasks/')) return describeNext();
    return path === '/audit/findings' ? findingsNext() : thingsNext();
  };
}

async function expectReadable(taskId: string): Promise<Watch | undefined> {
  const audit = auditId(taskId);
  const table = new WatchTable(TABLE_NAME, 400, client);
  const findings = new FindingsTable(TABLE_NAME, client);
  const watch = await table.getWatch(audit);
  for (let poll = 1; poll <= (watch?.poll ?? 0); poll += 1) {
    const snapshot = await table.getSnapshot(audit, poll);
    if (snapshot === undefined) throw new Error(`The poll ${poll} of ${taskId} is lost.`);
    readAudit(snapshot.answer);
  }
  const summary = await findings.getSummary(audit);
  if (summary !== undefined) {
    expect(await findings.readAll(audit, summary, () => undefined)).toBe(true);
  }
  return watch;
}

function expectCheckResult(result: unknown): void {
  const { next, waitSeconds, finished, taskId, ...place } = result as CheckAuditResult;
  expect(place).toEqual(PLACE);
  expect(Object.values(NEXT)).toContain(next);
  expect(typeof finished).toBe('boolean');
  expect(taskId).toMatch(/^[a-zA-Z0-9-]{1,40}$/);
  expect(Number.isInteger(waitSeconds) && waitSeconds >= 0 && waitSeconds <= LONGEST_WAIT_SECONDS).toBe(true);
}

/** What SNS answers, in the XML of its query protocol. */
const publishAnswers: fc.Arbitrary<WireAnswer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 400, 500),
  headers: fc.constant({ 'content-type': 'text/xml' }),
  body: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constant(publishResponse('m-1').body),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '<PublishResponse/>',
        '<PublishResponse><PublishResult/></PublishResponse>',
        '<PublishResponse><PublishResult><MessageId><a>1</a></MessageId></PublishResult></PublishResponse>',
        '<PublishResponse><PublishResult><__proto__>x</__proto__></PublishResult></PublishResponse>',
        '<ErrorResponse><Error><Code>Throttled</Code><Message>slow down</Message></Error></ErrorResponse>',
        '<ErrorResponse><Error><Code>constructor</Code></Error></ErrorResponse>',
        '<PublishResponse><PublishResult>',
        'Service Unavailable',
      ),
    },
  ),
});

describe('Whatever AWS answers', () => {
  test('each function ends with an answer of the contract or under a name, and what it stored can be read', async () => {
    const reached = { polls: 0, reads: 0, sendings: 0, publications: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(answers(auditAnswer), { minLength: 1, maxLength: 3 }),
        fc.array(answers(findingsPage), { maxLength: 3 }),
        fc.array(answers(thingsPage), { maxLength: 2 }),
        fc.array(publishAnswers, { maxLength: 2 }),
        fc.option(hostileText, { nil: undefined, freq: 4 }),
        async (polls, findings, things, sns, failure) => {
          const taskId = newAudit();
          const payload = { input: { ...auditId(taskId), waitSeconds: 5 }, execution: EXECUTION };
          serveIot(polls, findings, things);
          publishAnswer = inTurn(sns, publishResponse('m-2'));
          published = [];

          for (const _ of polls) {
            const poll = await invoke(checkAudit, payload);
            if (poll.error !== undefined) continue;
            expectCheckResult(poll.result);
            reached.polls += 1;
          }
          const read = await invoke(readFindings, payload);
          const caught = failure === undefined ? {} : { failure: { Error: failure, Cause: failure } };
          const readAnswer = read.error ? { Error: read.error.name, Cause: read.error.message } : read.result;
          const input = { ...payload.input, ...caught, findings: readAnswer };
          const sending = await invoke(sendAlerts, { ...payload, input });

          if (read.error === undefined) {
            expect(read.result).toEqual({
              ...auditId(taskId),
              complete: expect.any(Boolean),
              count: expect.any(Number),
            });
            reached.reads += (read.result as ReadFindingsResult).count;
          }
          if (sending.error === undefined) {
            expect(sending.result).toEqual({ ...auditId(taskId), sent: expect.any(Number) });
            reached.sendings += 1;
          }
          reached.publications += published.length;
          expectPublishedWithinLimits(published);
          await expectReadable(taskId);
        },
      ),
      runs(30),
    );
    // The answers are not all refused: most of what the functions do is done.
    for (const times of Object.values(reached)) expect(times).toBeGreaterThan(0);
  });
});

describe('Whatever the state machine hands over', () => {
  test('each function ends with an answer of the contract or under a name', async () => {
    await fc.assert(
      fc.asyncProperty(functionPayload, fc.constantFrom('check', 'read', 'send'), async (payload, which) => {
        serveIot(
          [json({ taskStatus: 'COMPLETED', taskStatistics: { nonCompliantChecks: 1, failedChecks: 0 } })],
          [],
          [],
        );
        publishAnswer = () => ({ status: 200, headers: {}, body: '' });
        const handler = { check: checkAudit, read: readFindings, send: sendAlerts }[which];

        const { result } = { result: undefined, ...(await invoke(handler, received(payload))) };

        if (result !== undefined && which === 'check') expectCheckResult(result);
      }),
      runs(40),
    );
  });
});

test('A list whose token never changes ends', async () => {
  const taskId = newAudit();
  const payload = { input: auditId(taskId), execution: EXECUTION };
  serveIot([json({ taskStatus: 'COMPLETED', taskStatistics: { nonCompliantChecks: 1, failedChecks: 0 } })], [], []);
  await invoke(checkAudit, payload);
  let calls = 0;
  answerTo = () => {
    calls += 1;
    return calls > 20 ? NOTHING_MORE : json({ findings: [{ checkName: 'A' }], nextToken: 'again' });
  };

  await invoke(readFindings, payload);

  expect(calls).toBeLessThanOrEqual(3);
});
