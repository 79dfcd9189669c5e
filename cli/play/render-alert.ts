import { styleText } from 'node:util';
import type { AlertReport } from '../../local/runs/audit-report.ts';
import { renderMrkdwn } from '../shared/screen/mrkdwn.ts';

/** The chat message of an alert, as far as it is shown. */
interface ChatContent {
  readonly title?: string;
  readonly description?: string;
  readonly nextSteps?: readonly string[];
}

const FRAME_WIDTH = 80;

/** An alert as its readers see it: the email, then the chat message. */
export function renderAlert({ subject, email, severity, chat }: AlertReport, colour: boolean): string {
  const mail = [`Subject: ${subject}`, '', ...email.trimEnd().split('\n')];
  return [...frame('Email', mail, severity, colour), ...frame('Chat', chatLines(chat, colour), severity, colour)].join(
    '\n',
  );
}

/** Open to the right: links are long and must stay whole, whatever the width of the terminal. */
function frame(title: string, lines: readonly string[], severity: string, colour: boolean): string[] {
  const paint = (text: string) => (colour ? styleText(frameColour(severity), text, { validateStream: false }) : text);
  const rule = '─'.repeat(FRAME_WIDTH - title.length - 6);
  return [
    paint(`  ┌─ ${title} ${rule}`),
    ...lines.map((line) => `${paint('  │')} ${line}`.trimEnd()),
    paint(`  └${'─'.repeat(FRAME_WIDTH - 3)}`),
  ];
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
