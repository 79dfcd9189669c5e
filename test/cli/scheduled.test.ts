import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { start } from '../../cli/start.ts';
import type { DayReport } from '../../local/scheduled-day.ts';

describe('npm start -- --scheduled', () => {
  let out = '';
  let err = '';
  beforeEach(() => {
    out = '';
    err = '';
    const keep = (append: (text: string) => void) => (chunk: unknown, done?: unknown) => {
      append(String(chunk));
      if (typeof done === 'function') done();
      return true;
    };
    jest
      .spyOn(process.stdout, 'write')
      .mockImplementation(keep((text) => (out += text)) as typeof process.stdout.write);
    jest
      .spyOn(process.stderr, 'write')
      .mockImplementation(keep((text) => (err += text)) as typeof process.stderr.write);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('plays a day on which every audit is found, and ends with 0', async () => {
    const code = await start(['--scheduled', '--json']);

    const { scheduledDay } = JSON.parse(out) as { scheduledDay: DayReport };
    expect(scheduledDay.missing).toEqual([]);
    expect(code).toBe(0);
    expect(scheduledDay.sweeps).toEqual({ count: 288, failed: 0, everySeconds: 300 });
    expect(scheduledDay.alerts.map(({ kind }) => kind)).toEqual([
      'NON_COMPLIANT_DETECTED',
      'CHECK_FAILED',
      'COMPLETED_WITH_FINDINGS',
      'COMPLETED_WITH_FINDINGS',
      'AUDIT_OVERDUE',
    ]);
    expect(
      err
        .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE')
        .split('\n')
        .slice(0, -5),
    ).toMatchInlineSnapshot();
  });

  test('ends with 1 and says what is missing when sweeps are too rare for the story', async () => {
    const code = await start(['--scheduled', '-c', 'sweepMinutes=60']);

    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toContain('Result     not all that should happen did:');
    expect(out).toMatch(
      /NightlyFleetAudit of \d{4}-\d\d-\d\d 02:03 has the executions SUCCEEDED; expected ABORTED, SUCCEEDED/,
    );
  });
});
