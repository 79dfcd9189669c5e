import { Option } from '@commander-js/extra-typings';
import { callerPath } from '../shared/caller-path.ts';
import { UsageError } from '../shared/command-error.ts';
import { moment, sinceOption } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

const DEFAULT_FILE = 'audit-report.html';
/** As long as AWS keeps audits. */
const DEFAULT_SINCE = '90d';

/** `audit-watcher report`. */
export function reportCommand(io: Io) {
  return readingCommand(
    'report',
    'Write one HTML page: the state, what to do first, charts and tables. It needs no network and no script.',
  )
    .addOption(sinceOption(DEFAULT_SINCE))
    .addOption(new Option('--until <when>', 'the end of the period (default: now)').argParser(moment))
    .option(
      '--name <audit>',
      'only audits of one schedule, or ON_DEMAND; checks and findings stay those of the account',
    )
    .option('-o, --output <file>', 'the page to write', DEFAULT_FILE)
    .addHelpText(
      'after',
      examples('report --local', 'report --since 30d -o october.html', 'report --json | jq .findings.byAge'),
    )
    .action((options) =>
      reading(io, options, async (from) => {
        const { history, screen, now, head } = from;
        const query = { ...options, since: options.since(now), until: options.until?.(now) ?? head.readAt };
        if (query.since >= query.until) {
          throw new UsageError(`--since is ${query.since}, which is not before --until, ${query.until}. Swap them.`);
        }
        if (options.json) {
          const { readReport } = await import('./read.ts');
          await screen.show({ ...head, ...(await readReport(history, now, query)) }, () => []);
          return;
        }
        const [{ writeReport }, { stateSentence }] = await Promise.all([import('./write.ts'), import('./summary.ts')]);
        const file = callerPath(options.output, io.env);
        const report = await writeReport(from, query, file);
        await screen.write(`${file}\n`);
        screen.note(stateSentence(report));
        screen.noteUnreadable(report.unreadableItems);
      }),
    );
}
