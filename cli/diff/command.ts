import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import { auditArgument } from '../shared/history/stored-audit.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher diff`. */
export function diffCommand(io: Io) {
  return readingCommand('diff', 'Compare two audits, check by check and finding by finding.')
    .addArgument(auditArgument('<a>', 'task id of an audit'))
    .addArgument(auditArgument('<b>', 'task id of another one; the earlier of the two comes first'))
    .addHelpText('after', examples('diff 9f71b6e90cfb57d4ac671be3a4898e6a 1c0ffee90cfb57d4ac671be3a4898e6a'))
    .action((a, b, options) =>
      reading(io, options, async ({ history, screen, head }) => {
        const [{ readDiff }, { diffText }] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const diff = await readDiff(history, [a, b]);
        await screen.show({ ...head, ...diff }, diffText);
        screen.noteUnreadable(diff.unreadableItems);
      }),
    );
}
