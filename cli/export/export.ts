import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import type { FindingRow } from '../findings/schema.ts';
import type { Reading } from '../shared/history/reading-command.ts';
import { jsonText } from '../shared/screen/json-text.ts';
import { SecurityFindings } from './asff.ts';
import { CSV_HEADER, csvLine } from './csv.ts';
import { checksWithoutResult, type ExportQuery, exportedFindings } from './read.ts';

type Format = 'jsonl' | 'csv' | 'asff';

/** Writes the findings piece by piece, and says what is not in them. */
export async function exportFindings(reading: Reading, format: Format, query: ExportQuery): Promise<void> {
  const { history, screen } = reading;
  const entries = await history.ledger.entries(history.place);
  let incomplete: readonly string[] = [];
  const rows = exportedFindings(history, entries, query, (checkNames) => {
    incomplete = checkNames;
  });
  for await (const piece of piecesOf(format, rows, entries, reading, query)) await screen.write(piece);
  if (incomplete.length > 0) screen.note(`Not all findings of these checks are known: ${incomplete.join(', ')}.`);
  screen.noteUnreadable(history.unreadableItems());
}

async function* piecesOf(
  format: Format,
  rows: AsyncIterable<FindingRow>,
  entries: readonly CheckEntry[],
  { history, head }: Reading,
  query: ExportQuery,
): AsyncGenerator<string> {
  switch (format) {
    case 'jsonl':
      for await (const row of rows) yield `${jsonText(row)}\n`;
      return;
    case 'csv':
      yield CSV_HEADER;
      for await (const row of rows) yield csvLine(row);
      return;
    case 'asff': {
      const findings = new SecurityFindings(history.place, head.readAt);
      let separator = '[\n';
      for await (const row of rows) {
        yield `${separator}${jsonText(findings.finding(row))}`;
        separator = ',\n';
      }
      for (const check of await checksWithoutResult(history, entries, query.since)) {
        yield `${separator}${jsonText(findings.check(check))}`;
        separator = ',\n';
      }
      yield separator === '[\n' ? '[]\n' : '\n]\n';
    }
  }
}
