import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher play`, which is `npm start`. */
export function playCommand(io: Io) {
  return playOptions().action(async (options) => {
    const { play } = await import('./play.ts');
    await play(options, io);
  });
}

/** Its options, without what they do. */
export function playOptions() {
  return new Command('play')
    .description(
      'Play an audit to the synthesized stack on this machine, and show what the watcher does. Needs no AWS account.',
    )
    .addOption(
      new Option(
        '--recording <file>',
        'a recorded audit instead of the sample (docs/recordings.md; the output of aws iot describe-audit-task is one too); repeat it for several side by side',
      )
        .default([] as readonly string[], 'the sample')
        .argParser((file, others: readonly string[]) => [...others, file]),
    )
    .addOption(
      new Option(
        '--scheduled',
        'a whole day of scheduled audits, which the sweep has to find: what ran before the stack was there, one that loses its execution midway, one that is over at once, and one that does not run',
      ).conflicts(['recording', 'data', 'fresh', 'showAlerts']),
    )
    .addOption(
      new Option(
        '--history',
        'fill the tables with five weeks of nightly audits, for the commands to ask (npm run demo)',
      ).conflicts(['recording', 'scheduled', 'speed', 'showAlerts']),
    )
    .option('--speed <n|max>', 'N times faster; max: no real waiting (default: 1, and max for --scheduled)', speed)
    .option('--json', 'write one JSON document to stdout, everything else to stderr')
    .option('--data <dir>', 'where the tables live (default: .audit-watcher in the folder of the project)', directory)
    .option('--fresh', 'begin with empty tables')
    .option('--show-alerts', 'show each mail and chat message whole, not only its subject')
    .addOption(
      new Option('-c, --context <key=value>', 'a setting of the stack, which wins over cdk.json; repeat it for several')
        .default({} as Readonly<Record<string, string>>, 'none')
        .argParser(setting),
    )
    .addHelpText(
      'after',
      `
Exit code 0: every audit was watched to its end, and with --scheduled, all else happened that should; 1: not so.

Examples:
  npm start -- --speed max
  npm start -- --recording recordings/canceled.json --recording recordings/compliant.json --speed max
  npm start -- --scheduled`,
    );
}

function setting(text: string, others: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { ...others, [key]: value };
  throw new InvalidArgumentError('Allowed: key=value. For example: repeat=changes');
}

function speed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const factor = Number(text);
  if (text.trim() !== '' && Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError('Allowed: a number greater than 0, or max. For example: 10');
}

function directory(path: string): string {
  if (path !== '') return path;
  throw new InvalidArgumentError('Give the folder for the tables.');
}
