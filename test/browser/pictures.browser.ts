import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { reportPage } from '../../cli/report/page/page.ts';
import { runCli } from '../cli/terminal.ts';
import { launch, openFile } from './browser.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const NOW = '2026-11-23T12:00:00.000Z';
const MOST_BYTES = 200_000;
const MARGIN = 12;

/** What of the report of `npm run demo` is in the docs: sections, from the first to the last of them. */
const PICTURES = [
  { name: 'report.png', colorScheme: 'light', first: 'state', last: 'state' },
  { name: 'report-dark.png', colorScheme: 'dark', first: 'compliance', last: 'heat-map' },
] as const;

// After a change of the page: UPDATE_PICTURES=1 npm run test:browser -- pictures
(process.env.UPDATE_PICTURES === '1' ? test : test.skip)(
  'The pictures of the docs are made from the demo',
  async () => {
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
      await page.screenshot({
        path: join(DOCS, name),
        fullPage: true,
        clip: { x: 0, y: top.y - MARGIN, width: 1000, height: bottom.y + bottom.height - top.y + 2 * MARGIN },
      });
    }
    await browser.close();
    await rm(directory, { recursive: true });
  },
);

test.each(PICTURES)('$name is a small PNG', async ({ name }) => {
  const picture = await readFile(join(DOCS, name));

  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.length).toBeLessThan(MOST_BYTES);
});
