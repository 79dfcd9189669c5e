import { Option } from '@commander-js/extra-typings';
import { AUDIT_OUTCOMES } from '../../lambda/audit/watch/end.ts';
import { sinceOption } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher audits`. */
export function auditsCommand(io: Io) {
  return readingCommand('audits', 'List the audits of a period, newest first.')
    .addOption(sinceOption('7d'))
    .option('--name <audit>', 'only those of one scheduled audit, or ON_DEMAND')
    .addOption(new Option('--outcome <outcome>', 'only those with this outcome').choices(AUDIT_OUTCOMES))
    .addHelpText(
      'after',
      examples('audits --since 30d', 'audits --name NightlyFleetAudit --outcome WITH_FINDINGS', 'audits --json'),
    )
    .action((options) =>
      reading(io, options, async ({ history, screen, now, head }) => {
        const [{ auditRows }, { auditsLayout }] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const since = options.since(now);
        const layout = auditsLayout(screen);
        const count = await screen.list({
          head: { ...head, since },
          key: 'audits',
          items: auditRows(history.audits.audits(history.place, { since }), options),
          tail: () => ({ unreadableItems: history.unreadableItems() }),
          header: [screen.paint('bold', layout.header())],
          lines: (row) => layout.lines(row),
        });
        if (count === 0) screen.note(`No audit matches since ${since}.`);
        screen.noteUnreadable(history.unreadableItems());
        screen.next(`audit-watcher show TASK${history.options}`);
      }),
    );
}
