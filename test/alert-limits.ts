import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AlertMessage } from '../lambda/audit/alert/alert-input.ts';
import { SEVERITIES } from '../lambda/audit/answer/severity.ts';

const SCHEMA_FILE = new URL('../docs/alert-schema.json', import.meta.url);
const validateMachine = new Ajv2020().compile(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));

/** SNS: the whole publish, all protocol bodies and attributes together. */
const PUBLISH_BYTES = 256 * 1024;
const HOSTS =
  '(?:docs\\.aws\\.amazon\\.com|[a-z0-9-]+\\.console\\.aws\\.amazon\\.com|console\\.amazonaws-us-gov\\.com|[a-z0-9-]+\\.console\\.amazonaws\\.cn)';
const MAIL_LINK = new RegExp(`^ *https://${HOSTS}/[!-~]+$`);
const CHAT_LINK = new RegExp(`<https://${HOSTS}/[^<>|\\s]+\\|[A-Za-z ]+>`, 'g');

/** The one line of a command that cannot be broken: whole or useless. Nothing in it ends its quotes but `'\\''`. */
const QUOTED_IDENTIFIER = /^ {4}--resource-identifier '\{(?:[^']|'\\''){1,800}\}' \\$/;

/** A name in a command, alone on its line: whole or useless too. */
const LONG_NAME = /^ {4,7}[A-Za-z0-9_-]{60,128}(?: \\)?$/;

/** Fails unless the message obeys every limit of SNS, of mail, of Amazon Q Developer and of our own schema. */
export function expectAlertWithinLimits(message: AlertMessage): void {
  expectSubject(message);
  expectMail(message);
  expectChat(message);
  expectMachine(message);
  expectAttributes(message);
  expectPublish(message);
}

/** What the schema has against a machine-readable alert. */
export function schemaErrors(machine: unknown): string[] {
  validateMachine(machine);
  return (validateMachine.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
}

function expectSubject({ subject }: AlertMessage): void {
  expect(subject).toMatch(/^\[(CRITICAL|HIGH|MEDIUM|LOW|INFO|RECOVERED|SUPPRESSED)\] [\x20-\x7E]+ \([a-z0-9-]+\)$/);
  expect(subject.length).toBeLessThanOrEqual(99);
}

function expectMail({ email, subject, key }: AlertMessage): void {
  const lines = email.split('\n');
  expect(email).toMatch(/^[\x20-\x7E\n]+$/);
  expect(email.startsWith(`${firstWord(subject)}: `)).toBe(true);
  const isWhole = [MAIL_LINK, QUOTED_IDENTIFIER, LONG_NAME];
  const long = lines.filter((line) => line.length > 78 && line !== `Alert key ${key}`);
  expect(long.filter((line) => isWhole.every((pattern) => !pattern.test(line)))).toEqual([]);
  expect(lines.filter((line) => line.includes('://') && !MAIL_LINK.test(line))).toEqual([]);
  expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  expect(lines.slice(-4)).toEqual([
    '--',
    `Alert key ${key}`,
    'Sent by device-defender-audit-watcher. Replies are not read.',
    '',
  ]);
}

function expectChat(message: AlertMessage): void {
  const chat = JSON.parse(message.chat);
  const { title, description, nextSteps, keywords } = chat.content;
  const { threadId, summary, additionalContext, relatedResources } = chat.metadata;

  const parts = message.key.split('#');
  const thread = { AUDIT_OVERDUE: 'schedule', DIGEST: 'digest' }[String(message.attributes.kind)] ?? 'audit';
  // Each digest begins a thread of its own; the key of any other alert ends with what differs between those of one thread.
  const subject = thread === 'digest' ? parts.filter((part) => part !== 'DIGEST') : parts.slice(0, 3);
  expect(chat).toEqual({
    version: '1.0',
    source: 'custom',
    id: message.key.replaceAll('#', '-'),
    content: { textType: 'client-markdown', title, description, nextSteps, keywords },
    metadata: {
      threadId: `iot-dd-${thread}-${subject.join('-')}`,
      summary,
      eventType: message.attributes.kind,
      relatedResources,
      additionalContext,
      enableCustomActions: false,
    },
  });
  expect(title).toContain(` ${firstWord(message.subject)}: `);
  expectTexts([title], 250);
  expectTexts([description], 8000);
  expectTexts(nextSteps, 350);
  expectTexts(keywords, 75);
  expectTexts([threadId, summary, ...relatedResources, ...Object.values(additionalContext)], 250);
}

/** Each a string that is not empty, within its limit, and without any markup that is not ours. */
function expectTexts(texts: readonly unknown[], limit: number): void {
  expect(texts.filter((text) => typeof text !== 'string' || text === '' || text.length > limit)).toEqual([]);
  expect(texts.filter((text) => !isHarmless(String(text)))).toEqual([]);
}

/** No ping, no foreign link, no entity cut in half, every code span and every emphasis closed. */
function isHarmless(text: string): boolean {
  const outsideLinks = text.replace(CHAT_LINK, '');
  const outsideCode = outsideLinks.replace(/`[^`\n]+`/g, '');
  return (
    text.isWellFormed() &&
    !/[<>@]/.test(outsideLinks) &&
    !/&(?!amp;|lt;|gt;)/.test(outsideLinks) &&
    !/`|~|:\/\//.test(outsideCode) &&
    outsideCode.split('\n').every((line) => (line.split('*').length - 1) % 2 === 0)
  );
}

function expectMachine({ machine, key, attributes }: AlertMessage): void {
  const parsed = JSON.parse(machine);
  expect(schemaErrors(parsed)).toEqual([]);
  expect(parsed).toMatchObject({ alertKey: key, kind: attributes.kind });
  // The attribute also reaches those who were sent worse that is over.
  const severities: readonly unknown[] = SEVERITIES;
  const rank = (severity: unknown) => severities.indexOf(severity);
  expect(rank(attributes.severity)).toBeGreaterThanOrEqual(rank(parsed.severity));
  expect(rank(parsed.severity)).toBeGreaterThanOrEqual(0);
}

function expectAttributes({ attributes }: AlertMessage): void {
  const { checks = ['none'], auditNames = ['none'], ...texts } = attributes;
  // With raw delivery, SQS takes ten attributes at most.
  expect(Object.keys(attributes).length).toBeLessThanOrEqual(10);
  for (const list of [checks, auditNames]) expect(Array.isArray(list) && list.length > 0).toBe(true);
  expect(checks.length).toBeLessThanOrEqual(25);
  expect(auditNames.length).toBeLessThanOrEqual(50);
  // SNS refuses an empty value, and one with control characters.
  expect(
    [...Object.values(texts), ...checks, ...auditNames].filter((value) => !/^\P{C}+$/u.test(String(value))),
  ).toEqual([]);
}

function expectPublish({ subject, machine, email, chat, attributes }: AlertMessage): void {
  const body = JSON.stringify({ default: machine, email, https: chat });
  const values = Object.entries(attributes).map(
    ([name, value]) => `${name}String.Array${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  expect(Buffer.byteLength([subject, body, ...values].join(''))).toBeLessThanOrEqual(PUBLISH_BYTES);
}

function firstWord(subject: string): string | undefined {
  return /^\[(\w+)\]/.exec(subject)?.[1];
}
