import { describe, expect, test } from '@jest/globals';
import { type DayListener, type DayOptions, playScheduledDay } from '../../../local/runs/scheduled-day.ts';
import { type DayStory, readDayStory } from '../../../local/runs/scheduled-day-story.ts';
import { readTestAssembly } from '../assembly/assembly-copy.ts';

const HOUR = 3_600_000;
const whole = await readDayStory(Date.parse('2026-10-02T00:00:00.000Z'));
/** All but the history, until an hour in which the nightly audit has ended. */
const early: DayStory = {
  ...whole,
  endsAt: whole.startsAt + 3 * HOUR,
  audits: whole.audits.filter(({ taskId }) => taskId === whole.aborted.taskId),
};

/** Every call of a listener, in order, as short texts. */
function listen() {
  const seen: string[] = [];
  const minute = (moment: number) => Math.floor((moment - whole.startsAt) / 60_000);
  const listener: DayListener = {
    onDeployed: ({ audits }) => seen.push(`deployed with ${audits.length}`),
    onAuditStart: ({ auditName }, moment) => seen.push(`${minute(moment)} ${auditName} starts`),
    onUnseenEnd: ({ auditName }, moment) => seen.push(`${minute(moment)} ${auditName} over, unseen`),
    onFound: ({ auditName }, moment) => seen.push(`${minute(moment)} ${auditName} found`),
    onTakeOver: ({ auditName }, reason, moment) => seen.push(`${minute(moment)} ${auditName} ${reason}`),
    onAbort: ({ auditName }, moment) => seen.push(`${minute(moment)} ${auditName} aborted`),
    onAlert: ({ kind }, moment) => seen.push(`${minute(moment)} ${kind}`),
    onEnd: ({ auditName }, { status }, moment) => seen.push(`${minute(moment)} ${auditName} ${status}`),
    onSweepFailed: (error, moment) => seen.push(`${minute(moment)} sweep failed: ${error}`),
    onProblem: (message, moment) => seen.push(`${minute(moment)} problem: ${message}`),
  };
  return { listener, seen };
}

async function play(story: DayStory, options: Partial<DayOptions> = {}, listener?: DayListener) {
  const assembly = await readTestAssembly();
  return playScheduledDay(story, { assembly, speed: Number.POSITIVE_INFINITY, ...options }, listener);
}

describe('A day', () => {
  test('is reported as it happens, and its audits stay watched whatever happens to an execution', async () => {
    const { listener, seen } = listen();

    const { audits, missing, sweeps } = await play(early, {}, listener);

    expect(seen).toEqual([
      'deployed with 1',
      '123 NightlyFleetAudit starts',
      '125 NightlyFleetAudit found',
      '130 NON_COMPLIANT_DETECTED',
      '138 NightlyFleetAudit aborted',
      '138 NightlyFleetAudit ABORTED',
      '155 NightlyFleetAudit POLLS',
      '155 CHECK_FAILED',
      '166 COMPLETED_WITH_FINDINGS',
      '166 NightlyFleetAudit SUCCEEDED',
    ]);
    expect(audits).toMatchObject([{ foundAfterSeconds: 108, taskStatus: 'COMPLETED', earlier: false }]);
    expect(sweeps).toEqual({ count: 36, failed: 0, everySeconds: 300 });
    expect(missing).toEqual([
      'GatewayAudit did not run: AUDIT_OVERDUE should be sent for it once, and was sent 0 times.',
    ]);
  });

  test('without a schedule says what is missing', async () => {
    const assembly = await readTestAssembly();
    const others = Object.entries(assembly.resources).filter(([, { Type }]) => Type !== 'AWS::Scheduler::Schedule');
    const { listener, seen } = listen();

    const { missing, audits } = await play(
      early,
      { assembly: { ...assembly, resources: Object.fromEntries(others) } },
      listener,
    );

    expect(missing).toEqual([
      'NightlyFleetAudit of 2026-10-02 02:03 was never found.',
      expect.stringContaining('has the executions none'),
      expect.stringContaining('should send one alert of each kind'),
      'NightlyFleetAudit of 2026-10-02 02:03 should send an alert before its execution is aborted.',
      expect.stringContaining('GatewayAudit did not run'),
      'No sweep ran.',
    ]);
    expect(audits[0]).toMatchObject({ executions: [], snapshots: [], foundAfterSeconds: undefined });
    expect(seen).toEqual(['deployed with 1', '123 NightlyFleetAudit starts', '165 NightlyFleetAudit over, unseen']);
  });

  test('on which sweeps fail says so', async () => {
    const story = { ...early, endsAt: early.startsAt + 600_000, audits: [] };
    const refused = { type: 'error', name: 'AccessDeniedException', statusCode: 403 } as const;
    const { listener, seen } = listen();

    const { missing, sweeps } = await play(
      story,
      { onCall: ({ operation }) => (operation === 'ListAuditTasks' ? refused : undefined) },
      listener,
    );

    expect(seen.slice(0, 2)).toEqual(['deployed with 0', '0 sweep failed: DeniedError']);
    expect(sweeps.failed).toBe(sweeps.count);
    expect(missing).toContain(`${sweeps.count} sweeps failed.`);
  });
});
