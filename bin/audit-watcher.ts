import { alertsPreview } from '../cli/preview/preview.ts';
import { start } from '../cli/start/start.ts';

const [command, ...options] = process.argv.slice(2);
const commands: Readonly<Record<string, (options: readonly string[]) => Promise<number>>> = {
  start,
  'alerts-preview': alertsPreview,
  // Loaded when it is asked for: nobody else needs ten SDK clients.
  doctor: async (options) => (await import('../cli/doctor/doctor.ts')).doctor(options),
};
const run = command !== undefined && Object.hasOwn(commands, command) ? commands[command] : undefined;

// The reader of the output may stop early, as `head` does.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

if (run === undefined) {
  process.stderr.write(
    `${command === undefined ? 'No command was given.' : `There is no command "${command}".`} ` +
      `Commands: ${Object.keys(commands).join(', ')}. Try: npm start -- --help\n`,
  );
  process.exit(2);
}
process.exit(await run(options));
