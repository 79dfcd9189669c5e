import { Option } from '@commander-js/extra-typings';
import { moment } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher export`. */
export function exportCommand(io: Io) {
  return readingCommand(
    'export',
    'Write the findings for a spreadsheet, a program, or Security Hub. Nothing is imported.',
  )
    .addOption(
      new Option('--format <format>', 'jsonl: a finding a line; csv; asff: the AWS Security Finding Format')
        .choices(['jsonl', 'csv', 'asff'] as const)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--since <when>',
        'also findings of audits since then that are closed now (30d, 2026-10-02)',
      ).argParser(moment),
    )
    .addOption(new Option('--open', 'only open ones').conflicts('since'))
    .addHelpText(
      'after',
      examples('export --format csv > findings.csv', 'export --format asff --since 30d > findings.json'),
    )
    .action((options) =>
      reading(io, options, async (from) => {
        const { exportFindings } = await import('./export.ts');
        await exportFindings(from, options.format, {
          since: options.since?.(from.now),
          openOnly: options.open === true,
        });
      }),
    );
}
