// `npm run test:browser`: reads the pages in a real Chromium. Exit code 0: all passed; 1: something failed; 3: there is no
// Chromium, so nothing was tested.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';

const PROJECT = join(import.meta.dirname, '../..');

if (findChromium() === undefined) {
  process.stderr.write(
    'SKIPPED: there is no Chromium, so no page was tested. Install it (apt-get install chromium), or name its program in CHROMIUM.\n',
  );
  process.exit(3);
}
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(PROJECT, 'node_modules/jest/bin/jest.js'),
    '--config',
    join(import.meta.dirname, 'jest.config.mjs'),
    ...process.argv.slice(2),
  ],
  { cwd: PROJECT, stdio: 'inherit' },
);
process.exit(status ?? 1);
