import { Argument } from '@commander-js/extra-typings';
import { checkName } from '../shared/history/check-name.ts';
import { sinceOption } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher history`. */
export function historyCommand(io: Io) {
  return readingCommand('history', 'Show when a check turned bad and good, how long each time, and its resources.')
    .addArgument(new Argument('<check>', 'LOGGING_DISABLED_CHECK, or logging_disabled').argParser(checkName))
    .addOption(sinceOption('90d'))
    .addHelpText(
      'after',
      examples('history iot_policy_overly_permissive', 'history logging_disabled --since 400d --json'),
    )
    .action((check, options) =>
      reading(io, options, async ({ history, screen, now, head }) => {
        const [{ readHistory }, { historyText }] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const document = await readHistory(history, check, options.since(now), now);
        await screen.show({ ...head, ...document }, historyText);
        screen.noteUnreadable(document.unreadableItems);
        screen.next(`audit-watcher findings --check ${check}${history.options}`);
      }),
    );
}
