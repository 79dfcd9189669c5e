import { type NextStep, startAuditCommand } from '../../text/commands.ts';
import type { DigestFacts } from '../digest/facts.ts';
import { digestSections } from '../digest/sections.ts';
import { headline, stateText, titleText } from '../digest/summary.ts';
import { listStep } from '../next-steps.ts';
import { severityIcon } from '../phrases.ts';
import type { DigestKind } from './kind.ts';

/** What a day or a week has brought. Sent also when all is well: a silent watcher looks like a dead one. */
export const digest: DigestKind = {
  icon: (facts) =>
    isWell(facts) ? ':white_check_mark:' : facts.severity === 'INFO' ? ':grey_question:' : severityIcon(facts),
  titleAfter: (facts) => ` ${facts.to.slice(0, 10)}: ${titleText(facts)}`,
  headline,
  state: stateText,
  sections: digestSections,
  nextSteps: (facts) => (isWell(facts) ? [] : nextSteps(facts)),
};

/** Nothing to do, and nothing that changed: two lines say it. */
function isWell(facts: DigestFacts): boolean {
  const { checks, open, unknown, over, knownAgain, ended, isUnaudited, hasGap, endingSoon, suppressionsError } = facts;
  return (
    checks.length > 0 &&
    ended > 0 &&
    !isUnaudited &&
    !hasGap &&
    open.length + unknown.length + over.length + knownAgain.length + endingSoon.length === 0 &&
    suppressionsError === undefined
  );
}

function nextSteps(facts: DigestFacts): NextStep[] {
  const { region, open, unknown, hasGap, endingSoon } = facts;
  const [worst] = open;
  // One that is known per audit name, no audit on demand can settle.
  const names = unknown.filter(({ auditName }) => auditName === undefined).map(({ name }) => name);
  const run = startAuditCommand(region, names);
  return [
    ...(worst === undefined
      ? []
      : [{ text: `Start with "${worst.title}".`, link: { label: 'How to fix', url: worst.documentation } }]),
    ...(run === undefined ? [] : [{ text: 'Run the checks without a result again:', command: run }]),
    ...(hasGap
      ? [
          {
            text: 'Each missed run and each failed, canceled or given-up audit was reported in its own alert: follow its steps.',
          },
        ]
      : []),
    ...(endingSoon.length === 0
      ? []
      : [{ text: 'Extend the suppressions that are still wanted: when one ends, its findings are open again.' }]),
    listStep(facts),
  ];
}
