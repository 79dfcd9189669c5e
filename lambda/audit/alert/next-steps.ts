import { isPastableCheck, type NextStep, startAuditCommand } from '../text/commands.ts';
import { auditReportLink } from '../text/console-links.ts';
import { isSome } from '../text/words.ts';
import { type AlertFacts, type CheckFacts, standsNow } from './facts.ts';

/** What to do about findings and failed checks. */
export function findingSteps(facts: AlertFacts): NextStep[] {
  return [...startWithWorst(facts), ...repairSteps(facts), reportStep(facts)];
}

/** What to do about an audit that found nothing. */
export function cleanSteps(facts: AlertFacts): NextStep[] {
  return [reportStep(facts, isClean(facts) ? 'Nothing to do.' : 'Run the checks without a result again.')];
}

/** Opens the report of the audit. */
export function reportStep({ region, taskId }: AlertFacts, text?: string): NextStep {
  return { text, link: { label: 'Open the audit report', url: auditReportLink(region, taskId) } };
}

function startWithWorst({ trouble }: AlertFacts): NextStep[] {
  const worst = trouble.find(({ outcome }) => outcome === 'NON_COMPLIANT');
  if (worst === undefined) return [];
  return [
    {
      text: `Start with "${worst.title}"${isNew(worst)}: open its results, see what changed, then follow its fix link.`,
    },
  ];
}

function isNew({ change }: CheckFacts): string {
  return change?.change === 'NEW' ? ', which is new' : '';
}

/** One step for each cause of a failed check, then one command that runs them all again. */
function repairSteps({ trouble, region }: AlertFacts): NextStep[] {
  const failed = trouble.filter(({ outcome }) => outcome === 'FAILED');
  const steps: NextStep[] = [...new Set(failed.map(repairText))].map((text) => ({ text }));
  const names = failed.map(({ name }) => name).filter(isPastableCheck);
  const command = startAuditCommand(region, names);
  if (command === undefined) return steps;
  return [
    ...steps,
    { text: names.length === 1 ? 'Run the failed check again:' : 'Run the failed checks again:', command },
  ];
}

function repairText({ details }: CheckFacts): string {
  switch (details.errorCode) {
    case 'INSUFFICIENT_PERMISSIONS':
      return 'Check that the Device Defender audit role still has the managed policy AWSIoTDeviceDefenderAudit.';
    case 'AUDIT_CHECK_DISABLED':
      return 'Enable the check in the audit settings of the account, or remove it from the audit.';
    default:
      return 'Read the error of the failed check in its results.';
  }
}

/** Every check, and every one that was in trouble before, is compliant. */
function isClean(facts: AlertFacts): boolean {
  const { checks, trouble, counts } = facts;
  const isCompliant = (check: CheckFacts | undefined) => check?.outcome === 'COMPLIANT';
  return !isSome(counts.canceled) && [...checks, ...trouble.map((check) => standsNow(facts, check))].every(isCompliant);
}
