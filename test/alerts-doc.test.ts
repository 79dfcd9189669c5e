import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PREVIEW_ALERTS } from '../cli/preview/examples.ts';
import type { AlertMessage } from '../lambda/audit/alert/alert-input.ts';
import { ALERT_SLOTS } from '../lambda/audit/watch/alert-kinds.ts';
import { ALERT_KIND } from '../lambda/contract.ts';
import { expectAlertWithinLimits, schemaErrors } from './alert-limits.ts';

const PAGE = join(import.meta.dirname, '../docs/alerts.md');
const SCHEMA = join(import.meta.dirname, '../docs/alert-schema.json');
const EXAMPLES = join(import.meta.dirname, '../docs/alert-examples.json');
const EXAMPLE = /<!-- example: ([a-z-]+) (email|chat) -->\n(?:\n```text\n[\s\S]*?\n```\n)?/g;

// After a change of what alerts say: UPDATE_EXAMPLES=1 npm test -- test/alerts-doc
if (process.env.UPDATE_EXAMPLES === '1') {
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(EXAMPLE, (_, id, format) => exampleBlock(id, format)),
  );
  writeFileSync(EXAMPLES, machineExamples());
}

const text = readFileSync(PAGE, 'utf8');
const examples = [...text.matchAll(EXAMPLE)].map(([block, id = '', format = '']) => ({ id, format, block }));

describe('docs/alerts.md', () => {
  test.each(examples)('shows $id ($format) as it is sent', ({ id, format, block }) => {
    expect(block).toBe(exampleBlock(id, format));
  });

  test('shows every kind as an email, and one in chat', () => {
    const emails = examples.filter(({ format }) => format === 'email');

    expect(new Set(emails.map(({ id }) => exampleOf(id).attributes.kind))).toEqual(new Set(Object.values(ALERT_KIND)));
    expect(examples).toHaveLength(emails.length + 1);
  });

  test('has the JSON of each of its examples in docs/alert-examples.json', () => {
    expect(readFileSync(EXAMPLES, 'utf8')).toBe(machineExamples());
  });

  test.each([...Object.values(ALERT_KIND), ...ALERT_SLOTS])('explains %s', (name) => {
    expect(text.slice(0, text.indexOf('## Examples'))).toContain(`\`${name}\``);
  });

  test('has every attribute and no other', () => {
    const table = text.slice(text.indexOf('## Attributes'), text.indexOf('## Formats'));
    const sent = new Set(PREVIEW_ALERTS.flatMap(({ message }) => Object.keys(message.attributes)));

    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).sort()).toEqual([...sent].sort());
  });
});

describe('docs/alert-schema.json', () => {
  const machines = PREVIEW_ALERTS.map(({ id, message }) => ({ id, ...JSON.parse(message.machine) }));
  const audits = machines.filter(({ kind }) => kind !== 'AUDIT_OVERDUE' && kind !== 'DIGEST');
  const missedRuns = machines.filter(({ kind }) => kind === 'AUDIT_OVERDUE');

  test.each([...audits, { ...audits[0], id: 'a kind that nobody knows yet', kind: 'AUDIT_POSTPONED' }])(
    'requires the task id of an audit: $id',
    (alert) => {
      expect(schemaErrors({ ...alert, taskId: undefined })).toContain("must have required property 'taskId'");
    },
  );

  test.each(missedRuns)('allows no task where there is no audit: $id', (alert) => {
    expect(schemaErrors({ ...alert, taskId: 'abc' })).toContain('/taskId boolean schema is false');
    expect(schemaErrors({ ...alert, overdue: undefined })).toContain("must have required property 'overdue'");
  });

  test.each(machines.filter(({ kind }) => kind === 'DIGEST'))('allows no task in a digest: $id', (alert) => {
    expect(schemaErrors({ ...alert, taskId: 'abc' })).toContain('/taskId boolean schema is false');
    expect(schemaErrors({ ...alert, digest: undefined })).toContain("must have required property 'digest'");
  });

  test('names every kind', () => {
    const { kind } = JSON.parse(readFileSync(SCHEMA, 'utf8')).properties;

    expect(kind.examples.toSorted()).toEqual(Object.values(ALERT_KIND).toSorted());
  });
});

describe('The examples', () => {
  test.each(PREVIEW_ALERTS)('obey every limit: $id', ({ message }) => {
    expectAlertWithinLimits(message);
  });

  test('are of every kind', () => {
    expect(new Set(PREVIEW_ALERTS.map(({ message }) => message.attributes.kind))).toEqual(
      new Set(Object.values(ALERT_KIND)),
    );
  });

  test.each(PREVIEW_ALERTS)('carry the words of the chat form for programs: $id', ({ message }) => {
    const { title, description, nextSteps } = JSON.parse(message.chat).content;

    expect(JSON.parse(message.machine).text).toEqual({ title, description, nextSteps });
  });

  test('have different ids', () => {
    expect(new Set(PREVIEW_ALERTS.map(({ id }) => id)).size).toBe(PREVIEW_ALERTS.length);
  });
});

function exampleOf(id: string): AlertMessage {
  const example = PREVIEW_ALERTS.find((alert) => alert.id === id);
  if (example === undefined) throw new Error(`cli/preview/examples.ts has no example "${id}".`);
  return example.message;
}

function exampleBlock(id: string, format: string): string {
  return `<!-- example: ${id} ${format} -->\n\n\`\`\`text\n${exampleText(exampleOf(id), format)}\n\`\`\`\n`;
}

function exampleText({ subject, email, chat }: AlertMessage, format: string): string {
  if (format === 'email') return `Subject: ${subject}\n\n${email.trimEnd()}`;
  const { title, description, nextSteps } = JSON.parse(chat).content;
  return [title, '', description, '', ...nextSteps].join('\n');
}

/** The JSON of the examples on the page, by id. */
function machineExamples(): string {
  const ids = new Set([...readFileSync(PAGE, 'utf8').matchAll(EXAMPLE)].map(([, id = '']) => id));
  const machines = [...ids].map((id) => [id, JSON.parse(exampleOf(id).machine)]);
  return `${JSON.stringify(Object.fromEntries(machines), null, 2)}\n`;
}
