import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../cli/program.ts';
import { flushed, type Io } from '../cli/shared/screen/io.ts';

// The reader of the output may stop early, as `head` does, or the terminal may be closed.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0);
    process.stderr.write(`The output cannot be written (${code}). Write it to another place.\n`, () => process.exit(1));
  });
}

const { stdin, stdout, stderr, env } = process;
const onInterrupt: Io['onInterrupt'] = new Set();
const io: Io = { stdin, stdout, stderr, env, now: Date.now, sleep, onInterrupt, exitCode: 0 };
// A shell reports a program that a signal ended as 128 and the number of the signal.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    await Promise.allSettled([...onInterrupt].map(async (prepare) => prepare()));
    process.exit(128 + constants.signals[signal]);
  });
}
const exitCode = await run(process.argv.slice(2), io);
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(exitCode);
