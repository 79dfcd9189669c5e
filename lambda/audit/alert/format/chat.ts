import type { Severity } from '../../answer/severity.ts';
import type { NextStep } from '../../text/commands.ts';
import { TARGET_CHECKS } from '../../text/commands.ts';
import { chatCode, chatText } from '../../text/safe-text.ts';
import { knownCount, withComma } from '../../text/words.ts';
import type { AlertIdentity } from '../alert-input.ts';
import type { DigestFacts } from '../digest/facts.ts';
import { MAX_LISTED_CHECKS } from '../facts/check-facts.ts';
import type { AlertFacts } from '../facts.ts';
import type { MissedRunFacts } from '../missed-run-facts.ts';
import { auditLabel } from '../phrases.ts';
import type { CheckStory, ResourceStory, StorySection } from '../sections.ts';
import type { AlertStory } from '../story.ts';

/** What Amazon Q Developer in chat applications accepts; it discards a message beyond these limits silently. */
const LIMIT = { title: 250, description: 8000, nextStep: 350, keyword: 75, summary: 250, context: 250 } as const;

/** Longest command that is shown whole. */
const MAX_COMMAND = 300;
const MORE = '_... and more: see the AWS console._';

const CIRCLE: Readonly<Record<Severity, string>> = {
  CRITICAL: ':red_circle:',
  HIGH: ':large_orange_circle:',
  MEDIUM: ':large_yellow_circle:',
  LOW: ':large_blue_circle:',
  INFO: ':white_circle:',
};

/** The words of an alert in the markdown of Slack: what comes from the account is escaped. */
export interface ChatWords {
  readonly title: string;
  readonly description: string;
  readonly nextSteps: readonly string[];
}

/** What chat gets beside the words: for searches and custom actions. */
export interface ChatMetadata {
  readonly keywords: readonly string[];
  readonly relatedResources: readonly string[];
  /** What is unknown is left out. */
  readonly context: Readonly<Record<string, string | undefined>>;
}

/** The words of an alert, within the limits of Amazon Q Developer. */
export function chatWords(alert: AlertIdentity, story: AlertStory): ChatWords {
  return {
    title: titleText(alert, story),
    description: description(alert, story),
    nextSteps: [...story.nextSteps.map(stepText), ...(story.outlook === undefined ? [] : [story.outlook])],
  };
}

/** The custom notification. Source: the "Custom notifications" page of the service's guide. */
export function chatNotification(
  alert: AlertIdentity,
  story: AlertStory,
  words: ChatWords,
  metadata: ChatMetadata,
): object {
  return {
    version: '1.0',
    source: 'custom',
    id: alert.key.replaceAll('#', '-'),
    content: {
      textType: 'client-markdown',
      ...words,
      keywords: metadata.keywords.map((word) => chatText(word, LIMIT.keyword)),
    },
    metadata: {
      threadId: alert.threadId,
      summary: chatText(summaryText(alert, story), LIMIT.summary),
      eventType: alert.kind,
      relatedResources: metadata.relatedResources.map((name) => chatText(name, LIMIT.context)),
      additionalContext: additionalContext(metadata),
      enableCustomActions: false,
    },
  };
}

/** For an alert about an audit; its status is a keyword unless the kind has one of its own. */
export function auditMetadata(facts: AlertFacts, { word }: AlertStory, keyword = facts.taskStatus): ChatMetadata {
  const { counts } = facts;
  return {
    keywords: [word, auditLabel(facts), facts.region, ...(keyword === undefined ? [] : [keyword])],
    relatedResources: facts.trouble.map(({ name }) => name),
    context: {
      account: facts.accountId,
      region: facts.region,
      audit: auditLabel(facts),
      taskId: facts.taskId,
      severity: facts.severity,
      taskStatus: facts.taskStatus,
      nonCompliantChecks: knownCount(counts.nonCompliant)?.toString(),
      failedChecks: knownCount(counts.failed)?.toString(),
      compliantChecks: knownCount(counts.compliant)?.toString(),
      canceledChecks: knownCount(counts.canceled)?.toString(),
      reason: facts.gaveUp?.reason,
    },
  };
}

/** For an alert about a scheduled audit that did not start. */
export function missedRunMetadata(facts: MissedRunFacts): ChatMetadata {
  const { accountId, region, auditName, severity, day, lastTaskId } = facts;
  return {
    keywords: [severity, auditName, region, 'OVERDUE'],
    relatedResources: [],
    context: { account: accountId, region, audit: auditName, severity, day, lastTaskId },
  };
}

/** For a digest. */
export function digestMetadata({ accountId, region, severity, cadence, from, to, open }: DigestFacts): ChatMetadata {
  return {
    keywords: [severity, region, 'DIGEST'],
    relatedResources: [...new Set(open.map(({ name }) => name))].slice(0, MAX_LISTED_CHECKS),
    context: { account: accountId, region, severity, digest: cadence, from, to },
  };
}

function titleText({ region }: AlertIdentity, { icon, word, title }: AlertStory): string {
  const before = `${icon} ${word}: ${title.before}`;
  const after = chatText(`${title.after} (${region})`, 120);
  if (title.name === undefined) return `${before}${after}`;
  return `${before} *${chatText(title.name, LIMIT.title - before.length - after.length - 3)}*${after}`;
}

function summaryText({ region }: AlertIdentity, { word, title }: AlertStory): string {
  return `${word}: ${title.before}${title.name === undefined ? '' : ` ${title.name}`}${title.after} (${region})`;
}

/** Whole lines only, so that no link is ever cut in half; where it happened is always said. */
function description({ accountId, region }: AlertIdentity, { sections, state }: AlertStory): string {
  const where = [
    ...(sections.length === 0 ? [] : ['']),
    `*Account* ${chatCode(accountId)}  *Region* ${chatCode(region)}`,
    `*${state.label}* ${chatText(state.text, 500)}`,
  ];
  const lines = sections.flatMap((section, index) => [...(index === 0 ? [] : ['']), ...sectionLines(section)]);
  const room = LIMIT.description - lengthOf([...where, MORE]);
  const fitting = lines.filter((_, index) => lengthOf(lines.slice(0, index + 1)) <= room);
  return [...fitting, ...(fitting.length < lines.length ? [MORE] : []), ...where].join('\n');
}

/** With a line end after each. */
function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** A change of a check that is shown in full stands there, not in a row of its own. */
function sectionLines({ heading, rows = [], summary = '', checks, lines }: StorySection): string[] {
  const changes = rows.filter(({ isShownInFull }) => !isShownInFull);
  return [
    `*${chatText(heading)}*${summary === '' ? '' : `: ${summary}`}`,
    ...changes.map(({ label, text }) => `${label}: ${chatText(text, 1500)}`),
    ...checks.map(checkLines),
    ...lines.map((line) => chatText(line, 1500)),
  ];
}

/** Kept together: resources say nothing without their check. */
function checkLines(check: CheckStory): string {
  const names = check.resources.map(resourceText);
  const more = check.moreResources === undefined ? [] : [check.moreResources];
  const resources = [...names, ...more].join(', ');
  return [
    checkLine(check),
    ...check.notes.map((note) => chatText(note)),
    ...(resources === '' ? [] : [resources]),
  ].join('\n    ');
}

/** Without the reason, which the mail has. */
function resourceText({ name, things, age }: ResourceStory): string {
  const about = [things, age].filter((part) => part !== undefined).join(', ');
  return about === '' ? chatCode(name) : `${chatCode(name)} (${chatText(about)})`;
}

function checkLine(check: CheckStory): string {
  const icon = check.isFailed ? ':grey_question:' : CIRCLE[check.severity];
  const links = [
    hyperlink(check.results, 'results'),
    ...(check.fix === undefined ? [] : [hyperlink(check.fix, 'fix')]),
  ];
  const error = [check.errorCode, check.message].filter((part) => part !== undefined).map(chatCode);
  const words = [...error, chatText(`${check.finding}${withComma(check.was)}`), ...links].join(' ');
  return `${icon} ${check.severity} *${chatText(check.title)}*: ${words}`;
}

/** All of a step if it fits, otherwise its link or command alone, otherwise its words: half a link is useless. */
function stepText({ text = '', command, link }: NextStep): string {
  const said = chatText(text, LIMIT.nextStep);
  const done = command === undefined ? link && hyperlink(link.url, link.label) : commandText(command);
  if (done === undefined) return said;
  const fitting = [`${said} ${done}`.trimStart(), done].filter((step) => step.length <= LIMIT.nextStep);
  return fitting[0] ?? said;
}

/** In chat the names of many checks give way to an ellipsis; the mail has them all. */
function commandText(words: readonly string[]): string {
  const whole = chatCode(words.join(' '));
  if (whole.length <= MAX_COMMAND) return whole;
  const names = words.indexOf(TARGET_CHECKS);
  return chatCode(`${words.slice(0, names + 1).join(' ')} ...`);
}

/** `label` is ours, never the account's. */
function hyperlink(url: string, label: string): string {
  return `<${url}|${label}>`;
}

function additionalContext({ context }: ChatMetadata): Record<string, string> {
  const known = Object.entries(context).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, chatText(value, LIMIT.context)]));
}
