import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { compareSeverity } from '../../lambda/audit/answer/severity.ts';
import { isPastableCheck } from '../../lambda/audit/text/commands.ts';
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
  return isUnknown || missedRuns.length > 0 || [...gapsOf(report)].length > 0 ? 'UNKNOWN' : 'COMPLIANT';
}

/** What makes the state of every check doubtful, whatever is known of it. */
function* gapsOf(report: Summarized): Generator<{ readonly text: string; readonly step: Step }> {
  const { status, unswept, unreadableItems } = report;
  const { gaveUp, sweptAt } = status;
  if (gaveUp.length > 0) {
    const text = `the watcher gave up on ${plural(gaveUp.length, 'audit')}`;
    yield { text, step: { text: `Find out why ${text}.`, command: 'status' } };
  }
  if (unswept) {
    const text =
      sweptAt === undefined
        ? 'no sweep for audits is recorded'
        : `the latest sweep for audits was on ${minuteText(sweptAt)} UTC`;
    yield { text, step: { text: `Find out why audits are not swept for: ${text}.`, command: 'doctor' } };
  }
  const failed = failedAudit(report);
  if (failed !== undefined) {
    const { taskId, auditName, outcome } = failed;
    const how = outcome === 'FAILED' ? 'failed' : 'was canceled';
    const step = {
      text: `Find out why ${nameText(auditName)}, the latest audit, ${how}.`,
      command: PLAIN_ID.test(taskId) ? `show ${taskId}` : undefined,
    };
    yield { text: `the latest audit ${how}`, step };
  }
  if (unreadableItems > 0) {
    const text = `${plural(unreadableItems, 'stored item')} cannot be read`;
    yield { text, step: { text: `Find out why ${text}.`, command: 'status' } };
  }
}

/** The audit that ended last, if nobody knows what it would have found. */
function failedAudit({ audits }: Summarized): ReportDocument['audits']['listed'][number] | undefined {
  const latest = audits.listed.find(({ endedAt }) => endedAt !== undefined);
  return latest?.outcome === 'FAILED' || latest?.outcome === 'CANCELED' ? latest : undefined;
}

/** How things stand, in one sentence. */
export function stateSentence(report: Summarized): string {
  if (report.status.checks.length === 0) return 'Nothing is known: no audit has been recorded yet.';
  return `${[...statements(report)].join('; ')}.`;
}

function* statements(report: Summarized): Generator<string> {
  const { checks, neverAudited, missedRuns } = report.status;
  const inState = (state: Check['state']) => checks.filter((check) => check.state === state);
  const bad = inState('NON_COMPLIANT');
  const unknown = inState('UNKNOWN').length;
  const suppressed = inState('SUPPRESSED').length;
  const outdated = checks.filter(isOutdated).length;
  const never = neverAudited.length;
  const [worst] = bad;
  const all = checks.length === 1 ? 'the one audited check' : `${checks.length} audited checks`;
  yield worst === undefined
    ? `No check is known to be non-compliant, of ${all}`
    : `${bad.length} of ${all} ${bad.length === 1 ? 'is' : 'are'} non-compliant; the worst, ${nameText(worst.title)}, is ${worst.severity} and open since ${dayText(worst.since)}`;
  if (unknown > 0) yield `${unknown} ${unknown === 1 ? 'has' : 'have'} no result now`;
  if (suppressed > 0)
    yield `${suppressed} ${suppressed === 1 ? 'is' : 'are'} compliant only because findings are suppressed`;
  if (outdated > 0) yield `${outdated} ${outdated === 1 ? 'was' : 'were'} last audited more than 32 days ago`;
  if (never > 0) yield `${never} other ${never === 1 ? 'check has' : 'checks have'} never been audited`;
  if (missedRuns.length > 0) yield `${plural(missedRuns.length, 'schedule')} missed a run`;
  for (const { text } of gapsOf(report)) yield text;
}

/** What to do, the most urgent first: what is severely wrong, what nobody sees, then the rest. */
export function nextSteps(report: Summarized & Pick<ReportDocument, 'suppressions'>): Step[] {
  // There is nothing else to say before.
  if (report.status.checks.length === 0) return [{ text: 'Run the first audit.' }];
  return [...stepsOf(report)];
}

function* stepsOf(report: Summarized & Pick<ReportDocument, 'suppressions'>): Generator<Step> {
  const { checks, neverAudited, missedRuns, unsentAlerts } = report.status;
  const bad = checks.filter(({ state }) => state === 'NON_COMPLIANT');
  const severe = bad.filter(({ severity }) => compareSeverity(severity, 'HIGH') >= 0);
  const ending = report.suppressions.listed.filter(({ endsSoon }) => endsSoon === true).length;
  const never = neverAudited.length;
  yield* severe.map(fixStep);
  for (const { auditName, dueAt } of missedRuns) {
    const text = `Find out why ${nameText(auditName)} has not run: it was due on ${minuteText(dueAt)} UTC.`;
    yield { text, command: 'status' };
  }
  for (const { step } of gapsOf(report)) yield step;
  yield* checks.filter(({ state }) => state === 'UNKNOWN').map(resultStep);
  yield* checks.filter(isOutdated).map(auditStep);
  yield* bad.filter((check) => !severe.includes(check)).map(fixStep);
  if (unsentAlerts.length > 0) {
    yield { text: `Check ${plural(unsentAlerts.length, 'alert')} that may not have been sent.`, command: 'status' };
  }
  if (ending > 0) {
    const text = `Decide about ${plural(ending, 'suppression')} that will end within 30 days.`;
    yield { text, command: 'suppressions' };
  }
  if (never > 0) {
    const text =
      never === 1
        ? 'Enable the check that has never been audited, or decide against it.'
        : `Enable the ${never} checks that have never been audited, or decide against them.`;
    yield { text, command: 'status' };
  }
}

/** A check that is unknown has no result anyway, whenever it was audited. */
function isOutdated({ state, outdated }: Check): boolean {
  return outdated && state !== 'UNKNOWN';
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
    command: historyCommand(checkName),
    link: checkInfo(checkName).documentation,
  };
}

function auditStep({ checkName, title, audit }: Check): Step {
  return {
    text: `Run an audit with ${nameText(title)}: last audited ${dayText(audit?.startedAt)}.`,
    command: historyCommand(checkName),
  };
}

function findingsCommand(checkName: string): string {
  return isPastableCheck(checkName) ? `findings --open --check ${checkName}` : 'findings --open';
}

function historyCommand(checkName: string): string | undefined {
  return isPastableCheck(checkName) ? `history ${checkName}` : undefined;
}

/** Read as one word by every shell. */
const PLAIN_ID = /^\w+$/;
