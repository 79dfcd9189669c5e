import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { durationText, secondsBetween } from '../../lambda/audit/text/duration.ts';
import { plural } from '../../lambda/audit/text/words.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { severityPaint, stateText } from '../shared/screen/states.ts';
import { nameText } from '../shared/screen/words.ts';
import { frameLines } from '../watch/text.ts';
import type { StartDocument, Verdict } from './schema.ts';

/** What was started, and what it found. */
export function* startText({ taskId, targetChecks, result, readAt }: StartDocument, screen: Screen): Iterable<string> {
  if (result === undefined) {
    yield `Started audit ${taskId} of ${plural(targetChecks.length, 'check')}.`;
    return;
  }
  yield* frameLines(result.audit, Date.parse(readAt), screen);
  yield '';
  yield* screen.wrapped(sentence(result));
  for (const { severity, findings, title } of result.checks) {
    yield `  ${screen.paint(severityPaint(severity), severity)} ${nameText(title)}: ${plural(findings, 'finding')}`;
  }
  if (result.unknownChecks.length > 0) {
    yield* screen.wrapped(`Without a result: ${titlesOf(result).join(', ')}`, '', '  ');
  }
}

/** The same for the page of a CI job. */
export function markdownOf(result: Verdict): string {
  const { audit, checks, unknownChecks } = result;
  const ran = durationText(secondsBetween(audit.startedAt, audit.polledAt));
  const rows = checks.map(({ severity, title, findings }) => `| ${severity} | ${markdown(title)} | ${findings} |`);
  return [
    '## AWS IoT Device Defender audit',
    '',
    `**${sentence(result)}**`,
    '',
    `Audit \`${audit.taskId}\`: ${stateText(audit.phase)}${ran === undefined ? '' : ` after ${ran}`}.`,
    ...(rows.length === 0 ? [] : ['', '| severity | check | findings |', '|---|---|---|', ...rows]),
    ...(unknownChecks.length === 0 ? [] : ['', `Without a result: ${titlesOf(result).map(markdown).join(', ')}`]),
    '',
  ].join('\n');
}

function sentence({ verdict, failOn, onlyNew, audit, unknownChecks }: Verdict): string {
  const what = `${onlyNew ? 'new findings' : 'findings'} of ${failOn} or worse`;
  switch (verdict) {
    case 'CLEAN':
      return `Clean: no ${what}.`;
    case 'FINDINGS':
      return audit.over ? `There are ${what}.` : `There are ${what}. The audit goes on.`;
    case 'UNKNOWN':
      return audit.phase === 'COMPLETED'
        ? `Unknown: ${plural(unknownChecks.length, 'check')} gave no result, and the others have no ${what}.`
        : `Unknown: the audit was ${stateText(audit.phase)}, and no ${what} are known.`;
    case 'TIMED_OUT':
      return 'The time was up before the audit ended. It goes on.';
  }
}

function titlesOf({ unknownChecks }: Verdict): string[] {
  return unknownChecks.map((name) => nameText(checkInfo(name).title));
}

/** A name without any effect in Markdown. */
function markdown(name: string): string {
  return nameText(name).replace(/[\\`*_{}[\]<>()#+!|~&@]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
