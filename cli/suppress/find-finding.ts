import { knownFindings } from '../findings/read.ts';
import type { FindingRow } from '../findings/schema.ts';
import { CommandError } from '../shared/command-error.ts';
import type { History } from '../shared/history/history.ts';
import { nameText } from '../shared/screen/words.ts';

/** Finds an open finding by the beginning of its id. @throws CommandError unless exactly one matches */
export async function findFinding(history: History, id: string): Promise<FindingRow> {
  const entries = await history.ledger.entries(history.place);
  let found: FindingRow | undefined;
  for await (const row of knownFindings(history, entries).rows) {
    if (!row.id.startsWith(id)) continue;
    if (found !== undefined) {
      throw new CommandError(
        `More than one finding has an id that begins with ${id}. Give more of it: audit-watcher findings --json has it all.`,
      );
    }
    found = row;
  }
  if (found === undefined) {
    throw new CommandError(`No finding has an id that begins with ${id}. audit-watcher findings --open lists them.`);
  }
  if (found.state === 'SUPPRESSED') {
    throw new CommandError(
      `The finding ${id} (${nameText(found.resource)}) is suppressed already. audit-watcher suppressions says until when.`,
    );
  }
  return found;
}
