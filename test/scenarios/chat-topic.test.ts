import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CloudAssembly, readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { deploy } from '../../local/assembly/deployment.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { LocalStackOptions, StackCall, StackFault } from '../../local/local-stack-options.ts';
import { parseRecording } from '../../local/recordings/recording.ts';
import { itemsOf } from '../../local/runs/audit-report.ts';
import { startEvent } from '../../local/runs/watch-run.ts';
import { HOUR } from './fleet-stack.ts';
import { answer, at, ScenarioStack } from './scenario-stack.ts';
import { isPublish, SNS_DOWN } from './stack-faults.ts';

let assembly: CloudAssembly;
let stack: ScenarioStack;
let alertTopic = '';
let chatTopic = '';

beforeAll(async () => {
  assembly = await readAssembly(process.env.TEST_CLOUD_ASSEMBLY ?? '');
  const { topicArns } = deploy(assembly);
  alertTopic = topicArns.find((arn) => arn.includes('AlertTopic')) ?? '';
  // Any topic of the stack will do: what is published to it is what counts.
  chatTopic = topicArns.find((arn) => arn.includes('OperationsTopic')) ?? '';
  stack = await ScenarioStack.start({ CHAT_TOPIC_ARN: chatTopic });
});

afterAll(async () => {
  await stack.close();
});

const failing = { steps: [at(0, answer('COMPLETED', { A: 'failed', B: 'ok', C: 'ok' }))] };

test('A chat topic gets the chat form, and HTTPS subscribers of the alert topic get JSON', async () => {
  await stack.run(failing);

  const [alert] = stack.publishedTo(alertTopic);
  const [chat] = stack.publishedTo(chatTopic);
  expect(Object.keys(alert?.bodies ?? {}).sort()).toEqual(['default', 'email']);
  expect(JSON.parse(chat?.bodies.default ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
  expect(chat?.attributes).toEqual(alert?.attributes);
});

test('A chat topic that fails for a while makes no alert arrive twice', async () => {
  const before = stack.publishedTo(alertTopic).length;

  const { watch } = await stack.run({
    ...failing,
    onCall: (call, secondsIn): StackFault | undefined => (isToChat(call) && secondsIn < 60 ? SNS_DOWN : undefined),
  });

  expect(watch.alerts.TERMINAL?.status).toBe('SENT');
  expect(stack.publishedTo(alertTopic).length).toBe(before + 1);
});

test('A chat topic that is switched off between mail and chat makes no mail arrive twice', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'audit-watcher-chat-topic-'));
  const startsAt = Date.parse('2026-10-05T02:00:00.000Z');
  const withChat = await watchFailing({
    dataDirectory,
    startsAt,
    functionVariables: { CHAT_TOPIC_ARN: chatTopic },
    onCall: (call) => (isToChat(call) ? SNS_DOWN : undefined),
  });

  const withoutChat = await watchFailing({ dataDirectory, startsAt: withChat.endedAt + HOUR }, startsAt);
  await rm(dataDirectory, { recursive: true });

  expect(withChat).toMatchObject({ mails: 1, alert: { status: 'PENDING' } });
  expect(withoutChat).toMatchObject({ mails: 0, alert: { status: 'SENT' } });
});

function isToChat(call: Pick<StackCall, 'operation' | 'parameters'>): boolean {
  return isPublish(call) && JSON.stringify(call.parameters).includes(chatTopic);
}

/** Deploys a stack, lets it watch the failing audit, and takes the stack down. */
async function watchFailing(options: Omit<LocalStackOptions, 'assembly' | 'speed'>, startedAt = options.startsAt) {
  const taskId = 'switched-off';
  const recording = parseRecording(JSON.stringify({ taskId, ...failing }), 'scenario');
  const deployed = await LocalStack.start({ assembly, speed: Number.POSITIVE_INFINITY, ...options });
  deployed.startAudit(taskId, recording, startedAt);
  const event = startEvent({ taskId, recording, startedAt }, new Date(deployed.clock.now()));
  await Promise.all(deployed.putEvent(event).map(({ ended }) => ended));
  const watch = (await itemsOf(deployed, taskId)).find(({ sk }) => sk === 'WATCH');
  const alerts = watch?.alerts as Record<string, { status: string }> | undefined;
  const mails = deployed.publications.filter(({ topicArn }) => topicArn === alertTopic).length;
  const endedAt = deployed.clock.now();
  await deployed.close();
  return { mails, alert: alerts?.TERMINAL, endedAt };
}
