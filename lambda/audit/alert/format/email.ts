import { compareSeverity } from '../../answer/severity.ts';
import type { NextStep } from '../../text/commands.ts';
import { ascii, shorten, wrap, wrapWords } from '../../text/safe-text.ts';
import { withComma } from '../../text/words.ts';
import type { AlertIdentity } from '../alert-input.ts';
import type { CheckStory, ResourceStory, StorySection } from '../sections.ts';
import type { AlertStory } from '../story.ts';
import type { Suppression } from '../suppression.ts';

/** SNS refuses a subject of 100 characters. */
const SUBJECT_LENGTH = 99;
const MIN_NAME_LENGTH = 8;
/** With more troubled checks than this, the mail begins with one line for each. */
const GLANCE_FROM = 4;
const LABEL_WIDTH = 10;
const CHANGE_WIDTH = 13;
const WIDTH = 78;

/** `[CRITICAL] IoT audit NightlyFleetAudit: 1 non-compliant check so far (eu-west-1)`; the name gives way first. */
export function emailSubject({ region }: AlertIdentity, { word, title }: AlertStory): string {
  const before = `[${word}] ${title.before}`;
  const where = ` (${region})`;
  const room = SUBJECT_LENGTH - before.length - title.after.length - where.length - 1;
  const name = title.name === undefined ? '' : ` ${shorten(ascii(title.name), Math.max(MIN_NAME_LENGTH, room))}`;
  return `${shorten(`${before}${name}${ascii(title.after)}`, SUBJECT_LENGTH - where.length)}${where}`;
}

/** The mail: ASCII, 78 columns but for links, each of which has a line of its own. */
export function emailBody(alert: AlertIdentity, story: AlertStory): string {
  const parts = [
    paragraph(`${story.word}: ${story.headline}`, ''),
    headerLines(alert, story),
    ...atAGlance(story),
    ...story.sections.map(sectionLines),
    ...(story.nextSteps.length === 0 ? [] : [nextStepLines(story)]),
    ...(story.suppression === undefined ? [] : [suppressionLines(story.suppression)]),
    ...(hasCommand(story) ? [['Commands are for a POSIX shell, such as the one of AWS CloudShell.']] : []),
    ...(story.outlook === undefined ? [] : [paragraph(story.outlook, '')]),
    ['--', `Alert key ${alert.key}`, 'Sent by device-defender-audit-watcher. Replies are not read.'],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headerLines({ region, accountId }: AlertIdentity, { audit, particulars, state }: AlertStory): string[] {
  return [
    ...field('Audit', audit),
    ...field('Account', accountId),
    ...field('Region', region),
    ...[...particulars, state].flatMap(({ label, text }) => field(label, text)),
  ];
}

/** For a reader with five seconds: every check on a line, before any of them in full. */
function atAGlance({ sections }: AlertStory): string[][] {
  const checks = sections.flatMap((section) => section.checks).sort((a, b) => compareSeverity(b.severity, a.severity));
  if (checks.length <= GLANCE_FROM) return [];
  const lines = checks.map(({ severity, title, brief, was }) =>
    paragraph(`[${severity}] ${title}: ${brief}${withComma(was)}`, '  ', '    '),
  );
  return [['AT A GLANCE', ...lines.flat()]];
}

function sectionLines({ heading, rows = [], checks, lines }: StorySection): string[] {
  // Checks stand apart where there are several; a single one keeps close to its heading.
  const shown = checks.flatMap((check, index) => (index === 0 ? checkLines(check) : ['', ...checkLines(check)]));
  const gap = checks.length > 0 && lines.length > 0 ? [''] : [];
  const changes = rows.flatMap(({ label, text }) =>
    paragraph(text, `  ${label.padEnd(CHANGE_WIDTH)}`, ' '.repeat(CHANGE_WIDTH + 2)),
  );
  return [
    ...paragraph(heading.toUpperCase(), ''),
    ...changes,
    ...shown,
    ...gap,
    ...lines.flatMap((line) => paragraph(line, '  ')),
  ];
}

function checkLines(check: CheckStory): string[] {
  return [
    ...paragraph(`[${check.severity}] ${check.title}`, '  ', '    '),
    ...paragraph(`${check.finding}${withComma(check.was)}`, '    '),
    ...check.notes.flatMap((note) => paragraph(note, '    ')),
    ...resourceLines(check.resources),
    ...(check.moreResources === undefined ? [] : paragraph(check.moreResources, '    ')),
    ...(check.errorCode === undefined ? [] : field('Error', check.errorCode, '    ')),
    ...(check.message === undefined ? [] : field('Message', check.message, '    ')),
    ...link('Results', check.results, '    '),
    ...(check.fix === undefined ? [] : link('How to fix', check.fix, '    ')),
  ];
}

/** In columns where all fit; else under the reason where all have the same one; else on two lines each. */
function resourceLines(resources: readonly ResourceStory[]): string[] {
  const columns = inColumns(resources);
  if (columns.every((line) => line.length <= WIDTH)) return columns;
  const [reason, ...others] = new Set(resources.map((resource) => resource.reason));
  if (reason === undefined || others.length > 0) return resources.flatMap(onTwoLines);
  return [
    ...paragraph(`${reason}:`, '    '),
    ...resources.flatMap((resource) =>
      paragraph(`${whatText(resource)}${withComma(resource.age)}`, '      ', '        '),
    ),
  ];
}

function inColumns(resources: readonly ResourceStory[]): string[] {
  const cells = resources.map((resource) => ({ what: ascii(whatText(resource)), why: ascii(whyText(resource)) }));
  const width = Math.max(...cells.map(({ what }) => what.length));
  return cells.map(({ what, why }) => `    ${what.padEnd(width)}  ${why}`.trimEnd());
}

function onTwoLines(resource: ResourceStory): string[] {
  const why = whyText(resource);
  return [...paragraph(whatText(resource), '    ', '      '), ...(why === '' ? [] : paragraph(why, '      '))];
}

function whatText({ name, things }: ResourceStory): string {
  return things === undefined ? name : `${name} (${things})`;
}

function whyText({ reason, age }: ResourceStory): string {
  return [reason, age].filter((part) => part !== undefined).join(', ');
}

function suppressionLines({ name, until, lines }: Suppression): string[] {
  return [
    `SUPPRESS A KNOWN RESOURCE (EXAMPLE, EXPIRES ON ${until})`,
    ...paragraph(`If ${name} is known and accepted:`, '  '),
    // Not wrapped: within its quotes a shell takes a line end as it is.
    ...lines.map((line, index) => `${index === 0 ? '  ' : '    '}${line}${index === lines.length - 1 ? '' : ' \\'}`),
  ];
}

function hasCommand({ nextSteps, suppression }: AlertStory): boolean {
  return suppression !== undefined || nextSteps.some(({ command }) => command !== undefined);
}

function nextStepLines({ nextSteps }: AlertStory): string[] {
  if (nextSteps.length === 1) return ['NEXT STEP', ...nextSteps.flatMap((step) => stepLines(step, '  ', '  '))];
  return ['NEXT STEPS', ...nextSteps.flatMap((step, index) => stepLines(step, `  ${index + 1}. `, '     '))];
}

function stepLines({ text, command, link: target }: NextStep, first: string, rest: string): string[] {
  const said = text === undefined ? [] : paragraph(text, first, rest);
  if (command !== undefined) return [...said, ...commandLines(command, rest)];
  if (target === undefined) return said;
  return [...said, `${said.length === 0 ? first : rest}${target.label}:`, `${rest}${target.url}`];
}

/** A command over several lines, as a shell takes it: a word that is longer than a line stays whole. */
function commandLines(words: readonly string[], indent: string): string[] {
  const lines = wrapWords(words, indent, `${indent}  `, WIDTH - ' \\'.length);
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

function field(label: string, value: string, indent = ''): string[] {
  return paragraph(value, `${indent}${label.padEnd(LABEL_WIDTH)}`, `${indent}${' '.repeat(LABEL_WIDTH)}`);
}

function link(label: string, url: string, indent: string): string[] {
  return [`${indent}${label}:`, `${indent}${url}`];
}

function paragraph(text: string, first: string, rest = first): string[] {
  return wrap(ascii(text), first, rest, WIDTH);
}
