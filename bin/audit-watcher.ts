import { run } from '../cli/program.ts';
import { flushed, type Io } from '../cli/shared/screen/io.ts';

// The reader of the output may stop early, as `head` does, or the terminal may be closed.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
}

const { stdout, stderr, env } = process;
const io: Io = { stdout, stderr, env, now: Date.now, exitCode: 0 };
const exitCode = await run(process.argv.slice(2), io);
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(exitCode);
