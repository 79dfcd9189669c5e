import { DAY_MS } from '../../audit/text/duration.ts';
import { type AlertKind, type Place, TABLE, uncertainPartition } from '../../contract.ts';
import { expiryAfter, SCHEMA_VERSION } from './keys.ts';
import type { Table } from './table.ts';

/** As long as AWS keeps the audit that an alert is about. */
const KEPT_MS = 90 * DAY_MS;

/**
 * Lists an alert that nobody knows to be published, for the doctor: the watch that it belongs to may close, and is in no index
 * then. An operator deletes the entry. Safe to repeat.
 */
export async function listUncertain(
  table: Table,
  place: Place,
  alert: { readonly key: string; readonly kind: AlertKind },
  now: Date,
): Promise<void> {
  await table.update({
    Key: { [TABLE.partitionKey]: uncertainPartition(place), [TABLE.sortKey]: alert.key },
    UpdateExpression: `SET schemaVersion = :schemaVersion, kind = :kind, uncertainSince = :now, ${TABLE.timeToLive} = :expiresAt`,
    ExpressionAttributeValues: {
      ':schemaVersion': SCHEMA_VERSION,
      ':kind': alert.kind,
      ':now': now.toISOString(),
      ':expiresAt': expiryAfter(now, KEPT_MS),
    },
  });
}
