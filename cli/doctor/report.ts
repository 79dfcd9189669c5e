import { styleText } from 'node:util';
import { clean, wrap } from '../../lambda/audit/text/safe-text.ts';
import { timeText } from '../../lambda/audit/text/words.ts';
import type { Examination } from './examination.ts';
import { type Row, STATUSES, type Status } from './verdict.ts';

const WIDTH = 100;
const MAX_FOUND = 1000;
const STATUS_WIDTH = 6;
const REMEDY_INDENT = ' '.repeat(STATUS_WIDTH + 2);
const COMMAND_INDENT = `${REMEDY_INDENT}   `;
/** At the end of a line that the shell must join with the next. */
const BROKEN = ' \\';

const COLOUR = { PASS: 'green', WARN: 'yellow', FAIL: 'red', SKIP: 'gray' } as const;

/** The table for people: a row for each check, below it what to do. At most 100 columns, but for words of a command. */
export function reportText({ stackName, account, region, examinedAt, rows }: Examination, colour: boolean): string {
  const nameWidth = Math.max('CHECK'.length, ...rows.map(({ check }) => check.length)) + 2;
  const where = account === undefined ? '' : ` of account ${account} in ${region}`;
  return [
    `Stack ${stackName}${where}, ${timeText(examinedAt)}`,
    '',
    `${'STATUS'.padEnd(STATUS_WIDTH)}  ${'CHECK'.padEnd(nameWidth)}FOUND`,
    ...rows.flatMap((row) => rowLines(row, nameWidth, colour)),
    '',
    summaryText(rows),
    '',
  ].join('\n');
}

/** The same for programs. */
export function reportJson({ rows, ...about }: Examination): string {
  const checks = rows.map((row) => ({
    check: row.check,
    status: row.status,
    found: row.found,
    remedy: 'remedy' in row ? row.remedy : undefined,
  }));
  return `${JSON.stringify({ ...about, failed: hasFailed(rows), checks }, null, 2)}\n`;
}

export function hasFailed(rows: readonly Row[]): boolean {
  return rows.some(({ status }) => status === 'FAIL');
}

function summaryText(rows: readonly Row[]): string {
  const counts = STATUSES.map((status) => `${rows.filter((row) => row.status === status).length} ${status}`);
  return `${rows.length} checks: ${counts.join(', ')}`;
}

function rowLines(row: Row, nameWidth: number, colour: boolean): string[] {
  const { status, check, found } = row;
  const first = `${status.padEnd(STATUS_WIDTH)}  ${check.padEnd(nameWidth)}`;
  // As it is from the account: nothing in it may move the cursor.
  const safe = clean(found, MAX_FOUND) ?? '';
  const lines = wrap(safe, first, ' '.repeat(first.length), WIDTH).map((line) => painted(line, status, colour));
  if (!('remedy' in row)) return lines;
  const { text, command } = row.remedy;
  return [
    ...lines,
    ...wrap(text, `${REMEDY_INDENT}-> `, `${REMEDY_INDENT}   `, WIDTH),
    ...(command === undefined ? [] : commandLines(command)),
  ];
}

function painted(line: string, status: Status, colour: boolean): string {
  if (!colour || !line.startsWith(status)) return line;
  return `${styleText(COLOUR[status], status, { validateStream: false })}${line.slice(status.length)}`;
}

/** Broken only before an option, so that it can be pasted as it stands. */
function commandLines(command: string): string[] {
  const [program = '', ...options] = command.split(/ (?=--)/);
  const lines = [`${COMMAND_INDENT}${program}`];
  for (const option of options) {
    const line = lines.at(-1) ?? '';
    const isRoom = line.length + 1 + option.length + BROKEN.length <= WIDTH;
    lines.splice(-1, 1, ...(isRoom ? [`${line} ${option}`] : [`${line}${BROKEN}`, `${COMMAND_INDENT}  ${option}`]));
  }
  return lines;
}
