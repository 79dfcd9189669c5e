import { type Random, randomFrom } from './random.ts';

/** One audit: when its checks end, and what of that is worth a message. Seconds since its start. */
export interface Run {
  readonly endsAt: number;
  /** In order; the last is the end of the audit. */
  readonly checksEndAt: readonly number[];
  /** The first check that ends non-compliant, and the first that fails; Infinity where there is none. */
  readonly nonCompliantAt: number;
  readonly failedAt: number;
  /** From when on all checks that are left wait for data; Infinity when they never do. */
  readonly waitsForDataFrom: number;
}

/** All audits of one name. */
export interface AuditSeries {
  /** The audits before, oldest first. */
  readonly history: readonly Run[];
  /** Those that are to be watched. */
  readonly runs: readonly Run[];
  /** Draws as many more, from which the optimum learns what can be known. */
  sample(count: number): Run[];
}

interface FleetSize {
  readonly names: number;
  readonly history: number;
  readonly runs: number;
}

/** The mix that is watched: see docs/schedule.md. */
const MIX = {
  seconds: { least: 1, most: 86_400 },
  /** Standard deviation of the logarithm of the durations of one name. */
  spread: { least: 0.03, most: 0.3 },
  checks: { least: 3, most: 17 },
  /** How much a check scatters beside the audit, as a share of that. */
  checkSpread: 0.5,
  /** Chances of each check: bad in nearly every audit; newly bad; failed. */
  badCheck: 0.05,
  staysBad: 0.95,
  newlyBad: 0.01,
  failed: 0.005,
  /** The chance that an audit takes another time than usual, and the factor. */
  surprise: 0.02,
  surprising: { least: 0.1, most: 10 },
  /** Audits of more than ten minutes, of which one to three checks wait for data after the others. */
  waitsForData: 0.25,
  othersEndBy: 0.3,
} as const;

const LONG_SECONDS = 600;

/** What the audits of a name have in common. */
interface Habit {
  readonly medianSeconds: number;
  readonly spread: number;
  /** When each check ends, as a share of the duration. */
  readonly shares: readonly number[];
  readonly isBad: readonly boolean[];
  readonly waiting: number;
}

/** The same for the same seed. The durations are spread evenly over the mix, so that few names are enough. */
export function fleetOf(seed: number, { names, history, runs }: FleetSize): AuditSeries[] {
  const random = randomFrom(seed);
  return Array.from({ length: names }, (_, index) => {
    const habit = habitOf(random, (index + random.uniform()) / names);
    const several = (length: number, from: Random) => Array.from({ length }, () => runOf(from, habit));
    return {
      history: several(history, random),
      runs: several(runs, random),
      sample: (count) => several(count, randomFrom(seed + 1 + index)),
    };
  });
}

function habitOf(random: Random, rank: number): Habit {
  const { seconds, spread, checks, badCheck, waitsForData, othersEndBy } = MIX;
  const medianSeconds = seconds.least * (seconds.most / seconds.least) ** rank;
  const count = random.whole(checks.least, checks.most);
  const waiting =
    medianSeconds > LONG_SECONDS && random.chance(waitsForData) ? random.whole(1, Math.min(3, count - 1)) : 0;
  const shares = Array.from({ length: count }, () => random.uniform()).toSorted((a, b) => a - b);
  return {
    medianSeconds,
    spread: random.logUniform(spread.least, spread.most),
    shares: shares.map((share, index) => (waiting > 0 && index < count - waiting ? share * othersEndBy : share)),
    isBad: shares.map(() => random.chance(badCheck)),
    waiting,
  };
}

function runOf(random: Random, { medianSeconds, spread, shares, isBad, waiting }: Habit): Run {
  const { surprise, surprising, checkSpread, staysBad, newlyBad, failed } = MIX;
  const factor = random.chance(surprise) ? random.logUniform(surprising.least, surprising.most) : 1;
  const endsAt = Math.min(MIX.seconds.most, medianSeconds * factor * Math.exp(spread * random.normal()));
  const last = shares.length - 1;
  const checks = shares.map((share, index) => {
    const endAt = index === last ? endsAt : endsAt * share * Math.exp(checkSpread * spread * random.normal());
    const nonCompliant = random.chance(isBad[index] ? staysBad : newlyBad);
    return { endAt: Math.min(endsAt, endAt), nonCompliant, failed: !nonCompliant && random.chance(failed) };
  });
  const firstOf = (of: (check: (typeof checks)[number]) => boolean) =>
    checks.filter(of).reduce((first, { endAt }) => Math.min(first, endAt), Number.POSITIVE_INFINITY);
  return {
    endsAt,
    checksEndAt: checks.map(({ endAt }) => endAt).toSorted((a, b) => a - b),
    nonCompliantAt: firstOf(({ nonCompliant }) => nonCompliant),
    failedAt: firstOf((check) => check.failed),
    waitsForDataFrom:
      waiting === 0 ? Number.POSITIVE_INFINITY : Math.max(...checks.slice(0, -waiting).map(({ endAt }) => endAt)),
  };
}

/** When there is something to publish, in order: the first non-compliant check, the first failed one, the end. */
export function newsOf({ nonCompliantAt, failedAt, endsAt }: Run): number[] {
  return [nonCompliantAt, failedAt, endsAt].filter(Number.isFinite).toSorted((a, b) => a - b);
}
