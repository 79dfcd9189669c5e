import { Argument, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { allowed } from '../shared/aws/target.ts';
import { UsageError } from '../shared/command-error.ts';
import { dayStart, duration } from '../shared/history/period.ts';
import { examples, reading, readingCommand } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';

/** AWS takes visible characters and spaces. */
const reason = allowed(
  /^(?=.*\S)[\x20-\x7E]{1,1000}$/,
  'a sentence in ASCII, 1000 characters at most',
  "'test bench, owned by Ann'",
);

/** `audit-watcher suppress`. */
export function suppressCommand(io: Io) {
  return readingCommand('suppress', 'Print the command that suppresses a finding until a day, or run it with --yes.')
    .addArgument(
      new Argument('<finding>', 'id of the finding, or its beginning').argParser(
        allowed(/^[0-9a-f]{4,16}$/, '4 to 16 hexadecimal digits, as audit-watcher findings lists them', '3fa9c01b'),
      ),
    )
    .addOption(
      new Option('--until <when>', 'a day in UTC (2027-01-31), or how long from now (30d)')
        .argParser(until)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--reason <text>', 'why it is accepted, and who owns it').argParser(reason).makeOptionMandatory(),
    )
    .option('--yes', 'let AWS suppress it now (CreateAuditSuppression)')
    .addHelpText('after', examples("suppress 3fa9c01b --until 30d --reason 'test bench, owned by Ann'"))
    .action((id, options) =>
      reading(io, options, async ({ history, screen, now, head }) => {
        const end = options.until(now);
        if (end.getTime() <= now)
          throw new UsageError(`--until is ${end.toISOString()}, which is over. Give a later day.`);
        if (options.yes && options.local !== undefined) {
          throw new UsageError('The local run has no Device Defender that could suppress anything. Leave out --yes.');
        }
        const [{ findFinding }, { suppressionCommands, suppressionOf }, { suppress, suppressText }] = await Promise.all(
          [import('./find-finding.ts'), import('./suppression.ts'), import('./suppress.ts')],
        );
        const finding = await findFinding(history, id);
        const request = suppressionOf(finding, end, options.reason);
        if (options.yes) await suppress(request, options, history.place.region);
        const commands = suppressionCommands(request, history.place.region);
        const document = {
          finding,
          until: end.toISOString(),
          description: options.reason,
          done: options.yes === true,
          commands,
        };
        await screen.show({ ...head, ...document }, suppressText);
      }),
    );
}

function until(text: string): (now: number) => Date {
  const day = dayStart(text);
  if (day !== undefined) return () => day;
  try {
    const ms = duration(text);
    return (now) => new Date(Math.ceil((now + ms) / 1000) * 1000);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new InvalidArgumentError('Allowed: a day in UTC, as in 2027-01-31, or how long from now, as in 30d.');
  }
}
