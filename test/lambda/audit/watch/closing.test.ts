import { describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import type { KnownBefore } from '../../../../lambda/audit/ledger/comparison.ts';
import { closingKind, endsPublishedTrouble } from '../../../../lambda/audit/watch/closing.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';
import { completed, Ledger, night } from '../ledger/ledgers.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const OTHER = 'LOGGING_DISABLED_CHECK';
const good = buildCompliant();
const bad = buildNonCompliant({ nonCompliantResourcesCount: 2, suppressedNonCompliantResourcesCount: 0 });
const silent = buildCompliant({ suppressedNonCompliantResourcesCount: 2 });
const canceled: CheckDetails = { checkRunStatus: 'CANCELED' };
const quiet = { alertWhenCompliant: false, wasAlerted: false };

/** What closes a second night, after a first one whose trouble was published. */
function closing(
  first: Record<string, CheckDetails>,
  second: Record<string, CheckDetails>,
  {
    wants = quiet,
    published = [CHECK],
    ...known
  }: { wants?: typeof quiet; published?: string[] } & Partial<KnownBefore> = {},
) {
  const ledger = new Ledger();
  ledger.move(first, night(1));
  ledger.publish(published, night(1));
  return closingKind(completed(second), ledger.move(second, night(2), known), wants);
}

describe('the closing message of an audit', () => {
  test.each(['FAILED', 'CANCELED'])('is about an audit that ended as %s', (taskStatus) => {
    const { entries } = new Ledger();
    const reading = readAudit({ taskStatus });

    expect(closingKind(reading, new Ledger().move({}, night(1)), quiet)).toBe('AUDIT_NOT_COMPLETED');
    expect(entries).toEqual([]);
  });

  test.each<[string, Record<string, CheckDetails>, Record<string, CheckDetails>, string | undefined]>([
    ['findings', { [CHECK]: good }, { [CHECK]: bad }, 'COMPLETED_WITH_FINDINGS'],
    ['a failed check', { [CHECK]: bad }, { [CHECK]: good, [OTHER]: buildFailed() }, 'COMPLETED_WITH_FINDINGS'],
    ['a check without a result', { [CHECK]: bad }, { [CHECK]: canceled }, 'COMPLETED_INCOMPLETE'],
    [
      'a recovery beside a missing result',
      { [CHECK]: bad },
      { [CHECK]: good, [OTHER]: canceled },
      'COMPLETED_INCOMPLETE',
    ],
    ['no check', { [CHECK]: bad }, {}, 'COMPLETED_INCOMPLETE'],
    ['a recovery', { [CHECK]: bad }, { [CHECK]: good }, 'RECOVERED'],
    ['a failure that is over', { [CHECK]: buildFailed() }, { [CHECK]: good }, 'RECOVERED'],
    ['trouble that is suppressed', { [CHECK]: bad }, { [CHECK]: silent }, 'SUPPRESSED'],
    ['nothing new', { [CHECK]: good }, { [CHECK]: good }, undefined],
  ])('is about %s', (_, first, second, expected) => {
    const published = first[CHECK] === good ? [] : [CHECK];

    expect(closing(first, second, { published })).toBe(expected);
  });

  test('is about no recovery of trouble that was never published', () => {
    expect(closing({ [CHECK]: bad }, { [CHECK]: good }, { published: [] })).toBeUndefined();
  });

  test('is about a recovery rather than about an open check that was dropped', () => {
    const known = { previousChecks: [CHECK, OTHER] };

    expect(closing({ [CHECK]: bad, [OTHER]: bad }, { [CHECK]: good }, known)).toBe('RECOVERED');
    expect(closing({ [CHECK]: good, [OTHER]: bad }, { [CHECK]: good }, { ...known, published: [] })).toBe(
      'COMPLETED_INCOMPLETE',
    );
  });

  test('is about a check that is gone from the answer rather than about a recovery', () => {
    const known = { heldChecks: [OTHER] };

    expect(closing({ [CHECK]: bad, [OTHER]: bad }, { [CHECK]: good }, known)).toBe('COMPLETED_INCOMPLETE');
  });

  test('is about a clean audit only if that is wanted, or if an alert announced a closing message', () => {
    const clean = { [CHECK]: good };

    expect(closing(clean, clean, { published: [], wants: { ...quiet, alertWhenCompliant: true } })).toBe(
      'COMPLETED_COMPLIANT',
    );
    expect(closing(clean, clean, { published: [], wants: { ...quiet, wasAlerted: true } })).toBe('COMPLETED_COMPLIANT');
  });
});

describe('an audit that is recorded only', () => {
  test.each([
    ['a recovery', good, [CHECK], true],
    ['a suppression', silent, [CHECK], true],
    ['trouble that stays', bad, [CHECK], false],
    ['a recovery from what nobody was sent', good, [], false],
  ])('with %s: whether it ends published trouble', (_, second, published, expected) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: bad }, night(1));
    ledger.publish(published, night(1));

    expect(endsPublishedTrouble(ledger.move({ [CHECK]: second }, night(2)))).toBe(expected);
  });
});
