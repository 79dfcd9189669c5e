import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { dayText } from '../../../../lambda/audit/alert/changes.ts';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type Comparison, moveLedger } from '../../../../lambda/audit/ledger/comparison.ts';
import { afterPublishing } from '../../../../lambda/audit/ledger/publish.ts';
import {
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
} from '../../../builders.ts';
import { Ledger, night } from '../ledger/ledgers.ts';
import { compared, composed, headlineOf, type NightBefore, sectionOf, TONIGHT } from './nights.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const REVOKED = 'REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const CANCELED = { checkRunStatus: 'CANCELED' };

/** An alert about an audit with these checks, after the nights before. */
function alert(
  kind: AlertInput['kind'],
  auditDetails: Record<string, CheckDetails>,
  nights: readonly NightBefore[],
  answer: Partial<AuditAnswer> = {},
) {
  const given = buildAnswer({ auditDetails, ...answer });
  return composed({ kind, snapshot: buildSnapshot({ answer: given }), comparison: compared(given, nights) });
}

/** What a closing message says under the heading about changes. */
function changed(now: Record<string, CheckDetails>, ...nights: NightBefore[]): string | undefined {
  const { email } = alert('COMPLETED_WITH_FINDINGS', now, nights);
  return sectionOf(email, 'WHAT CHANGED') ?? sectionOf(email, 'NOTHING CHANGED');
}

describe('what changed', () => {
  const bad = buildNonCompliant();
  const good = buildCompliant();

  test.each<[string, CheckDetails, CheckDetails, string]>([
    ['new trouble', good, bad, 'New Logging disabled (0 -> 3 resources)'],
    [
      'more resources',
      bad,
      buildNonCompliant({ nonCompliantResourcesCount: 5 }),
      'Worse Logging disabled (3 -> 5 resources)',
    ],
    [
      'fewer resources',
      bad,
      buildNonCompliant({ nonCompliantResourcesCount: 1 }),
      'Better Logging disabled (3 -> 1 resource)',
    ],
    ['the same trouble', bad, bad, 'Still open Logging disabled (3 resources; check non-compliant since 2026-10-01)'],
    ['a recovery', bad, good, 'Recovered Logging disabled (3 -> 0 resources, open since 2026-10-01)'],
    ['a recovery from a failure', buildFailed(), good, 'Recovered Logging disabled (failed -> compliant)'],
    [
      'suppression of all that was open',
      bad,
      buildCompliant({ suppressedNonCompliantResourcesCount: 4 }),
      'Suppressed Logging disabled (4 findings suppressed, not fixed)',
    ],
    [
      'a failure',
      good,
      buildFailed({ errorCode: undefined }),
      'Unknown Logging disabled (failed; previously compliant since 2026-10-01)',
    ],
    [
      'a failure with its code',
      bad,
      buildFailed(),
      'Unknown Logging disabled (failed: INSUFFICIENT_PERMISSIONS; previously 3 resources non-compliant since 2026-10-01)',
    ],
    [
      'a check that was canceled',
      good,
      CANCELED,
      'Unknown Logging disabled (canceled; previously compliant since 2026-10-01)',
    ],
    [
      'a check that waits for data',
      good,
      { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
      'Unknown Logging disabled (still waiting for data; previously compliant since 2026-10-01)',
    ],
    [
      'a check that runs',
      good,
      { checkRunStatus: 'IN_PROGRESS' },
      'Unknown Logging disabled (not finished; previously compliant since 2026-10-01)',
    ],
    [
      'a new status',
      good,
      { checkRunStatus: 'PAUSED' },
      'Unknown Logging disabled (status PAUSED; previously compliant since 2026-10-01)',
    ],
    ['no status', good, {}, 'Unknown Logging disabled (no status; previously compliant since 2026-10-01)'],
    [
      'a count that was unknown',
      buildNonCompliant({ nonCompliantResourcesCount: undefined }),
      bad,
      'Still open Logging disabled (3 resources; check non-compliant since 2026-10-01)',
    ],
  ])('is shown for %s', (_, before, now, row) => {
    expect(changed({ [LOGGING]: now }, { details: { [LOGGING]: before } })).toBe(row);
  });

  test('is nothing where a check was compliant and still is, or never had a result', () => {
    expect(changed({ [LOGGING]: good, [POLICY]: CANCELED }, { details: { [LOGGING]: good } })).toBe(
      'No check that has a result is better or worse than before.',
    );
  });

  test('is shown for a check that is audited for the first time', () => {
    const now = { [LOGGING]: good, [POLICY]: bad, [REVOKED]: bad };
    const { email, chat } = alert('COMPLETED_WITH_FINDINGS', now, [{ details: { [LOGGING]: bad } }]);

    expect(sectionOf(email, 'WHAT CHANGED')).toContain('First result AWS IoT policies overly permissive (3 resources)');
    expect(chat.content.description).toContain('*What changed*: 1 recovered, 2 first results\n');
  });

  test('is shown for a check whose entry cannot be read, good or bad, as not compared', () => {
    const answer = buildAnswer({ auditDetails: { [LOGGING]: good, [POLICY]: bad } });
    const entries = [POLICY, LOGGING].map((checkName) => ({ checkName, version: 0 }));
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries });

    const { email, machine } = composed({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ answer }),
      comparison,
    });

    expect(sectionOf(email, 'WHAT CHANGED')).toBe(
      'Not compared AWS IoT policies overly permissive (what was known of it cannot be read) ' +
        'Not compared Logging disabled (what was known of it cannot be read)',
    );
    expect(machine.changes).toMatchObject({
      checks: [
        { change: 'FIRST', before: {} },
        { change: 'FIRST', before: {} },
      ],
    });
  });

  test('is unknown in the first audit', () => {
    const { email, machine } = alert('COMPLETED_WITH_FINDINGS', { [LOGGING]: bad }, []);

    expect(sectionOf(email, 'WHAT CHANGED')).toBe(
      'Nothing to compare with yet: no earlier audit of these checks is on record.',
    );
    expect(machine.changes).toMatchObject({ firstAudit: true, checks: [{ change: 'FIRST' }] });
  });

  test('spans audits in which a check had no result', () => {
    const nights = [
      { details: { [LOGGING]: bad }, audit: night(1, { startedAt: '2026-09-28T02:00:04.000Z' }) },
      { details: { [LOGGING]: CANCELED }, audit: night(1, { taskId: 'between' }) },
    ];

    expect(changed({ [LOGGING]: CANCELED }, ...nights)).toBe(
      'Unknown Logging disabled (canceled, unknown since 2026-10-01; previously 3 resources non-compliant since 2026-09-28)',
    );
    expect(changed({ [LOGGING]: good }, ...nights)).toBe(
      'Recovered Logging disabled (3 -> 0 resources, open since 2026-09-28)',
    );
  });

  test('says what was seen while an audit ran for a check that has never had a result', () => {
    const published = {
      outcome: 'NON_COMPLIANT',
      resources: 3,
      severity: 'LOW',
      sentAs: 'LOW',
      auditNames: ['NightlyFleetAudit'],
      audit: night(1),
    } as const;
    const answer = buildAnswer({ auditDetails: { [LOGGING]: CANCELED } });
    const known = { entries: [{ checkName: LOGGING, published, version: 1 }] };
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, known);
    const { email } = composed({
      kind: 'COMPLETED_INCOMPLETE',
      snapshot: buildSnapshot({ answer }),
      comparison,
    });

    expect(sectionOf(email, 'WITHOUT A RESULT (1)')).toBe(
      'Logging disabled: canceled; previously 3 resources non-compliant in the audit of 2026-10-01',
    );
  });

  test('includes a recovery from a failure that was never published', () => {
    const ledger = new Ledger();
    ledger.move({ [LOGGING]: buildFailed() }, night(1));
    const answer = buildAnswer({ auditDetails: { [LOGGING]: good, [POLICY]: bad } });
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries: ledger.entries });
    const { email } = composed({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ answer }),
      comparison,
    });

    expect(sectionOf(email, 'WHAT CHANGED')).toContain('Recovered Logging disabled (failed -> compliant)');
  });

  test('has the time if that was the same day', () => {
    const audit = night(2, { taskId: 'earlier', startedAt: '2026-10-02T01:00:00.000Z' });

    expect(changed({ [LOGGING]: bad }, { details: { [LOGGING]: bad }, audit })).toBe(
      'Still open Logging disabled (3 resources; check non-compliant since 2026-10-02 01:00:00 UTC)',
    );
  });

  test('includes that a later audit knows better', () => {
    const { email, machine } = alert('COMPLETED_COMPLIANT', { [LOGGING]: good }, [
      { details: { [LOGGING]: bad }, audit: night(3) },
    ]);

    expect(sectionOf(email, 'WHAT CHANGED')).toBe(
      'Outdated Logging disabled (a later audit has given a result already)',
    );
    expect(machine.changes.checks).toMatchObject([{ change: 'SUPERSEDED' }]);
  });

  test('is outdated where a later audit found the check compliant, first line included', () => {
    const { email } = alert('COMPLETED_WITH_FINDINGS', { [LOGGING]: bad }, [
      { details: { [LOGGING]: good }, audit: night(3) },
    ]);

    expect(headlineOf(email)).toContain('Logging disabled was compliant in a later audit.');
    expect(sectionOf(email, 'WHAT CHANGED')).toContain('Outdated Logging disabled');
  });

  test.each<[string, Record<string, CheckDetails>, string]>([
    ['where nothing else is', { [POLICY]: bad }, 'A later audit found all of this compliant: see its results instead.'],
    ['but for what is open', { [POLICY]: bad, [LOGGING]: bad }, 'Start with "Logging disabled": open its results'],
  ])('leaves nothing to fix in what is outdated, %s', (_, details, step) => {
    const later = { details: { [POLICY]: good }, audit: night(3) };
    const running = alert('NON_COMPLIANT_DETECTED', details, [later], { taskStatus: 'IN_PROGRESS' });
    const ended = alert('COMPLETED_WITH_FINDINGS', details, [later]);

    for (const { email } of [running, ended]) {
      expect(sectionOf(email, 'NEXT STEP')).toContain(step);
      expect(email).not.toContain('Start with "AWS IoT policies');
    }
  });

  test('leaves what a later audit also found to be fixed', () => {
    const { email } = alert('COMPLETED_WITH_FINDINGS', { [POLICY]: bad }, [
      { details: { [POLICY]: bad }, audit: night(3) },
    ]);

    expect(sectionOf(email, 'NEXT STEP')).toContain('Start with "AWS IoT policies overly permissive"');
  });

  test('calls nothing open that a later audit found compliant after the trouble was published', () => {
    const published = {
      outcome: 'NON_COMPLIANT',
      severity: 'LOW',
      sentAs: 'LOW',
      auditNames: ['NightlyFleetAudit'],
      audit: night(3),
    } as const;
    const ledger = new Ledger();
    ledger.move({ [LOGGING]: good }, night(4));
    const entries = ledger.entries.map((entry) => ({ ...entry, published }));
    const answer = buildAnswer({ auditDetails: { [LOGGING]: CANCELED } });
    const audit = night(5, { taskId: TONIGHT.taskId });
    const { comparison } = moveLedger(readAudit(answer), audit, { entries });
    const { email } = composed({ kind: 'COMPLETED_INCOMPLETE', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).not.toContain('open');
    expect(sectionOf(email, 'WITHOUT A RESULT (1)')).toBe(
      'Logging disabled: canceled; previously compliant since 2026-10-04',
    );
  });

  test('includes open checks that were not part of the audit', () => {
    const answer = buildAnswer({ auditDetails: { [REVOKED]: bad } });
    const before = { details: { [LOGGING]: bad, [POLICY]: buildFailed(), [REVOKED]: good } };
    const comparison = compared(answer, [before], { previousChecks: [LOGGING, POLICY, REVOKED] });
    const { email, machine } = composed({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ answer }),
      comparison,
    });

    const rows = sectionOf(email, 'WHAT CHANGED');
    expect(rows).toContain('Not audited AWS IoT policies overly permissive (not part of this audit; still open)');
    expect(rows).toContain('Not audited Logging disabled (not part of this audit; still open: 3 resources)');
    expect(machine.changes.notAudited).toEqual([POLICY, LOGGING]);
  });

  test('is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`NEW_${index}_CHECK`, bad]));
    const before = Object.fromEntries(Object.keys(many).map((name) => [name, good]));
    const { email, machine } = alert('COMPLETED_WITH_FINDINGS', many, [{ details: before }]);

    expect(email.match(/^ {2}New /gm)).toHaveLength(25);
    expect(email).toContain('\n  and 35 more\n');
    expect(machine.changes.checks).toHaveLength(25);
    expect(machine.changes.omittedChecks).toBe(35);
  });

  test('is not said of an audit without a check, nor of one without any result', () => {
    const empty = alert('COMPLETED_INCOMPLETE', {}, []);
    const canceledTwice = alert('COMPLETED_INCOMPLETE', { [LOGGING]: CANCELED }, [
      { details: { [LOGGING]: CANCELED } },
    ]);

    expect(empty.email).not.toMatch(/CHANGED|Nothing to compare/);
    expect(canceledTwice.email).not.toContain('better or worse');
  });

  test('is said only of the checks that have a result', () => {
    const details = { [LOGGING]: CANCELED, [POLICY]: good };
    const { email } = alert('COMPLETED_INCOMPLETE', details, [{ details }]);

    expect(email).toContain('No check that has a result is better or worse than before.');
  });

  test('says what is suppressed of trouble that only an alert about a run published', () => {
    const trouble = { checkName: LOGGING, outcome: 'NON_COMPLIANT', resources: 7 } as const;
    const sent = { severity: 'LOW', sentAs: 'LOW', auditNames: ['NightlyFleetAudit'] } as const;
    const entry = afterPublishing(undefined, { ...trouble, ...sent }, night(1));
    const answer = buildAnswer({
      auditDetails: { [LOGGING]: buildCompliant({ suppressedNonCompliantResourcesCount: 3 }) },
    });
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, {
      entries: entry === undefined ? [] : [{ ...entry, version: 1 }],
    });

    const { email } = composed({ kind: 'RECOVERED', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).toContain('Logging disabled recovered in part: 3 findings are suppressed, not fixed.');
    expect(sectionOf(email, 'RECOVERED')).toBe(
      'Logging disabled (7 resources -> compliant, 3 findings suppressed, not fixed)',
    );
  });

  test('includes what recovered in an audit that failed', () => {
    const { email } = alert(
      'AUDIT_NOT_COMPLETED',
      { [LOGGING]: good, [POLICY]: CANCELED },
      [{ details: { [LOGGING]: bad } }],
      {
        taskStatus: 'FAILED',
      },
    );

    expect(sectionOf(email, 'WHAT CHANGED')).toContain('Recovered Logging disabled (3 -> 0 resources');
  });

  test('leaves something to do while a later audit has a check open', () => {
    const nights: NightBefore[] = [
      { details: { [LOGGING]: bad, [POLICY]: bad } },
      { details: { [POLICY]: bad }, audit: night(3, { taskId: 'later' }) },
    ];
    const { email } = alert('RECOVERED', { [LOGGING]: good, [POLICY]: good }, nights);

    expect(headlineOf(email)).toContain('AWS IoT policies overly permissive is open: a later audit found it.');
    expect(email).not.toContain('Nothing to do.');
  });

  test.each<[string, NightBefore[], string]>([
    [
      'got no result',
      [{ details: { [LOGGING]: CANCELED }, audit: night(3) }],
      'Logging disabled is unknown: a later audit got no result for it.',
    ],
    [
      'got no result after another one had found it open',
      [
        { details: { [LOGGING]: bad }, audit: night(3) },
        { details: { [LOGGING]: CANCELED }, audit: night(4) },
      ],
      'Logging disabled is open: a later audit found it.',
    ],
  ])('does not call a check well for which a later audit %s', (_, nights, sentence) => {
    const { email } = alert('COMPLETED_COMPLIANT', { [LOGGING]: good }, nights);

    expect(headlineOf(email)).toBe(`INFO: the only check of this AWS IoT audit is compliant. ${sentence}`);
    expect(email).not.toContain('Nothing to do.');
  });

  test('is empty when all is as it was', () => {
    const clean = buildDetails();
    const { email, machine } = alert('COMPLETED_COMPLIANT', clean, [{ details: clean }]);

    expect(sectionOf(email, 'NOTHING CHANGED')).toBe('No check is better or worse than before.');
    expect(machine.changes).toEqual({ unchanged: true, checks: [] });
  });

  test('is left out when what was known could not be read', () => {
    const { email, machine } = composed({ kind: 'COMPLETED_COMPLIANT' });

    expect(email).not.toContain('CHANGED');
    expect(machine).not.toHaveProperty('changes');
  });
});

describe('an alert about a check that is non-compliant while the audit runs', () => {
  const running = { [LOGGING]: { checkRunStatus: 'IN_PROGRESS' }, [EXPIRING]: buildNonCompliant() };
  const detected = (...nights: NightBefore[]) =>
    alert('NON_COMPLIANT_DETECTED', running, nights, { taskStatus: 'IN_PROGRESS' });

  test.each<[CheckDetails, string, string]>([
    [buildCompliant(), 'NEW', 'New: this check was compliant in the audit of 2026-10-01'],
    [buildNonCompliant(), 'SAME', 'Not new: 3 resources non-compliant in the audit of 2026-10-01'],
  ])('says whether it is new: %j', (before, change, line) => {
    const { email, chat, machine } = detected({ details: { [EXPIRING]: before } });

    expect(email).toContain(`    ${line}\n`);
    expect(chat.content.description).toContain(`\n    ${line}\n`);
    expect(machine.checks[0].change).toBe(change);
  });

  test('says nothing about an audit in which it had no result', () => {
    expect(detected({ details: { [EXPIRING]: buildFailed() } }).email).not.toContain('2026-10-01');
  });

  test('leaves what changed to the closing message', () => {
    const { email, machine } = detected({ details: buildDetails() });

    expect(email).not.toContain('CHANGED');
    expect(machine).not.toHaveProperty('changes');
  });

  test.each<[CheckDetails, string]>([
    [buildCompliant(), 'found it compliant'],
    [buildNonCompliant(), 'found 3 resources non-compliant'],
  ])('says what a later audit found: %j', (later, found) => {
    const { email } = detected({ details: { [EXPIRING]: later }, audit: night(3) });

    expect(sectionOf(email, 'FOUND SO FAR')).toContain(`Outdated: a later audit, that of 2026-10-03, ${found}`);
  });
});

test.each<[CheckDetails, string]>([
  [buildCompliant(), 'Previously compliant in the audit of 2026-10-01'],
  [buildNonCompliant(), 'Previously 3 resources non-compliant in the audit of 2026-10-01'],
  [buildFailed(), 'Has failed since 2026-10-01'],
])('An alert about a failed check says how it stood before: %j', (before, line) => {
  const details = { [EXPIRING]: buildFailed() };
  const { email } = alert('CHECK_FAILED', details, [{ details: { [EXPIRING]: before } }], {
    taskStatus: 'IN_PROGRESS',
  });

  expect(email).toContain(`    ${line}\n`);
});

test('A check that has never had a result is said to have no history', () => {
  const comparison: Comparison | undefined = compared(buildAnswer({ auditDetails: { [EXPIRING]: buildFailed() } }), []);
  const { email } = composed({
    kind: 'CHECK_FAILED',
    snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails: { [EXPIRING]: buildFailed() } }) }),
    comparison,
  });

  expect(email).not.toMatch(/Previously|Has failed since/);
});

describe('the day since when something is known', () => {
  test.each<[string, string]>([
    ['2026-10-01T23:59:59.000Z', '2026-10-01'],
    ['2026-10-02T02:00:04.000Z', '2026-10-02 02:00:04 UTC'],
    ['yesterday <!channel>', 'an unknown day'],
  ])('of %s reads %s', (time, expected) => {
    expect(dayText(time, '2026-10-02T03:00:00.000Z')).toBe(expected);
  });
});
