import { auditReportLink } from '../audit/text/console-links.ts';
import { chatCode, chatText, clean } from '../audit/text/safe-text.ts';
import type { MachineAlert } from './machine-alert.ts';
import { changesText } from './slack-changes.ts';
import { checkText, errorText } from './slack-check.ts';
import { overdueAdvice, overdueText } from './slack-overdue.ts';
import { stuckAdvice, stuckOutlook, stuckText } from './slack-stuck.ts';
import { statusIcon, titleText } from './slack-title.ts';
import { inWords, isLinkable, isTime, plural, timeText } from './slack-wording.ts';

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

/** How many of the worst resources of each check are shown: fewer when there is no room for all. */
const FINDINGS_PER_CHECK = [5, 3, 1, 0] as const;

/**
 * An alert as a Slack message in Block Kit: status first, then what changed, then the checks, worst first, then what to do.
 * Pure. Nothing in it that came from the account can ping, link or break out of its place, and it obeys every limit that Slack
 * has: where there is no room, resources give way first, then checks, and a line says how many.
 */
export function slackMessage(alert: MachineAlert): SlackMessage {
  for (const findings of FINDINGS_PER_CHECK) {
    const message = compose(alert, alert.checks.length, findings);
    if (fits(message)) return message;
  }
  let checks = alert.checks.length;
  while (checks > 0 && !fits(compose(alert, checks, 0))) checks -= 1;
  return compose(alert, checks, 0);
}

function fits(message: SlackMessage): boolean {
  return JSON.stringify(message).length <= LIMIT.message;
}

function compose(alert: MachineAlert, checks: number, findingsPerCheck: number): SlackMessage {
  const title = headerText(alert);
  const told = [stuckText(alert), overdueText(alert), changesText(alert)].filter((text) => text !== undefined);
  return {
    text: title,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: true } },
      ...gaveUpSection(alert),
      ...told.map(section),
      ...alert.checks.slice(0, checks).map((check) => section(checkText(alert, check, findingsPerCheck))),
      ...moreSection(alert, checks),
      ...withoutFindings(alert),
      section(nextStep(alert)),
      footer(alert),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Plain text and mrkdwn at once: a header shows `&amp;` as it is, so the three escapes give way to twins. */
function headerText(alert: MachineAlert): string {
  const icon = statusIcon(alert);
  const title = titleText(alert, LIMIT.header - icon.length - 1);
  return `${icon} ${chatText(title.replaceAll('&', '\uFF06').replaceAll('<', '\u2039').replaceAll('>', '\u203A'))}`;
}

function gaveUpSection({ gaveUp }: MachineAlert): SlackBlock[] {
  if (gaveUp === undefined) return [];
  const why = `*Why*: ${chatText(inWords(gaveUp.reason ?? 'unknown'))}.${errorText(gaveUp.errorName, gaveUp.errorMessage)}`;
  return [section(`${why}\nThe audit may still be running; no further message will come for it.`)];
}

/** How many checks are not in the message: those that AWS or the alert left out, and those without room. */
function moreSection({ checks, omittedChecks = 0 }: MachineAlert, fitting: number): SlackBlock[] {
  const more = checks.length - fitting + omittedChecks;
  return more === 0 ? [] : [section(`_... and ${plural(more, 'more check')}: see the audit report._`)];
}

/** Findings that cannot be read neither delay nor hold back an alert; it says so. */
function withoutFindings({ findings }: MachineAlert): SlackBlock[] {
  if (findings?.status !== 'UNAVAILABLE') return [];
  const why = findings.errorName === undefined ? '' : `:${errorText(findings.errorName, undefined)}`;
  return [section(`_Without resources: the findings could not be read_${why}`)];
}

function nextStep(alert: MachineAlert): string {
  const { region, taskId } = alert;
  const report =
    taskId !== undefined && isLinkable(region) ? ` <${auditReportLink(region, taskId)}|Open the audit report>` : '';
  return `*Next*: ${adviceOn(alert)}${report}`;
}

function adviceOn(alert: MachineAlert): string {
  const { kind, checks } = alert;
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
    case 'AUDIT_STUCK':
      return stuckAdvice(alert);
    case 'AUDIT_OVERDUE':
      return overdueAdvice(alert);
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

function footer(alert: MachineAlert): SlackBlock {
  const { accountId, region, alertKey, capturedAt, overdue } = alert;
  const seenAt = capturedAt ?? overdue?.judgedAt;
  const outlook = outlookOf(alert);
  const parts = [
    `Account ${chatCode(accountId)}`,
    `Region ${chatCode(clean(region, 30) ?? 'unknown')}`,
    ...(isTime(seenAt) ? [`Seen ${timeText(seenAt)}`] : []),
    `Alert key ${chatCode(clean(alertKey, 160) ?? 'unknown')}`,
    ...(outlook === undefined ? [] : [outlook]),
  ];
  return { type: 'context', elements: [mrkdwn(parts.join('  |  '))] };
}

function outlookOf(alert: MachineAlert): string | undefined {
  switch (alert.kind) {
    case 'NON_COMPLIANT_DETECTED':
    case 'CHECK_FAILED':
      return 'One closing message follows when the audit ends';
    case 'AUDIT_STUCK':
      return stuckOutlook(alert);
    default:
      return undefined;
  }
}

function section(text: string): SlackBlock {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
