import type { NextStep } from '../text/commands.ts';
import { timeText } from '../text/words.ts';
import type { DigestFacts } from './digest/facts.ts';
import type { AlertFacts } from './facts.ts';
import type { AuditKind, DigestKind, MissedRunKind } from './kinds/kind.ts';
import type { MissedRunFacts } from './missed-run-facts.ts';
import { auditLabel, auditText } from './phrases.ts';
import { type StorySection, unlistedSection } from './sections.ts';
import { type Suppression, suppression } from './suppression.ts';

/**
 * What an alert says, before it is written as mail or chat: plain sentences without any markup, so that each format
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
  /** For a resource that may be known and accepted; for formats that can hold a command of any length. */
  readonly suppression?: Suppression;
  /** What the reader may expect after this message. */
  readonly outlook?: string;
}

/** `Started`, `2026-10-02 02:00:04 UTC`. */
interface Labeled {
  readonly label: string;
  readonly text: string;
}

/** What an alert about an audit says, in the order in which it is read. */
export function auditStory(facts: AlertFacts, kind: AuditKind): AlertStory {
  const { auditName, taskType, taskId, startedAt, severity } = facts;
  const before = kind.titleBefore ?? 'IoT audit';
  const isNameless = auditName === undefined && taskType === 'ON_DEMAND_AUDIT_TASK';
  return {
    word: kind.word ?? severity,
    icon: kind.icon(facts),
    title: {
      ...(isNameless
        ? { before: `${kind.titleBefore ?? 'IoT'} on-demand audit` }
        : { before, name: auditLabel(facts) }),
      after: kind.titleAfter(facts),
    },
    headline: kind.headline(facts),
    audit: auditText(facts),
    particulars: [
      { label: 'Task ID', text: taskId },
      { label: 'Started', text: timeText(startedAt) },
    ],
    state: { label: 'Progress', text: kind.state(facts) },
    sections: [...kind.sections(facts), unlistedSection(facts)].filter(hasContent),
    nextSteps: kind.nextSteps(facts),
    suppression: suppression(facts),
    outlook: kind.outlook?.(facts),
  };
}

/** What an alert about a scheduled audit that did not start says. */
export function missedRunStory(facts: MissedRunFacts, kind: MissedRunKind): AlertStory {
  return {
    word: facts.severity,
    icon: kind.icon(facts),
    title: { before: 'IoT audit', name: facts.auditName, after: kind.titleAfter(facts) },
    headline: kind.headline(facts),
    audit: `${facts.auditName} (scheduled)`,
    particulars: [],
    state: { label: 'Due', text: kind.state(facts) },
    sections: kind.sections(facts).filter(hasContent),
    nextSteps: kind.nextSteps(facts),
    outlook: kind.outlook?.(facts),
  };
}

/** What a digest says. */
export function digestStory(facts: DigestFacts, kind: DigestKind): AlertStory {
  return {
    word: facts.severity,
    icon: kind.icon(facts),
    title: { before: `IoT audit ${facts.cadence} digest`, after: kind.titleAfter(facts) },
    headline: kind.headline(facts),
    audit: 'all of this account and Region',
    particulars: [],
    state: { label: 'Covers', text: kind.state(facts) },
    sections: kind.sections(facts).filter(hasContent),
    nextSteps: kind.nextSteps(facts),
  };
}

function hasContent({ rows = [], checks, lines }: StorySection): boolean {
  return rows.length + checks.length + lines.length > 0;
}
