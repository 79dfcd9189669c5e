import { checkInfo } from '../audit/answer/check-catalogue.ts';
import type { Severity } from '../audit/answer/severity.ts';
import { checkResultsLink } from '../audit/text/console-links.ts';
import { chatCode, chatText, clean } from '../audit/text/safe-text.ts';
import type { MachineAlert, MachineCheck, MachineFinding } from './machine-alert.ts';
import { countText, dayText, inWords, isLinkable, plural } from './slack-wording.ts';

/** Of a section's 3,000 characters; the rest is for the line that counts what did not fit. */
const ROOM = 2_900;

const CIRCLE: Readonly<Record<Severity, string>> = {
  CRITICAL: ':red_circle:',
  HIGH: ':large_orange_circle:',
  MEDIUM: ':large_yellow_circle:',
  LOW: ':large_blue_circle:',
  INFO: ':white_circle:',
};
const UNKNOWN = ':grey_question:';

/** One check, and `maxFindings` of its worst resources at most. */
export function checkText(alert: MachineAlert, check: MachineCheck, maxFindings: number): string {
  const title = `*${chatText(clean(check.title, 150) ?? 'Unnamed check', 300)}*`;
  const { icon, told, fix } = checkStory(alert, check);
  const severity = check.change === 'RECOVERED' ? '' : `${check.severity} `;
  const line = [`${icon} ${severity}${title}: ${told}`, ...checkLinks(alert, check, fix)].join(' ');
  return [line, ...findingLines(alert, check, maxFindings, ROOM - line.length)].join('\n');
}

/** An error's name and message as they are. */
export function errorText(name: string | undefined, message: string | undefined): string {
  const said = [clean(name, 100), clean(message, 200)].filter((part) => part !== undefined);
  return said.map((part) => ` ${chatCode(part)}`).join('');
}

/** How a check stands; `fix` where the page of the guide says how to mend it. */
function checkStory(alert: MachineAlert, check: MachineCheck): { icon: string; told: string; fix: boolean } {
  const { severity, change } = check;
  if (alert.kind === 'AUDIT_STUCK') return { icon: ':hourglass:', told: openText(check), fix: false };
  if (change === 'RECOVERED') return { icon: ':white_check_mark:', told: 'recovered', fix: false };
  if (check.checkRunStatus === 'FAILED') {
    const error = errorText(check.errorCode, check.message);
    return { icon: UNKNOWN, told: `could not run, result unknown.${error}`, fix: false };
  }
  if (change === 'UNKNOWN') return { icon: UNKNOWN, told: 'had trouble before, unknown now', fix: false };
  return { icon: CIRCLE[severity], told: `${resourcesText(check)}${changeText(alert, check)}`, fix: true };
}

/** How a check without a result stands. */
function openText({ checkRunStatus }: MachineCheck): string {
  switch (checkRunStatus) {
    case 'IN_PROGRESS':
      return 'still running';
    case 'WAITING_FOR_DATA_COLLECTION':
      return 'waiting for data collection';
    default:
      return `in an unknown state (${chatText(inWords(checkRunStatus ?? 'no status'))})`;
  }
}

/** `3 of 120 resources non-compliant (1 more suppressed)`. */
function resourcesText(check: MachineCheck): string {
  const { totalResourcesCount: total, nonCompliantResourcesCount: found } = check;
  const { suppressedNonCompliantResourcesCount: suppressed = 0 } = check;
  const more = suppressed > 0 ? ` (${suppressed} more suppressed)` : '';
  return `${countText(found)} of ${plural(total, 'resource')} non-compliant${more}`;
}

/** What became of the check since the audit before, where it is worth a word. */
function changeText({ changes }: MachineAlert, check: MachineCheck): string {
  const before = check.previousNonCompliantResourcesCount;
  const was = before === undefined ? '' : `, was ${before}`;
  switch (check.change) {
    case 'NEW':
      return ' _New_';
    case 'WORSE':
      return ` _Worse${was}_`;
    case 'BETTER':
      return ` _Better${was}_`;
    case 'SAME': {
      const since = changes?.checks.find(({ checkName }) => checkName === check.checkName)?.stillOpenSince;
      return since === undefined ? ' _Still open_' : ` _Still open since ${dayText(since)}_`;
    }
    default:
      return '';
  }
}

function checkLinks({ region, taskId }: MachineAlert, { checkName }: MachineCheck, fix: boolean): string[] {
  const results =
    taskId !== undefined && isLinkable(region) ? [`<${checkResultsLink(region, taskId, checkName)}|results>`] : [];
  return fix ? [...results, `<${checkInfo(checkName).documentation}|fix>`] : results;
}

/** The worst resources, as far as there is room, then how many more there are. */
function findingLines({ findings }: MachineAlert, { checkName }: MachineCheck, max: number, room: number): string[] {
  const worst = (findings?.resources ?? []).filter((finding) => finding.checkName === checkName);
  const shown: string[] = [];
  for (const line of worst.slice(0, max).map(findingText)) {
    if ([...shown, line].join('\n').length > room) break;
    shown.push(line);
  }
  const more = Math.max(findings?.open.get(checkName) ?? 0, worst.length) - shown.length;
  return max === 0 || more === 0 ? shown : [...shown, `and ${more} more`];
}

/** `policy FleetProvisioning v7` ALLOWS_BROAD_ACCESS, things pump-0142, since 2026-10-01. */
function findingText({ resource, reasonCode, things, since }: MachineFinding): string {
  const named = things.slice(0, 3).map((thing) => chatText(clean(thing, 60) ?? 'unnamed', 80));
  return [
    chatCode(clean(resource, 80) ?? 'unknown resource'),
    ...(reasonCode === undefined ? [] : [chatText(clean(reasonCode, 80) ?? 'no reason', 120)]),
    ...(named.length === 0 ? [] : [`(thing ${named.join(', ')})`]),
    ...(since === undefined ? [] : [`since ${dayText(since)}`]),
  ].join(' ');
}
