import { countText, firstOf, isSome, timeText } from '../../text/words.ts';
import { changeRows, goneText, previousAuditText } from '../changes.ts';
import { type AlertFacts, type CheckFacts, standsNow } from '../facts.ts';
import { cleanSteps } from '../next-steps.ts';
import { completedText, compliantText, isAllCompliant } from '../phrases.ts';
import {
  linesSection,
  MAX_NAMES,
  type StorySection,
  suppressedSection,
  unnamedLines,
  withoutResultSection,
} from '../sections.ts';
import type { AuditKind } from './kind.ts';

/** An audit that completed clean, after trouble earlier in it or in the previous audit. */
export const recovered: AuditKind = {
  outcomes: ['NON_COMPLIANT', 'FAILED'],
  isAboutBefore: true,
  word: 'RECOVERED',
  icon: () => ':white_check_mark:',
  titleAfter: (facts) => `: ${compliantText(facts)}`,
  headline: (facts) =>
    `${compliantText(facts, ' of this AWS IoT audit')} ${isAllCompliant(facts) ? 'again' : 'any more'}.`,
  state: completedText,
  sections: (facts) => [
    ...recoveredSections(facts),
    lostSection(facts),
    withoutResultSection(facts),
    suppressedSection(facts),
  ],
  nextSteps: cleanSteps,
};

/** A check that was in trouble has recovered only if it is compliant now; otherwise its state is unknown. */
function recoveredSections(facts: AlertFacts): StorySection[] {
  const checks = facts.trouble.map((before) => {
    const now = standsNow(facts, before);
    return { before, now, isRecovered: now?.outcome === 'COMPLIANT' };
  });
  const recovered = (isFromPreviousAudit: boolean) =>
    checks.flatMap(({ before, now, isRecovered }) =>
      isRecovered && now !== undefined && (before.isFromPreviousAudit === true) === isFromPreviousAudit
        ? [`${before.title}: ${recoveryText(before, now)}`]
        : [],
    );
  const unknown = checks
    .filter(({ isRecovered }) => !isRecovered)
    .map(
      ({ before, now }) =>
        `${before.title}: ${troubleText(before)} -> ${now?.details.checkRunStatus ?? 'not in the answer'}`,
    );
  const since = facts.troubleSeenAt === undefined ? 'during this audit' : `since ${timeText(facts.troubleSeenAt)}`;
  return [
    linesSection(`Recovered since ${previousAuditText(facts)}`, recovered(true)),
    linesSection(`Recovered ${since}`, [...recovered(false), ...unnamedLines(facts)]),
    linesSection('In trouble before, unknown now', unknown),
  ];
}

function recoveryText(before: CheckFacts, now: CheckFacts): string {
  const found = before.details.nonCompliantResourcesCount;
  const left = now.details.nonCompliantResourcesCount;
  if (before.outcome === 'FAILED' || !isSome(found) || left === undefined) return `${troubleText(before)} -> compliant`;
  return `${found} -> ${countText(left)} resources${goneText(before)}`;
}

function troubleText(check: CheckFacts): string {
  return check.outcome === 'FAILED' ? 'failed' : 'non-compliant';
}

/** Checks that had a result in the previous audit, though not a bad one, and have no result now. */
function lostSection(facts: AlertFacts): StorySection {
  const rows = changeRows(facts).filter(({ label, isShownInFull }) => label === 'Unknown' && !isShownInFull);
  const lines = rows.map(({ text }) => text);
  return linesSection(`Unknown since ${previousAuditText(facts)}`, firstOf(lines, MAX_NAMES));
}
