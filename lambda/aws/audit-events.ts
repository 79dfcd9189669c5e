import { setTimeout as sleep } from 'node:timers/promises';
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { AUDIT_STARTED_EVENT } from '../contract.ts';
import { EventsNotPutError, MalformedAnswerError } from '../errors.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';
import { withNamedErrors } from './named-errors.ts';

/** As many as AWS takes in one call. */
const ENTRIES_PER_CALL = 10;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** Our own start events, on the default bus. */
export class AuditEvents {
  readonly #client: EventBridgeClient;

  constructor(client = new EventBridgeClient(CLIENT_DEFAULTS)) {
    this.#client = withNamedErrors(client);
  }

  /**
   * Puts one audit-started event for each audit. Entries that EventBridge refuses are put again; an answer of 200 does not
   * mean that it took them all.
   *
   * @throws EventsNotPutError when some were refused every time; all the others are put
   */
  async putAuditStarted(taskIds: readonly string[]): Promise<void> {
    let refused = await this.#put(taskIds);
    for (let attempt = 1; attempt < ATTEMPTS && refused.length > 0; attempt += 1) {
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      refused = await this.#put(refused.map(({ taskId }) => taskId));
    }
    const [first] = refused;
    if (first !== undefined) throw new EventsNotPutError(refused.length, first.code, first.message);
  }

  /** Returns those that were refused. */
  async #put(taskIds: readonly string[]): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    for (let from = 0; from < taskIds.length; from += ENTRIES_PER_CALL) {
      const some = taskIds.slice(from, from + ENTRIES_PER_CALL);
      const results = toResults(await this.#client.send(new PutEventsCommand({ Entries: some.map(toEntry) })));
      for (const [index, taskId] of some.entries()) {
        const { ErrorCode: code, ErrorMessage: message } = results[index] ?? {};
        if (code !== undefined) refused.push({ taskId, code, message });
      }
    }
    return refused;
  }
}

interface Refusal {
  readonly taskId: string;
  readonly code: string;
  readonly message?: string;
}

function toEntry(taskId: string): PutEventsRequestEntry {
  return {
    Source: AUDIT_STARTED_EVENT.source,
    DetailType: AUDIT_STARTED_EVENT.detailType,
    Detail: JSON.stringify({ taskId }),
  };
}

/** A message that is not a text becomes an empty one. @throws MalformedAnswerError when nobody can tell what was refused */
function toResults({ Entries }: { Entries?: unknown }): PutEventsResultEntry[] {
  if (!Array.isArray(Entries)) throw new MalformedAnswerError('PutEvents', 'Entries', Entries, 'a list');
  return Entries.map((entry) => {
    const { ErrorCode: code, ErrorMessage: message } = entry ?? {};
    const isRefused = code !== undefined && code !== null;
    return { ErrorCode: isRefused ? textOf(code) : undefined, ErrorMessage: textOf(message) };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
