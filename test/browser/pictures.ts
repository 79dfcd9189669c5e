// `node test/browser/pictures.ts`: makes the pictures of the docs, after a change of the page, from the report of
// `npm run demo`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportPage } from '../../cli/report/page/page.ts';
import { runCli } from '../cli/terminal.ts';
import { launch, openFile } from './browser.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const NOW = '2026-11-23T12:00:00.000Z';
const MARGIN = 12;

/** Sections, from the first to the last of them. */
const PICTURES = [
  { name: 'report.png', colorScheme: 'light', first: 'state', last: 'state' },
  { name: 'report-dark.png', colorScheme: 'dark', first: 'compliance', last: 'heat-map' },
] as const;

const directory = await mkdtemp(join(tmpdir(), 'pictures-'));
const tables = ['--local', directory];
await runCli(['play', '--history', '--fresh', '--data', directory], { now: NOW });
const { out } = await runCli(['report', '--json', ...tables], { now: NOW });
const file = join(directory, 'page.html');
await writeFile(file, reportPage(JSON.parse(out), ' --local'));
const browser = await launch();
for (const { name, colorScheme, first, last } of PICTURES) {
  const { page } = await openFile(browser, file, { colorScheme, viewport: { width: 1000, height: 800 } });
  const top = await page.locator(`#${first}`).boundingBox();
  const bottom = await page.locator(`#${last}`).boundingBox();
  if (top === null || bottom === null) throw new Error(`${first} or ${last} is not on the page.`);
  const path = join(DOCS, name);
  await page.screenshot({
    path,
    fullPage: true,
    clip: { x: 0, y: top.y - MARGIN, width: 1000, height: bottom.y + bottom.height - top.y + 2 * MARGIN },
  });
  process.stdout.write(`${path}\n`);
}
await browser.close();
await rm(directory, { recursive: true });
