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

/** Unknown is not good: a check without a result, a missed run, no audit at all. */
export function verdictOf({ status: { checks, missedRuns } }: Pick<ReportDocument, 'status'>): Verdict {
  if (checks.some(({ state }) => state === 'NON_COMPLIANT')) return 'NON_COMPLIANT';
  const isUnknown = checks.length === 0 || checks.some(({ state, outdated }) => state === 'UNKNOWN' || outdated);
  return isUnknown || missedRuns.length > 0 ? 'UNKNOWN' : 'COMPLIANT';
}

/** How things stand, in one sentence. */
export function stateSentence({
  status: { checks, neverAudited, missedRuns },
}: Pick<ReportDocument, 'status'>): string {
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
  ];
  return `${parts.join('; ')}.`;
}

/** What to do, the most urgent first: what is severely wrong, what nobody sees, then the rest. */
export function nextSteps({ status, suppressions }: Pick<ReportDocument, 'status' | 'suppressions'>): Step[] {
  const { checks, neverAudited, missedRuns, gaveUp, unsentAlerts } = status;
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
    ...(gaveUp.length === 0
      ? []
      : [{ text: `Let the watcher read ${plural(gaveUp.length, 'audit')} on which it gave up.`, command: 'status' }]),
    ...checks.filter(({ state }) => state === 'UNKNOWN').map(resultStep),
    ...bad.filter((check) => !severe.includes(check)).map(fixStep),
    ...(unsentAlerts.length === 0
      ? []
      : [{ text: `Check ${plural(unsentAlerts.length, 'alert')} not known to be out.`, command: 'status' }]),
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
            text: `Enable the ${plural(neverAudited.length, 'check')} that no audit has had, or decide not to.`,
            command: 'status',
          },
        ]),
  ];
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

/** Only a name that every shell reads as one word is put into a command. */
function findingsCommand(checkName: string): string {
  return PLAIN_NAME.test(checkName) ? `findings --open --check ${checkName}` : 'findings --open';
}

const PLAIN_NAME = /^\w+$/;
