import { ERROR } from './contract.ts';
import { shown } from './json.ts';

const LONGEST_SHOWN = 60;

/** Base of every error that the functions throw themselves. The literal names survive minifying; Step Functions matches on them. */
export abstract class WatcherError extends Error {}

/** The execution input names no audit that AWS could have in the watcher's own account and Region. */
export class InvalidInputError extends WatcherError {
  override readonly name = ERROR.invalidInput;
}

/** A setting that the stack must give is not in the environment. */
export class MissingSettingError extends WatcherError {
  override readonly name = ERROR.missingSetting;
  constructor(variable: string) {
    super(`The environment variable ${variable} is not set. Deploy the stack again, or set it on the function.`);
  }
}

/** A setting is there but cannot be used. */
export class MalformedSettingError extends WatcherError {
  override readonly name = ERROR.malformedSetting;
  constructor(variable: string, value: string, allowed: string) {
    super(`The environment variable ${variable} is "${value}". Allowed: ${allowed}.`);
  }
}

/** The watch limit passed before the audit ended. */
export class WatchLimitReachedError extends WatcherError {
  override readonly name = ERROR.watchLimitReached;
  constructor(taskId: string, limitHours: number, taskStatus: string | undefined) {
    super(
      `Audit ${taskId} was still ${taskStatus ?? 'without a status'} when the watch limit of ${limitHours} hours passed. ` +
        'Raise watchLimitHours if audits really take this long.',
    );
  }
}

/**
 * Another attempt of the same state, whose answer Step Functions did not wait for, made this poll in the meantime.
 * Trying again is all it needs: the next poll finds every alert that is pending.
 */
export class PollsOverlappedError extends WatcherError {
  override readonly name = ERROR.pollsOverlapped;
  constructor(taskId: string, poll: number) {
    super(`Another attempt of the same execution took poll ${poll} of audit ${taskId} at the same time.`);
  }
}

/** The table is gone. Not to be mistaken for an audit that AWS does not know, which has the same error name in the SDK. */
export class TableNotFoundError extends WatcherError {
  override readonly name = ERROR.tableNotFound;
  constructor(tableName: string, cause: unknown) {
    super(`The table ${tableName} does not exist. Deploy the stack again.`, { cause });
  }
}

/** An item of the table is not as this version writes it: somebody changed it by hand, or another version wrote it. */
export class MalformedItemError extends WatcherError {
  override readonly name = ERROR.malformedItem;
  /** Partition key and sort key. */
  readonly key: string;
  constructor(what: string, item: Record<string, unknown>) {
    const key = `${String(item.pk)} / ${String(item.sk)}`;
    super(
      `The ${what} item ${key} lacks required attributes, has them in another type, or is ` +
        `of the schema version ${shown(item.schemaVersion, LONGEST_SHOWN)} (see docs/architecture.md, The table). ` +
        'Restore it from a backup, or delete it so that the watch begins again.',
    );
    this.key = key;
  }
}

/** There is no watch item of an audit whose findings are to be read: it has expired, or was deleted. */
export class WatchNotFoundError extends WatcherError {
  override readonly name = ERROR.watchNotFound;
  constructor(taskId: string) {
    super(`There is no watch of audit ${taskId} in the table. To watch it again, start an execution for it.`);
  }
}

/** A poll whose snapshot is needed is not in the table, or cannot be read. An alert waits for it rather than go out empty. */
export class SnapshotNotFoundError extends WatcherError {
  override readonly name = ERROR.snapshotNotFound;
  constructor(taskId: string, poll: number) {
    super(
      `The snapshot of poll ${poll} of audit ${taskId} is not in the table, or cannot be read. Restore it from a backup.`,
    );
  }
}

/** A page of a list lacks the list, or its token is no text: what it should have said cannot be known. */
export class MalformedAnswerError extends WatcherError {
  override readonly name = ERROR.malformedAnswer;
  constructor(operation: string, field: string, value: unknown, allowed: string) {
    super(
      `${operation} answered with ${field} = ${shown(value, LONGEST_SHOWN)}. Allowed: ${allowed}. ` +
        'The watcher calls it again by itself. If the error persists, report it to AWS Support.',
    );
  }
}

/** A call to AWS failed. The name says what can be done about it, the message what AWS, or the SDK, said. */
export abstract class AwsCallError extends WatcherError {
  /** Undefined when no whole answer came. */
  readonly httpStatusCode: number | undefined;
  constructor(call: string, error: Error, httpStatusCode?: number) {
    const answered = httpStatusCode === undefined ? '' : ` answered ${httpStatusCode}`;
    // The SDK quotes an answer that it cannot parse, and that text is not ours to log.
    if (error instanceof SyntaxError) super(`${call}${answered}: the answer cannot be parsed.`);
    else super(`${call}${answered}: ${textOf(error.name)}: ${textOf(error.message)}`, causeOf(error));
    this.httpStatusCode = httpStatusCode;
  }
}

/** The SDK hands on what an answer has under the name of a text, whatever its type. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'no text';
}

/** The logger cannot write an error whose name or message is no text. */
function causeOf(error: Error): ErrorOptions {
  return typeof error.name === 'string' && typeof error.message === 'string' ? { cause: error } : {};
}

/** Too many calls. */
export class ThrottledError extends AwsCallError {
  override readonly name = ERROR.throttled;
}

/** No answer, none that is whole, or a server error: the service is in trouble, or something on the way to it. */
export class UnavailableError extends AwsCallError {
  override readonly name = ERROR.unavailable;
}

/** The role, a policy, a key or the credentials do not allow the call. */
export class DeniedError extends AwsCallError {
  override readonly name = ERROR.denied;
}

/** What the call is about does not exist. */
export class NotFoundError extends AwsCallError {
  override readonly name = ERROR.notFound;
}

/** The service does not take the request as it is. */
export class RefusedError extends AwsCallError {
  override readonly name = ERROR.refused;
}

/** EventBridge refused start events every time. The next sweep finds their audits again. */
export class EventsNotPutError extends WatcherError {
  override readonly name = ERROR.eventsNotPut;
  constructor(count: number, code: string | undefined, message: string | undefined) {
    super(
      `EventBridge refused ${count} audit-started events every time, the first with ${code ?? 'no code'}: ${message ?? ''}. ` +
        'Their audits are found again by the next sweep.',
    );
  }
}
