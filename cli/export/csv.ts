import type { FindingRow } from '../findings/schema.ts';
import { jsonText } from '../shared/screen/json-text.ts';

const COLUMNS: readonly (readonly [string, (row: FindingRow) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['state', ({ state }) => state],
  ['unconfirmedSince', ({ unconfirmedSince }) => unconfirmedSince],
  ['severity', ({ severity }) => severity],
  ['checkName', ({ checkName }) => checkName],
  ['title', ({ title }) => title],
  ['resource', ({ resource }) => resource],
  ['resourceType', ({ resourceType }) => resourceType],
  ['resourceIdentifier', ({ resourceIdentifier }) => jsonText(resourceIdentifier)],
  ['things', ({ things }) => things?.join(' ')],
  ['moreThings', ({ moreThings }) => moreThings],
  ['reasonCode', ({ reasonCode }) => reasonCode],
  ['reason', ({ reason }) => reason],
  ['firstSeenAt', ({ firstSeenAt }) => firstSeenAt],
  ['lastSeenAt', ({ lastSeenAt }) => lastSeenAt],
  ['auditName', ({ audit }) => audit.auditName],
  ['taskId', ({ audit }) => audit.taskId],
];

export const CSV_HEADER = line(COLUMNS.map(([title]) => title));

/** A finding as a line of RFC 4180. */
export function csvLine(row: FindingRow): string {
  return line(COLUMNS.map(([, value]) => value(row)));
}

function line(values: readonly (string | number | undefined)[]): string {
  return `${values.map((value) => cell(String(value ?? ''))).join(',')}\r\n`;
}

/** In quotes, without what has an effect on a terminal, and never a formula: a spreadsheet would run it. */
function cell(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  const inert = /^[\s]*[=+\-@|]/.test(visible) ? `'${visible}` : visible;
  return /^[\w .:/-]*$/.test(inert) ? inert : `"${inert.replaceAll('"', '""')}"`;
}
