import { notAllowed, parseOptions, UsageError } from '../shared/command-line.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  /** Files; empty plays the sample audit. */
  readonly recordings: readonly string[];
  /** Play a day of scheduled audits instead of recordings. */
  readonly scheduled: boolean;
  /** Times faster than real; Infinity never waits. */
  readonly speed: number;
  readonly json: boolean;
  /** Folder of the tables. */
  readonly data: string;
  readonly fresh: boolean;
  /** Settings over those of cdk.json. */
  readonly context: Readonly<Record<string, string>>;
  readonly help: boolean;
}

export const DEFAULT_DATA = '.audit-watcher';

export const START_HELP = `Plays an audit to the synthesized stack on this machine and shows what the watcher does. No AWS account is needed.

Usage: npm start -- [options]

  --recording FILE   a recorded audit instead of the sample; repeat it for several side by side
                     (see docs/recordings.md; the output of aws iot describe-audit-task is one too)
  --scheduled        a whole day of scheduled audits instead, which the sweep has to find: what ran before the stack was
                     there, one that loses its execution midway, one that is over at once, and one that does not run
  --speed N|max      N times faster; max: no real waiting at all, the same decisions (default 1; max for --scheduled)
  --json             stdout is one JSON document, everything else goes to stderr
  --data DIR         where the tables live (default ${DEFAULT_DATA}/)
  --fresh            begin with empty tables
  -c, --context K=V  a setting of the stack, over what cdk.json says; repeat it for several
  --help             this text

Exit code: 0 every audit was watched to its end (--scheduled: and all else happened that should), 1 not so, 2 the command line or a recording cannot be used.
`;

const OPTIONS = {
  recording: { type: 'string', multiple: true },
  scheduled: { type: 'boolean' },
  speed: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  fresh: { type: 'boolean' },
  context: { type: 'string', short: 'c', multiple: true },
  help: { type: 'boolean' },
} as const;

/** Parses the options of `npm start`. @throws UsageError */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const values = parseOptions(argv, OPTIONS, 'npm start');
  const scheduled = values.scheduled ?? false;
  const [other] = (['recording', 'data', 'fresh'] as const).filter((option) => values[option] !== undefined);
  if (scheduled && other !== undefined) {
    throw new UsageError(
      `--scheduled plays audits of its own to tables of its own. Leave out --${other}. Try: npm start -- --help`,
    );
  }
  return {
    recordings: values.recording ?? [],
    scheduled,
    speed: values.speed === undefined && scheduled ? Number.POSITIVE_INFINITY : parseSpeed(values.speed),
    json: values.json ?? false,
    data: parseData(values.data),
    fresh: values.fresh ?? false,
    context: Object.fromEntries((values.context ?? []).map(parseSetting)),
    help: values.help ?? false,
  };
}

function parseSetting(setting: string): [string, string] {
  const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(setting) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw notAllowed('--context', setting, 'key=value', 'repeat=changes');
}

function parseSpeed(text: string | undefined): number {
  if (text === undefined) return 1;
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0) return speed;
  throw notAllowed('--speed', text, 'a number greater than 0, or max', '10');
}

function parseData(directory: string | undefined): string {
  if (directory === '') throw new UsageError('--data is empty. Give the folder for the tables.');
  return directory ?? DEFAULT_DATA;
}
