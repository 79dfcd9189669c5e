import { describe, expect, test } from '@jest/globals';
import type { DayAuditReport, DayReport } from '../../../local/runs/day-report.ts';
import { brokenPromises } from '../../../local/runs/scheduled-day-promises.ts';
import { readDayStory } from '../../../local/runs/scheduled-day-story.ts';
import { buildAlertReport } from '../../cli/play/reports.ts';
import { buildDay } from './day-reports.ts';

const story = await readDayStory(Date.parse('2026-10-02T15:00:00.000Z'));
const FIRST = 'NightlyFleetAudit of 2026-09-29 02:01';
const NIGHTLY = 'NightlyFleetAudit of 2026-10-02 02:03';
const CERTIFICATES = 'CertificateAudit of 2026-10-02 06:01';
const EARLIER = 0;
const NIGHTLY_TODAY = 9;
const CERTIFICATES_TODAY = 10;

/** The good day with one audit as it was not promised. */
function withAudit(index: number, overrides: Partial<DayAuditReport>): DayReport {
  const day = buildDay(story);
  return { ...day, audits: day.audits.map((audit, n) => (n === index ? { ...audit, ...overrides } : audit)) };
}

test('a day on which all happens breaks no promise', () => {
  expect(brokenPromises(buildDay(story), story)).toEqual([]);
});

describe('A promise is broken', () => {
  test.each<[string, number, Partial<DayAuditReport>, string]>([
    ['an audit is never found', EARLIER, { foundAfterSeconds: undefined }, `${FIRST} was never found.`],
    ['an audit is left', EARLIER, { taskStatus: 'IN_PROGRESS' }, `${FIRST} was not watched to its end.`],
    [
      'a watch fails',
      CERTIFICATES_TODAY,
      { execution: { status: 'FAILED', polls: 2 } },
      `${CERTIFICATES} was not watched to its end.`,
    ],
    ['nothing is stored', EARLIER, { snapshots: [] }, `${FIRST} has gaps in its snapshots.`],
    [
      'a poll is lost',
      NIGHTLY_TODAY,
      { execution: { status: 'SUCCEEDED', polls: 3 } },
      `${NIGHTLY} has gaps in its snapshots.`,
    ],
    [
      'history is watched twice',
      EARLIER,
      { executions: [{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }] },
      `${FIRST} was watched by 2 executions, not by one.`,
    ],
    ['history alerts', EARLIER, { alerts: [buildAlertReport()] }, `${FIRST} is history, but sent alerts.`],
    [
      'an audit is found by a later sweep than the next',
      CERTIFICATES_TODAY,
      { foundAfterSeconds: 500 },
      `${CERTIFICATES} was only found after 500 s.`,
    ],
    [
      'nobody takes over',
      NIGHTLY_TODAY,
      { executions: [{ status: 'ABORTED' }] },
      `${NIGHTLY} has the executions ABORTED; expected ABORTED, SUCCEEDED.`,
    ],
    [
      'an execution is missing',
      CERTIFICATES_TODAY,
      { executions: [] },
      `${CERTIFICATES} has the executions none; expected SUCCEEDED.`,
    ],
    [
      'there is no alert',
      CERTIFICATES_TODAY,
      { alerts: [] },
      `${CERTIFICATES} should send one alert of each kind, COMPLETED_WITH_FINDINGS last; it sent none.`,
    ],
    [
      'the takeover repeats an alert',
      NIGHTLY_TODAY,
      {
        alerts: ['NON_COMPLIANT_DETECTED', 'NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'].map((kind) =>
          buildAlertReport({ kind }),
        ),
      },
      `${NIGHTLY} should send one alert of each kind, COMPLETED_WITH_FINDINGS last; ` +
        'it sent NON_COMPLIANT_DETECTED, NON_COMPLIANT_DETECTED, COMPLETED_WITH_FINDINGS.',
    ],
    [
      'the first alert is lost',
      NIGHTLY_TODAY,
      { alerts: [buildAlertReport({ kind: 'COMPLETED_WITH_FINDINGS' })] },
      `${NIGHTLY} should send an alert before its execution is aborted.`,
    ],
  ])('when %s', (_case, index, overrides, sentence) => {
    expect(brokenPromises(withAudit(index, overrides), story)).toEqual([sentence]);
  });

  test.each<[string, Partial<DayReport>, readonly string[]]>([
    ['no sweep ran', { sweeps: { count: 0, failed: 0, everySeconds: 300 } }, ['No sweep ran.']],
    ['sweeps failed', { sweeps: { count: 288, failed: 2, everySeconds: 300 } }, ['2 sweeps failed.']],
    [
      'no alert names the audit that did not run',
      { alerts: [] },
      ['GatewayAudit did not run: AUDIT_OVERDUE should be sent for it once, and was sent 0 times.'],
    ],
  ])('when %s', (_case, overrides, sentences) => {
    expect(brokenPromises(buildDay(story, overrides), story)).toEqual(sentences);
  });

  test('when an alert comes twice, or another audit counts as missed', () => {
    const { alerts } = buildDay(story);
    const other = buildAlertReport({
      kind: 'AUDIT_OVERDUE',
      key: 'other',
      machine: { scheduledAuditName: 'CertificateAudit' },
    });

    expect(brokenPromises(buildDay(story, { alerts: [...alerts, ...alerts.slice(0, 1), other] }), story)).toEqual([
      'AUDIT_OVERDUE was sent for CertificateAudit without reason.',
      'An alert was sent twice.',
    ]);
  });
});

describe('The story', () => {
  test('is the same for every moment of a day, and another one for another day', async () => {
    const ids = ({ audits }: typeof story) => audits.map(({ taskId }) => taskId);
    const morning = await readDayStory(Date.parse('2026-10-02T00:00:00.000Z'));
    const nextDay = await readDayStory(Date.parse('2026-10-03T00:00:00.000Z'));

    expect(ids(morning)).toEqual(ids(story));
    expect(new Set([...ids(nextDay), ...ids(story)]).size).toBe(2 * story.audits.length);
  });

  test('plays each audit from a recording under its name', () => {
    for (const { auditName, recording } of story.audits) expect(recording.auditName).toBe(auditName);
  });

  test('has its moments in the day', () => {
    const moments = [
      story.aborted.at,
      ...story.audits.filter(({ earlier }) => !earlier).map(({ startedAt }) => startedAt),
    ];

    for (const moment of moments) {
      expect(moment).toBeGreaterThan(story.startsAt);
      expect(moment).toBeLessThan(story.endsAt);
    }
    for (const { startedAt } of story.audits.filter(({ earlier }) => earlier)) {
      expect(startedAt).toBeLessThan(story.startsAt);
    }
  });
});
