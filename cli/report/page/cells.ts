import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import { SEVERITIES, type Severity } from '../../../lambda/audit/answer/severity.ts';
import { durationText } from '../../../lambda/audit/text/duration.ts';
import { type Html, html } from '../../shared/html.ts';
import { dayText, minuteText, nameText, UNKNOWN } from '../../shared/screen/words.ts';
import type { Column } from './table.ts';

// Columns and cells that several tables have.

/** A name from the account. */
export function nameColumn<Row>(title: string, name: (row: Row) => string | undefined): Column<Row> {
  return { title, cell: (row) => nameText(name(row)) };
}

export function minuteColumn<Row>(title: string, time: (row: Row) => string | undefined): Column<Row> {
  return { title, kind: 'word', cell: (row) => minuteText(time(row)), sortBy: time };
}

export function dayColumn<Row>(title: string, time: (row: Row) => string | undefined): Column<Row> {
  return { title, kind: 'word', cell: (row) => dayText(time(row)), sortBy: time };
}

export function numberColumn<Row>(title: string, value: (row: Row) => number | undefined): Column<Row> {
  return { title, kind: 'number', cell: (row) => value(row) ?? UNKNOWN, sortBy: value };
}

/** Whole seconds, in words. */
export function durationColumn<Row>(title: string, seconds: (row: Row) => number | undefined): Column<Row> {
  return { title, kind: 'number', cell: (row) => durationText(seconds(row)) ?? UNKNOWN, sortBy: seconds };
}

export function severityColumn<Row>(severity: (row: Row) => Severity): Column<Row> {
  return {
    title: 'Severity',
    cell: (row) => severityMark(severity(row)),
    sortBy: (row) => SEVERITIES.length - SEVERITIES.indexOf(severity(row)),
  };
}

/** A task id: it is pasted into commands. */
export function taskColumn<Row>(taskId: (row: Row) => string | undefined): Column<Row> {
  return {
    title: 'Task',
    kind: 'word',
    cell: (row) => {
      const id = taskId(row);
      return id === undefined ? 'none' : html`<code>${nameText(id)}</code>`;
    },
  };
}

/** The title of a check, which leads to the page of the guide about it. */
export function checkLink({ checkName, title }: { readonly checkName: string; readonly title: string }): Html {
  return html`<a href="${checkInfo(checkName).documentation}">${nameText(title)}</a>`;
}

function severityMark(severity: Severity): Html {
  return html`<span class="severity ${severity}">${severity}</span>`;
}
