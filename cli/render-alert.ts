import boxen from 'boxen';
import type { AlertReport } from '../local/audit-report.ts';
import { renderMrkdwn } from './mrkdwn.ts';

/** The chat message of an alert, as far as it is shown. */
interface ChatContent {
  readonly title?: string;
  readonly description?: string;
  readonly nextSteps?: readonly string[];
}

/** An alert as its readers see it: the email in a box, the chat message below. */
export function renderAlert(alert: AlertReport, colour: boolean): string {
  const email = boxen(`Subject: ${alert.subject}\n\n${alert.email.trimEnd()}`, {
    title: 'Email',
    padding: { left: 1, right: 1 },
    borderColor: colour ? borderColour(alert.severity) : undefined,
    borderStyle: colour ? 'round' : 'classic',
    // Long links stay whole, so that they can be opened: the box grows instead.
    width: widest(`Subject: ${alert.subject}\n${alert.email}`) + 4,
  });
  return `${email}\n${renderChat(alert, colour)}`;
}

function renderChat({ chat }: AlertReport, colour: boolean): string {
  const { title = '', description = '', nextSteps = [] } = (chat.content ?? {}) as ChatContent;
  const lines = [title, ...description.split('\n'), ...nextSteps.map((step) => `→ ${step}`)];
  const bar = colour ? '┃' : '|';
  return ['Chat', ...lines.map((line) => renderMrkdwn(line, colour))].map((line) => `  ${bar} ${line}`).join('\n');
}

function widest(text: string): number {
  return Math.max(...text.split('\n').map(({ length }) => length));
}

function borderColour(severity: string): string {
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
