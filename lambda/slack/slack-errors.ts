import { WatcherError } from '../errors.ts';

// No message here contains the webhook's URL or a text that could contain it: anyone who has it can post to the channel.

/** The event is not what SNS hands to a function. */
export class MalformedSnsEventError extends WatcherError {
  override readonly name = 'MalformedSnsEventError';
  constructor() {
    super(
      'The event has no Records[].Sns.Message. Allowed: what SNS hands to a function that is subscribed to a topic.',
    );
  }
}

/** The message has no words to post. */
export class MalformedAlertError extends WatcherError {
  override readonly name = 'MalformedAlertError';
  constructor(what: string) {
    super(`The message is not an alert of the audit watcher: ${what} (see docs/alert-schema.json).`);
  }
}

/** The secret does not hold the URL of a Slack webhook. Its value is not shown. */
export class SlackWebhookUrlError extends WatcherError {
  override readonly name = 'SlackWebhookUrlError';
  constructor(secretId: string) {
    super(
      `The secret ${secretId} does not hold the URL of a Slack webhook. Allowed: one text that begins with ` +
        'https://hooks.slack.com/ and nothing else, no JSON. Store it again as plain text.',
    );
  }
}

/** The answer of Secrets Manager is not JSON. It is not shown: the secret may be in it. */
export class UnreadableSecretError extends WatcherError {
  override readonly name = 'UnreadableSecretError';
  constructor(secretId: string) {
    super(`The answer of Secrets Manager about the secret ${secretId} cannot be read. Lambda tries again later.`);
  }
}

/** Slack asks for a longer pause than the invocation has time for. Lambda tries again later. */
export class SlackRateLimitedError extends WatcherError {
  override readonly name = 'SlackRateLimitedError';
  constructor(retryAfterSeconds: number | undefined) {
    const pause = retryAfterSeconds === undefined ? 'a pause' : `a pause of ${retryAfterSeconds} s`;
    super(`Slack takes no more messages for now (429) and asks for ${pause}, too long to wait for it.`);
  }
}

/** Slack refused the message. */
export class SlackRejectedError extends WatcherError {
  override readonly name = 'SlackRejectedError';
  constructor(status: number, reason: string | undefined) {
    super(
      `Slack refused the message: ${status}${reason === undefined ? '' : ` ${reason}`}. With no_service, ` +
        'channel_is_archived or the like, make a new webhook and store its URL in the secret.',
    );
  }
}

/** Slack could not be reached, or did not answer in time. */
export class SlackUnreachableError extends WatcherError {
  override readonly name = 'SlackUnreachableError';
  constructor(code: string) {
    super(`Slack did not answer: ${code}. Check that the function has a way to the internet.`);
  }
}
