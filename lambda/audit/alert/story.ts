import { compareSeverity } from '../answer/severity.ts';
import type { NextStep } from '../text/commands.ts';
import { countText, isSome, plural, sentenceList, timeText } from '../text/words.ts';
import type { AlertFacts } from './facts.ts';
import { gaveUpWording } from './kinds/gave-up.ts';
import { stuckWording } from './kinds/stuck.ts';
import { nextSteps } from './next-steps.ts';
import { auditText, finishedChecks, progressText, statusText } from './phrases.ts';
import { type StorySection, storySections } from './sections.ts';
import { type Suppression, suppression } from './suppression.ts';

/**
 * What an alert tells, before it is written as mail or chat: plain sentences without any markup, so that each format
 * escapes everything it writes and nothing can be forgotten.
 */
export interface AlertStory {
  /** First word everywhere: the severity, or RECOVERED. */
  readonly word: string;
  /** Slack's name of an emoji, with its colons. */
  readonly icon: string;
  /** `IoT audit` + `NightlyFleetAudit` + `: 1 non-compliant check so far`; the name is absent for an on-demand audit. */
  readonly title: { readonly before: string; readonly name?: string; readonly after: string };
  /** The sentence after the first word. */
  readonly headline: string;
  /** `NightlyFleetAudit (scheduled)`. */
  readonly audit: string;
  /** More about it, for formats with room. */
  readonly particulars: readonly Labeled[];
  /** How it stands, on one line: the progress of an audit, or when one was due. */
  readonly state: Labeled;
  readonly sections: readonly StorySection[];
  /** The most useful one first. */
  readonly nextSteps: readonly NextStep[];
  /** Of a resource that may be known; for formats that can hold a command of any length. */
  readonly suppression?: Suppression;
  /** What the reader may expect after this message. */
  readonly outlook?: string;
}

/** `Started`, `2026-10-02 02:00:04 UTC`. */
export interface Labeled {
  readonly label: string;
  readonly text: string;
}

/** Decides what is told of an audit, in the order in which it is read. */
export function tellStory(facts: AlertFacts): AlertStory {
  return {
    word: facts.kind === 'RECOVERED' ? 'RECOVERED' : facts.severity,
    icon: iconOf(facts),
    title: { ...subjectOf(facts), after: afterName(facts) },
    headline: headlineOf(facts),
    audit: auditText(facts),
    particulars: [
      { label: 'Task ID', text: facts.taskId },
      { label: 'Started', text: timeText(facts.startedAt) },
    ],
    state: { label: 'Progress', text: progressText(facts) },
    sections: storySections(facts),
    nextSteps: nextSteps(facts),
    suppression: suppression(facts),
    outlook: outlookOf(facts),
  };
}

function outlookOf(facts: AlertFacts): string | undefined {
  switch (facts.kind) {
    case 'NON_COMPLIANT_DETECTED':
    case 'CHECK_FAILED':
      return 'One closing message follows when the audit ends; no message per look.';
    case 'AUDIT_STUCK':
      return stuckWording(facts).outlook;
    default:
      return undefined;
  }
}

/** The audit in one word or two, for people. */
export function auditLabel({ auditName, taskType, taskId }: AlertFacts): string {
  return auditName ?? (taskType === 'ON_DEMAND_AUDIT_TASK' ? 'on-demand audit' : taskId);
}

function subjectOf(facts: AlertFacts): { before: string; name?: string } {
  const isNameless = facts.auditName === undefined && facts.taskType === 'ON_DEMAND_AUDIT_TASK';
  const before = facts.kind === 'WATCHER_GAVE_UP' ? 'IoT audit watcher stopped watching' : 'IoT';
  if (isNameless) return { before: `${before} on-demand audit` };
  return { before: facts.kind === 'WATCHER_GAVE_UP' ? before : `${before} audit`, name: auditLabel(facts) };
}

function iconOf({ kind, severity }: AlertFacts): string {
  switch (kind) {
    case 'NON_COMPLIANT_DETECTED':
    case 'COMPLETED_WITH_FINDINGS':
      return compareSeverity(severity, 'HIGH') < 0 ? ':warning:' : ':rotating_light:';
    case 'CHECK_FAILED':
      return ':warning:';
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return ':white_check_mark:';
    case 'AUDIT_NOT_COMPLETED':
      return ':no_entry:';
    case 'AUDIT_STUCK':
    case 'WATCHER_GAVE_UP':
      return ':hourglass:';
  }
}

function afterName(facts: AlertFacts): string {
  const { kind, counts } = facts;
  switch (kind) {
    case 'NON_COMPLIANT_DETECTED':
      return `: ${plural(counts.nonCompliant, 'non-compliant check')} so far`;
    case 'CHECK_FAILED':
      return `: ${plural(counts.failed, 'check')} could not run`;
    case 'AUDIT_STUCK':
      return stuckWording(facts).after;
    case 'COMPLETED_WITH_FINDINGS': {
      const parts = troubleCounts(facts, (count, what) => `${countText(count)} ${what}`);
      return ` done: ${parts.join(', ')} of ${plural(counts.total, 'check')}`;
    }
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return `: ${compliantText(facts, '')}`;
    case 'AUDIT_NOT_COMPLETED':
      return `${howItEnded(facts)}${afterChecks(facts)}`;
    case 'WATCHER_GAVE_UP':
      return gaveUpWording(facts).after;
  }
}

function headlineOf(facts: AlertFacts): string {
  const { kind, counts, phase } = facts;
  switch (kind) {
    case 'NON_COMPLIANT_DETECTED': {
      const found =
        counts.nonCompliant === 1
          ? 'an AWS IoT audit check is'
          : `${plural(counts.nonCompliant, 'AWS IoT audit check')} are`;
      const stands = phase === 'RUNNING' ? 'is still running' : `reports ${statusText(facts)}`;
      return `${found} non-compliant. The audit ${stands}.`;
    }
    case 'CHECK_FAILED':
      return counts.failed === 1
        ? 'an AWS IoT audit check could not run, so its result is unknown.'
        : `${plural(counts.failed, 'AWS IoT audit check')} could not run, so their results are unknown.`;
    case 'AUDIT_STUCK':
      return stuckWording(facts).headline;
    case 'COMPLETED_WITH_FINDINGS':
      return `the AWS IoT audit finished with ${sentenceList(troubleCounts(facts, (count, what) => plural(count, `${what} check`)))}.`;
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return `${compliantText(facts, ' of this AWS IoT audit')}${againText(facts)}.`;
    case 'AUDIT_NOT_COMPLETED':
      return `the AWS IoT audit${howItEnded(facts)}. Its result is incomplete.`;
    case 'WATCHER_GAVE_UP':
      return gaveUpWording(facts).headline;
  }
}

/** Known zeros are left out: they are not what happened. */
function troubleCounts({ counts }: AlertFacts, say: (count: number | undefined, what: string) => string): string[] {
  const parts = [
    { count: counts.nonCompliant, what: 'non-compliant' },
    { count: counts.failed, what: 'failed' },
  ];
  return parts.filter(({ count }) => count !== 0).map(({ count, what }) => say(count, what));
}

/** Nothing is called compliant that AWS does not call so: a canceled check is neither compliant nor in trouble. */
function compliantText(facts: AlertFacts, of: string): string {
  const { total } = facts.counts;
  if (!isAllCompliant(facts)) return `no check${of} is non-compliant or failed`;
  return total === 1 ? `the only check${of} is compliant` : `all ${total} checks${of} are compliant`;
}

function isAllCompliant({ counts }: AlertFacts): boolean {
  return isSome(counts.total) && counts.total === counts.compliant;
}

function againText(facts: AlertFacts): string {
  if (facts.kind !== 'RECOVERED') return '';
  return isAllCompliant(facts) ? ' again' : ' any more';
}

function howItEnded(facts: AlertFacts): string {
  return facts.taskStatus === 'CANCELED' ? ' was CANCELED' : ` ended as ${statusText(facts)}`;
}

function afterChecks(facts: AlertFacts): string {
  const finished = finishedChecks(facts);
  const { total } = facts.counts;
  return finished === undefined || total === undefined ? '' : ` after ${finished} of ${plural(total, 'check')}`;
}
