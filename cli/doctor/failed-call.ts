import { clean } from '../../lambda/audit/text/safe-text.ts';
import type { Remedy, Status, Verdict } from './verdict.ts';

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

/** Names the permission that a call needs, in case it fails. @throws FailedCallError */
export async function ask<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new FailedCallError(action, error);
  }
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

/**
 * The verdict of a check that failed to run. Unknown is not good: it counts as the worst that the check could have found.
 */
export function unknownVerdict(error: unknown, worst: Extract<Status, 'WARN' | 'FAIL'>): Verdict {
  return { status: worst, ...explain(error) };
}

function explain(error: unknown): { readonly found: string; readonly remedy: Remedy } {
  const found = `Not checked: ${error instanceof FailedCallError ? error.message : errorText(error)}`;
  if (!(error instanceof FailedCallError)) {
    return { found, remedy: { text: 'This is a defect of the doctor, or an unexpected answer. Report it.' } };
  }
  const { action, cause } = error;
  if (isDenied(cause)) {
    const actions = isOfKey(cause) ? 'kms:Decrypt and kms:GenerateDataKey' : action;
    return {
      found: `Not checked: ${actions} ${isOfKey(cause) ? 'are' : 'is'} denied.`,
      remedy: { text: `Allow ${actions} to these credentials: docs/doctor.md has the whole policy.` },
    };
  }
  return { found, remedy: { text: remedyOf(cause) } };
}

function remedyOf(cause: unknown): string {
  if (isGone(cause))
    return 'It was deleted outside of CloudFormation. Drift detection of the stack shows what else is gone.';
  return isNetworkTrouble(cause)
    ? 'Check the network, the Region and --endpoint-url, then run the doctor again.'
    : 'Run the doctor again. If the error stays, this service or endpoint does not answer the call.';
}

/** Whether AWS refused a call because a permission is missing. Each service has its own name for that. */
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

function isNetworkTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || /^E[A-Z_]+$/.test(code);
}

/** Name and message on one line; an error of several addresses has its code alone. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return clean(String(error), 200) ?? 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const name = error.name === 'Error' || error.name === 'AggregateError' ? (code ?? error.name) : error.name;
  const message = clean(error.message, 200);
  return message === undefined || message === name ? name : `${name}: ${message}`;
}
