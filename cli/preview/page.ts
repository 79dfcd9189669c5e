import type { AlertMessage } from '../../lambda/audit/alert/alert-input.ts';
import { parseAlertWords } from '../../lambda/slack/alert-words.ts';
import { type SlackBlock, slackMessage } from '../../lambda/slack/block-kit.ts';
import { ALERT_TOPIC_NAME } from '../../lib/delivery/alert-subscription.ts';
import { escapeHtml } from '../shared/html.ts';
import type { PreviewAlert } from './examples.ts';
import { mrkdwnToHtml, plainTextToHtml } from './mrkdwn-html.ts';

const TITLE = 'Every alert of the audit watcher';

const STYLE = `
:root { color-scheme: light dark; --back: #f6f6f4; --card: #fff; --text: #1d1c1d; --soft: #5c5b5e; --line: #d9d8d4;
  --link: #0b5cad; --code: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #17181a; --card: #212327; --text: #e7e6e4; --soft: #a5a4a1;
  --line: #3b3d42; --link: #79b8ff; --code: #ff9d94; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 96rem; padding: 2rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
nav { columns: 18rem; }
section { margin-top: 3rem; border-top: 1px solid var(--line); }
h2 { margin-bottom: 0; }
h2 small, .soft, h3 { color: var(--soft); font-weight: normal; }
h3 { margin: 0 0 .4rem; font-size: .85rem; text-transform: uppercase; letter-spacing: .05em; }
.formats { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); }
.box { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; }
.email, .email pre { font: 12.5px/1.45 ui-monospace, monospace; margin: 0; white-space: pre-wrap; }
.email header { border-bottom: 1px solid var(--line); margin-bottom: .8rem; padding-bottom: .6rem; }
.slack { white-space: pre-wrap; margin-bottom: 1.5rem; border-left: 4px solid var(--soft); }
.slack p { margin: 0 0 .7rem; }
.slack .header { font-size: 1.15rem; font-weight: 700; }
.slack .context { color: var(--soft); font-size: .8rem; margin: 0; }
code { color: var(--code); font: .9em ui-monospace, monospace; }
.CRITICAL { border-left-color: #d93025; } .HIGH { border-left-color: #f28b0c; } .MEDIUM { border-left-color: #e8c500; }
.LOW { border-left-color: #1a73e8; } .INFO { border-left-color: #2e9e5b; }
`;

/** One page that needs nothing else: each alert as an email, as a chat message, and as the webhook posts it. */
export function previewPage(alerts: readonly PreviewAlert[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${TITLE}</h1>
<p class="soft">Made of examples by <code>npm run alerts:preview</code>. Chat clients draw them a little differently.</p>
<nav><ol>
${alerts.map(({ id, title }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></li>`).join('\n')}
</ol></nav>
${alerts.map(alertSection).join('\n')}
</body>
</html>
`;
}

function alertSection({ id, title, message }: PreviewAlert): string {
  return `<section id="${escapeHtml(id)}">
<h2>${escapeHtml(title)} <small>${escapeHtml(String(message.attributes.kind))}</small></h2>
<p class="soft">Alert key ${escapeHtml(message.key)}</p>
<div class="formats">
<div>
<h3>Email</h3>
${emailBox(message)}
</div>
<div>
<h3>Slack, by Amazon Q Developer</h3>
${chatBox(message)}
<h3>Slack, by the webhook</h3>
${webhookBox(message)}
</div>
</div>
</section>`;
}

/** As SNS sends it: from the display name of the topic, with what SNS puts below every mail. */
function emailBox({ subject, email, attributes }: AlertMessage): string {
  return `<article class="box email">
<header>From: ${ALERT_TOPIC_NAME} &lt;no-reply@sns.amazonaws.com&gt;<br>Subject: ${escapeHtml(subject)}</header>
<pre>${escapeHtml(email)}</pre>
<pre class="soft">${escapeHtml(snsFooter(String(attributes.region), String(attributes.account)))}</pre>
</article>`;
}

function snsFooter(region: string, account: string): string {
  const topic = `arn:aws:sns:${region}:${account}:AlertTopic`;
  return [
    '',
    '--',
    'If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:',
    `https://sns.${region}.amazonaws.com/unsubscribe.html?SubscriptionArn=${topic}:EXAMPLE&Endpoint=you@example.com`,
    '',
    'Please do not reply directly to this email. If you have any questions or comments regarding this email, please contact us at https://aws.amazon.com/support',
  ].join('\n');
}

function chatBox(message: AlertMessage): string {
  const content = parseAlertWords(message.machine);
  const steps = content.nextSteps.map((step) => `\u2192 ${mrkdwnToHtml(step)}`).join('\n');
  return slackBox(message, [
    `<p class="header">${mrkdwnToHtml(content.title)}</p>`,
    `<p>${mrkdwnToHtml(content.description)}</p>`,
    `<p>${steps}</p>`,
  ]);
}

function webhookBox(message: AlertMessage): string {
  return slackBox(message, slackMessage(parseAlertWords(message.machine)).blocks.map(blockHtml));
}

/** In the colour of what the alert says, which may be less severe than the attribute that it is sent with. */
function slackBox({ machine }: AlertMessage, paragraphs: readonly string[]): string {
  const { severity } = JSON.parse(machine);
  // Without line ends in between: the box shows them.
  return `<article class="box slack ${escapeHtml(String(severity))}">${paragraphs.join('')}</article>`;
}

function blockHtml(block: SlackBlock): string {
  switch (block.type) {
    case 'header':
      return `<p class="header">${plainTextToHtml(block.text.text)}</p>`;
    case 'section':
      return `<p>${mrkdwnToHtml(block.text.text)}</p>`;
    case 'context':
      return `<p class="context">${block.elements.map(({ text }) => mrkdwnToHtml(text)).join(' ')}</p>`;
  }
}
