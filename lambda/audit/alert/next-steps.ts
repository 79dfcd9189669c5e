import type { NextStep } from '../text/commands.ts';
import { isPastableCheck, startAuditCommand } from '../text/commands.ts';
import { auditReportLink } from '../text/console-links.ts';
import { isSome } from '../text/words.ts';
import { type AlertFacts, type CheckFacts, standsNow } from './facts.ts';
import { gaveUpWording } from './kinds/gave-up.ts';
import { stuckWording } from './kinds/stuck.ts';

/** What to do about each kind, the most useful step first. */
export function nextSteps(facts: AlertFacts): NextStep[] {
  switch (facts.kind) {
    case 'NON_COMPLIANT_DETECTED':
    case 'CHECK_FAILED':
    case 'COMPLETED_WITH_FINDINGS':
      return [...startWithWorst(facts), ...repairSteps(facts), report(facts)];
    case 'AUDIT_STUCK':
      return stuckWording(facts).nextSteps;
    case 'RECOVERED':
    case 'COMPLETED_COMPLIANT':
      return [report(facts, isClean(facts) ? 'Nothing to do.' : 'Run the checks again that have no result.')];
    case 'AUDIT_NOT_COMPLETED':
      return [report(facts, endedEarlyText(facts))];
    case 'WATCHER_GAVE_UP':
      return gaveUpWording(facts).nextSteps;
  }
}

function report({ region, taskId }: AlertFacts, text?: string): NextStep {
  return { text, link: { label: 'Open the audit report', url: auditReportLink(region, taskId) } };
}

function startWithWorst({ trouble }: AlertFacts): NextStep[] {
  const worst = trouble.find(({ outcome }) => outcome === 'NON_COMPLIANT');
  if (worst === undefined) return [];
  return [
    {
      text: `Start with "${worst.title}"${isNew(worst)}: open its results and look for what changed, then follow its fix link.`,
    },
  ];
}

function isNew({ change }: CheckFacts): string {
  return change?.change === 'NEW' ? ', which is new' : '';
}

/** What to do about failed checks: one step for each cause, then one command that runs them again. */
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
      return 'Enable the check in the audit settings of the account, or take it out of the audit.';
    default:
      return 'Read the error of the failed check in its results.';
  }
}

function endedEarlyText({ taskStatus, taskType }: AlertFacts): string {
  const again =
    taskType === 'ON_DEMAND_AUDIT_TASK' ? 'run it again' : 'run it again or wait for the next scheduled run';
  return taskStatus === 'CANCELED'
    ? `Find who canceled it (CloudTrail event CancelAuditTask), then ${again}.`
    : `Look for the reason in the audit report, then ${again}.`;
}

/** Compliant throughout, and nothing lost from sight. */
function isClean(facts: AlertFacts): boolean {
  const { checks, trouble, counts } = facts;
  const isCompliant = (check: CheckFacts | undefined) => check?.outcome === 'COMPLIANT';
  return !isSome(counts.canceled) && [...checks, ...trouble.map((check) => standsNow(facts, check))].every(isCompliant);
}
