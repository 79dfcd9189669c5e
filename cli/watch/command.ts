import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../shared/command-error.ts';
import { examples, readingCommand } from '../shared/history/reading-command.ts';
import { auditArgument } from '../shared/history/stored-audit.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher watch`. */
export function watchCommand(io: Io) {
  return readingCommand('watch', 'Follow a running audit live, check by check, and show how it ended.')
    .addArgument(auditArgument('[audit]', 'task id of the audit (default: the one that is running)'))
    .addOption(new Option('--latest', 'the audit that started last, even if it has ended').conflicts('all'))
    .option('--all', 'every audit that is running')
    .addOption(new Option('--direct', 'poll AWS itself; needs no deployment').conflicts(['local', 'stackName']))
    .addHelpText('after', examples('watch', 'watch 9f71b6e90cfb57d4ac671be3a4898e6a', 'watch --all --direct'))
    .action(async (taskId, options) => {
      if (taskId !== undefined && (options.latest || options.all)) {
        throw new UsageError(`Give an audit, --latest or --all. Both ${taskId} and another were given.`);
      }
      const { watch } = await import('./watch.ts');
      await watch(io, taskId, options);
    });
}
