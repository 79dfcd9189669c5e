import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Html, html } from '../../shared/html.ts';
import { minuteText, nameText, unreadableText } from '../../shared/screen/words.ts';
import type { ReportDocument } from '../schema.ts';
import { nextSteps, nothingToDo, type Step, stateSentence, type Verdict, verdictOf } from '../summary.ts';
import { type Look, mark, markOf, patterns } from './marks.ts';
import type { PageInput, Section } from './section.ts';
import { alertsSection } from './sections/alerts.ts';
import { checksSection } from './sections/checks.ts';
import { complianceSection } from './sections/compliance.ts';
import { coverageSection } from './sections/coverage.ts';
import { heatMapSection } from './sections/heat-map.ts';
import { openFindingsSection } from './sections/open-findings.ts';
import { resourcesSection } from './sections/resources.ts';
import { runsSection } from './sections/runs.ts';
import { suppressionsSection } from './sections/suppressions.ts';
import { timelinesSection } from './sections/timelines.ts';
import { timesSection } from './sections/times.ts';

/** In the order of the page. */
const SECTIONS: readonly ((input: PageInput) => Section)[] = [
  checksSection,
  complianceSection,
  heatMapSection,
  openFindingsSection,
  resourcesSection,
  timesSection,
  runsSection,
  coverageSection,
  suppressionsSection,
  timelinesSection,
  alertsSection,
];

const STYLE = readFileSync(new URL('style.css', import.meta.url), 'utf8');
const SCRIPT = readFileSync(new URL('script.js', import.meta.url), 'utf8');
/** No request to anywhere, no style and no script but these two, whatever a name in the page may be. */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Steps beside the first. */
const MORE_STEPS = 3;

/**
 * The report as one page that needs nothing else.
 *
 * @param options those of the table, for the commands of the page: ` --local`
 */
export function reportPage(report: ReportDocument, options: string): string {
  const { account, region, readAt, since, until, name } = report;
  const input: PageInput = { report, command: (args) => `npx audit-watcher ${args}${options}` };
  const sections = SECTIONS.map((make) => make(input));
  const title = `IoT audit report: ${account}, ${region}`;
  return html`${new Html('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#state">Skip to the report</a>
${patterns()}
<header>
<h1>${title}</h1>
<p>AWS IoT Device Defender audits from ${minuteText(since)} to ${minuteText(until)} UTC${
    name === undefined ? undefined : html`, those of ${nameText(name)} only`
  }. Checks and findings of the account as known on ${minuteText(readAt)} UTC.</p>
</header>
<main>
${stateSection(input)}
<nav aria-label="Contents"><ol>${sections.map(({ id, title: words }) => html`<li><a href="#${id}">${words}</a></li>`)}</ol></nav>
${sections.map(
  ({ id, title: words, content }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${words}</h2>
${content}
</section>
`,
)}</main>
<footer><p>Made by audit-watcher on ${minuteText(readAt)} UTC. Times are UTC. A question mark is unknown, which is not good.</p></footer>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.markup;
}

/** What a manager reads: how things stand, what to do first, and the numbers. */
function stateSection({ report, command }: PageInput): Html {
  const { status, findings, unreadableItems } = report;
  const inState = (state: string) => status.checks.filter((check) => check.state === state).length;
  const [first, ...others] = nextSteps(report);
  const [look, verdict] = VERDICT[verdictOf(report)];
  return html`<section id="state" aria-labelledby="state-title">
<h2 id="state-title" class="verdict">${markOf(look, verdict)}</h2>
<p class="sentence">${stateSentence(report)}</p>
${latestAudit(report)}
${unreadableItems === 0 ? undefined : html`<p class="cut">${markOf('unknown', unreadableText(unreadableItems))}</p>`}
<div class="first"><h3>Do first</h3>${
    first === undefined
      ? html`<p>${nothingToDo(report)}</p>`
      : html`${stepText(first, command)}${
          others.length === 0
            ? undefined
            : html`<h3>Then</h3><ol>${others.slice(0, MORE_STEPS).map((step) => html`<li>${stepText(step, command)}</li>`)}</ol>${
                others.length > MORE_STEPS ? html`<p>And ${others.length - MORE_STEPS} more: see below.</p>` : undefined
              }`
        }`
  }</div>
<dl class="tiles">
${tile('bad', inState('NON_COMPLIANT'), 'non-compliant checks')}
${tile('unknown', inState('UNKNOWN'), 'unknown checks')}
${tile('good', inState('COMPLIANT'), 'compliant checks')}
${tile('suppressed', inState('SUPPRESSED'), 'suppressed checks')}
${tile('missed', status.neverAudited.length, 'never audited checks')}
${tile('bad', findings.open, 'open findings')}
</dl>
</section>`;
}

function latestAudit({ audits: { listed } }: ReportDocument): Html {
  const [latest] = listed;
  if (latest === undefined) return html`<p>No audit started in this period.</p>`;
  const { auditName, startedAt, outcome } = latest;
  return html`<p>Latest audit: ${nameText(auditName)}, ${minuteText(startedAt)} UTC, ${mark(outcome)}.</p>`;
}

const VERDICT = {
  NON_COMPLIANT: ['bad', 'Not compliant'],
  UNKNOWN: ['unknown', 'Not known to be compliant'],
  COMPLIANT: ['good', 'Compliant, as far as it is audited'],
} as const satisfies Record<Verdict, readonly [Look, string]>;

function tile(look: Look, count: number, words: string): Html {
  // What is not there has no colour.
  return html`<div class="tile ${count === 0 ? 'zero' : look}"><dt>${words}</dt><dd>${count}</dd></div>`;
}

function stepText({ text, command: args, link }: Step, command: PageInput['command']): Html {
  return html`<p>${text}${link === undefined ? undefined : html` <a href="${link}">About this check</a>`}${
    args === undefined ? undefined : html`<br><code>${command(args)}</code>`
  }</p>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
