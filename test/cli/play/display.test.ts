import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Display } from '../../../cli/play/display.ts';
import { parseRecording } from '../../../local/recordings/recording.ts';
import type { WatchedAudit } from '../../../local/runs/watch-run.ts';
import { buildAnswer, TASK_ID } from '../../builders.ts';
import { buildAlertReport, buildPoll } from './reports.ts';

const STARTED_AT = Date.parse('2026-10-02T02:00:00.000Z');
const TEXT = JSON.stringify({ taskId: TASK_ID, steps: [{ atSeconds: 0, response: buildAnswer() }] });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A stream that keeps what is written to it. */
function openStream(isTTY: boolean, columns = 120) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns, rows: 40 }), written };
}

function buildAudit(overrides: Partial<WatchedAudit> = {}): WatchedAudit {
  return { taskId: TASK_ID, recording: parseRecording(TEXT, 'test'), startedAt: STARTED_AT, ...overrides };
}

/** Shows an audit that has just started; `seconds` sets the clock. */
function show(
  isTTY: boolean,
  audit = buildAudit(),
  { columns, ...options }: Partial<ConstructorParameters<typeof Display>[1]> & { readonly columns?: number } = {},
) {
  const { stream, written } = openStream(isTTY, columns);
  const display = new Display(stream, { env: {}, ...options });
  let now = STARTED_AT;
  display.onReady(() => now);
  display.onStart(audit, 'Device Defender Audit Started');
  return {
    display,
    written,
    at: (seconds: number) => {
      now = STARTED_AT + seconds * 1000;
      return now;
    },
    /** All that was written, as plain lines. */
    lines: () => stripVTControlCharacters(written.join('')).split('\n').slice(0, -1),
  };
}

test('On a narrow terminal lines break between words, and stay indented', () => {
  const { display, at, lines } = show(true, buildAudit(), { columns: 60 });

  display.onPoll(buildPoll({ poll: 1 }), at(0));
  display.close();

  expect(lines().slice(-5).join('\n')).toMatchInlineSnapshot(`
"██████████████░░░░░░░░░░░░░░ 7/14
       7 of 14 checks finished: 5 compliant, 1
       non-compliant, 1 failed, 6 running, 1 waiting for
       data
       poll 1  0 alerts sent  next poll in 5 s"
`);
});

describe('On a plain stream', () => {
  test('a run is a line for each thing that happens', () => {
    const { display, at, lines } = show(false);

    display.onPoll(buildPoll({ poll: 1 }), at(0));
    display.onFailure(TASK_ID, 'Check audit', 'ThrottlingException', at(5));
    display.onPoll(
      buildPoll({ poll: 2, taskStatus: 'COMPLETED', counts: { total: 1, compliant: 1 }, waitSeconds: 0 }),
      at(9),
    );
    display.onProblem('WARN: something odd');
    display.onEnd(TASK_ID, { status: 'SUCCEEDED' });
    display.close();

    expect(lines()).toEqual([
      `00:00  NightlyFleetAudit  event "Device Defender Audit Started" starts the watch of task ${TASK_ID}`,
      '00:00  NightlyFleetAudit  poll 1  IN_PROGRESS  7 of 14 checks finished: 5 compliant, 1 non-compliant, 1 failed, 6 running, 1 waiting for data; next poll in 5 s',
      '00:05  NightlyFleetAudit  Check audit failed: ThrottlingException',
      '00:09  NightlyFleetAudit  poll 2  COMPLETED  1 of 1 checks finished: 1 compliant; last poll',
      '  WARN: something odd',
    ]);
  });

  test('an alert is its kind and its subject', () => {
    const { display, lines } = show(false);

    display.onAlert(buildAlertReport({ subject: '[INFO] done' }));

    expect(lines().slice(1)).toEqual([
      '00:24  NightlyFleetAudit  ALERT COMPLETED_COMPLIANT',
      '  │ Subject: [INFO] done',
    ]);
  });

  test('an alert is shown as its readers see it with --show-alerts, without any colour', () => {
    const { display, written, lines } = show(false, buildAudit(), { showAlerts: true });

    display.onAlert(buildAlertReport());

    expect(lines()[1]).toBe('00:24  NightlyFleetAudit  ALERT COMPLETED_COMPLIANT');
    expect(lines()[2]).toMatch(/^ {2}┌─ Email ─+$/);
    expect(written.join('')).toBe(stripVTControlCharacters(written.join('')));
  });

  test('an audit that got a new task id says so first', () => {
    const { lines } = show(false, buildAudit({ taskId: 'new', renamedFrom: 'old' }));

    expect(lines()[0]).toBe('Task old was watched before, so this run plays the recording as task new.');
  });

  test('an audit without a name is an on-demand audit', () => {
    const recording = parseRecording(TEXT.replace('"scheduledAuditName":"NightlyFleetAudit",', ''), 'test');

    const { lines } = show(false, buildAudit({ recording }));

    expect(lines()[0]).toMatch(/^00:00 {2}on-demand audit {2}event/);
  });

  test('news of an audit that never started is let go, but for its alert', () => {
    const { display, at, lines } = show(false);

    display.onPoll(buildPoll({ taskId: 'other' }), at(1));
    display.onFailure('other', 'Check audit', 'ThrottlingException', at(2));
    display.onEnd('other', { status: 'SUCCEEDED' });
    display.onAlert(buildAlertReport({ machine: { taskId: 'other' } }));

    expect(lines()[1]).toBe('00:24    ALERT COMPLETED_COMPLIANT');
  });
});

describe('On a terminal', () => {
  test('that is dumb, a run is plain lines', () => {
    const { display, at, written } = show(true, buildAudit(), { env: { TERM: 'dumb' } });

    display.onPoll(buildPoll(), at(10));
    display.close();

    expect(written.join('')).toContain('poll 3  IN_PROGRESS');
    expect(written.join('')).toBe(stripVTControlCharacters(written.join('')));
  });

  test('audits that have no room are summed up, those that ended first', () => {
    const { display, at, written } = show(true);
    for (let n = 0; n < 20; n += 1) display.onStart(buildAudit({ taskId: `more-${n}` }), 'event');
    for (let n = 0; n < 20; n += 1) display.onPoll(buildPoll({ taskId: `more-${n}` }), at(10));

    display.onEnd('more-3', { status: 'SUCCEEDED' });
    display.close();

    expect(stripVTControlCharacters(written.join(''))).toMatch(/and \d+ more: \d+ running, 1 ended\s*$/);
  });

  /** The last thing drawn. */
  const lastFrame = (written: readonly string[]) =>
    stripVTControlCharacters(written.findLast((text) => text.includes('NightlyFleetAudit')) ?? '').trimEnd();

  test('the state of the audit is drawn again as time goes by', () => {
    const { display, at, written } = show(true);
    display.onPoll(buildPoll(), at(10));

    at(12);
    jest.advanceTimersByTime(100);
    const first = lastFrame(written);
    at(14);
    jest.advanceTimersByTime(100);
    const second = lastFrame(written);
    display.close();

    expect(first).toMatchInlineSnapshot(`
"00:12  NightlyFleetAudit  IN_PROGRESS  ██████████████░░░░░░░░░░░░░░ 7/14
       7 of 14 checks finished: 5 compliant, 1 non-compliant, 1 failed, 6 running, 1 waiting for data
       poll 3  0 alerts sent  next poll in 3 s"
`);
    expect(second).toContain('next poll in 1 s');
  });

  test('that is narrow, the subject of an alert stays beside its edge', () => {
    const { display, lines } = show(true, buildAudit(), { columns: 50 });
    const subject = '[HIGH] IoT audit NightlyFleetAudit: 1 check could not run (eu-west-1)';

    display.onAlert(buildAlertReport({ subject }));
    display.close();

    expect(lines().filter((line) => line.includes('│'))).toEqual([
      '  │ Subject: [HIGH] IoT audit NightlyFleetAudit: 1',
      '  │ check could not run (eu-west-1)',
    ]);
  });

  test('a poll writes no line of its own', () => {
    const { display, at, lines } = show(true);

    display.onPoll(buildPoll(), at(10));
    display.close();

    expect(lines().filter((line) => line.includes('poll 3  IN_PROGRESS'))).toEqual([]);
  });

  test('an error is shown until the next poll succeeds', () => {
    const { display, at, written } = show(true);
    display.onPoll(buildPoll(), at(10));

    display.onFailure(TASK_ID, 'Check audit', 'ThrottlingException', at(15));
    jest.advanceTimersByTime(100);
    const failing = lastFrame(written);
    display.onPoll(buildPoll({ poll: 4 }), at(20));
    jest.advanceTimersByTime(100);
    const recovered = lastFrame(written);
    display.close();

    expect(failing).toContain('ThrottlingException, trying again');
    expect(recovered).not.toContain('ThrottlingException');
    expect(recovered).toContain('poll 4');
  });

  test.each([
    [{ status: 'SUCCEEDED' }, 'ended'],
    [{ status: 'FAILED', error: 'WatchLimitReachedError' }, 'WatchLimitReachedError'],
    [{ status: 'ABORTED' }, 'ABORTED'],
  ] as const)('the end %j is left on the screen as %s', (result, expected) => {
    const { display, at, written } = show(true);
    display.onPoll(buildPoll(), at(10));

    display.onEnd(TASK_ID, result);
    display.close();
    const drawn = written.length;
    jest.advanceTimersByTime(1_000);

    expect(lastFrame(written)).toContain(`NightlyFleetAudit  ${expected}`);
    expect(lastFrame(written)).not.toContain('next poll');
    expect(written).toHaveLength(drawn);
  });

  test('an alert is counted, and painted unless NO_COLOR is set', () => {
    const painted = show(true, buildAudit(), { showAlerts: true });
    painted.display.onPoll(buildPoll(), painted.at(10));
    painted.display.onAlert(buildAlertReport());
    painted.display.close();
    const plain = show(true, buildAudit(), { env: { NO_COLOR: '1' }, showAlerts: true });
    plain.display.onAlert(buildAlertReport());
    plain.display.close();

    expect(lastFrame(painted.written)).toContain('1 alert sent');
    expect(painted.written.join('')).toContain('\u001b[32m  ┌─ Email');
    expect(plain.written.join('')).toContain('\n  ┌─ Email');
  });

  test('a watch that never saw the audit ends with its error', () => {
    const { display, written } = show(true);

    display.onEnd(TASK_ID, { status: 'SUCCEEDED' });
    display.close();

    expect(lastFrame(written)).toContain('NightlyFleetAudit  ended');
  });
});
