import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher status`. */
export function statusCommand(io: Io) {
  return readingCommand(
    'status',
    'Show how every check stands now, what is unknown, the running audits, those given up, missed runs, and alerts that are not out.',
  )
    .addHelpText('after', examples('status', 'status --local', 'status --json | jq .checks'))
    .action((options) =>
      reading(io, options, async ({ history, screen, now, head }) => {
        const [{ readKnown, readStatus }, { statusText }] = await Promise.all([
          import('./read.ts'),
          import('./text.ts'),
        ]);
        const status = { ...head, ...(await readStatus(history, await readKnown(history, now), now)) };
        await screen.show(status, statusText);
        screen.noteUnreadable(status.unreadableItems);
        screen.next(`audit-watcher findings --open${history.options}`);
      }),
    );
}
