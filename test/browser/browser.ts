import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof import('playwright-core');

/** A page, and what it did that no page of ours may do. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses that it asked for, itself left out. */
  readonly requests: readonly string[];
  /** Errors and warnings of its console, a breach of its policy among them. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
}

/** Opens a file as a mail program would. */
export async function openFile(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints, close: () => context.close() };
}

/** Opens every part of the page that is folded in. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
}

/** What axe finds against WCAG 2.2 AA and its best practices, one line for each. */
export async function violations(page: Page): Promise<string[]> {
  // In the page, but not by it: its policy does not hold for what the browser is told from outside.
  await page.evaluate(axe.source);
  const results = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}; ${nodes.length} times, first ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
  );
}

/** How far the page can be scrolled sideways, in pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
