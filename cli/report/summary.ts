import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { compareSeverity } from '../../lambda/audit/answer/severity.ts';
import { plural } from '../../lambda/audit/text/words.ts';
import { dayText, minuteText, nameText } from '../shared/screen/words.ts';
import type { ReportDocument } from './schema.ts';

type Status = ReportDocument['status'];
type Check = Status['checks'][number];

/** Good only if everything that was audited is known to be good. */
export type Verdict = 'NON_COMPLIANT' | 'UNKNOWN' | 'COMPLIANT';

/** Something to do. */
export interface Step {
  readonly text: string;
  /** Arguments of `audit-watcher` that show more. */
  readonly command?: string;
  /** The page of the guide that says how. */
  readonly link?: string;
}

/** What a summary is made from. */
export type Summarized = Pick<ReportDocument, 'status' | 'audits' | 'unswept' | 'unreadableItems'>;

/** Unknown is not good: a check without a result, a missed run, an audit without an end, items that cannot be read. */
export function verdictOf(report: Summarized): Verdict {
  const { checks, missedRuns } = report.status;
  if (checks.some(({ state }) => state === 'NON_COMPLIANT')) return 'NON_COMPLIANT';
  const isUnknown = checks.length === 0 || checks.some(({ state, outdated }) => state === 'UNKNOWN' || outdated);
  return isUnknown || missedRuns.length > 0 || gapsOf(report).length > 0 ? 'UNKNOWN' : 'COMPLIANT';
}

/** What makes the state of every check doubtful, whatever is known of it. */
function gapsOf(report: Summarized): { readonly text: string; readonly step: Step }[] {
  const { status, unswept, unreadableItems } = report;
  const { gaveUp, sweptAt } = status;
  const failed = failedAudit(report);
  const audits = plural(gaveUp.length, 'audit');
  const swept =
    sweptAt === undefined
      ? 'no sweep for audits is recorded'
      : `the latest sweep for audits was on ${minuteText(sweptAt)} UTC`;
  const how = failed?.outcome === 'FAILED' ? 'failed' : 'was canceled';
  return [
    ...(gaveUp.length === 0
      ? []
      : [
          {
            text: `the watcher gave up on ${audits}`,
            step: { text: `Find out why the watcher gave up on ${audits}.`, command: 'status' },
          },
        ]),
    ...(unswept
      ? [{ text: swept, step: { text: `Find out why audits are not swept for: ${swept}.`, command: 'doctor' } }]
      : []),
    ...(failed === undefined
      ? []
      : [
          {
            text: `the latest audit ${how}`,
            step: {
              text: `Find out why ${nameText(failed.auditName)}, the latest audit, ${how}.`,
              command: PLAIN_NAME.test(failed.taskId) ? `show ${failed.taskId}` : undefined,
            },
          },
        ]),
    ...(unreadableItems === 0
      ? []
      : [
          {
            text: `${plural(unreadableItems, 'stored item')} cannot be read`,
            step: { text: `Find out why ${plural(unreadableItems, 'stored item')} cannot be read.`, command: 'status' },
          },
        ]),
  ];
}

/** The audit that ended last, if nobody knows what it would have found. */
function failedAudit({ audits }: Summarized): ReportDocument['audits']['listed'][number] | undefined {
  const latest = audits.listed.find(({ endedAt }) => endedAt !== undefined);
  return latest?.outcome === 'FAILED' || latest?.outcome === 'CANCELED' ? latest : undefined;
}

/** How things stand, in one sentence. */
export function stateSentence(report: Summarized): string {
  const { checks, neverAudited, missedRuns } = report.status;
  if (checks.length === 0) return 'Nothing is known: no audit has been recorded yet.';
  const inState = (state: Check['state']) => checks.filter((check) => check.state === state);
  const bad = inState('NON_COMPLIANT');
  const unknown = inState('UNKNOWN').length;
  const outdated = checks.filter(({ state, outdated: isOld }) => isOld && state !== 'UNKNOWN').length;
  const suppressed = inState('SUPPRESSED').length;
  const [worst] = bad;
  const all = `${checks.length === 1 ? 'the one audited check' : `${checks.length} audited checks`}`;
  const main =
    worst === undefined
      ? `No check is known to be non-compliant, of ${all}`
      : `${bad.length} of ${all} ${bad.length === 1 ? 'is' : 'are'} non-compliant; the worst, ${nameText(worst.title)}, is ${worst.severity} and open since ${dayText(worst.since)}`;
  const parts = [
    main,
    ...(unknown === 0 ? [] : [`${unknown} ${unknown === 1 ? 'has' : 'have'} no result now`]),
    ...(suppressed === 0
      ? []
      : [`${suppressed} ${suppressed === 1 ? 'is' : 'are'} compliant only because findings are suppressed`]),
    ...(outdated === 0 ? [] : [`${outdated} ${outdated === 1 ? 'was' : 'were'} last audited more than 32 days ago`]),
    ...(neverAudited.length === 0
      ? []
      : [`${neverAudited.length} other ${neverAudited.length === 1 ? 'check has' : 'checks have'} never been audited`]),
    ...(missedRuns.length === 0 ? [] : [`${plural(missedRuns.length, 'schedule')} missed a run`]),
    ...gapsOf(report).map(({ text }) => text),
  ];
  return `${parts.join('; ')}.`;
}

/** What to do, the most urgent first: what is severely wrong, what nobody sees, then the rest. */
export function nextSteps(report: Summarized & Pick<ReportDocument, 'suppressions'>): Step[] {
  const { status, suppressions } = report;
  const { checks, neverAudited, missedRuns, unsentAlerts } = status;
  const bad = checks.filter(({ state }) => state === 'NON_COMPLIANT');
  const severe = bad.filter(({ severity }) => compareSeverity(severity, 'HIGH') >= 0);
  // There is nothing else to say before.
  if (checks.length === 0) return [{ text: 'Run the first audit.' }];
  const ending = suppressions.listed.filter(({ endsSoon }) => endsSoon === true);
  return [
    ...severe.map(fixStep),
    ...missedRuns.map(({ auditName, dueAt }) => ({
      text: `Find out why ${nameText(auditName)} has not run: it was due on ${minuteText(dueAt)} UTC.`,
      command: 'status',
    })),
    ...gapsOf(report).map(({ step }) => step),
    ...checks.filter(({ state }) => state === 'UNKNOWN').map(resultStep),
    ...checks.filter(({ state, outdated }) => outdated && state !== 'UNKNOWN').map(auditStep),
    ...bad.filter((check) => !severe.includes(check)).map(fixStep),
    ...(unsentAlerts.length === 0
      ? []
      : [{ text: `Check ${plural(unsentAlerts.length, 'alert')} that may not have been sent.`, command: 'status' }]),
    ...(ending.length === 0
      ? []
      : [
          {
            text: `Decide about ${plural(ending.length, 'suppression')} that will end within 30 days.`,
            command: 'suppressions',
          },
        ]),
    ...(neverAudited.length === 0
      ? []
      : [
          {
            text:
              neverAudited.length === 1
                ? 'Enable the check that has never been audited, or decide against it.'
                : `Enable the ${neverAudited.length} checks that have never been audited, or decide against them.`,
            command: 'status',
          },
        ]),
  ];
}

/** What to say when there is no step. */
export function nothingToDo({ status: { checks } }: Pick<ReportDocument, 'status'>): string {
  return checks.some(({ state }) => state === 'SUPPRESSED')
    ? 'Nothing more is known to do: what is not compliant is suppressed.'
    : 'Nothing: every audited check is compliant.';
}

function fixStep({ checkName, title, severity, nonCompliantResources, since }: Check): Step {
  return {
    text: `Fix ${nameText(title)} (${severity}): ${plural(nonCompliantResources, 'resource')}, open since ${dayText(since)}.`,
    command: findingsCommand(checkName),
    link: checkInfo(checkName).documentation,
  };
}

function resultStep({ checkName, title, errorCode, since }: Check): Step {
  const why = errorCode === undefined ? '' : ` (${nameText(errorCode)})`;
  return {
    text: `Get a result for ${nameText(title)}: unknown since ${dayText(since)}${why}.`,
    command: PLAIN_NAME.test(checkName) ? `history ${checkName}` : undefined,
    link: checkInfo(checkName).documentation,
  };
}

function auditStep({ checkName, title, audit }: Check): Step {
  return {
    text: `Run an audit with ${nameText(title)}: last audited ${dayText(audit?.startedAt)}.`,
    command: PLAIN_NAME.test(checkName) ? `history ${checkName}` : undefined,
  };
}

/** Only a name that every shell reads as one word is put into a command. */
function findingsCommand(checkName: string): string {
  return PLAIN_NAME.test(checkName) ? `findings --open --check ${checkName}` : 'findings --open';
}

const PLAIN_NAME = /^\w+$/;
