import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import { auditArgument } from '../shared/history/stored-audit.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher show`. */
export function showCommand(io: Io) {
  return readingCommand('show', 'Show one audit: its checks, what changed, its worst findings, its polls and alerts.')
    .addArgument(auditArgument('<audit>', 'task id of the audit'))
    .addHelpText(
      'after',
      examples('show 9f71b6e90cfb57d4ac671be3a4898e6a', 'show 9f71b6e90cfb57d4ac671be3a4898e6a --json'),
    )
    .action((taskId, options) =>
      reading(io, options, async ({ history, screen, head }) => {
        const [{ readShow }, { showText }] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const show = await readShow(history, taskId);
        await screen.show({ ...head, ...show }, showText);
        screen.noteUnreadable(show.unreadableItems);
        screen.next(`audit-watcher replay ${taskId}${history.options}`);
      }),
    );
}
