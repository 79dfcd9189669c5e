import { describe, expect, test } from '@jest/globals';
import { KINDS } from '../../../../lambda/audit/alert/kinds/kinds.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import type { AuditReference } from '../../../../lambda/audit/ledger/entry.ts';
import type { FindingChanges } from '../../../../lambda/audit/ledger/finding-changes.ts';
import type { AuditAlertKind } from '../../../../lambda/audit/watch/alert-kinds.ts';
import { announcedBy, isRepeat } from '../../../../lambda/audit/watch/repeat.ts';
import type { AlertOutbox, RegisteredAlert } from '../../../../lambda/audit/watch/watch.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';
import { Ledger, night } from '../ledger/ledgers.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const bad = buildNonCompliant();
const same: FindingChanges = {
  newCount: 0,
  goneCount: 0,
  suppressedCount: 0,
  openCount: 3,
  firstNew: [],
  firstGone: [],
};
const alert: RegisteredAlert = {
  kind: 'NON_COMPLIANT_DETECTED',
  status: 'SENT',
  poll: 3,
  registeredAt: '2026-10-02T02:00:00.000Z',
};

interface Story {
  readonly second?: CheckDetails;
  readonly publishedBy?: AuditReference;
  readonly outbox?: AlertOutbox;
  readonly findings?: FindingChanges;
  readonly unnamed?: boolean;
}

/** Whether the second night repeats the first. */
function repeats(kind: AuditAlertKind, first: CheckDetails, story: Story = {}): boolean {
  const { second = first, publishedBy = night(1), outbox = {}, findings = same, unnamed = false } = story;
  const ledger = new Ledger();
  ledger.move({ [CHECK]: first }, night(1));
  if (first.checkCompliant !== true) ledger.publish([CHECK], publishedBy);
  const comparison = ledger.move({ [CHECK]: second }, night(2), { findings: new Map([[CHECK, findings]]) });
  return isRepeat(KINDS[kind].repeatable, { ...comparison, hasUnnamedTrouble: unnamed }, outbox);
}

describe('an alert about a running audit', () => {
  test('repeats trouble that the ledger knows and that was published', () => {
    expect(repeats('NON_COMPLIANT_DETECTED', bad)).toBe(true);
    expect(repeats('CHECK_FAILED', buildFailed())).toBe(true);
  });

  test.each<[string, AuditAlertKind, CheckDetails, Story]>([
    ['more resources', 'NON_COMPLIANT_DETECTED', bad, { second: buildNonCompliant({ nonCompliantResourcesCount: 9 }) }],
    ['trouble that was compliant before', 'NON_COMPLIANT_DETECTED', buildCompliant(), { second: bad }],
    ['trouble after a failure', 'NON_COMPLIANT_DETECTED', buildFailed(), { second: bad }],
    ['another failure', 'CHECK_FAILED', buildFailed(), { second: buildFailed({ errorCode: 'AUDIT_CHECK_DISABLED' }) }],
    [
      'trouble that another schedule published',
      'NON_COMPLIANT_DETECTED',
      bad,
      { publishedBy: night(1, { auditName: 'Weekly' }) },
    ],
    ['its own trouble', 'NON_COMPLIANT_DETECTED', bad, { publishedBy: night(2) }],
    ['trouble that AWS does not name', 'NON_COMPLIANT_DETECTED', bad, { unnamed: true }],
    ['nothing of its kind', 'CHECK_FAILED', bad, {}],
    [
      'a count that is unknown',
      'NON_COMPLIANT_DETECTED',
      buildNonCompliant({ nonCompliantResourcesCount: undefined }),
      {},
    ],
  ])('does not repeat %s', (_, kind, first, story) => {
    expect(repeats(kind, first, story)).toBe(false);
  });
});

describe('a closing message', () => {
  test('repeats an audit in which nothing changed', () => {
    expect(repeats('COMPLETED_WITH_FINDINGS', bad)).toBe(true);
    expect(repeats('COMPLETED_COMPLIANT', buildCompliant())).toBe(true);
  });

  test('does not repeat other findings, nor what was not published to the same subscribers', () => {
    expect(repeats('COMPLETED_WITH_FINDINGS', bad, { findings: { ...same, newCount: 1, goneCount: 1 } })).toBe(false);
    expect(repeats('COMPLETED_WITH_FINDINGS', bad, { publishedBy: night(1, { auditName: 'Weekly' }) })).toBe(false);
  });

  test('is never held back when an alert during the run announced it', () => {
    expect(repeats('COMPLETED_WITH_FINDINGS', bad, { outbox: { NON_COMPLIANT_DETECTED: alert } })).toBe(false);
    expect(
      repeats('COMPLETED_WITH_FINDINGS', bad, { outbox: { NON_COMPLIANT_DETECTED: { ...alert, status: 'HELD' } } }),
    ).toBe(true);
  });

  test.each(['AUDIT_NOT_COMPLETED', 'RECOVERED', 'SUPPRESSED', 'WATCHER_GAVE_UP', 'AUDIT_STUCK'] as const)(
    'of kind %s is never held back',
    (kind) => {
      expect(repeats(kind, bad)).toBe(false);
    },
  );
});

test('What announced a closing message is what was sent, or will be', () => {
  const outbox: AlertOutbox = {
    NON_COMPLIANT_DETECTED: { ...alert, status: 'HELD' },
    CHECK_FAILED: { ...alert, status: 'PENDING' },
    AUDIT_STUCK: alert,
    TERMINAL: alert,
  };

  expect(announcedBy(outbox)).toEqual(['CHECK_FAILED', 'AUDIT_STUCK']);
});
