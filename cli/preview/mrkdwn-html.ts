import { escapeHtml } from '../shared/html.ts';
import { EMOJI } from '../shared/screen/mrkdwn.ts';

/** Slack's marks in text that is escaped for HTML: a link, code, bold, italic, an emoji. One pass: no mark inside a link. */
const MARKS =
  /&lt;(?<url>https:\/\/[^|\s]+?)\|(?<label>[^|\n]+?)&gt;|`(?<code>[^`\n]+)`|(?<![\w*])\*(?<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?<italic>[^_\n]+)_(?![\w_])|:(?<emoji>[a-z_]+):/g;

type Marks = Partial<Record<'url' | 'label' | 'code' | 'bold' | 'italic' | 'emoji', string>>;

/** Renders Slack's client markdown as HTML, as the reader would see it. The text is escaped before anything else. */
export function mrkdwnToHtml(text: string): string {
  // What Slack has escaped already is shown as the character that it stands for.
  return renderMarks(escapeHtml(text)).replace(/&amp;(amp|lt|gt);/g, '&$1;');
}

/** Plain text in which Slack shows emoji only: the header of a Block Kit message. */
export function plainTextToHtml(text: string): string {
  return escapeHtml(text).replace(/:([a-z_]+):/g, (mark, name: string) => emojiOr(mark, name));
}

function renderMarks(escaped: string): string {
  return escaped.replace(MARKS, (...match: unknown[]) => {
    const { url, label, code, bold, italic, emoji } = match.at(-1) as Marks;
    if (url !== undefined) return `<a href="${url}">${label}</a>`;
    if (code !== undefined) return `<code>${code}</code>`;
    if (bold !== undefined) return `<strong>${renderMarks(bold)}</strong>`;
    if (italic !== undefined) return `<em>${renderMarks(italic)}</em>`;
    return emojiOr(String(match[0]), emoji ?? '');
  });
}

function emojiOr(mark: string, name: string): string {
  return Object.hasOwn(EMOJI, name) ? (EMOJI[name] ?? mark).trim() : mark;
}
