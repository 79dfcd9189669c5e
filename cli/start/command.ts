import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { SEVERITIES } from '../../lambda/audit/answer/severity.ts';
import { UsageError } from '../shared/command-error.ts';
import { checkName } from '../shared/history/check-name.ts';
import { duration } from '../shared/history/period.ts';
import { examples, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** Only with --watch, by their names in the options. */
const OF_A_WATCH = {
  failOn: '--fail-on',
  onlyNew: '--only-new',
  failFast: '--fail-fast',
  summary: '--summary',
} as const;

/** `audit-watcher start`. */
export function startCommand(io: Io) {
  return readingCommand(
    'start',
    'Start an on-demand audit; with --watch, follow it, and say by the exit code what it found.',
  )
    .option('--checks <names...>', 'checks to audit (default: all that are enabled)', checkNames)
    .option('--watch', 'follow the audit to its end')
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity of findings that end with 3 (default: LOW)').choices(
        SEVERITIES.toReversed(),
      ),
    )
    .option('--only-new', 'count findings only if they were not open before, as the table of the deployment knows')
    .addOption(
      new Option('--timeout <duration>', 'how long to follow it, as in 30m or 2h')
        .default(duration('30m'), '30m')
        .argParser(duration),
    )
    .option('--fail-fast', 'end with 3 at the first finding, and leave the audit running')
    .option('--summary <file>', 'also write the result as Markdown, for the page of a CI job')
    .addHelpText(
      'after',
      `
Exit codes with --watch: 0 clean; 3 findings at or above the floor; 4 none known, but a check failed, was canceled or gave
no result, or the audit did; 5 the time was up. 3 goes before 4.
${examples(
  'start --watch',
  'start --checks logging_disabled device_certificate_expiring',
  'start --watch --fail-on HIGH --only-new --summary audit.md',
)}`,
    )
    .action(async (options) => {
      if (options.local !== undefined) {
        throw new UsageError('The local run has no Device Defender that could start an audit. To play one: npm start');
      }
      const [first] = Object.entries(OF_A_WATCH).filter(([key]) => key in options);
      if (!options.watch && first !== undefined) throw new UsageError(`${first[1]} is about the result: add --watch.`);
      const { start } = await import('./start.ts');
      await start(io, options);
    });
}

function checkNames(text: string, others: readonly string[] = []): readonly string[] {
  const names = text.split(',').filter((name) => name.trim() !== '');
  if (names.length === 0) throw new InvalidArgumentError('Give names of checks. For example: logging_disabled');
  return [...new Set([...others, ...names.map(checkName)])];
}
