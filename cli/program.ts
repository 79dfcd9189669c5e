import { Command, CommanderError } from '@commander-js/extra-typings';
import { auditsCommand } from './audits/command.ts';
import { diffCommand } from './diff/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { exportCommand } from './export/command.ts';
import { findingsCommand } from './findings/command.ts';
import { historyCommand } from './history/command.ts';
import { playCommand } from './play/command.ts';
import { alertsPreviewCommand } from './preview/command.ts';
import { replayCommand } from './replay/command.ts';
import { reportCommand } from './report/command.ts';
import { EXIT } from './shared/command-error.ts';
import { addCompletion } from './shared/completion.ts';
import { errorText, exitCodeOf } from './shared/error-text.ts';
import type { Io } from './shared/screen/io.ts';
import { showCommand } from './show/command.ts';
import { startCommand } from './start/command.ts';
import { statusCommand } from './status/command.ts';
import { suppressCommand } from './suppress/command.ts';
import { suppressionsCommand } from './suppressions/command.ts';
import { watchCommand } from './watch/command.ts';

const PROGRAM = 'audit-watcher';

/** Every command, in the order of the help. Each loads what it needs when it runs. */
const COMMANDS = [
  statusCommand,
  auditsCommand,
  showCommand,
  diffCommand,
  findingsCommand,
  historyCommand,
  watchCommand,
  startCommand,
  reportCommand,
  exportCommand,
  suppressCommand,
  suppressionsCommand,
  replayCommand,
  doctorCommand,
  playCommand,
  alertsPreviewCommand,
] as const;

/** Runs a command line, and returns its exit code, see EXIT. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    await makeProgram(io).parseAsync([...argv], { from: 'user' });
    return io.exitCode;
  } catch (error) {
    // Commander has written its own sentence; help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.stderr.write(`${errorText(error)}\n`);
    return exitCodeOf(error);
  }
}

/** The command line with all its commands. */
export function makeProgram(io: Io): Command {
  const program = new Command(PROGRAM)
    .description('Watches AWS IoT Device Defender audits, and answers what they found.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns || HELP_WIDTH,
      getErrHelpWidth: () => io.stderr.columns || HELP_WIDTH,
      outputError: (text, write) => write(sentence(text)),
    })
    .showHelpAfterError(`Try: ${PROGRAM} --help`)
    .addHelpText('after', EXIT_CODES);
  for (const make of COMMANDS) {
    const command = make(io);
    command.copyInheritedSettings(program).showHelpAfterError(`Try: ${PROGRAM} ${command.name()} --help`);
    program.addCommand(command);
  }
  addCompletion(program);
  return program;
}

const HELP_WIDTH = 100;

const EXIT_CODES = `
Exit codes: 0 yes, clean, or done; 1 an error; 2 the command line cannot be used; start --watch has others.
To ask about the tables of the local run, add --local. More: docs/command-line.md
`;

function sentence(error: string): string {
  const text = error.replace(/^error: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
