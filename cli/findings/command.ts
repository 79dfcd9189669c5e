import { Option } from '@commander-js/extra-typings';
import { SEVERITIES } from '../../lambda/audit/answer/severity.ts';
import { checkName, requireKnown } from '../shared/history/check-name.ts';
import { duration } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';
import type { FindingRow } from './schema.ts';

/** `audit-watcher findings`. */
export function findingsCommand(io: Io) {
  return readingCommand('findings', 'List the findings that stand, with when each was first and last seen.')
    .addOption(new Option('--open', 'only open ones').conflicts('suppressed'))
    .option('--suppressed', 'only suppressed ones')
    .option('--check <name>', 'only those of one check: LOGGING_DISABLED_CHECK, or logging_disabled', checkName)
    .addOption(new Option('--severity <lowest>', 'only this severity and worse').choices(SEVERITIES))
    .option('--older-than <age>', 'only those first seen longer ago than this: 30d, 12h', duration)
    .option('--resource <text>', 'only resources, or things of a certificate, with this text in their name')
    .addHelpText(
      'after',
      examples(
        'findings --open --severity HIGH',
        'findings --open --older-than 30d',
        'findings --check iot_policy_overly_permissive --json',
      ),
    )
    .action((options) =>
      reading(io, options, async ({ history, screen, now, head }) => {
        const [{ knownFindings }, text] = await Promise.all([import('./read.ts'), import('./text.ts')]);
        const { check, severity, olderThan, resource } = options;
        const state = stateOf(options);
        const entries = await history.ledger.entries(history.place);
        if (check !== undefined)
          requireKnown(
            check,
            entries.map(({ checkName }) => checkName),
          );
        const { rows, incompleteChecks } = knownFindings(history, entries, {
          state,
          checkName: check,
          minSeverity: severity,
          seenBefore: olderThan === undefined ? undefined : new Date(now - olderThan).toISOString(),
          resource,
        });
        const layout = text.findingsLayout(screen, now, state);
        const count = await screen.list({
          head,
          key: 'findings',
          items: rows,
          tail: () => ({ incompleteChecks, unreadableItems: history.unreadableItems() }),
          header: [screen.paint('bold', layout.header())],
          lines: (row) => layout.lines(row),
        });
        if (count === 0) screen.note('No finding matches.');
        for (const note of text.incompleteNotes(incompleteChecks)) screen.note(note);
        screen.noteUnreadable(history.unreadableItems());
      }),
    );
}

function stateOf({ open, suppressed }: { open?: true; suppressed?: true }): FindingRow['state'] | undefined {
  if (open) return 'OPEN';
  return suppressed ? 'SUPPRESSED' : undefined;
}
