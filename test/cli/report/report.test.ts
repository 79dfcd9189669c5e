import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IoTClient, ListAuditSuppressionsCommand } from '@aws-sdk/client-iot';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { parseHTML } from 'linkedom';
import { reportPage } from '../../../cli/report/page/page.ts';
import { suppressionsOf } from '../../../cli/report/read/suppressions.ts';
import { readReport } from '../../../cli/report/read.ts';
import type { ReportDocument } from '../../../cli/report/schema.ts';
import { openLocalHistory } from '../../../cli/shared/history/local-history.ts';
import { NOVEMBER, NOW, recordFleet } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
let report: ReportDocument;
let page = '';
beforeAll(async () => {
  directory = await recordFleet();
  const { out } = await runCli(['report', '--local', directory, '--json'], { now: NOW });
  report = JSON.parse(out);
  page = reportPage(report, ' --local');
});
afterAll(() => RecordedHistory.remove(directory));

/** The words of a section. */
function sectionText(id: string, markup = page): string {
  const { document } = parseHTML(markup.replaceAll('<', ' <'));
  return (document.querySelector(`#${id}`)?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

describe('audit-watcher report', () => {
  test('writes the page, makes its folder, says where it is, and what it comes to', async () => {
    const file = join(directory, 'reports', 'new', 'november.html');

    const { code, out, err } = await runCli(['report', '--local', directory, '-o', file], { now: NOW });

    expect([code, out]).toEqual([0, `${file}\n`]);
    expect(err).toContain('1 of 4 audited checks is non-compliant; the worst');
    expect(await readFile(file, 'utf8')).toContain('Not compliant');
  });

  test('ends with 2 for a file that cannot be written, and for a period that ends before it begins', async () => {
    const folder = join(directory, 'folder');
    await mkdir(folder, { recursive: true });

    const unwritable = await runCli(['report', '--local', directory, '-o', folder], { now: NOW });
    const reversed = await runCli(['report', '--local', directory, '--until', '100d'], { now: NOW });

    expect([unwritable.code, unwritable.err]).toEqual([2, expect.stringContaining(`${folder} (EISDIR)`)]);
    expect([reversed.code, reversed.err]).toEqual([2, expect.stringContaining('which is not before --until')]);
  });

  test('reads audits of the period and of the name only, and the state of now', async () => {
    const { out } = await runCli(
      [
        'report',
        '--local',
        directory,
        '--json',
        '--since',
        '2026-11-19',
        '--until',
        '2026-11-21',
        '--name',
        'NightlyFleetAudit',
      ],
      { now: NOW },
    );

    const { audits, status, alerts, days }: ReportDocument = JSON.parse(out);
    expect(audits.listed.map(({ taskId }) => taskId)).toEqual([NOVEMBER]);
    expect(alerts.listed.every(({ taskId }) => taskId === NOVEMBER)).toBe(true);
    expect(days.map(({ day }) => day)).toEqual(['2026-11-19', '2026-11-20']);
    expect(status.checks).toHaveLength(4);
  });
});

describe('The document of a report', () => {
  test('counts what is open by age and severity, and by resource', () => {
    const aged = report.findings.byAge.filter(({ findings }) => findings > 0);

    expect(report.findings).toMatchObject({ open: 3, suppressed: 1 });
    expect(aged).toEqual([
      { severity: 'MEDIUM', age: 'UNDER_90_DAYS', findings: 1 },
      { severity: 'CRITICAL', age: 'UNDER_1_WEEK', findings: 1 },
      { severity: 'CRITICAL', age: 'UNDER_90_DAYS', findings: 1 },
    ]);
    expect(report.findings.worst.map(({ severity, firstSeenAt }) => [severity, firstSeenAt?.slice(0, 10)])).toEqual([
      ['CRITICAL', '2026-10-05'],
      ['CRITICAL', '2026-11-20'],
      ['MEDIUM', '2026-10-05'],
    ]);
    expect(report.resources.count).toBe(3);
  });

  test('says how long it took to fix a check, and which is open still', () => {
    const fixes = report.fixes.listed.map(({ checkName, end, until }) => [checkName, end, until?.slice(0, 10)]);

    expect(fixes).toContainEqual(['LOGGING_DISABLED_CHECK', 'COMPLIANT', '2026-11-20']);
    expect(fixes).toContainEqual(['IOT_POLICY_OVERLY_PERMISSIVE_CHECK', undefined, undefined]);
  });

  test('covers every check: how often it ran, how often with a result, and which never did', () => {
    const of = (name: string) => report.coverage.find(({ checkName }) => checkName === name);

    expect(of('CA_CERTIFICATE_EXPIRING_CHECK')).toMatchObject({
      audits: 2,
      withResult: 1,
      lastAuditedAt: '2026-11-20T02:00:00.000Z',
      lastResultAt: '2026-10-05T02:00:00.000Z',
    });
    expect(of('DEVICE_CERTIFICATE_AGE_CHECK')).toMatchObject({ audits: 0, withResult: 0 });
  });

  test('times the first alert of each audit from its start', () => {
    const november = report.detections.listed.find(({ taskId }) => taskId === NOVEMBER);

    expect(november).toMatchObject({ kind: 'COMPLETED_WITH_FINDINGS', seconds: 11 * 60 + 2 });
  });

  test('has the missed runs of the schedule', () => {
    expect(report.missedRuns.listed.map(({ auditName }) => auditName)).toContain('NightlyFleetAudit');
  });
});

describe('The sweep of a report', () => {
  test.each([
    ['seen within two hours', 'of a deployment', '2026-11-23T13:58:00.000Z', undefined, false],
    ['missing for longer', 'of a deployment', '2026-11-23T13:58:01.000Z', undefined, true],
    ['not expected', 'of a local run that is over', '2026-11-23T13:58:01.000Z', true, false],
  ] as const)('is %s %s', async (_, __, now, local, unswept) => {
    const iot = mockClient(IoTClient);
    iot.on(ListAuditSuppressionsCommand).resolves({ suppressions: [] });
    const history = await openLocalHistory(directory);
    const query = { since: '2026-10-01T00:00:00.000Z', until: now, stackName: 'AuditWatcher', color: false, local };

    const found = await readReport(history, Date.parse(now), query);
    await history.close();
    iot.restore();

    expect(found.unswept).toBe(unswept);
  });
});

describe('The page of a report', () => {
  test('states what is wrong and what to do first, before anything else', () => {
    expect(sectionText('state')).toMatch(
      /^✕ Not compliant 1 of 4 audited checks is non-compliant; .*Do first Fix AWS IoT policies overly permissive \(CRITICAL\)/,
    );
  });

  test('has a chart and its table for each question', () => {
    const { document } = parseHTML(page);

    for (const id of ['compliance', 'heat-map', 'findings', 'resources', 'times', 'runs', 'coverage', 'timelines']) {
      const charts = document.querySelectorAll(`#${id} svg.chart[role=img][aria-label]`).length;
      expect([id, charts]).toEqual([id, document.querySelectorAll(`#${id} figure + details table`).length]);
      expect(charts).toBeGreaterThan(0);
    }
  });

  test('asks for nothing outside of it, and has neither styles nor handlers of elements', () => {
    const { document } = parseHTML(page);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');

    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
    expect(document.querySelectorAll('link, img, iframe, object, embed, [src], [style], [onclick]')).toHaveLength(0);
    expect(document.querySelectorAll('style')).toHaveLength(1);
    expect(document.querySelectorAll('script')).toHaveLength(1);
  });

  test('shows a result of unknown as unknown in every table', () => {
    expect(sectionText('checks')).toMatch(/\? unknown.*CA certificate expiring/);
    expect(sectionText('heat-map')).toContain('? failed');
    expect(sectionText('runs')).toContain('? gave up');
    expect(sectionText('suppressions')).toContain('? Description and end are unknown');
  });

  test('cuts long lists, says how many there are, and which command has all', () => {
    const cut = reportPage({ ...report, findings: { ...report.findings, open: 60_000 } }, ' --region eu-west-1');

    expect(sectionText('findings', cut)).toContain(
      'The first 3 of 60000 rows. All of them: npx audit-watcher export --format csv --open --region eu-west-1',
    );
  });

  test('is whole when nothing has been recorded', async () => {
    const empty = await RecordedHistory.in(async () => undefined);

    const { out } = await runCli(['report', '--local', empty, '--json'], { now: NOW });
    await RecordedHistory.remove(empty);

    const text = sectionText('state', reportPage(JSON.parse(out), ' --local'));
    expect(text).toMatch(
      /^\? Not known to be compliant Nothing is known: no audit has been recorded yet\. No audit started in this period\. Do first Run the first/,
    );
  });
});

describe('The suppressions of a report', () => {
  const inTables = { count: 1, listed: [{ checkName: 'A_CHECK', title: 'A', resource: 'policy P' }] };
  const options = { stackName: 'AuditWatcher', region: 'eu-west-1', color: false };

  test('come from AWS, with description and end', async () => {
    const iot = mockClient(IoTClient);
    iot.on(ListAuditSuppressionsCommand).resolves({
      suppressions: [
        {
          checkName: 'LOGGING_DISABLED_CHECK',
          resourceIdentifier: { account: '123456789012' },
          expirationDate: new Date('2026-12-01T00:00:00Z'),
          description: 'until the move',
        },
      ],
    });

    const suppressions = await suppressionsOf(options, 'eu-west-1', inTables, Date.parse(NOW));
    iot.restore();

    expect(suppressions).toMatchObject({
      source: 'AWS',
      count: 1,
      listed: [{ description: 'until the move', expiresAt: '2026-12-01T00:00:00.000Z', endsSoon: true }],
    });
    expect(sectionText('suppressions', reportPage({ ...report, suppressions }, ''))).toContain(
      'until the move ? 2026-12-01, within 30 days',
    );
  });

  test('are those of the tables, and say why, when AWS does not answer', async () => {
    const iot = mockClient(IoTClient);
    iot.on(ListAuditSuppressionsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    const suppressions = await suppressionsOf(options, 'eu-west-1', inTables, Date.parse(NOW));
    iot.restore();

    expect(suppressions).toEqual({
      source: 'TABLES',
      error: 'iot:ListAuditSuppressions: AccessDeniedException: no',
      ...inTables,
    });
  });
});
