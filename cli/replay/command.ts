import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import { auditArgument } from '../shared/history/stored-audit.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher replay`. */
export function replayCommand(io: Io) {
  return readingCommand(
    'replay',
    "Compose today's alerts from what is stored of an audit, beside those that were sent.",
  )
    .addArgument(auditArgument('<audit>', 'task id of the audit'))
    .option('--full', 'write the mails too')
    .addHelpText('after', examples('replay 9f71b6e90cfb57d4ac671be3a4898e6a --full'))
    .action((taskId, options) =>
      reading(io, options, async ({ history, screen, head }) => {
        const [{ readReplay }, { replayText }] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const replay = await readReplay(history, taskId);
        await screen.show({ ...head, ...replay }, (document) => replayText(document, screen, options.full === true));
        screen.noteUnreadable(replay.unreadableItems);
      }),
    );
}
