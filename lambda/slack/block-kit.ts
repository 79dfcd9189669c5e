import { chatCode, chatText, clean } from '../audit/alert-text.ts';
import { checkInfo } from '../audit/check-catalogue.ts';
import { auditReportLink, checkResultsLink } from '../audit/console-links.ts';
import type { Severity } from '../audit/severity.ts';
import type { MachineAlert, MachineCheck } from './machine-alert.ts';
import { countText, inWords, plural, statusIcon, titleText } from './slack-title.ts';

/** What is posted to an incoming webhook. */
export interface SlackMessage {
  /** For notifications, and for clients that show no blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** No previews of the console's pages. */
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack makes no links and mentions of its own; ours are written out. */
  readonly verbatim: true;
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: { type: 'plain_text'; text: string; emoji: true } }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] };

/** A header and the whole message, as JSON. A section holds 3,000 characters and a message 50 blocks: never reached. */
const LIMIT = { header: 150, message: 13_000 } as const;

const CIRCLE: Readonly<Record<Severity, string>> = {
  CRITICAL: ':red_circle:',
  HIGH: ':large_orange_circle:',
  MEDIUM: ':large_yellow_circle:',
  LOW: ':large_blue_circle:',
  INFO: ':white_circle:',
};

const UNKNOWN = ':grey_question:';

/** The change since the previous audit, where it is worth a word. */
const CHANGE: Readonly<Record<string, string>> = {
  NEW: '_New_',
  WORSE: '_Worse_',
  SAME: '_Still open_',
  BETTER: '_Better_',
};

/** A Region that may stand in a link. */
const REGION = /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/;

/**
 * An alert as a Slack message in Block Kit: status first, then the checks, worst first, then what to do. Pure. Nothing in it
 * that came from the account can ping, link or break out of its place, and it obeys every limit that Slack has; checks
 * that find no room give way to a line that says so.
 */
export function slackMessage(alert: MachineAlert): SlackMessage {
  const title = headerText(alert);
  const frame = (...middle: SlackBlock[]): SlackMessage => ({
    text: title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: true } },
      ...gaveUpSection(alert),
      ...middle,
      section(nextStep(alert)),
      footer(alert),
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
  const checks = alert.checks.map((check) => section(checkText(alert, check)));
  let fitting = checks.length;
  const composed = () => frame(...checks.slice(0, fitting), ...moreSection(alert, fitting));
  while (fitting > 0 && JSON.stringify(composed()).length > LIMIT.message) fitting -= 1;
  return composed();
}

/** Plain text and mrkdwn at once: a header shows `&amp;` as it is, so the three escapes give way to twins. */
function headerText(alert: MachineAlert): string {
  const icon = statusIcon(alert);
  const title = titleText(alert, LIMIT.header - icon.length - 1);
  return `${icon} ${chatText(title.replaceAll('&', '\uFF06').replaceAll('<', '\u2039').replaceAll('>', '\u203A'))}`;
}

function checkText(alert: MachineAlert, check: MachineCheck): string {
  const title = `*${chatText(clean(check.title, 150) ?? 'Unnamed check', 300)}*`;
  const { icon, told, fix } = checkStory(check);
  const severity = check.change === 'RECOVERED' ? '' : `${check.severity} `;
  return [`${icon} ${severity}${title}: ${told}`, ...checkLinks(alert, check, fix)].join(' ');
}

/** How a check stands; `fix` where the page of the guide says how to mend it. */
function checkStory(check: MachineCheck): { icon: string; told: string; fix: boolean } {
  const { severity, change } = check;
  if (change === 'RECOVERED') return { icon: ':white_check_mark:', told: 'recovered', fix: false };
  if (check.checkRunStatus === 'FAILED') {
    return {
      icon: UNKNOWN,
      told: `could not run, result unknown.${codeOf(check.errorCode, check.message)}`,
      fix: false,
    };
  }
  if (change === 'UNKNOWN') return { icon: UNKNOWN, told: 'had trouble before, unknown now', fix: false };
  const changed = change !== undefined && Object.hasOwn(CHANGE, change) ? ` ${CHANGE[change]}` : '';
  return { icon: CIRCLE[severity], told: `${resourcesText(check)}${changed}`, fix: true };
}

/** An error's name and message as they are. */
function codeOf(name: string | undefined, message: string | undefined): string {
  const said = [clean(name, 100), clean(message, 200)].filter((part) => part !== undefined);
  return said.map((part) => ` ${chatCode(part)}`).join('');
}

/** `3 of 120 resources non-compliant (1 more suppressed)`. */
function resourcesText(check: MachineCheck): string {
  const {
    totalResourcesCount,
    nonCompliantResourcesCount,
    suppressedNonCompliantResourcesCount: suppressed = 0,
  } = check;
  const more = suppressed > 0 ? ` (${suppressed} more suppressed)` : '';
  return `${countText(nonCompliantResourcesCount)} of ${plural(totalResourcesCount, 'resource')} non-compliant${more}`;
}

function checkLinks({ region, taskId }: MachineAlert, { checkName }: MachineCheck, fix: boolean): string[] {
  const results = REGION.test(region) ? [`<${checkResultsLink(region, taskId, checkName)}|results>`] : [];
  return fix ? [...results, `<${checkInfo(checkName).documentation}|fix>`] : results;
}

function gaveUpSection({ gaveUp }: MachineAlert): SlackBlock[] {
  if (gaveUp === undefined) return [];
  const why = `*Why*: ${chatText(inWords(gaveUp.reason ?? 'unknown'))}.${codeOf(gaveUp.errorName, gaveUp.errorMessage)}`;
  return [section(`${why}\nThe audit may still be running; no further message will come for it.`)];
}

/** How many checks are not in the message: those that AWS or the alert left out, and those without room. */
function moreSection({ checks, omittedChecks = 0 }: MachineAlert, fitting: number): SlackBlock[] {
  const more = checks.length - fitting + omittedChecks;
  return more === 0 ? [] : [section(`_... and ${plural(more, 'more check')}: see the audit report._`)];
}

function nextStep(alert: MachineAlert): string {
  const { region, taskId } = alert;
  const report = REGION.test(region) ? ` <${auditReportLink(region, taskId)}|Open the audit report>` : '';
  return `*Next*: ${adviceOn(alert)}${report}`;
}

function adviceOn({ kind, checks }: MachineAlert): string {
  const [worst] = checks.filter(({ checkRunStatus }) => checkRunStatus !== 'FAILED');
  switch (kind) {
    case 'RECOVERED':
      return checks.some(({ change }) => change === 'UNKNOWN')
        ? 'run the checks again that have no result.'
        : 'nothing to do.';
    case 'COMPLETED_COMPLIANT':
      return 'nothing to do.';
    case 'CHECK_FAILED':
      return 'a failed check is not a pass. Mend what its error names, then run it again.';
    case 'AUDIT_NOT_COMPLETED':
      return 'find out why it ended early, then run it again.';
    case 'WATCHER_GAVE_UP':
      return 'look at the audit yourself.';
    default:
      return worst === undefined
        ? 'see what the audit says.'
        : `start with ${chatText(clean(worst.title, 150) ?? 'the first check', 300)}.`;
  }
}

function footer({ accountId, region, alertKey, capturedAt, kind }: MachineAlert): SlackBlock {
  const seen = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(capturedAt ?? '')
    ? [`Seen ${capturedAt?.slice(0, 10)} ${capturedAt?.slice(11, 19)} UTC`]
    : [];
  const isInterim = kind === 'NON_COMPLIANT_DETECTED' || kind === 'CHECK_FAILED';
  const parts = [
    `Account ${chatCode(accountId)}`,
    `Region ${chatCode(clean(region, 30) ?? 'unknown')}`,
    ...seen,
    `Alert key ${chatCode(clean(alertKey, 100) ?? 'unknown')}`,
    ...(isInterim ? ['One closing message follows when the audit ends'] : []),
  ];
  return { type: 'context', elements: [mrkdwn(parts.join('  |  '))] };
}

function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
