import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../lambda/audit/answer/reading.ts';
import { alertsDue } from '../lambda/audit/watch/alerts-due.ts';
import { closingKind } from '../lambda/audit/watch/closing.ts';
import { ALERT_KIND, type AlertKind } from '../lambda/contract.ts';
import { buildAnswer, buildCompliant, buildFailed, buildNonCompliant } from './builders.ts';
import { completed, Ledger, night } from './lambda/audit/ledger/ledgers.ts';

const ROOT = join(import.meta.dirname, '..');
const CHECK = 'LOGGING_DISABLED_CHECK';
const WANTS = { alertWhenCompliant: true, wasAlerted: false };
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

  // Other kinds have the name of a slot or of a change, or are due while the audit runs.
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

  test('includes when it is due: every kind about an audit is sent', () => {
    const [good, bad, failed] = [buildCompliant(), buildNonCompliant(), buildFailed()];
    const trouble = buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails: { [CHECK]: bad, NEW_CHECK: failed } });
    const closing = (now: CheckDetails, { taskStatus = 'COMPLETED', before = good } = {}) => {
      const ledger = new Ledger();
      ledger.move({ [CHECK]: before }, night(1));
      ledger.publish(before === good ? [] : [CHECK], night(1));
      const comparison = ledger.move({ [CHECK]: now }, night(2));
      return closingKind(completed({ [CHECK]: now }, { taskStatus }), comparison, WANTS);
    };

    const kinds: unknown[] = [
      ...alertsDue(readAudit(trouble), {}, true).map(({ kind }) => kind),
      closing(bad),
      closing({ checkRunStatus: 'CANCELED' }),
      closing(good, { before: bad }),
      closing(buildCompliant({ suppressedNonCompliantResourcesCount: 5 }), { before: bad }),
      closing(good),
      closing(good, { taskStatus: 'CANCELED' }),
    ];

    // The others are registered by *Give up* and by the sweep.
    expect(new Set([...kinds, 'WATCHER_GAVE_UP', 'AUDIT_OVERDUE', 'DIGEST'])).toEqual(
      new Set(Object.values(ALERT_KIND)),
    );
  });
});
