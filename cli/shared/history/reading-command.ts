import { Command, Option } from '@commander-js/extra-typings';
import { asFailedCall } from '../aws/failed-call.ts';
import { endpointUrlOption, profileOption, regionOption, stackNameOption, type Target } from '../aws/target.ts';
import type { Io } from '../screen/io.ts';
import { Screen, type ScreenOptions } from '../screen/screen.ts';
import type { History } from './history.ts';
import { openHistory } from './open-history.ts';

/** What every reading command takes. */
export interface ReadingOptions extends Target, ScreenOptions {
  readonly local?: string | true;
}

/** A command that answers from the history: the same options everywhere. Add those of its own, examples, and `reading`. */
export function readingCommand(name: string, description: string) {
  return new Command(name)
    .description(description)
    .addOption(stackNameOption)
    .addOption(regionOption)
    .addOption(profileOption)
    .addOption(endpointUrlOption)
    .addOption(localOption)
    .option('--json', 'write one JSON document (docs/command-line-schema.json)')
    .option('--no-color', 'never use colour (nor with NO_COLOR, TERM=dumb, or without a terminal)')
    .option('--quiet', 'write the result alone, without notes');
}

const localOption = new Option(
  '--local [dir]',
  'ask the tables of the local run instead of a deployment (default folder: .audit-watcher)',
).conflicts(['region', 'profile', 'endpointUrl']);

/** For the end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  audit-watcher ${line}`).join('\n')}`;
}

/** What a command answers from. */
export interface Reading {
  readonly history: History;
  readonly screen: Screen;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The beginning of every document. */
  readonly head: DocumentHead;
}

export interface DocumentHead {
  readonly schemaVersion: 1;
  readonly account: string;
  readonly region: string;
  readonly readAt: string;
}

/** Opens the history, lets a command answer from it, and closes it. @throws CommandError, FailedCallError */
export async function reading<Answer>(
  io: Io,
  options: ReadingOptions,
  answer: (reading: Reading) => Promise<Answer>,
): Promise<Answer> {
  const history = await openHistory(options);
  const now = io.now();
  const head = { schemaVersion: 1, ...history.place, readAt: new Date(now).toISOString() } as const;
  try {
    return await answer({ history, screen: new Screen(io, options), now, head });
  } catch (error) {
    throw asFailedCall('dynamodb:Query, GetItem or BatchGetItem', error);
  } finally {
    await history.close();
  }
}
