import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import { deploy } from '../../local/assembly/deployment.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { answer, at, ScenarioStack } from './scenario-stack.ts';

let stack: ScenarioStack;
let alertTopic = '';
let chatTopic = '';

beforeAll(async () => {
  const { topicArns } = deploy(await readAssembly(process.env.TEST_CLOUD_ASSEMBLY ?? ''));
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
    onCall: ({ operation, parameters }, secondsIn): StackFault | undefined =>
      operation === 'Publish' && JSON.stringify(parameters).includes(chatTopic) && secondsIn < 60
        ? { type: 'error', name: 'InternalErrorException', statusCode: 500 }
        : undefined,
  });

  expect(watch.alerts.TERMINAL?.status).toBe('SENT');
  expect(stack.publishedTo(alertTopic).length).toBe(before + 1);
});
