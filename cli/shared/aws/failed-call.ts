import { clean } from '../../../lambda/audit/text/safe-text.ts';
import { AwsCallError } from '../../../lambda/errors.ts';

/** A call to AWS failed; the message says which and how. */
export class FailedCallError extends Error {
  override readonly name = 'FailedCallError';
  /** As IAM writes it: `sns:Publish`. */
  readonly action: string;

  constructor(action: string, cause: unknown) {
    super(`${action}: ${errorText(cause)}`, { cause });
    this.action = action;
  }
}

/** Names the permission that a call needs, in case it fails; the SDK's own, or one of an adapter. @throws FailedCallError */
export async function ask<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new FailedCallError(action, error instanceof AwsCallError ? error.cause : error);
  }
}

/** The same for a call that the adapters of lambda/ made: they name errors by their nature, and keep what the SDK threw. */
export function asFailedCall(action: string, error: unknown): unknown {
  return error instanceof AwsCallError ? new FailedCallError(action, error.cause) : error;
}

/** All pages of an answer. */
export async function everyItem<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** `sns:Publish is`, for a call that AWS refused because a permission is missing; undefined for any other failure. */
export function deniedActions({ action, cause }: FailedCallError): string | undefined {
  if (!isDenied(cause)) return undefined;
  return isOfKey(cause) ? 'kms:Decrypt and kms:GenerateDataKey are' : `${action} is`;
}

/**
 * What to do about a failed call.
 *
 * @param policy the page of docs/ that has the permissions
 * @param again how to repeat it
 */
export function remedyOf(error: FailedCallError, policy: string, again: string): string {
  const { action, cause } = error;
  if (isDenied(cause)) {
    const actions = isOfKey(cause) ? 'kms:Decrypt and kms:GenerateDataKey' : action;
    return `Allow ${actions} to these credentials: ${policy} has the whole policy.`;
  }
  if (isUnconfigured(cause)) {
    return 'Set up the AWS CLI (aws configure), or give --region and --profile. Without AWS: ask the local run (--local).';
  }
  if (isGone(cause))
    return 'It was deleted outside of CloudFormation. Drift detection of the stack shows what else is gone.';
  return isNetworkTrouble(cause)
    ? `Check the network, the Region and --endpoint-url, then ${again}.`
    : `${again.charAt(0).toUpperCase()}${again.slice(1)}. If the error stays, this service or endpoint does not answer the call.`;
}

/** Each service has its own name for that. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && /AccessDenied|NotAuthorized|Unauthorized|AuthorizationError/.test(error.name);
}

/** SNS passes on what the key of the topics says to the caller. */
function isOfKey(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KMS');
}

function isGone(error: unknown): boolean {
  return error instanceof Error && /NotFound|DoesNotExist|NonExistent/.test(error.name);
}

/** The SDK finds no Region, which has no error of its own, or no credentials. */
function isUnconfigured(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CredentialsProviderError' || error.message === 'Region is missing');
}

function isNetworkTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || /^E[A-Z_]+$/.test(code);
}

/** Name and message on one line; an error of several addresses has its code alone. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return clean(String(error), 200) ?? 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const name = error.name === 'Error' || error.name === 'AggregateError' ? (code ?? error.name) : error.name;
  const message = clean(error.message, 200);
  return message === undefined || message === name ? name : `${name}: ${message}`;
}
