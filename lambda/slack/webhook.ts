import { setTimeout as pause } from 'node:timers/promises';
import type { SlackMessage } from './block-kit.ts';
import { SlackRateLimitedError, SlackRejectedError, SlackUnreachableError } from './slack-errors.ts';
import type { WebhookSecret } from './webhook-secret.ts';

/** After which a call counts as lost. */
const CALL_MS = 10_000;
/** Waiting costs money; for a longer pause Lambda's own retry, a minute later, is there. */
const LONGEST_PAUSE_S = 20;

/** The incoming webhook of one Slack channel. */
export class SlackWebhook {
  readonly #secret: WebhookSecret;
  readonly #fetch: typeof fetch;

  /** @param send makes the call; Slack has no endpoint setting, so whoever runs this elsewhere brings another one */
  constructor(secret: WebhookSecret, send: typeof fetch = fetch) {
    this.#secret = secret;
    this.#fetch = send;
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
      const { status, headers, text } = await this.#call(url, JSON.stringify(message));
      if (status >= 200 && status < 300) return;
      if (status !== 429) {
        this.#secret.forget();
        throw new SlackRejectedError(status, reasonIn(text));
      }
      const seconds = retryAfter(headers);
      if (seconds === undefined || seconds > LONGEST_PAUSE_S || seconds * 1000 + CALL_MS > remainingMs()) {
        throw new SlackRateLimitedError(seconds);
      }
      await pause(seconds * 1000);
    }
  }

  async #call(url: URL, body: string): Promise<{ status: number; headers: Headers; text: string }> {
    try {
      const response = await this.#fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body,
        // A redirect would take the message to who knows where; as it is, it is a refusal.
        redirect: 'manual',
        signal: AbortSignal.timeout(CALL_MS),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      // Only the code goes on, without `cause`: nothing that knows the URL may get into a log.
      throw new SlackUnreachableError(codeOf(error));
    }
  }
}

/** In whole seconds, one at least; undefined when Slack does not say, or gives a date. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? Math.max(1, Number(text)) : undefined;
}

/** Slack answers with a word such as `invalid_payload`. Anything longer comes from elsewhere and is not shown. */
function reasonIn(text: string): string | undefined {
  return /^[a-z_]{1,60}$/.test(text) ? text : undefined;
}

/** `ECONNREFUSED`, `TimeoutError` and the like; anything longer is not shown. */
function codeOf(error: unknown): string {
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { code?: unknown } };
  const code = String(cause?.code ?? name ?? 'unknown error');
  return /^[\w ]{1,60}$/.test(code) ? code : 'unknown error';
}
