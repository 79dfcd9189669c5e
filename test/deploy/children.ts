import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Command is stopped, and counts as failed, after so many seconds. */
  readonly timeoutSeconds?: number;
}

export interface CommandResult {
  /** Undefined when it could not be started, or was stopped. */
  readonly exitCode?: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
}

const children = new Set<ChildProcess>();

// Whatever ends this process, an uncaught error too: no child outlives it.
process.on('exit', () => {
  for (const child of children) killGroup(child, 'SIGKILL');
});

for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.once(signal, () => process.exit(128 + number));
}

/** Asks until a program that was started is ready. Returns false when it has ended, or is not in time. */
export async function isReadyWithin(
  child: ChildProcess,
  seconds: number,
  isReady: () => Promise<boolean>,
): Promise<boolean> {
  for (let waited = 0; waited < seconds && child.exitCode === null; waited += 0.25) {
    if (await isReady()) return true;
    await sleep(250);
  }
  return false;
}

/** Runs a command to its end. Never throws: what went wrong is in the result. */
export function run(command: string, args: readonly string[], options: ChildOptions = {}): Promise<CommandResult> {
  const { cwd, env, timeoutSeconds = 120 } = options;
  return new Promise((resolve) => {
    const child = keep(spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const timer = setTimeout(() => {
      output += `\n${command}: stopped after ${timeoutSeconds} s.`;
      killGroup(child, 'SIGKILL');
    }, timeoutSeconds * 1000);
    const end = (exitCode?: number) => {
      clearTimeout(timer);
      resolve({ exitCode, stdout, output });
    };
    child.once('error', ({ message }) => {
      output += message;
      end();
    });
    child.once('close', (code) => end(code ?? undefined));
  });
}

/** Starts a command that goes on until it is stopped; what it prints goes to a file. */
export function start(command: string, args: readonly string[], logFile: string, options: ChildOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return keep(spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] }));
  } finally {
    closeSync(log);
  }
}

/** Ends a child and all that it started. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  killGroup(child, 'SIGTERM');
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
  killGroup(child, 'SIGKILL'); // workers that it left behind
}

function keep<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  return child;
}

/** Each child leads a process group of its own. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // all are gone already
  }
}
