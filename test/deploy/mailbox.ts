import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** A message as a subscriber gets it, out of the envelope of SNS. */
interface Delivery {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Envelope {
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

/** A queue that subscribes, and everything that has arrived in it. */
export class Mailbox {
  readonly arn: string;
  readonly deliveries: Delivery[] = [];
  readonly #sqs: SQSClient;
  readonly #url: string;
  #received: Promise<void> = Promise.resolve();

  private constructor(sqs: SQSClient, url: string, arn: string) {
    this.#sqs = sqs;
    this.#url = url;
    this.arn = arn;
  }

  static async open(sqs: SQSClient, name: string): Promise<Mailbox> {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const { Attributes } = await sqs.send(asked);
    return new Mailbox(sqs, QueueUrl, Attributes?.QueueArn ?? '');
  }

  /** Everything so far about one audit: the machine-readable alerts in the order of their arrival. */
  async alertsOf(taskId: string): Promise<(Delivery & { readonly alert: Record<string, unknown> })[]> {
    await this.receive();
    return this.deliveries
      .flatMap((delivery) => {
        const alert = parsed(delivery.message);
        return alert === undefined ? [] : [{ ...delivery, alert }];
      })
      .filter(({ alert }) => alert.taskId === taskId);
  }

  /** Takes out of the queue what has arrived in it, one caller after another: what one is taking, the next would miss. */
  receive(): Promise<void> {
    const received = this.#received.then(() => this.#receive());
    this.#received = received.catch(() => undefined);
    return received;
  }

  async #receive(): Promise<void> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return;
      for (const { Body = '', ReceiptHandle } of Messages) {
        const envelope = JSON.parse(Body) as Envelope;
        this.deliveries.push({
          topicArn: envelope.TopicArn,
          subject: envelope.Subject,
          message: envelope.Message,
          attributes: Object.fromEntries(
            Object.entries(envelope.MessageAttributes ?? {}).map(([name, { Value }]) => [name, Value]),
          ),
        });
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle }));
      }
    }
  }
}

function parsed(message: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined; // an alarm, or a test of the subscription
  }
}
