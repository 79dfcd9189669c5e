import { setTimeout as sleep } from 'node:timers/promises';
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { AUDIT_STARTED_EVENT } from '../contract.ts';
import { EventsNotPutError } from '../errors.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';

/** As many as AWS takes in one call. */
const ENTRIES_PER_CALL = 10;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** Our own start events, on the default bus. */
export class AuditEvents {
  readonly #client: EventBridgeClient;

  constructor(client = new EventBridgeClient(CLIENT_DEFAULTS)) {
    this.#client = client;
  }

  /**
   * Puts one audit-started event for each audit. Entries that EventBridge refuses are put again; an answer of 200 does not
   * mean that it took them all.
   *
   * @throws EventsNotPutError when some were refused every time; all the others are put
   */
  async putAuditStarted(taskIds: readonly string[]): Promise<void> {
    const failed: PutEventsResultEntry[] = [];
    for (let from = 0; from < taskIds.length; from += ENTRIES_PER_CALL) {
      failed.push(...(await this.#put(taskIds.slice(from, from + ENTRIES_PER_CALL).map(toEntry))));
    }
    const [first] = failed;
    if (first !== undefined) throw new EventsNotPutError(failed.length, first.ErrorCode, first.ErrorMessage);
  }

  /** Returns the answers of the entries that were refused to the last. */
  async #put(entries: readonly PutEventsRequestEntry[]): Promise<PutEventsResultEntry[]> {
    let left = entries;
    let refusals: PutEventsResultEntry[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const results = toResults(await this.#client.send(new PutEventsCommand({ Entries: [...left] })));
      const isRefused = (index: number) => results[index]?.ErrorCode !== undefined;
      refusals = results.filter((_, index) => isRefused(index));
      left = left.filter((_, index) => isRefused(index));
      if (left.length === 0) return [];
      if (attempt < ATTEMPTS) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
    return refusals;
  }
}

function toEntry(taskId: string): PutEventsRequestEntry {
  return {
    Source: AUDIT_STARTED_EVENT.source,
    DetailType: AUDIT_STARTED_EVENT.detailType,
    Detail: JSON.stringify({ taskId }),
  };
}

/** What is no list tells of no refusal, and what is no text is none that could be told. */
function toResults({ Entries }: { Entries?: unknown }): PutEventsResultEntry[] {
  return (Array.isArray(Entries) ? Entries : []).map((entry) => {
    const { ErrorCode: code, ErrorMessage: message } = entry ?? {};
    const isRefused = code !== undefined && code !== null;
    return { ErrorCode: isRefused ? textOf(code) : undefined, ErrorMessage: textOf(message) };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
