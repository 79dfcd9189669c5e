import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAudit } from '../lambda/audit/answer/reading.ts';
import { ALERT_KIND, type AlertKind } from '../lambda/audit/watch/alert-kinds.ts';
import { alertsDue, type History } from '../lambda/audit/watch/alerts-due.ts';
import { buildAnswer, buildDetails, buildFailed, buildNonCompliant } from './builders.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8');

/** The first column of the table in a section of docs/extending.md. */
function filesIn(heading: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| (?:\[([^\]]+)\]\([^)]+\)|`([^`]+)`) \|/gm)].map(([, link, path]) => link ?? path ?? '');
}

describe('Adding an alert kind', () => {
  const files = filesIn('Add an alert kind');
  const fileOf = (kind: AlertKind) => kind.toLowerCase().replaceAll('_', '-');
  const filesFor = (kind: AlertKind) => files.map((file) => file.replace('<kind>', fileOf(kind)));

  test('takes five source files', () => {
    expect(files).toHaveLength(5);
  });

  test.each(Object.values(ALERT_KIND))('leaves %s a file of its own', (kind) => {
    expect(filesFor(kind).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  // Other kinds have the name of a slot or of a change.
  test.each(['COMPLETED_WITH_FINDINGS', 'AUDIT_NOT_COMPLETED'] as const)(
    'touches no other source file: only these name %s',
    (kind) => {
      const [key] = Object.entries(ALERT_KIND).find(([, value]) => value === kind) ?? [];
      // Without local/, which plays audits and names the alerts that it expects of them.
      const sources = globSync('{bin,lib,lambda,cli}/**/*.ts', { cwd: ROOT });

      const naming = sources.filter((file) => {
        const text = readFileSync(join(ROOT, file), 'utf8');
        return text.includes(`'${kind}'`) || new RegExp(`\\b${key}\\b`).test(text);
      });

      expect(naming.sort()).toEqual(filesFor(kind).sort());
    },
  );

  test('includes when it is due: every kind that a poll can call for is sent', () => {
    const trouble = buildDetails({ LOGGING_DISABLED_CHECK: buildNonCompliant(), NEW_CHECK: buildFailed() });
    const due = (taskStatus: string, auditDetails = buildDetails(), history: History = { recovered: false }) =>
      alertsDue(readAudit(buildAnswer({ taskStatus, auditDetails })), {}, { alertWhenCompliant: true }, history);

    const kinds = [
      ...due('IN_PROGRESS', trouble, { recovered: false, stuck: true }),
      ...due('COMPLETED', trouble),
      ...due('COMPLETED', buildDetails(), { recovered: true }),
      ...due('COMPLETED'),
      ...due('CANCELED'),
    ].map(({ kind }): string => kind);

    // The other two are registered by *Give up* and by the sweep.
    expect(new Set([...kinds, 'WATCHER_GAVE_UP', 'AUDIT_OVERDUE'])).toEqual(new Set(Object.values(ALERT_KIND)));
  });
});
