import { setTimeout as pause } from 'node:timers/promises';
import type { SlackMessage } from './block-kit.ts';
import { type PostAnswer, postJson } from './https-post.ts';
import { SlackRateLimitedError, SlackRejectedError, SlackUnreachableError } from './slack-errors.ts';
import type { WebhookSecret } from './webhook-secret.ts';

/** After which a call counts as lost. */
const CALL_MS = 10_000;
/** Waiting costs money; for a longer pause Lambda's own retry, a minute later, is there. */
const LONGEST_PAUSE_S = 20;
/** What Slack says when it has the message. */
const TAKEN = 'ok';

/** The incoming webhook of one Slack channel. */
export class SlackWebhook {
  readonly #secret: WebhookSecret;
  readonly #send: typeof postJson;

  constructor(secret: WebhookSecret, send = postJson) {
    this.#secret = secret;
    this.#send = send;
  }

  /**
   * Posts one message. When Slack asks for a short pause, waits for it as long as the invocation has time.
   *
   * @param remainingMs time that the invocation has left
   * @throws SlackRateLimitedError, SlackRejectedError, SlackUnreachableError, and what reading the secret throws
   */
  async post(message: SlackMessage, remainingMs: () => number): Promise<void> {
    const url = await this.#secret.url();
    for (;;) {
      const { status, retryAfter, text } = await this.#call(url, JSON.stringify(message));
      if (status >= 200 && status < 300) {
        if (text.trim() === TAKEN) return;
        // Somebody else answered, such as a proxy in the way: Slack may never have seen the message.
        throw new SlackUnreachableError(`${status} without its "${TAKEN}"`);
      }
      if (status !== 429) {
        this.#secret.forget();
        throw new SlackRejectedError(status, reasonIn(text));
      }
      const seconds = secondsIn(retryAfter);
      if (seconds === undefined || seconds > LONGEST_PAUSE_S || seconds * 1000 + CALL_MS > remainingMs()) {
        throw new SlackRateLimitedError(seconds);
      }
      await pause(seconds * 1000);
    }
  }

  async #call(url: URL, body: string): Promise<PostAnswer> {
    try {
      return await this.#send(url, body, CALL_MS);
    } catch (error) {
      // Only the code goes on, without `cause`: nothing that knows the URL may get into a log.
      throw new SlackUnreachableError(codeOf(error));
    }
  }
}

/** In whole seconds, one at least; undefined when Slack does not say, or gives a date. */
function secondsIn(retryAfter = ''): number | undefined {
  return /^\d{1,6}$/.test(retryAfter) ? Math.max(1, Number(retryAfter)) : undefined;
}

/** Slack answers with a word such as `invalid_payload`. Anything longer comes from elsewhere and is not shown. */
function reasonIn(text: string): string | undefined {
  return /^[a-z_]{1,60}$/.test(text) ? text : undefined;
}

/** `ECONNREFUSED`, `TimeoutError` and the like; anything longer is not shown. */
function codeOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const word = String((typeof code === 'string' ? code : name) ?? 'unknown error');
  return /^[\w ]{1,60}$/.test(word) ? word : 'unknown error';
}
