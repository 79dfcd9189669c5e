import { UsageError } from '../shared/command-error.ts';
import { checkName } from '../shared/history/check-name.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher suppressions`. */
export function suppressionsCommand(io: Io) {
  return readingCommand(
    'suppressions',
    'List what is suppressed, with its description and end, and what ends within 30 days.',
  )
    .option('--check <name>', 'only those of one check', checkName)
    .addHelpText('after', examples('suppressions', 'suppressions --json | jq ".suppressions[] | select(.endsSoon)"'))
    .action((options) => {
      if (options.local !== undefined) {
        throw new UsageError(
          'The local run has no Device Defender that keeps suppressions. Leave out --local; audit-watcher findings --suppressed --local lists what was suppressed in its audits.',
        );
      }
      return reading(io, options, async ({ history, screen, now, head }) => {
        const [{ readSuppressions }, { suppressionsText }] = await Promise.all([
          import('./read.ts'),
          import('./text.ts'),
        ]);
        const suppressions = await readSuppressions(options, history.place.region, options.check, now);
        await screen.show({ ...head, suppressions }, suppressionsText);
      });
    });
}
