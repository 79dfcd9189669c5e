import { Command } from '@commander-js/extra-typings';
import type { Io } from '../shared/screen/io.ts';

export const DEFAULT_OUT = 'alerts-preview.html';

/** `audit-watcher alerts-preview`, which is `npm run alerts:preview`. */
export function alertsPreviewCommand(io: Io) {
  return new Command('alerts-preview')
    .description('Write every kind of alert into one HTML page, as an email and as Slack messages.')
    .option('--out <file>', 'the page to write', DEFAULT_OUT)
    .action(async ({ out }) => {
      const { alertsPreview } = await import('./preview.ts');
      await alertsPreview(out, io);
    });
}
