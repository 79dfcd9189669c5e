import { styleText } from 'node:util';

/** The emoji of alerts, by Slack's names. */
export const EMOJI: Readonly<Record<string, string>> = {
  rotating_light: '🚨',
  warning: '⚠️ ',
  no_entry: '⛔',
  hourglass: '⌛',
  white_check_mark: '✅',
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  grey_question: '❔',
};

type Style = Parameters<typeof styleText>[0];

/** Renders Slack's client markdown for a terminal, as the reader would see it. Without colour the marks just vanish. */
export function renderMrkdwn(text: string, colour: boolean): string {
  const paint = (style: Style, part: string) => (colour ? styleText(style, part, { validateStream: false }) : part);
  return text
    .replace(/:([a-z_]+):/g, (mark, name: string) => (Object.hasOwn(EMOJI, name) ? (EMOJI[name] ?? mark) : mark))
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, (_, url: string, label: string) =>
      colour ? link(url, paint(['underline', 'blue'], label)) : `${label} (${url})`,
    )
    .replace(/`([^`\n]+)`/g, (_, code: string) => paint('cyan', code))
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, (_, bold: string) => paint('bold', bold))
    .replace(/(?<![\w_])_([^_\n]+)_(?![\w_])/g, (_, italic: string) => paint('italic', italic))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** A link that a terminal makes clickable (OSC 8); one that does not know them shows the label alone. */
function link(url: string, label: string): string {
  return `\u001b]8;;${url}\u0007${label}\u001b]8;;\u0007`;
}
