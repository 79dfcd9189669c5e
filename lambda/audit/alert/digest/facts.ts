import type { DIGEST } from '../../../contract.ts';
import type { EndingSuppression } from '../../answer/aws-answers.ts';
import { checkInfo } from '../../answer/check-catalogue.ts';
import { shortName } from '../../answer/resource-name.ts';
import { compareSeverity, highestSeverity, type Severity, severityWhenFailed } from '../../answer/severity.ts';
import {
  type CheckMark,
  changeSince,
  type MarkedChange,
  markFor,
  markOf,
  newlySuppressedSince,
} from '../../ledger/check-mark.ts';
import { type CheckEntry, openPublished } from '../../ledger/entry.ts';
import { DAY_MS } from '../../text/duration.ts';
import { clean, knownTime } from '../../text/safe-text.ts';
import { compareText } from '../../text/words.ts';
import type { MissedDays } from '../../watch/alert-kinds.ts';
import type { AlertIdentity } from '../alert-input.ts';
import { nameOf } from '../facts/check-facts.ts';

/** How often a digest comes. */
export type DigestCadence = Exclude<(typeof DIGEST)[number], 'none'>;

/** How long a period is, changes of clocks aside. */
export const PERIOD_MS: Readonly<Record<DigestCadence, number>> = { daily: DAY_MS, weekly: 7 * DAY_MS };

/** What became of the audits in some time. */
export interface AuditsSince {
  /** Audits that ended, by the status that AWS gave. */
  readonly ended: Readonly<Record<string, number>>;
  /** Audits that still run. */
  readonly running: number;
  /** Audits of which the watcher gave up seeing the end. */
  readonly givenUp: readonly GivenUpAudit[];
}

/** An audit that the watcher gave up. */
export interface GivenUpAudit {
  readonly taskId: string;
  readonly auditName?: string;
  /** ISO 8601, UTC. */
  readonly gaveUpAt: string;
  readonly errorName?: string;
  /** A later attempt saw its end. */
  readonly hasEnded: boolean;
}

/** The suppressions that have an end, or why nobody knows them. */
export type DigestSuppressions =
  | { readonly status: 'READ'; readonly suppressions: readonly EndingSuppression[] }
  | { readonly status: 'UNAVAILABLE'; readonly errorName: string };

/** All that a digest is written from. All times ISO 8601, UTC. */
export interface DigestInput {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly cadence: DigestCadence;
  /** When the period ended, by which the digest is known. */
  readonly periodEnd: string;
  /** What it covers: from the digest before to the moment at which this one is written. */
  readonly from: string;
  readonly to: string;
  /** When the watcher first swept; absent if that is not known. */
  readonly watchingSince?: string;
  /** What was known of the checks when the digest before was written. */
  readonly marks: readonly CheckMark[];
  /** What is known of the checks now. */
  readonly entries: readonly CheckEntry[];
  readonly audits: AuditsSince;
  readonly missedRuns: readonly MissedDays[];
  readonly suppressions: DigestSuppressions;
}

/** One check, as a digest shows it. */
export interface DigestCheck {
  readonly name: string;
  /** For people; with the audit name where the check is known per audit name. */
  readonly title: string;
  readonly auditName?: string;
  /** The severity with which it counts here. */
  readonly severity: Severity;
  readonly documentation: string;
  readonly change: MarkedChange;
  readonly now: CheckMark;
  readonly before?: CheckMark;
  /** Findings that are suppressed now and were not in the digest before. */
  readonly newlySuppressed: number;
  readonly entry: CheckEntry;
}

/** The same as the input, safe to write: every string is one clean line of bounded length. */
export interface DigestFacts extends AlertIdentity {
  readonly kind: 'DIGEST';
  /** The highest of what is open, unknown, missed, failed, canceled or given up. */
  readonly severity: Severity;
  readonly cadence: DigestCadence;
  readonly periodEnd: string;
  readonly from: string;
  readonly to: string;
  /** Only if that was in the period, or in the time covered. */
  readonly watchingSince?: string;
  /** Every known check, the worst first; the lists of some of them keep the order. */
  readonly checks: readonly DigestCheck[];
  readonly open: readonly DigestCheck[];
  readonly unknown: readonly DigestCheck[];
  /** Those that were open, and are fixed or suppressed now. */
  readonly over: readonly DigestCheck[];
  /** Those that had no result and are compliant now: nobody has seen them open. */
  readonly knownAgain: readonly DigestCheck[];
  /** Checks of which no audit said anything in the time covered. */
  readonly notAudited: number;
  /** No audit said anything of any of them. */
  readonly isUnaudited: boolean;
  readonly audits: AuditsSince;
  /** How many ended. */
  readonly ended: number;
  /** Those that ended otherwise than COMPLETED, by how: `failed`, `canceled`. What they would have found, nobody knows. */
  readonly incomplete: readonly { readonly how: string; readonly count: number }[];
  readonly missedRuns: readonly MissedDays[];
  /** Some runs were missed, or some audits were given up or incomplete. */
  readonly hasGap: boolean;
  /** Those that end soon, the next one first. */
  readonly endingSoon: readonly EndingSuppression[];
  /** Why the suppressions are not known. */
  readonly suppressionsError?: string;
}

/** More than two weekly digests: nobody is surprised by an end. */
const SOON_MS = 15 * DAY_MS;

/** Derives what a digest says, and makes what comes from the account safe to write. */
export function gatherDigestFacts(input: DigestInput): DigestFacts {
  const { accountId, region, cadence, periodEnd, from, to, watchingSince, missedRuns, suppressions } = input;
  const checks = input.entries.map((entry) => digestCheck(entry, input.marks)).sort(worstFirst);
  const period = `${periodEnd.slice(0, 16).replace(/:/g, '')}Z`;
  const since = knownTime(watchingSince);
  const open = checks.filter(({ now }) => now.state === 'NON_COMPLIANT');
  const unknown = checks.filter(({ now }) => now.state === 'UNKNOWN');
  const notAudited = checks.filter(({ before, now }) => before !== undefined && before.taskId === now.taskId).length;
  const audits = cleanAudits(input.audits);
  const incomplete = incompleteAudits(audits);
  const hasGap = missedRuns.length + audits.givenUp.length + incomplete.length > 0;
  const trouble = [...open, ...unknown].map(({ severity }) => severity);
  return {
    kind: 'DIGEST',
    severity: highestSeverity(hasGap ? [...trouble, 'HIGH'] : trouble),
    key: `${accountId}#${region}#DIGEST#${period}`,
    threadId: `iot-dd-digest-${accountId}-${region}-${period}`,
    accountId,
    region,
    cadence,
    periodEnd,
    from,
    to,
    watchingSince: since !== undefined && since > beginOf(input) ? since : undefined,
    checks,
    open,
    unknown,
    over: checks.filter(({ change }) => change === 'RECOVERED' || change === 'SUPPRESSED'),
    knownAgain: checks.filter(({ change }) => change === 'KNOWN_AGAIN'),
    notAudited,
    isUnaudited: notAudited === checks.length,
    audits,
    ended: Object.values(audits.ended).reduce((sum, count) => sum + count, 0),
    incomplete,
    missedRuns: missedRuns.map(({ auditName, days }) => ({ auditName: clean(auditName, 128) ?? '(unnamed)', days })),
    hasGap,
    endingSoon: suppressions.status === 'READ' ? endingSoon(suppressions.suppressions, to) : [],
    suppressionsError: suppressions.status === 'READ' ? undefined : (clean(suppressions.errorName, 80) ?? 'Error'),
  };
}

function digestCheck(entry: CheckEntry, marks: readonly CheckMark[]): DigestCheck {
  const name = nameOf(entry.checkName);
  const { title, severity: usual, documentation } = checkInfo(name);
  const auditName = clean(entry.auditName, 128);
  const now = markOf(entry);
  const before = markFor(entry, marks);
  const severity = highestSeverity([usual, openPublished(entry)?.severity ?? usual]);
  return {
    name,
    title: auditName === undefined ? title : `${title} (in ${auditName})`,
    auditName,
    severity: now.state === 'UNKNOWN' ? severityWhenFailed(severity) : severity,
    documentation,
    change: changeSince(before, now),
    now,
    before,
    newlySuppressed: before === undefined ? 0 : newlySuppressedSince(before, now),
    entry,
  };
}

/** Of the period, or of the time covered if that is longer. */
function beginOf({ cadence, periodEnd, from }: DigestInput): string {
  const begin = new Date(Date.parse(periodEnd) - PERIOD_MS[cadence]).toISOString();
  return begin < from ? begin : from;
}

/** AWS may add a status. */
function cleanAudits({ ended, running, givenUp }: AuditsSince): AuditsSince {
  return {
    ended: Object.fromEntries(Object.entries(ended).map(([status, count]) => [clean(status, 30) ?? 'UNKNOWN', count])),
    running,
    givenUp: givenUp.map((audit) => ({
      ...audit,
      auditName: clean(audit.auditName, 128),
      errorName: clean(audit.errorName, 80),
    })),
  };
}

function incompleteAudits({ ended }: AuditsSince): DigestFacts['incomplete'] {
  return Object.entries(ended)
    .filter(([status, count]) => status !== 'COMPLETED' && count > 0)
    .map(([status, count]) => ({ how: status.toLowerCase(), count }));
}

function endingSoon(suppressions: readonly EndingSuppression[], to: string): EndingSuppression[] {
  const latest = new Date(Date.parse(to) + SOON_MS).toISOString();
  return suppressions
    .filter(({ endsAt }) => endsAt > to && endsAt <= latest)
    .map(({ checkName, resource, endsAt }) => ({ checkName: nameOf(checkName), resource: shortName(resource), endsAt }))
    .sort((a, b) => compareText(a.endsAt, b.endsAt));
}

/** By severity, then what has been so for the longest, then the name. */
function worstFirst(a: DigestCheck, b: DigestCheck): number {
  return compareSeverity(b.severity, a.severity) || oldestFirst(a, b) || compareText(a.title, b.title);
}

/** By how long it has been as it is; a check of which that is not known comes last. */
export function oldestFirst(a: DigestCheck, b: DigestCheck): number {
  return compareText(a.now.since ?? '~', b.now.since ?? '~');
}
