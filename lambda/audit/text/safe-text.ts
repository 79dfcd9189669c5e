/**
 * Making text safe and making it fit. Whatever comes from the account passes `clean` once, when the facts are
 * gathered; each format then escapes every sentence it writes (`ascii` for mail and subject, `chatText` for chat).
 */

const ELLIPSIS = '...';

/**
 * One line of visible text, at most `max` characters: control and formatting characters (line ends, bidirectional
 * overrides, zero-width spaces) and lone surrogates become spaces. Undefined when nothing is left.
 */
export function clean(text: string | undefined, max: number): string | undefined {
  // Text far beyond the limit is not worth the time.
  const seen = (text ?? '').slice(0, 4 * max);
  const line = PRINTABLE_ASCII.test(seen) ? seen.replace(/ +/g, ' ').trim() : spaced(seen).trim();
  return line === '' ? undefined : shorten(line, max);
}

/** Almost every text. Classes of Unicode are made when they are first needed: they take as long as the rest of an alert. */
const PRINTABLE_ASCII = /^[ -~]*$/;

function spaced(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ');
}

/** ISO 8601, UTC; a time that cannot be read is unknown. */
export function knownTime(time: string | undefined): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(time ?? '') ? time : undefined;
}

/** At most `max` characters; what is cut off leaves an ellipsis. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, Math.max(0, max - ELLIPSIS.length)).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}${ELLIPSIS}`;
}

/**
 * Printable ASCII for mail: letters lose their accents, everything else that is not ASCII becomes `?`. A URL inside is
 * broken up, so that a mail program makes links of our own links only.
 */
export function ascii(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\x20-\x7E]/gu, (character) => /^[\x20-\x7E]/.exec(character.normalize('NFD'))?.[0] ?? '?')
    .replaceAll('://', ': //');
}

/** What has a meaning in Slack's mrkdwn, and a twin that looks the same and has no effect. In this order. */
const CHAT_TWINS: ReadonlyArray<readonly [pattern: RegExp, twin: string]> = [
  // The three that Slack documents to be escaped; without `<` there is no link, no mention and no <!channel>.
  [/&/g, '&amp;'],
  [/</g, '&lt;'],
  [/>/g, '&gt;'],
  [/\*/g, '\u2217'],
  [/~/g, '\u223C'],
  [/`/g, '\u02CB'],
  // Only at the edge of a word does it begin or end italics: names_like_this can still be copied.
  [/(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])/g, '\u02CD'],
  // A client that links names reads a bare @channel as a mention.
  [/@/g, '\uFF20'],
  // Bare addresses and host names become links by themselves, and `:name:` an emoji.
  [/:(?=\/\/|[\w+'-]*[a-z+-][\w+'-]*:)/gi, '\uA789'],
];

/** Text without any effect in a chat message; never longer than `max`, never cut within an escape. */
export function chatText(text: string, max = Number.POSITIVE_INFINITY): string {
  const escaped = escapeForChat(text);
  if (escaped.length <= max) return escaped;
  const kept = [...text].slice(0, max);
  while (kept.length > 0 && escapeForChat(kept.join('')).length > max - ELLIPSIS.length) kept.pop();
  return `${escapeForChat(kept.join('')).trimEnd()}${ELLIPSIS}`;
}

/** Text shown as it is typed, in a code span, where only the span's own mark and the three escapes have a meaning. */
export function chatCode(text: string): string {
  return `\`${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'").replaceAll('@', '\uFF20')}\``;
}

/** Lines of at most `width`, the first after `first`, the others after `rest`; a word longer than a line is broken. */
export function wrap(text: string, first: string, rest: string, width: number): string[] {
  const room = width - Math.max(first.length, rest.length);
  const words = text.split(' ').flatMap((long) => pieces(long, room));
  return wrapWords(words, first, rest, width);
}

/** The same with words that stay whole, however long they are. */
export function wrapWords(words: readonly string[], first: string, rest: string, width: number): string[] {
  const room = width - Math.max(first.length, rest.length);
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line += line === '' ? word : ` ${word}`;
    }
  }
  return [...lines, line].map((content, index) => `${index === 0 ? first : rest}${content}`);
}

function escapeForChat(text: string): string {
  const escaped = CHAT_TWINS.reduce((result, [pattern, twin]) => result.replace(pattern, twin), text);
  return escaped.replace(PRINTABLE_ASCII.test(text) ? ASCII_DOT : anyDot(), '\u2024');
}

/** A dot within a word, which makes a link of it. Two of the twins above count as letters. */
const ASCII_DOT = /(?<=[A-Za-z0-9\u02CB\u02CD])\.(?=[A-Za-z\u02CB\u02CD])/g;

function anyDot(): RegExp {
  return /(?<=[\p{L}\p{N}])\.(?=\p{L})/gu;
}

function pieces(word: string, size: number): string[] {
  return word.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}
