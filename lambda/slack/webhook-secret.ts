import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_DEFAULTS } from '../aws/client-defaults.ts';
import { SlackWebhookUrlError, UnreadableSecretError } from './slack-errors.ts';

const SLACK = 'https://hooks.slack.com';
const KEPT_MS = 5 * 60 * 1000;

/** The secret that holds the webhook's URL. */
export class WebhookSecret {
  readonly #secretId: string;
  readonly #client: SecretsManagerClient;
  #kept: { readonly url: URL; readonly until: number } | undefined;

  /** @param secretId name or ARN */
  constructor(secretId: string, client = new SecretsManagerClient(CLIENT_DEFAULTS)) {
    this.#secretId = secretId;
    this.#client = client;
  }

  /**
   * The URL, read at most every 5 minutes, so that a new one is soon in use.
   *
   * @throws SlackWebhookUrlError when the secret holds anything else; UnreadableSecretError when the answer is no JSON;
   * whatever GetSecretValue throws, under the SDK's names
   */
  async url(): Promise<URL> {
    if (this.#kept !== undefined && Date.now() < this.#kept.until) return this.#kept.url;
    const secret = await this.#read();
    const url = typeof secret === 'string' ? URL.parse(secret.trim()) : null;
    const isSlack = url?.origin === SLACK && url.username === '' && url.password === '' && url.pathname !== '/';
    if (!isSlack) throw new SlackWebhookUrlError(this.#secretId);
    this.#kept = { url, until: Date.now() + KEPT_MS };
    return url;
  }

  /** Reads the secret again the next time: Slack no longer accepts what it holds. */
  forget(): void {
    this.#kept = undefined;
  }

  /** As it came: the SDK does not check its type. */
  async #read(): Promise<unknown> {
    try {
      return (await this.#client.send(new GetSecretValueCommand({ SecretId: this.#secretId }))).SecretString;
    } catch (error) {
      // The message quotes the answer, and the answer holds the URL: only that it cannot be read goes on, without `cause`.
      if (error instanceof SyntaxError) throw new UnreadableSecretError(this.#secretId);
      throw error;
    }
  }
}
