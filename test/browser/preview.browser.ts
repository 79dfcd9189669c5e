import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { runCli } from '../cli/terminal.ts';
import { launch, openFile, sidewaysScroll } from './browser.ts';

let directory = '';
let file = '';
let browser: Browser;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preview-'));
  file = join(directory, 'alerts.html');
  await runCli(['alerts-preview', '--out', file]);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true });
});

describe('The preview of all alerts in Chromium', () => {
  test.each([400, 1200])(
    'does not scroll sideways on %i pixels, asks for nothing and complains of nothing',
    async (width) => {
      const { page, requests, complaints, close } = await openFile(browser, file, { viewport: { width, height: 800 } });

      expect(await sidewaysScroll(page)).toBe(0);
      expect([requests, complaints]).toEqual([[], []]);
      await close();
    },
  );
});
