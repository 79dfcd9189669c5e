import { chatCode, clean, shorten } from '../audit/text/safe-text.ts';
import type { AlertWords } from './alert-words.ts';

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

/** Characters of a header, of a section and of the whole message as JSON; blocks of a message. */
const LIMIT = { header: 150, section: 3_000, message: 13_000, blocks: 50 } as const;
/** What is never left out, in lines of bounded length: next steps, and the last paragraph, which says where it happened. */
const KEPT = { steps: 8, whereLines: 3, line: 350 } as const;
const MIN_NAME = 8;
const MORE = '_... and more: see the AWS console._';

/**
 * An alert as a Slack message in Block Kit: title, description, next steps, alert key. Pure. It obeys every limit of Slack:
 * where there is no room, the last lines of the description give way, never where it happened or what to do.
 */
export function slackMessage({ title, description, nextSteps, alertKey }: AlertWords): SlackMessage {
  const header = headerText(title);
  const lines = safe(description).split('\n');
  const gap = lines.lastIndexOf('');
  const hasWhere = gap >= 0 && lines.length - gap - 1 <= KEPT.whereLines;
  const body = hasWhere ? lines.slice(0, gap) : lines;
  const end: SlackBlock[] = [
    ...sections(hasWhere ? lines.slice(gap + 1).map((line) => shortLine(line)) : []),
    ...sections(nextSteps.length === 0 ? [] : ['*Next steps*', ...nextSteps.slice(0, KEPT.steps).map(stepLine)]),
    { type: 'context', elements: [mrkdwn(`Alert key ${chatCode(clean(alertKey, 250) ?? 'unknown')}`)] },
  ];
  const compose = (count: number): SlackMessage => ({
    text: header,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: header, emoji: true } },
      ...sections(count < body.length ? [...body.slice(0, count), MORE] : body),
      ...end,
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
  return compose(mostThat(body.length, (count) => fits(compose(count))));
}

function fits(message: SlackMessage): boolean {
  return message.blocks.length <= LIMIT.blocks && JSON.stringify(message).length <= LIMIT.message;
}

/** The largest number up to `max` that holds, by bisection: more lines never take less room. */
function mostThat(max: number, holds: (count: number) => boolean): number {
  if (holds(max)) return max;
  let [low, high] = [0, max];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Plain text and mrkdwn at once: a header shows `&amp;` and `*` as they are. When it is too long, the audit's name gives way first. */
function headerText(title: string): string {
  const twins = title
    .replace(/&lt;|</g, '\u2039')
    .replace(/&gt;|>/g, '\u203A')
    .replace(/&amp;|&/g, '\uFF06');
  const line = clean(twins, 4 * LIMIT.header) ?? 'Alert';
  const excess = line.replaceAll('*', '').length - LIMIT.header;
  const named = line.replace(/\*([^*]+)\*/, (_, name: string) =>
    excess <= 0 ? name : shorten(name, Math.max(MIN_NAME, name.length - excess)),
  );
  return shorten(named.replaceAll('*', ''), LIMIT.header);
}

/** Whole lines, a new section for each paragraph and wherever one is full. */
function sections(lines: readonly string[]): SlackBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const longer = `${last}\n${shortLine(line, LIMIT.section)}`;
    if (last === undefined || last === '' || line === '' || longer.length > LIMIT.section) {
      texts.push(shortLine(line, LIMIT.section));
    } else {
      texts[texts.length - 1] = longer;
    }
  }
  return texts.filter((text) => text.trim() !== '').map((text) => ({ type: 'section', text: mrkdwn(text) }));
}

function stepLine(step: string): string {
  return `\u2022 ${shortLine(safe(step).replaceAll('\n', ' '))}`;
}

/** What must not be cut in two: a link, a code span, bold or italic text, an escape, an emoji, a character. */
const ATOM = /<[^>\n]*>|`[^`\n]*`|\*[^*\n]*\*|_[^_\n]*_|&[a-z]+;|:[a-z_]+:|./gu;

/** At most `max` characters of a line, without breaking what its marks enclose. */
function shortLine(line: string, max: number = KEPT.line): string {
  if (line.length <= max) return line;
  let kept = '';
  for (const [atom] of line.matchAll(ATOM)) {
    if (kept.length + atom.length > max - 3) break;
    kept += atom;
  }
  return `${kept.trimEnd()}...`;
}

/** The words come escaped. Should a mention or a foreign link come all the same, it shows and does nothing. */
function safe(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, ' ').replace(/<(?!https:\/\/[^\s<>|]+\|[^<>|\n]+>)/g, '&lt;');
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}
