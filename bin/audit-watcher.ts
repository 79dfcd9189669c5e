const [command, ...options] = process.argv.slice(2);
// A command is loaded when it is asked for: the others need neither a local stack nor ten SDK clients.
const commands: Readonly<Record<string, (options: readonly string[]) => Promise<number>>> = {
  start: async (options) => (await import('../cli/start/start.ts')).start(options),
  'alerts-preview': async (options) => (await import('../cli/preview/preview.ts')).alertsPreview(options),
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
