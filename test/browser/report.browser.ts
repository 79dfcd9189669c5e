import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildCompliant, buildFailed, buildNonCompliant } from '../builders.ts';
import { NOW, taskOf } from '../cli/fleet-history.ts';
import { policyFinding, RecordedHistory } from '../cli/recorded-history.ts';
import { runCli } from '../cli/terminal.ts';
import { launch, type OpenPage, openFile, sidewaysScroll, unfold, violations } from './browser.ts';

const POLICIES = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';

/** What would run, load something, leave its place, or break the page, if it were not text. */
const ATTACKS = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  "' autofocus onfocus=alert(4) '",
  '</title></style><iframe src=https://attack.example/>',
  '<base href=https://attack.example/>',
  '{{7*7}}<!--',
  `longer-than-any-column-${'x'.repeat(200)}`,
];

/** In CSS pixels, without the margins of a browser. */
const A4_PORTRAIT = { width: 717, height: 1046 };

let directory = '';
let file = '';
let browser: Browser;
beforeAll(async () => {
  directory = await recordHostileFleet();
  file = join(directory, 'report.html');
  const { err, code } = await runCli(['report', '--local', directory, '-o', file], { now: NOW });
  if (code !== 0) throw new Error(err);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await RecordedHistory.remove(directory);
});

/** Three nights, in which everything that an account can name is an attack. */
function recordHostileFleet(): Promise<string> {
  const findings = ATTACKS.flatMap((name, index) => [
    policyFinding(name, { reasonForNonCompliance: name, reasonForNonComplianceCode: name, isSuppressed: index === 0 }),
    policyFinding(`Policy${index}`, { severity: index % 2 === 0 ? 'LOW' : 'HIGH' }),
  ]);
  return RecordedHistory.in(async (history) => {
    for (const [night, day] of ['2026-11-20', '2026-11-21', '2026-11-22'].entries()) {
      const attacks = ATTACKS.map((name, index) => [
        `${name}_CHECK`,
        index === night ? { checkRunStatus: 'FAILED', errorCode: name, message: name } : buildCompliant(),
      ]);
      await history.add({
        taskId: taskOf(`a${night}`),
        startedAt: `${day}T02:00:00Z`,
        name: ATTACKS[night],
        checks: {
          ...Object.fromEntries(attacks),
          CA_CERTIFICATE_EXPIRING_CHECK: buildFailed(),
          [POLICIES]: buildNonCompliant({
            nonCompliantResourcesCount: findings.length - 1,
            suppressedNonCompliantResourcesCount: 1,
          }),
        },
        findings,
      });
    }
  });
}

/** Opens the page for one test. */
async function reading(options: Parameters<typeof openFile>[2], read: (opened: OpenPage) => Promise<void>) {
  const opened = await openFile(browser, file, options);
  try {
    await read(opened);
  } finally {
    await opened.close();
  }
}

describe('The page of a report in Chromium', () => {
  test('asks for nothing, complains of nothing, and shows hostile names as text', () =>
    reading({}, async ({ page, requests, complaints }) => {
      await unfold(page);

      const text = String(await page.evaluate('document.body.innerText'));
      for (const name of ATTACKS) expect(text).toContain(name.slice(0, 100));
      expect(await page.locator('img, iframe, base, [onerror], [onload], [onfocus]').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(1);
      expect([requests, complaints]).toEqual([[], []]);
    }));

  test('would run no script of a name that had become markup', () =>
    reading({}, async ({ page, complaints }) => {
      await page.evaluate(
        `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="document.title = 1">')`,
      );
      await page.evaluate(
        `{ const script = document.createElement('script'); script.text = 'document.title = 2'; document.body.append(script) }`,
      );

      expect(await page.title()).toBe('IoT audit report: 123456789012, eu-west-1');
      expect(complaints.filter((complaint) => complaint.includes('Content Security Policy')).length).toBeGreaterThan(1);
    }));

  // axe looks at every element, and takes longer than all else.
  test.each([
    ['light', 1200],
    ['dark', 400],
  ] as const)('has nothing that axe finds, in %s colours on %i pixels', (colorScheme, width) =>
    reading({ colorScheme, viewport: { width, height: 800 } }, async ({ page }) => {
      await unfold(page);

      expect(await violations(page)).toEqual([]);
    }),
  );

  test.each([400, 320])('does not scroll sideways on %i pixels', (width) =>
    reading({ viewport: { width, height: 800 } }, async ({ page }) => {
      await unfold(page);

      expect(await sidewaysScroll(page)).toBe(0);
    }),
  );

  test('sorts by a column, up and down, and by what a cell means', () =>
    reading({}, async ({ page }) => {
      const table = page.locator('#findings .table > table').last();
      const severities = () => table.locator('tbody td:first-child').allInnerTexts();
      const order = ['CRITICAL', 'HIGH', 'LOW'];

      await table.getByRole('button', { name: 'Severity' }).click();
      const worstFirst = await severities();
      await table.getByRole('button', { name: 'Severity' }).click();
      const worstLast = await severities();

      expect([...new Set(worstFirst)]).toEqual(order);
      expect([...new Set(worstLast)]).toEqual(order.toReversed());
      expect(await table.locator('th[aria-sort]').count()).toBe(1);
      expect(await table.locator('th').first().getAttribute('aria-sort')).toBe('descending');
    }));

  test('filters by all words that are typed, and says how many rows are left', () =>
    reading({}, async ({ page }) => {
      const filter = page.getByLabel('Filter: Open findings, the most severe and oldest first');
      const rows = page.locator('#findings .table > table').last().locator('tbody tr:visible');
      const all = await rows.count();

      await filter.fill('policy3 HIGH');

      expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('policy Policy3 v1')]);
      expect(await page.locator('#findings output').last().innerText()).toBe(`1 of ${all} rows`);
      await filter.fill('');
      expect(await rows.count()).toBe(all);
    }));

  test('needs no mouse: the skip link, a table, a sort and a filter are reached with the Tab key', () =>
    reading({}, async ({ page }) => {
      const focused = () => page.evaluate('document.activeElement.textContent || document.activeElement.ariaLabel');
      const tabTo = async (text: string) => {
        for (let n = 0; n < 400; n += 1) {
          await page.keyboard.press('Tab');
          if (String(await focused()).startsWith(text)) return;
        }
        throw new Error(`No Tab leads to "${text}".`);
      };

      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the report');
      await page.keyboard.press('Enter');
      await tabTo('Last audited');
      await page.keyboard.press('Enter');
      expect(await page.locator('#checks th[aria-sort=ascending]').innerText()).toContain('Last audited');
      await tabTo('The same as a table');
      await page.keyboard.press('Space');
      expect(await page.locator('#compliance details').getAttribute('open')).not.toBeNull();
      await tabTo('Filter: Open findings, the most severe');
      await page.keyboard.type('Policy5');
      expect(await page.locator('#findings .table > table').last().locator('tbody tr:visible').count()).toBe(1);
    }));

  test('is whole without JavaScript', () =>
    reading({ javaScriptEnabled: false }, async ({ page, complaints }) => {
      const table = page.locator('#findings .table > table').last();

      expect(await page.locator('#state').innerText()).toContain('Do first');
      expect(await table.locator('tbody tr').count()).toBe(2 * ATTACKS.length - 1);
      expect(await page.locator('svg.chart').first().isVisible()).toBe(true);
      expect(await page.locator('button, input').count()).toBe(0);
      await page.locator('#compliance summary').click();
      expect(await page.locator('#compliance details table').isVisible()).toBe(true);
      expect(complaints).toEqual([]);
    }));

  test('fits on paper with every table, the one with a column for each check too', () =>
    reading({ viewport: A4_PORTRAIT }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });

      const tables = await page.evaluate(
        '[...document.querySelectorAll("table")].map((table) => [table.caption.textContent, table.getBoundingClientRect().right])',
      );

      expect(tables).toContainEqual(['What each of the latest audits said of each check', expect.any(Number)]);
      expect((tables as [string, number][]).filter(([, right]) => right > A4_PORTRAIT.width)).toEqual([]);
    }));

  test('prints to PDF, with what is folded in on the screen', () =>
    reading({}, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });

      expect(await page.locator('#compliance details table').isVisible()).toBe(true);
      expect(await page.locator('.filter:visible, nav:visible').count()).toBe(0);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(50_000);
    }));
});
