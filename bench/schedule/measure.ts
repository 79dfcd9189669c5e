import type { PollSpacing } from '../../lambda/audit/polling/next-poll.ts';
import { sum } from '../figures.ts';
import type { AuditSeries } from './fleet.ts';
import { newsOf } from './fleet.ts';
import type { Point } from './frontier.ts';
import { bestPlans } from './optimum.ts';
import { LOOP, type Poller } from './pollers.ts';
import { randomFrom } from './random.ts';
import { type Watched, watch } from './watched.ts';
import { watchSeries } from './watcher.ts';

/** What a way of watching came to, over all audits of a fleet. */
export interface Figures extends Point {
  readonly name: string;
  readonly median: number;
  readonly p95: number;
  /** For an audit. */
  readonly transitions: number;
}

/** *Send alerts* and *Finished?*, for each alert. */
const TRANSITIONS_PER_ALERT = 2;
/** The waits of all schedules but ours are drawn from this. */
const JITTER_SEED = 1;

export function measurePoller(fleet: readonly AuditSeries[], poller: Poller): Figures {
  const random = randomFrom(JITTER_SEED);
  const watched = fleet.flatMap(({ runs }) => runs.map((run) => watch(run, poller.polls(random))));
  return figuresOf(poller.name, poller.transitionsPerPoll, watched);
}

/** Our own schedule, with as many audits of each name known as are given. */
export function measureWatcher(
  name: string,
  fleet: readonly AuditSeries[],
  spacing: PollSpacing,
  known: number,
): Figures {
  return figuresOf(
    name,
    LOOP,
    fleet.flatMap((series) => watchSeries(series, spacing, known)),
  );
}

/** Device Defender's own notification: it comes once, when the audit has ended. */
export function measureNotification(fleet: readonly AuditSeries[]): Figures {
  const watched = fleet.flatMap(({ runs }) =>
    runs.map((run) => ({ polls: 0, delays: newsOf(run).map((at) => run.endsAt - at) })),
  );
  return figuresOf('notification at the end', 0, watched);
}

/** The best that can be planned, for several prices of a poll. */
export function measureOptimum(
  fleet: readonly AuditSeries[],
  sampleSize: number,
  pause: number,
  prices: readonly number[],
): Point[] {
  const plans = fleet.map(({ sample, runs }) => ({ runs, plans: bestPlans(sample(sampleSize), pause, prices) }));
  return prices.map((price, index) => {
    const watched = plans.flatMap(({ runs, plans: own }) =>
      own.slice(index, index + 1).flatMap((plan) => runs.map((run) => watch(run, plan))),
    );
    return figuresOf(`optimum at ${price} s`, LOOP, watched);
  });
}

function figuresOf(name: string, transitionsPerPoll: number, watched: readonly Watched[]): Figures {
  const delays = watched.flatMap((each) => each.delays).toSorted((a, b) => a - b);
  const polls = sum(watched.map((each) => each.polls)) / watched.length;
  const quantile = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? Number.NaN;
  const alerts = sum(watched.map((each) => new Set(each.delays).size)) / watched.length;
  return {
    name,
    polls,
    delay: sum(delays) / delays.length,
    median: quantile(0.5),
    p95: quantile(0.95),
    transitions: transitionsPerPoll * polls + TRANSITIONS_PER_ALERT * alerts,
  };
}
