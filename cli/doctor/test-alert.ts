import { AlertTopic } from '../../lambda/aws/alert-topic.ts';
import { ask } from '../shared/aws/failed-call.ts';
import type { Check, StackProbe } from './probe.ts';
import { testMessage } from './test-message.ts';
import { pass, skip } from './verdict.ts';

/** Publishes a test to the alert topic, as *Send alerts* publishes an alert. Its subscribers get it. */
export const testAlert: Check<StackProbe> = {
  name: 'Test alert',
  worst: 'FAIL',
  async run(probe) {
    const { clients, outputs } = probe;
    const { AlertTopicArn, ChatTopicArn } = outputs;
    if (!AlertTopicArn) return skip('The stack has no output AlertTopicArn.');
    const topic = new AlertTopic(AlertTopicArn, clients.sns);
    const published = topic.publish(testMessage(probe), { withChat: !ChatTopicArn });
    return pass(`Published; message id ${await ask('sns:Publish', published)}`);
  },
};

/** The same for the topic of the chats, where there is one. */
export const testChat: Check<StackProbe> = {
  name: 'Test alert to chat',
  worst: 'FAIL',
  async run(probe) {
    const { clients, outputs } = probe;
    const { ChatTopicArn } = outputs;
    if (!ChatTopicArn) return skip('No chat topic; chats get it from the alert topic.');
    const published = new AlertTopic(ChatTopicArn, clients.sns).publishChat(testMessage(probe));
    return pass(`Published; message id ${await ask('sns:Publish', published)}`);
  },
};
