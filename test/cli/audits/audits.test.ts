import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOW, recordFleet, taskOf } from '../fleet-history.ts';
import { RecordedHistory } from '../recorded-history.ts';
import { runCli } from '../terminal.ts';

let directory = '';
beforeAll(async () => {
  directory = await recordFleet();
});
afterAll(() => RecordedHistory.remove(directory));

describe('audit-watcher audits', () => {
  test('lists the audits of a week, newest first, each task id below its row on 80 columns', async () => {
    const { code, out } = await runCli(['audits', '--local', directory, '--no-color'], { columns: 80, now: NOW });

    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
"STARTED (UTC)     OUTCOME        AUDIT                      RAN  BAD  ALERTS
2026-11-23 11:30  running        ON_DEMAND                    ?    1  1 pending
  1e000000000000000000000000000000
2026-11-22 02:00  gave up        ?                            ?    ?  1 sent
  fa000000000000000000000000000000
2026-11-21 02:00  canceled       NightlyFleetAudit       11 min    0  1 sent
  ca000000000000000000000000000000
2026-11-20 02:00  with findings  NightlyFleetAudit       11 min    2  1 sent
  0b000000000000000000000000000000
"
`);
  });

  test('has each task id in its row on 120 columns', async () => {
    const { out } = await runCli(['audits', '--local', directory, '--no-color'], { columns: 120, now: NOW });

    expect(out).toMatchInlineSnapshot(`
"STARTED (UTC)     OUTCOME        AUDIT                            RAN  BAD  ALERTS      TASK
2026-11-23 11:30  running        ON_DEMAND                          ?    1  1 pending   1e000000000000000000000000000000
2026-11-22 02:00  gave up        ?                                  ?    ?  1 sent      fa000000000000000000000000000000
2026-11-21 02:00  canceled       NightlyFleetAudit             11 min    0  1 sent      ca000000000000000000000000000000
2026-11-20 02:00  with findings  NightlyFleetAudit             11 min    2  1 sent      0b000000000000000000000000000000
"
`);
  });

  test.each([
    [
      ['--since', '2026-10-01'],
      ['1e', 'fa', 'ca', '0b0', '0c70be50'],
    ],
    [
      ['--since', '4d'],
      ['1e', 'fa', 'ca', '0b0'],
    ],
    [
      ['--since', '2026-10-01', '--outcome', 'WITH_FINDINGS'],
      ['0b0', '0c70be50'],
    ],
    [['--since', '30d', '--name', 'ON_DEMAND'], ['1e']],
    [['--outcome', 'COMPLIANT'], []],
  ])('with %j lists %j', async (options, audits) => {
    const { out } = await runCli(['audits', '--local', directory, '--json', ...options], { now: NOW });

    const tasks = JSON.parse(out).audits.map(({ taskId }: { taskId: string }) => taskId);
    expect(tasks).toEqual(audits.map(taskOf));
  });

  test.each([
    [['--since', 'yesterday'], 'Allowed: how long ago, as in 12h, 7d, 4w; or a day or time in UTC, as in 2026-10-02.'],
    [['--outcome', 'good'], 'Allowed choices are RUNNING, COMPLIANT, WITH_FINDINGS'],
  ])('refuses %j', async (options, sentence) => {
    const { code, err } = await runCli(['audits', '--local', directory, ...options], { now: NOW });

    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});
