import type { NextStep } from '../../text/commands.ts';
import type { Repeatable } from '../../watch/repeat.ts';
import type { DigestFacts } from '../digest/facts.ts';
import type { AlertScope } from '../facts/trouble.ts';
import type { AlertFacts } from '../facts.ts';
import type { MissedRunFacts } from '../missed-run-facts.ts';
import type { StorySection } from '../sections.ts';

/**
 * What an alert of one kind says, in plain sentences without markup: each format escapes what it writes. `Facts` is all
 * that is known when the alert is written.
 */
interface Kind<Facts> {
  /** Slack's name of an emoji, with its colons. */
  readonly icon: (facts: Facts) => string;
  /** Ends the title, after the name of the audit. */
  readonly titleAfter: (facts: Facts) => string;
  /** The sentence after the first word. */
  readonly headline: (facts: Facts) => string;
  /** How it stands, on one line: the progress of an audit, or when it was due. */
  readonly state: (facts: Facts) => string;
  /** The worst first; sections with nothing to say are left out. */
  readonly sections: (facts: Facts) => readonly StorySection[];
  /** The most useful step first. */
  readonly nextSteps: (facts: Facts) => readonly NextStep[];
  /** What the reader may expect after this message. */
  readonly outlook?: (facts: Facts) => string;
}

/** A kind of alert about an audit. */
export interface AuditKind extends AlertScope, Kind<AlertFacts> {
  /** First word of every format, instead of the severity. */
  readonly word?: string;
  /** Begins the title, before the name of the audit; absent: `IoT audit`. */
  readonly titleBefore?: string;
  /** With `repeat: changes`, what must be known already for the alert to be held back; absent: it is always sent. */
  readonly repeatable?: Repeatable;
  /** For searches in chat, instead of the status of the audit. */
  readonly keyword?: string;
}

/** A kind of alert about a scheduled audit that did not start. */
export type MissedRunKind = Kind<MissedRunFacts>;

/** A kind of alert about a day or a week. */
export type DigestKind = Kind<DigestFacts>;
