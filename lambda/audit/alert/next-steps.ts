import { isPastableCheck, type NextStep, startAuditCommand } from '../text/commands.ts';
import { auditListLink } from '../text/console-links.ts';
import { isSome } from '../text/words.ts';
import type { CheckFacts } from './facts/check-facts.ts';
import type { AlertFacts } from './facts.ts';
import { isOutdated, isUndecided, stillOpenSentences, suppressedInRecovered } from './phrases.ts';

const INSUFFICIENT_PERMISSIONS = 'INSUFFICIENT_PERMISSIONS';

/** What to do about findings and failed checks. */
export function findingSteps(facts: AlertFacts): NextStep[] {
  return [...startWithWorst(facts), ...roleSteps(facts), ...repairSteps(facts), ...droppedSteps(facts)];
}

/** What to do about an audit that found nothing. */
export function cleanSteps(facts: AlertFacts): NextStep[] {
  const steps = [
    ...suppressionSteps(facts),
    ...withoutResultSteps(facts),
    ...droppedSteps(facts),
    ...elsewhereSteps(facts),
  ];
  const isAllDone = steps.length === 0 && stillOpenSentences(facts).length === 0;
  return isAllDone ? [listStep(facts, 'Nothing to do.')] : [...steps, listStep(facts)];
}

/** Opens the list of audits, from which each can be opened. */
export function listStep({ region }: Pick<AlertFacts, 'region'>, text?: string): NextStep {
  return { text, link: { label: 'Open the list of audits', url: auditListLink(region) } };
}

/** What to do about checks without a result, failed ones aside. */
export function withoutResultSteps({ checks, missing, counts, region }: AlertFacts): NextStep[] {
  const names = [...missing, ...checks.filter(({ outcome }) => isUndecided(outcome))].map(({ name }) => name);
  if (names.length === 0 && !isSome(counts.canceled)) return [];
  return [runStep(region, names, 'Find out why checks have no result, then run them again')];
}

/** What to do about open checks that were not part of the audit. */
export function droppedSteps({ dropped, region }: AlertFacts): NextStep[] {
  if (dropped.length === 0) return [];
  const names = dropped.map(({ name }) => name);
  const text =
    names.length === 1
      ? 'Put the check that is still open back into the audit, or run it yourself'
      : 'Put the checks that are still open back into the audit, or run them yourself';
  return [runStep(region, names, text)];
}

/** What to do about what other audits left open or unknown. One that is known per audit name, no other audit can settle. */
function elsewhereSteps({ elsewhere, region }: AlertFacts): NextStep[] {
  const names = elsewhere.filter(({ auditName }) => auditName === undefined).map(({ name }) => name);
  return [
    ...stepsFor(elsewhere.map(({ entry }) => entry.unknown?.errorCode)),
    ...(names.length === 0 ? [] : [runStep(region, names, 'Run the checks of the other audits again')]),
  ];
}

/** What to do about findings that are suppressed now. */
function suppressionSteps({ checks }: AlertFacts): NextStep[] {
  if (!checks.some(({ change }) => change?.change === 'SUPPRESSED') && suppressedInRecovered({ checks }) === 0)
    return [];
  return [
    {
      text: 'Check that the suppressions are intended, and that they have an end date. A suppressed finding sends no alert.',
    },
  ];
}

/** Words with the command that runs checks; without it where no name can be pasted. */
function runStep(region: string, checkNames: readonly string[], text: string): NextStep {
  const command = startAuditCommand(region, checkNames);
  return command === undefined ? { text: `${text}.` } : { text: `${text}:`, command };
}

function startWithWorst(facts: AlertFacts): NextStep[] {
  const found = facts.trouble.filter(({ outcome }) => outcome === 'NON_COMPLIANT');
  const worst = found.find((check) => !isOutdated(check));
  if (worst === undefined) {
    if (found.length > 0)
      return [listStep(facts, 'A later audit found all of this compliant: see its results instead.')];
    // AWS counts trouble, but does not name it.
    return facts.trouble.length === 0 ? [listStep(facts, 'Find the checks in the results of the audit.')] : [];
  }
  const isNew = worst.change?.change === 'NEW';
  return [
    {
      text: `Start with "${worst.title}"${isNew ? ', which is new' : ''}: open its results, then follow its fix link.`,
    },
  ];
}

/** One step for each cause of a failed check, then one command that runs them all again. */
function repairSteps({ trouble, region }: AlertFacts): NextStep[] {
  const failed = trouble.filter(({ outcome }) => outcome === 'FAILED');
  const texts = new Set(failed.map(repairText).filter((text) => text !== undefined));
  const steps: NextStep[] = [...texts].map((text) => ({ text }));
  const names = failed.map(({ name }) => name).filter(isPastableCheck);
  if (names.length === 0) return steps;
  return [
    ...steps,
    runStep(region, names, names.length === 1 ? 'Run the failed check again' : 'Run the failed checks again'),
  ];
}

/** Any check of the audit may say that the role lacks permissions, whatever the alert is about. */
export function roleSteps({ checks }: AlertFacts): NextStep[] {
  return stepsFor(checks.map(({ details }) => details.errorCode));
}

function stepsFor(errorCodes: readonly (string | undefined)[]): NextStep[] {
  return errorCodes.includes(INSUFFICIENT_PERMISSIONS)
    ? [{ text: 'Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.' }]
    : [];
}

function repairText({ details }: CheckFacts): string | undefined {
  switch (details.errorCode) {
    case INSUFFICIENT_PERMISSIONS:
      return undefined; // in roleSteps
    case 'AUDIT_CHECK_DISABLED':
      return 'Enable the check in the audit settings of the account, or remove it from the audit.';
    default:
      return 'Read the error of the failed check in its results.';
  }
}
