import https from 'node:https';
import { inspect } from 'node:util';
import { beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { ENV } from '../../lambda/contract.ts';
import { requestFrom } from '../services/slack.ts';
import { CONTEXT, type Handler, inTurn, invoke, json, SECRETS, SETTINGS, setUpWorld } from './function-world.ts';
import {
  answers,
  hostileText,
  machineAlert,
  onTheWire,
  received,
  runs,
  slackAnswer,
  snsEvent,
  type WireAnswer,
} from './models.ts';
import { startWire } from './wire-endpoint.ts';

const TOKEN = 'SeCrEtToKeNoFtHeWeBhOoK0';
const WEBHOOK = `https://hooks.slack.com/services/T00000000/B00000000/${TOKEN}`;
const OK: WireAnswer = { status: 200, headers: {}, body: 'ok' };
const { endpoints, printed } = setUpWorld();
let slackAnswers = (): WireAnswer => OK;
let secretAnswer = (): WireAnswer => json({});
let posts = 0;
let handler: Handler;

beforeAll(async () => {
  const slack = await startWire(({ body }) => {
    JSON.parse(body);
    posts += 1;
    return slackAnswers();
  });
  const secrets = await startWire(() => secretAnswer());
  endpoints.push(slack, secrets);
  Object.assign(process.env, SETTINGS, {
    [ENV.slackWebhookSecret]: 'audit-watcher/slack',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  });
  Object.assign(https, { request: requestFrom(slack.url) });
  // However long Slack asks to wait, no time passes.
  jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: async () => undefined }));
  ({ handler } = await import('../../lambda/slack-webhook.lambda.ts'));
});

/** The webhook's secret in whole or any six letters of it, and the keys of the function's role. */
function leaksIn(texts: readonly string[]): string[] {
  const parts = Array.from({ length: TOKEN.length - 5 }, (_, at) => TOKEN.slice(at, at + 6));
  return texts.filter((text) => [...parts, 'B00000000', ...Object.values(SECRETS)].some((part) => text.includes(part)));
}

/** Secrets Manager gives the secret, something near it, or an answer that breaks off or was never JSON. */
const secretAnswers: fc.Arbitrary<WireAnswer> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(json({ Name: 'audit-watcher/slack', SecretString: WEBHOOK })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom<unknown>(
        ` ${WEBHOOK}\r\n`,
        `"${WEBHOOK}"`,
        { url: WEBHOOK },
        [WEBHOOK],
        WEBHOOK.replace('hooks.slack.com', 'evil.example'),
        WEBHOOK.replace('https://', `https://${TOKEN}@`),
        WEBHOOK.replace('https', 'http'),
        TOKEN,
        null,
        7,
      )
      .map((SecretString) => json({ SecretString })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        WEBHOOK,
        `{"SecretString":${TOKEN}`,
        `{"SecretString":"${WEBHOOK}"${TOKEN}`,
        `{"a":"\n${TOKEN}"}`,
        `${TOKEN}`,
      )
      .map((body): WireAnswer => ({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body })),
  },
  { weight: 3, arbitrary: answers(fc.record({ SecretString: hostileText })) },
);

test('Whatever SNS, Secrets Manager and Slack say, it posts or fails under a name, and no secret is printed', async () => {
  const reached = { posted: 0, failed: 0 };
  const alerts = machineAlert.map((alert) => ({ Records: [{ Sns: { Message: onTheWire(alert) } }] }));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: alerts }, { weight: 2, arbitrary: snsEvent }),
      secretAnswers,
      fc.array(slackAnswer, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0, 9_000, 60_000, Number.NaN),
      async (event, secret, slack, remainingMs) => {
        secretAnswer = () => secret;
        slackAnswers = inTurn(slack, OK);
        posts = 0;
        printed.length = 0;
        jest.setSystemTime(Date.now() + 3_600_000); // what was read of the secret is kept no longer

        const { error } = {
          error: undefined,
          ...(await invoke(handler, received(event), { ...CONTEXT, getRemainingTimeInMillis: () => remainingMs })),
        };

        reached[error === undefined ? 'posted' : 'failed'] += 1;
        expect(posts).toBeLessThanOrEqual(10);
        const thrown = error === undefined ? [] : [`${error.stack} ${inspect(error, { depth: 3 })}`];
        expect(leaksIn([...printed, ...thrown])).toEqual([]);
      },
    ),
    runs(200),
  );
  for (const times of Object.values(reached)) expect(times).toBeGreaterThan(0);
});

test('Slack that asks for a pause again and again is not asked for ever', async () => {
  secretAnswer = () => json({ SecretString: WEBHOOK });
  slackAnswers = () => ({ status: 429, headers: { 'retry-after': '1' }, body: '' });
  posts = 0;
  const checks: unknown[] = [];
  const [event] = fc.sample(
    machineAlert.map((alert) => ({ ...alert, checks })),
    1,
  );
  let left = 60_000;
  const getRemainingTimeInMillis = () => {
    left -= 1000;
    return left;
  };

  const outcome = await invoke(
    handler,
    { Records: [{ Sns: { Message: onTheWire(event) } }] },
    { ...CONTEXT, getRemainingTimeInMillis },
  );

  expect(outcome.error).toMatchObject({ name: 'SlackRateLimitedError' });
  expect(posts).toBeLessThanOrEqual(60);
});
