import { Command } from '@commander-js/extra-typings';
import { endpointUrlOption, profileOption, regionOption, stackNameOption } from '../shared/aws/target.ts';
import type { Io } from '../shared/screen/io.ts';

/** `audit-watcher doctor`, which is `npm run doctor`. */
export function doctorCommand(io: Io) {
  return doctorOptions().action(async (options) => {
    const { doctor } = await import('./doctor.ts');
    await doctor(options, io);
  });
}

/** Its options, without what they do. */
export function doctorOptions() {
  return new Command('doctor')
    .description(
      'Check a deployed stack from outside, and say how to fix each problem. ' +
        'Changes nothing, and sends nothing without --send-test-alert.',
    )
    .addOption(stackNameOption)
    .addOption(regionOption)
    .addOption(profileOption)
    .addOption(endpointUrlOption)
    .option('--send-test-alert', 'publish an alert that is marked as a test, to see whether it arrives')
    .option('--json', 'write one JSON document')
    .addHelpText(
      'after',
      `
Exit code 0: nothing failed (warnings do not count); 1: something failed.
For what each check examines, and the permissions it needs, see docs/doctor.md.

Examples:
  audit-watcher doctor --region eu-west-1
  audit-watcher doctor --send-test-alert`,
    );
}
