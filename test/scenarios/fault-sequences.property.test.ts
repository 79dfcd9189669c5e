import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PublishAttempt } from '../../lambda/audit/watch/publish-attempt.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import type { Call } from '../../local/services/service.ts';
import { alertKey } from '../builders.ts';
import { runs } from '../fuzz/models.ts';
import { BAD, finding, onDemand } from './fleet-audits.ts';
import type { Ledger } from './fleet-ledger.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { DENIED, INTERNAL, NOT_FOUND, THROTTLED } from './stack-faults.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

afterAll(async () => {
  await fleet.close();
});

/** A way in which calls fail, before or after they take effect; or in which Lambda does not run a function. */
interface Trouble {
  readonly before?: StackFault;
  readonly after?: StackFault;
  readonly isThrottled?: true;
}

const TROUBLES = {
  throttled: { before: THROTTLED },
  'server error': { before: INTERNAL },
  '503 page': { before: { type: 'answer', statusCode: 503, body: '<html>' } },
  'half an answer': { after: { type: 'cut', statusCode: 200, body: '{"ta' } },
  'empty answer': { before: { type: 'answer', statusCode: 200, body: '' } },
  unreachable: { before: { type: 'refuse' } },
  'never answered': { before: { type: 'hold' } },
  'answer lost': { after: { type: 'reset' } },
  'answered after 6 s': { after: { type: 'slow', seconds: 6 } },
  'answered after 60 s': { after: { type: 'slow', seconds: 60 } },
  'dies before': { before: { type: 'kill' } },
  'dies after': { after: { type: 'kill' } },
  denied: { before: DENIED },
  'not found': { before: NOT_FOUND },
  'not run': { isThrottled: true },
} as const satisfies Record<string, Trouble>;

interface Spell {
  readonly trouble: keyof typeof TROUBLES;
  /** Which service; all without it. */
  readonly service?: Call['service'];
  /** Each call, or each second or third one. */
  readonly every: number;
  readonly pauseMinutes: number;
  readonly minutes: number;
}

const spell: fc.Arbitrary<Spell> = fc.record({
  trouble: fc.constantFrom(...(Object.keys(TROUBLES) as (keyof typeof TROUBLES)[])),
  service: fc.option(fc.constantFrom('iot', 'sns', 'dynamodb', 'events'), { nil: undefined }),
  every: fc.integer({ min: 1, max: 3 }),
  pauseMinutes: fc.integer({ min: 0, max: 10 }),
  minutes: fc.integer({ min: 1, max: 20 }),
});

/** Lets the spells happen, one after the other, from now on. Returns how long they last. */
function befall(spells: readonly Spell[]): number {
  let until = fleet.now;
  const begun = fleet.now;
  const planned = spells.map(({ pauseMinutes, minutes, ...of }) => {
    const trouble: Trouble = TROUBLES[of.trouble];
    const from = until + pauseMinutes * MINUTE;
    until = from + minutes * MINUTE;
    return { ...of, ...trouble, from, until };
  });
  const current = () => planned.find((each) => each.from <= fleet.now && fleet.now < each.until);
  let calls = 0;
  const hit = new WeakSet<Call>();
  fleet.faults = {
    isThrottled: () => current()?.isThrottled === true,
    onCall: (call) => {
      const { service = call.service, every = 1, before } = current() ?? {};
      if (service !== call.service) return undefined;
      calls += 1;
      if (calls % every !== 0) return undefined;
      hit.add(call);
      return before;
    },
    afterCall: (call) => (hit.has(call) ? current()?.after : undefined),
  };
  return until - begun;
}

/** What is wrong with what is stored and published of an audit. */
function flawsOf(taskId: string, closings: readonly unknown[], { watches, alerts }: Ledger): string[] {
  const watch = watches.get(taskId);
  if (watch === undefined) return [`${taskId} is not watched`];
  const { endedAt, open, ledger, findings } = watch;
  const isDone = endedAt !== undefined && open === undefined && ledger === 'MOVED' && findings !== 'PENDING';
  return [
    ...(isDone ? [] : [`${taskId} is left ${JSON.stringify({ endedAt, open, ledger, findings })}`]),
    ...(closings.includes(watch.alerts.TERMINAL?.kind)
      ? []
      : [`${taskId} was closed as ${watch.alerts.TERMINAL?.kind}`]),
    ...Object.entries(watch.alerts).flatMap(([slot, alert]) => flawsOfAlert(alertKey(taskId, slot), alert, alerts)),
  ];
}

/** Then its end is published, even if all is well. */
function isGivenUp(taskId: string, { watches }: Ledger): boolean {
  return watches.get(taskId)?.alerts.WATCHER_GAVE_UP !== undefined;
}

/** The latest run that a schedule missed is published. */
function flawsOfSchedule(name: string, { sweep, alerts }: Ledger): string[] {
  const missed = sweep.schedules?.[name]?.missed;
  if (missed === undefined) return [`${name} is not missed`];
  return flawsOfAlert(alertKey(name, `AUDIT_OVERDUE#${missed.day}`), missed, alerts);
}

/** Published at least once, unless ten attempts were all unclear; and never a storm. */
function flawsOfAlert(
  alert: string,
  { status, attempt }: { readonly status: string; readonly attempt?: PublishAttempt },
  alerts: Ledger['alerts'],
): string[] {
  const moments = alerts.filter(({ key }) => key === alert).map(({ atSeconds }) => atSeconds);
  const inAnHour = Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 3600).length));
  const isSettled = status === 'SENT' ? moments.length > 0 : status === 'UNCERTAIN' && attempt?.copies === 10;
  return isSettled && moments.length <= 10 && inAnHour <= 3
    ? []
    : [`${alert} is ${status} with ${moments.length} copies, ${inAnHour} in an hour`];
}

/** Many runs, as in test:faults, take minutes. */
const LONGEST_MS = 20 * MINUTE;

test(
  'After any sequence of faults, each audit is stored and published by one sweep a day later',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(spell, { minLength: 1, maxLength: 3 }), async (spells) => {
        await fleet.reset();
        await fleet.knowHistory();
        fleet.stack.setSchedules([{ scheduledAuditName: 'Missing', frequency: 'DAILY' }]);
        await fleet.sweep();
        await fleet.pass(30 * HOUR);
        const findings = [finding('TestBench')];
        fleet.add({ taskId: 'announced', steps: onDemand(20 * 60, BAD), findings });
        fleet.add({ taskId: 'found', steps: onDemand(60, BAD), findings, startsAt: fleet.now + 10 * MINUTE });
        fleet.add({ taskId: 'clean', steps: onDemand(0), startsAt: fleet.now + 20 * MINUTE });
        const lasts = befall(spells);
        fleet.announce('announced');

        await fleet.sweepFor(Math.max(lasts, 30 * MINUTE), 10 * MINUTE);
        fleet.faults = {};
        await fleet.pass(DAY);
        await fleet.sweep();
        await fleet.pass(3 * HOUR);

        const ledger = await fleet.ledger();
        expect([
          ...flawsOf('announced', ['COMPLETED_WITH_FINDINGS'], ledger),
          ...flawsOf('found', ['COMPLETED_WITH_FINDINGS'], ledger),
          // It ends trouble if it is the last to be stored.
          ...flawsOf('clean', ['RECOVERED', isGivenUp('clean', ledger) ? 'COMPLETED_COMPLIANT' : undefined], ledger),
          ...flawsOfSchedule('Missing', ledger),
        ]).toEqual([]);
      }),
      runs(2),
    );
  },
  LONGEST_MS,
);
