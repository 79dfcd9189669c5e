import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { ScheduledDisplay } from '../../../cli/play/scheduled-display.ts';
import { readDayStory } from '../../../local/runs/scheduled-day-story.ts';
import { buildAlertReport } from './reports.ts';

const story = await readDayStory(Date.parse('2026-10-02T00:00:00.000Z'));
const at = (time: string) => Date.parse(`2026-10-02T${time}:59.999Z`);
const [first, today] = [story.audits[0], story.audits[9]];

test('a day is a line for each thing that happens, under its time in UTC', () => {
  if (first === undefined || today === undefined) throw new Error('The story has changed.');
  const stream = new PassThrough({ encoding: 'utf8' });
  const display = new ScheduledDisplay(stream);

  display.onDeployed(story);
  display.onFound(first, at('01:00'));
  display.onEnd(first, { status: 'SUCCEEDED' }, at('01:00'));
  display.onAuditStart(today, at('02:03'));
  display.onUnseenEnd(today, at('02:04'));
  display.onFound(today, at('02:05'));
  display.onAlert(buildAlertReport({ kind: 'CHECK_FAILED', subject: '[HIGH] One check' }), at('02:08'));
  display.onAbort(today, at('02:18'));
  display.onEnd(today, { status: 'ABORTED' }, at('02:18'));
  display.onEnd(first, { status: 'FAILED', error: 'WatchLimitReachedError' }, at('02:19'));
  display.onTakeOver(today, 'POLLS', at('02:35'));
  display.onEnd(today, { status: 'SUCCEEDED' }, at('02:45'));
  display.onSweepFailed('ThrottlingException', at('23:55'));
  display.onProblem('WARN: something odd', at('23:56'));

  expect(stream.read()).toMatchInlineSnapshot(`
"00:00  The stack is deployed. Audits that run daily: NightlyFleetAudit, CertificateAudit, GatewayAudit; 9 ran on the days before
01:00  SWEEP finds NightlyFleetAudit of 2026-09-29, which nobody watches: an execution starts
02:03  NightlyFleetAudit starts; no event announces it
02:04  NightlyFleetAudit ended before anybody watched it
02:05  SWEEP finds NightlyFleetAudit, which nobody watches: an execution starts
02:08  ALERT CHECK_FAILED  [HIGH] One check
02:18  Somebody aborts the execution that watches NightlyFleetAudit
02:19  NightlyFleetAudit of 2026-09-29 lost its execution: WatchLimitReachedError
02:35  SWEEP finds the watch of NightlyFleetAudit left behind (POLLS): an execution takes over
02:45  NightlyFleetAudit was watched to its end
23:55  SWEEP failed: ThrottlingException
23:56  WARN: something odd
"
`);
});
