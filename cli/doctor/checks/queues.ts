import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask } from '../../shared/aws/failed-call.ts';
import { type Check, resourcesOfType, type StackProbe } from '../probe.ts';
import { fail, pass, skip, type Verdict } from '../verdict.ts';

/** A dead-letter queue and what waits in it. */
interface QueueFacts {
  readonly logicalId: string;
  /** Undefined when SQS does not say. */
  readonly messages?: number;
}

/** Entries of the runbook, by a part of the queue's logical id. */
const RUNBOOK = [
  [/StartEvents/, 'docs/runbook.md#start-event-not-delivered'],
  [/AlertSubscriptions/, 'docs/runbook.md#alert-not-delivered'],
  [/Sweep/, 'docs/runbook.md#sweep-not-delivered'],
  [/SlackWebhook/, 'docs/runbook.md#slack-webhook-not-delivered'],
] as const;

/** Every queue of the stack is a dead-letter queue: all must be empty. */
export const queuesCheck: Check<StackProbe> = {
  name: 'Dead-letter queues',
  worst: 'FAIL',
  async run(probe) {
    const queues = await resourcesOfType(probe, 'AWS::SQS::Queue');
    if (queues.length === 0) return skip('The stack has no queue.');
    return judgeQueues(
      await Promise.all(
        queues.map(async ({ LogicalResourceId: logicalId = 'unnamed', PhysicalResourceId: url = '' }) => ({
          logicalId,
          messages: await messagesIn(probe, url),
        })),
      ),
    );
  },
};

export function judgeQueues(queues: readonly QueueFacts[]): Verdict {
  const unknown = queues.filter(({ messages }) => messages === undefined);
  const full = queues.filter(({ messages = 0 }) => messages > 0);
  if (full.length > 0) {
    const entries = new Set(full.map(({ logicalId }) => runbookEntry(logicalId)));
    return fail(
      `${full.map(({ logicalId, messages = 0 }) => `${plural(messages, 'message')} in ${logicalId}`).join(', ')}.`,
      `Something was not delivered: see ${[...entries].join(' and ')}`,
    );
  }
  if (unknown.length > 0) {
    return fail(
      `SQS does not say how many messages are in ${unknown.map(({ logicalId }) => logicalId).join(', ')}.`,
      'Run the doctor again.',
    );
  }
  return pass(`${plural(queues.length, 'queue')}, all empty`);
}

function runbookEntry(logicalId: string): string {
  return RUNBOOK.find(([pattern]) => pattern.test(logicalId))?.[1] ?? 'docs/runbook.md';
}

async function messagesIn({ clients }: StackProbe, QueueUrl: string): Promise<number | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  const { Attributes } = await ask('sqs:GetQueueAttributes', clients.sqs.send(command));
  const count = Attributes?.ApproximateNumberOfMessages;
  return count === undefined ? undefined : Number(count);
}
