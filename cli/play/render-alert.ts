import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { AlertReport } from '../../local/runs/audit-report.ts';
import { renderMrkdwn } from '../shared/screen/mrkdwn.ts';

/** The chat message of an alert, as far as it is shown. */
interface ChatContent {
  readonly title?: string;
  readonly description?: string;
  readonly nextSteps?: readonly string[];
}

const WIDEST_FRAME = 80;
const EDGE = '  │ ';

/** Where an alert is shown. */
interface Look {
  readonly colour: boolean;
  /** Of the terminal; without one, lines stay whole. */
  readonly columns?: number;
}

/** An alert as its readers see it: the email, then the chat message. */
export function renderAlert({ subject, email, severity, chat }: AlertReport, look: Look): string {
  const mail = [`Subject: ${subject}`, '', ...email.trimEnd().split('\n')];
  const frames = [frame('Email', mail, severity, look), frame('Chat', chatLines(chat, look.colour), severity, look)];
  return frames.flat().join('\n');
}

/** Its subject alone, beside the edge of the frame. */
export function renderSubject({ subject }: Pick<AlertReport, 'subject'>, { columns }: Pick<Look, 'columns'>): string {
  const line = `Subject: ${subject}`;
  const lines = columns === undefined ? [line] : wrapped(line, columns - EDGE.length);
  return lines.map((part) => `${EDGE}${part.trimStart()}`).join('\n');
}

/** Open to the right: links are long and must stay whole, whatever the width of the terminal. */
function frame(title: string, lines: readonly string[], severity: string, { colour, columns }: Look): string[] {
  const paint = (text: string) => (colour ? styleText(frameColour(severity), text, { validateStream: false }) : text);
  const width = Math.max(title.length + EDGE.length + 2, Math.min(WIDEST_FRAME, columns ?? WIDEST_FRAME));
  const fitted = columns === undefined ? lines : lines.flatMap((line) => wrapped(line, columns - EDGE.length));
  return [
    paint(`  ┌─ ${title} ${'─'.repeat(width - title.length - 6)}`),
    ...fitted.map((line) => `${paint('  │')} ${line}`.trimEnd()),
    paint(`  └${'─'.repeat(width - 3)}`),
  ];
}

/** Lines as wide as there is room. A word that is wider, which is a link, stays whole. */
function wrapped(line: string, room: number): string[] {
  return wrapAnsi(line, Math.max(1, room), { trim: false }).split('\n');
}

function chatLines(chat: AlertReport['chat'], colour: boolean): string[] {
  const { title = '', description = '', nextSteps = [] } = (chat.content ?? {}) as ChatContent;
  const lines = [title, ...description.split('\n'), ...nextSteps.map((step) => `→ ${step}`)];
  return lines.map((line) => renderMrkdwn(line, colour));
}

function frameColour(severity: string): 'red' | 'yellow' | 'green' {
  switch (severity) {
    case 'CRITICAL':
    case 'HIGH':
      return 'red';
    case 'MEDIUM':
      return 'yellow';
    default:
      return 'green';
  }
}
