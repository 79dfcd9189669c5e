// Makes the report of a table with a long history, of one with the last 90 days of it, and of an empty one: how large the page
// is, and what making and filtering it takes. Exits with 1 when a bound is missed.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, openFile } from '../test/browser/browser.ts';
import { findChromium } from '../test/browser/chromium.ts';
import { conclude, median, missed, ratio, row } from './figures.ts';
import { Histories, LONG, type Size } from './history/histories.ts';

const ROUNDS = 3;
const PAGE_BOUND = 10_000_000;
/** Too small to keep a long history. The page, the library that draws it and a number for each resource have room. */
const HEAP_MB = 64;
const MEMORY_BOUND = 1.25;
/** A query for each audit, and one for each chunk of findings, with some that are always there. */
const READS_BOUND = 1.2;
/** Typing a letter must be felt less than opening the page. */
const FILTER_BOUND = 0.5;

const begun = performance.now();
const directory = await mkdtemp(join(tmpdir(), 'bench-report-'));
const histories = await Histories.fill();
const runs = await histories.run(ROUNDS, (size) => ['report', '--since', '400d', '-o', fileOf(size)], HEAP_MB);
const failed = Object.values(runs)
  .flat()
  .find(({ exitCode, lines }) => exitCode !== 0 || lines !== 1);
const problems =
  failed === undefined ? [...(await made()), ...(await filtered())] : [`the report fails: ${failed.notes}`];
await histories.close();
await rm(directory, { recursive: true });
console.log(`\nTook ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
conclude(problems);

async function made(): Promise<string[]> {
  const [first] = runs.long;
  const { size } = await stat(fileOf('long'));
  const peak = (of: Size) => median(runs[of].map(({ peakMb }) => peakMb));
  const more = peak('long') / peak('short');
  const calls = Object.values(first?.reads ?? {}).reduce((sum, { calls: own }) => sum + own, 0);
  const items = Object.values(first?.reads ?? {}).reduce((sum, { items: own }) => sum + own, 0);
  const counted = Number(
    /of (\d+) rows\. All of them: <code>[^<]*export/.exec(await readFile(fileOf('long'), 'utf8'))?.[1],
  );
  const seconds = median(runs.long.map(({ milliseconds }) => milliseconds)) / 1000;
  row(
    'the page',
    `${(size / 1e6).toFixed(1)} MB; of the short history ${((await stat(fileOf('short'))).size / 1e6).toFixed(1)} MB`,
  );
  row(
    'memory',
    `${peak('long').toFixed(0)} MB at most, × ${ratio(more, 1)} of the short history, × ${ratio(peak('long'), peak('empty'))} of an empty table`,
  );
  row('reads', `${calls} calls, ${items} items`);
  row(
    'time',
    `${seconds.toFixed(1)} s, × ${ratio(seconds * 1000, median(runs.short.map(({ milliseconds }) => milliseconds)))} of the short history`,
  );
  return missed({
    [`the page counts ${counted} findings`]: counted >= LONG.findings,
    [`the page has ${size} bytes (bound ${PAGE_BOUND})`]: size <= PAGE_BOUND,
    [`the report takes × ${ratio(more, 1)} of the memory (bound ${MEMORY_BOUND})`]: more <= MEMORY_BOUND,
    'the report scans': first !== undefined && !('Scan' in first.reads),
    [`the report reads ${calls} times (bound ${READS_BOUND} for each audit)`]: calls <= READS_BOUND * LONG.audits,
  });
}

/** What a reader waits for when a letter is typed into the filter of the longest table, laying the page out again included. */
async function filtered(): Promise<string[]> {
  if (findChromium() === undefined) {
    row('filter', 'SKIPPED: there is no Chromium');
    return [];
  }
  const browser = await launch();
  const opened = performance.now();
  const { page } = await openFile(browser, fileOf('long'));
  const opening = performance.now() - opened;
  const input = page.getByLabel('Filter: Open findings, the most severe and oldest first');
  const letters: number[] = [];
  for (const letter of ['c', 'ce', 'cert', 'cert 0001f', 'cert 00']) {
    const typed = performance.now();
    await input.fill(letter);
    await page.evaluate('document.body.getBoundingClientRect().height');
    letters.push(performance.now() - typed);
  }
  await browser.close();
  const filtering = median(letters);
  row(
    'filter',
    `${filtering.toFixed(0)} ms for a letter, × ${ratio(filtering, opening)} of opening the page (${opening.toFixed(0)} ms)`,
  );
  return missed({
    [`a letter in the filter takes × ${ratio(filtering, opening)} of opening the page (bound ${FILTER_BOUND})`]:
      filtering <= FILTER_BOUND * opening,
  });
}

function fileOf(size: Size): string {
  return join(directory, `${size}.html`);
}
