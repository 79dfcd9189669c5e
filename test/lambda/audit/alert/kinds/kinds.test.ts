import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../../lambda/audit/alert/alert-input.ts';
import type { AuditAnswer, CheckDetails } from '../../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../../lambda/audit/answer/reading.ts';
import { moveLedger } from '../../../../../lambda/audit/ledger/comparison.ts';
import {
  buildAnswer,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildPolicyFinding,
  buildSnapshot,
} from '../../../../builders.ts';
import { Ledger, night } from '../../ledger/ledgers.ts';
import { compared, composed, headlineOf, openSince, sectionOf, TONIGHT } from '../nights.ts';

// What each kind says in full: docs/alerts.md.

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const TROUBLE = buildDetails({
  [POLICY]: buildNonCompliant(),
  [SHARED]: buildFailed(),
  LOGGING_DISABLED_CHECK: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }),
});
/** An alert about an audit of which nothing else is known. */
function compose(kind: AlertInput['kind'], answer: Partial<AuditAnswer>) {
  return composed({ kind, snapshot: buildSnapshot({ answer: buildAnswer(answer) }) });
}

describe('An alert about a running audit', () => {
  test.each([
    ['NON_COMPLIANT_DETECTED', POLICY, 'overly permissive', 'Device certificate shared'],
    ['CHECK_FAILED', SHARED, 'Device certificate shared', 'overly permissive'],
  ] as const)('of the kind %s is about %s only', (kind, check, about, other) => {
    const { email, chat, machine, attributes } = compose(kind, { taskStatus: 'IN_PROGRESS', auditDetails: TROUBLE });

    for (const text of [email, chat.content.description]) {
      expect(text).toContain(about);
      expect(text).not.toContain(other);
    }
    expect(machine.checks).toMatchObject([{ checkName: check }]);
    expect(attributes.checks).toEqual([check]);
  });
});

describe('An alert about an audit that completed with findings', () => {
  const { email, chat, machine } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE });

  test('shows non-compliant checks, then failed ones, then what is suppressed', () => {
    const headings = ['NON-COMPLIANT\n', 'FAILED, RESULT UNKNOWN\n', 'SUPPRESSED, NOT COUNTED ABOVE\n', 'NEXT STEPS\n'];

    const places = headings.map((heading) => email.indexOf(heading));

    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(email).toContain('  Logging disabled: 1 resource\n');
    expect(chat.content.description).toContain('\nLogging disabled: 1 resource\n');
  });

  test('says nothing about changes when there was nothing to compare with', () => {
    expect(email).not.toContain('CHANGED');
    expect(machine).not.toHaveProperty('changes');
  });
});

/** A closing message of a night after one in which these checks were not compliant, and the trouble was published. */
function closing(
  kind: AlertInput['kind'],
  now: Record<string, CheckDetails>,
  before: Record<string, CheckDetails>,
  { previousChecks, ...answer }: Partial<AuditAnswer> & { readonly previousChecks?: readonly string[] } = {},
) {
  const given = buildAnswer({ auditDetails: now, ...answer });
  const comparison = compared(given, [{ details: before }], { previousChecks });
  return composed({ kind, snapshot: buildSnapshot({ answer: given }), comparison });
}

describe('An alert about an audit that recovered', () => {
  const auditDetails = buildDetails({ [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }) });
  const { subject, email, machine, attributes } = closing('RECOVERED', auditDetails, TROUBLE);

  test('says what recovered, and since when it was open', () => {
    expect(subject).toBe('[RECOVERED] IoT audit NightlyFleetAudit: all 14 checks are compliant (eu-west-1)');
    expect(headlineOf(email)).toBe('RECOVERED: all 14 checks of this AWS IoT audit are compliant, 2 of them again.');
    expect(sectionOf(email, 'RECOVERED')).toBe(
      'Device certificate shared (failed -> compliant) AWS IoT policies overly permissive (3 -> 0 resources, open since 2026-10-01)',
    );
    expect(sectionOf(email, 'SUPPRESSED, NOT COUNTED ABOVE')).toBe('AWS IoT policies overly permissive: 1 resource');
    expect(email).toContain('Nothing to do.');
  });

  test('shows programs how the checks stand now, with the severity of the trouble', () => {
    expect(machine).toMatchObject({
      severity: 'CRITICAL',
      checks: [
        { checkName: POLICY, change: 'RECOVERED', severity: 'CRITICAL', checkRunStatus: 'COMPLETED_COMPLIANT' },
        { checkName: SHARED, change: 'RECOVERED', severity: 'HIGH', nonCompliantResourcesCount: 0 },
      ],
    });
  });

  test('reaches those who were alerted to the trouble', () => {
    expect(attributes).toMatchObject({ severity: 'CRITICAL', checks: [POLICY, SHARED] });
  });

  test('names trouble that was published while an audit ran and never became a result', () => {
    const answer = buildAnswer({ auditDetails: { [POLICY]: buildCompliant() } });
    const published = {
      outcome: 'NON_COMPLIANT',
      resources: 3,
      severity: 'CRITICAL',
      sentAs: 'CRITICAL',
      auditNames: ['Weekly'],
      audit: night(1),
    } as const;
    const entries = [{ checkName: POLICY, published, version: 1 }];
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries });
    const { email, attributes } = composed({ kind: 'RECOVERED', snapshot: buildSnapshot({ answer }), comparison });

    expect(sectionOf(email, 'RECOVERED')).toBe('AWS IoT policies overly permissive (3 resources -> compliant)');
    expect(attributes.auditNames).toEqual(['NightlyFleetAudit', 'Weekly']);
  });

  test('speaks of two checks as both, and of one as the only one', () => {
    const bad = { [LOGGING]: buildNonCompliant() };
    const good = { [LOGGING]: buildCompliant() };

    expect(closing('RECOVERED', good, bad).subject).toContain(': the only check is compliant (');
    expect(closing('RECOVERED', { ...good, [POLICY]: buildCompliant() }, bad).subject).toContain(
      ': both checks are compliant (',
    );
  });

  test.each<[string, Record<string, CheckDetails>, string]>([
    ['one of two checks', { [LOGGING]: buildNonCompliant() }, 'compliant, 1 of them again.'],
    ['every check', { [LOGGING]: buildNonCompliant(), [POLICY]: buildFailed() }, 'compliant again.'],
  ])('says "again" of checks that were in trouble only: %s', (_, before, end) => {
    const { email } = closing('RECOVERED', { [LOGGING]: buildCompliant(), [POLICY]: buildCompliant() }, before);

    expect(headlineOf(email)).toBe(`RECOVERED: both checks of this AWS IoT audit are ${end}`);
  });

  test.each<[string, Record<string, CheckDetails>, Record<string, CheckDetails>, string, string]>([
    [
      'was not part of the audit',
      {},
      { [POLICY]: buildNonCompliant() },
      'AWS IoT policies overly permissive was not part of this audit and is still open.',
      'Put the check that is still open back into the audit, or run it yourself:',
    ],
    [
      'is suppressed',
      { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: 4 }) },
      { [POLICY]: buildNonCompliant() },
      'AWS IoT policies overly permissive is suppressed, not fixed.',
      'Check that the suppressions are intended',
    ],
  ])('says in its first line that another check %s, and what to do', (_, now, before, sentence, step) => {
    const { subject, email, chat } = closing(
      'RECOVERED',
      { [LOGGING]: buildCompliant(), ...now },
      { [LOGGING]: buildNonCompliant(), ...before },
      { previousChecks: [LOGGING, POLICY] },
    );

    expect(headlineOf(email)).toBe(`RECOVERED: 1 check recovered in this AWS IoT audit. ${sentence}`);
    expect(subject).toContain(': 1 check recovered (');
    for (const text of [email, chat.content.nextSteps.join(' ')]) {
      expect(text.replace(/\s+/g, ' ')).toContain(step);
      expect(text).not.toContain('Nothing to do');
    }
    expect(email).not.toMatch(/\ball\b/);
  });
});

describe('An alert about trouble that is fixed in part, and suppressed in part', () => {
  const silenced = (suppressed: number) => buildCompliant({ suppressedNonCompliantResourcesCount: suppressed });
  const open = (resources: number, suppressed: number) =>
    buildNonCompliant({
      nonCompliantResourcesCount: resources,
      suppressedNonCompliantResourcesCount: suppressed,
    });

  test.each<[string, Record<string, CheckDetails>, Record<string, CheckDetails>, string, string]>([
    [
      'one check',
      { [POLICY]: open(4, 1) },
      { [POLICY]: silenced(3) },
      ': 1 check recovered, 2 findings suppressed (',
      'RECOVERED: 1 check recovered in this AWS IoT audit. AWS IoT policies overly permissive recovered in part: 2 findings are suppressed, not fixed.',
    ],
    [
      'two checks',
      { [POLICY]: open(4, 1), [LOGGING]: open(3, 0) },
      { [POLICY]: silenced(2), [LOGGING]: silenced(2) },
      ': 2 checks recovered, 3 findings suppressed (',
      'RECOVERED: 2 checks recovered in this AWS IoT audit. 2 checks recovered in part: 3 findings are suppressed, not fixed.',
    ],
    [
      'one finding',
      { [POLICY]: open(4, 1) },
      { [POLICY]: silenced(2) },
      ': 1 check recovered, 1 finding suppressed (',
      'RECOVERED: 1 check recovered in this AWS IoT audit. AWS IoT policies overly permissive recovered in part: 1 finding is suppressed, not fixed.',
    ],
  ])('says so in its title and first line: %s', (_, before, now, title, headline) => {
    const { subject, email } = closing('RECOVERED', now, before);

    expect(subject).toContain(title);
    expect(headlineOf(email)).toBe(headline);
    expect(email).toContain('Check that the suppressions are intended');
    expect(email).not.toMatch(/Nothing to do|compliant again/);
  });

  test('counts the findings where they are known', () => {
    const were = ['A', 'B', 'C', 'D'].map((name) => buildPolicyFinding(name, '1'));
    const are = were.slice(0, 2).map((finding) => ({ ...finding, suppressed: true }));
    const answer = buildAnswer({ auditDetails: { [POLICY]: silenced(2) } });
    const night = { details: { [POLICY]: open(4, 2) }, findings: openSince(were, '2026-10-01T02:00:03.000Z') };
    const comparison = compared(answer, [night], { findings: are });
    const { email } = composed({ kind: 'RECOVERED', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).toContain('recovered in part: 2 findings are suppressed, not fixed.');
    expect(sectionOf(email, 'RECOVERED')).toBe(
      'AWS IoT policies overly permissive (4 -> 0 resources, 2 findings suppressed, not fixed; open since 2026-10-01); no longer open: policy C v1, policy D v1',
    );
  });
});

describe('An alert about what is suppressed now', () => {
  const silenced = { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: 4 }) };
  const { subject, email, machine, attributes } = closing('SUPPRESSED', buildDetails(silenced), TROUBLE);

  test('calls nothing fixed', () => {
    expect(subject).toBe('[SUPPRESSED] IoT audit NightlyFleetAudit: 4 findings suppressed, not fixed (eu-west-1)');
    expect(headlineOf(email)).toBe('SUPPRESSED: 4 findings of this AWS IoT audit are suppressed now, not fixed.');
    expect(sectionOf(email, 'SUPPRESSED')).toBe(
      'AWS IoT policies overly permissive: 3 resources open before, 4 findings suppressed now',
    );
    expect(email).not.toContain('SUPPRESSED, NOT COUNTED ABOVE');
    expect(machine.checks).toMatchObject([{ checkName: POLICY, change: 'SUPPRESSED' }]);
  });

  test('reaches those who were alerted to the trouble', () => {
    expect(attributes).toMatchObject({ severity: 'CRITICAL', auditNames: ['NightlyFleetAudit'] });
  });

  test('says in its first line what else is only suppressed, though that was never published', () => {
    const ledger = new Ledger();
    const bad = buildNonCompliant({ nonCompliantResourcesCount: 4, suppressedNonCompliantResourcesCount: 0 });
    ledger.move({ [POLICY]: bad, [LOGGING]: bad, [SHARED]: bad }, night(1));
    ledger.publish([POLICY], night(1));
    const part = buildCompliant({ suppressedNonCompliantResourcesCount: 3 });
    const auditDetails = { ...silenced, [LOGGING]: part, [SHARED]: silenced[POLICY] };
    const answer = buildAnswer({ auditDetails });
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries: ledger.entries });

    const { email: mail } = composed({ kind: 'SUPPRESSED', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(mail)).toBe(
      'SUPPRESSED: 4 findings of this AWS IoT audit are suppressed now, not fixed. Device certificate shared is suppressed, not fixed. Logging disabled recovered in part: 3 findings are suppressed, not fixed.',
    );
  });

  test('says of one finding, and of an unknown number, what is true', () => {
    const one = { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: 1 }) };
    const bad = {
      [POLICY]: buildNonCompliant({ nonCompliantResourcesCount: 1, suppressedNonCompliantResourcesCount: 0 }),
    };
    const comparison = compared(buildAnswer({ auditDetails: one }), [{ details: bad }]);
    const unknown = { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: undefined }) };
    const snapshot = buildSnapshot({ answer: buildAnswer({ auditDetails: unknown }) });

    expect(headlineOf(closing('SUPPRESSED', one, bad).email)).toContain(
      '1 finding of this AWS IoT audit is suppressed',
    );
    expect(headlineOf(composed({ kind: 'SUPPRESSED', snapshot, comparison }).email)).toContain(
      'an unknown number of findings of this AWS IoT audit are suppressed',
    );
  });
});

describe('An alert about an audit without all of its results', () => {
  test('says how many are missing, what is known to be open, and how to run them again', () => {
    const now = buildDetails({ [POLICY]: { checkRunStatus: 'CANCELED' }, [SHARED]: {} });
    const { subject, email, attributes } = closing(
      'COMPLETED_INCOMPLETE',
      now,
      buildDetails({ [POLICY]: buildNonCompliant() }),
    );

    expect(subject).toContain(' incomplete: 2 of 14 checks have no result (');
    expect(headlineOf(email)).toBe(
      'HIGH: the AWS IoT audit finished, but 2 of 14 checks have no result. AWS IoT policies overly permissive was non-compliant when last seen, so it counts as open.',
    );
    expect(sectionOf(email, 'WITHOUT A RESULT (2)')).toContain(
      'AWS IoT policies overly permissive: canceled; previously 3 resources non-compliant since 2026-10-01',
    );
    expect(sectionOf(email, 'NEXT STEPS')).toContain(
      '--target-check-names DEVICE_CERTIFICATE_SHARED_CHECK \\ IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    );
    expect(attributes).toMatchObject({ severity: 'CRITICAL', checks: [SHARED, POLICY] });
  });

  test('counts several known-bad checks', () => {
    const bad = { [POLICY]: buildNonCompliant(), [LOGGING]: buildNonCompliant() };
    const now = { [POLICY]: { checkRunStatus: 'CANCELED' }, [LOGGING]: { checkRunStatus: 'CANCELED' } };

    expect(headlineOf(closing('COMPLETED_INCOMPLETE', now, bad).email)).toContain(
      '2 checks were non-compliant when last seen, so they count as open.',
    );
  });

  test('does not count the checks of an audit without checks', () => {
    const { email } = composed({
      kind: 'COMPLETED_INCOMPLETE',
      snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails: {}, taskStatistics: { totalChecks: 0 } }) }),
    });

    expect(headlineOf(email)).toBe('MEDIUM: the AWS IoT audit finished, but it had no check.');
    expect(sectionOf(email, 'NEXT STEP')).toContain('Check which checks this audit is meant to have');
  });

  test('says of an answer without a result that it has none, and how to get one', () => {
    const answer = buildAnswer({ auditDetails: undefined, taskStatistics: undefined });
    const { email } = composed({ kind: 'COMPLETED_INCOMPLETE', snapshot: buildSnapshot({ answer }) });

    expect(headlineOf(email)).toBe('MEDIUM: the AWS IoT audit finished, but AWS gives no result of it.');
    expect(sectionOf(email, 'NEXT STEP')).toContain(
      'If the AWS console does not show the results either, run the audit',
    );
  });

  test.each([
    [{ totalChecks: 3, compliantChecks: 1 }, '2 of 3 checks have no result'],
    [{ totalChecks: 3, compliantChecks: 2 }, '1 of 3 checks has no result'],
    [{ totalChecks: 3 }, 'AWS does not give the result of every check'],
  ])('counts what AWS does not name: %j', (taskStatistics, missing) => {
    const answer = buildAnswer({ auditDetails: undefined, taskStatistics });

    expect(headlineOf(composed({ kind: 'COMPLETED_INCOMPLETE', snapshot: buildSnapshot({ answer }) }).email)).toContain(
      `the AWS IoT audit finished, but ${missing}.`,
    );
  });

  test.each([
    [[POLICY], '1 open check was not part of it'],
    [[POLICY, LOGGING], '2 open checks were not part of it'],
  ])('names open checks that are no longer part of it: %j', (names, after) => {
    const before = Object.fromEntries(names.map((name) => [name, buildNonCompliant()]));
    const { subject, email, machine, attributes } = closing(
      'COMPLETED_INCOMPLETE',
      { [SHARED]: buildCompliant() },
      before,
      {
        previousChecks: names,
      },
    );

    expect(subject).toContain(` incomplete: ${after} (`);
    expect(headlineOf(email)).toMatch(/^CRITICAL: the AWS IoT audit found nothing\. .* still open\.$/);
    expect(sectionOf(email, 'NOT AUDITED')).toContain('not part of this audit, still open with 3 resources');
    expect(machine.checks).toHaveLength(names.length);
    expect(attributes).toMatchObject({ severity: 'CRITICAL', checks: names });
  });

  test('includes trouble that was never published', () => {
    const answer = buildAnswer({ auditDetails: { [SHARED]: buildCompliant() } });
    const unpublished = new Ledger();
    unpublished.move({ [LOGGING]: buildNonCompliant() }, night(1));
    const known = { entries: unpublished.entries, previousChecks: [LOGGING] };
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, known);
    const { email, attributes } = composed({
      kind: 'COMPLETED_INCOMPLETE',
      snapshot: buildSnapshot({ answer }),
      comparison,
    });

    expect(sectionOf(email, 'NOT AUDITED')).toContain(
      'Logging disabled: not part of this audit, still open with 3 resources',
    );
    expect(attributes).toMatchObject({ severity: 'LOW', auditNames: ['NightlyFleetAudit'] });
  });

  test('does not repeat the count of a failure that is still open', () => {
    const { email } = closing(
      'COMPLETED_INCOMPLETE',
      { [LOGGING]: buildCompliant() },
      { [SHARED]: buildFailed() },
      {
        previousChecks: [SHARED],
      },
    );

    expect(sectionOf(email, 'NOT AUDITED')).toBe('Device certificate shared: not part of this audit, still open');
  });

  test('has no command for checks whose names cannot be pasted', () => {
    const { email } = closing('COMPLETED_INCOMPLETE', { 'X; reboot': { checkRunStatus: 'CANCELED' } }, {});

    expect(sectionOf(email, 'NEXT STEPS')).toContain('1. Find out why checks have no result, then run them again. 2.');
    expect(email).not.toContain('POSIX');
  });
});

describe('An alert about an audit that found nothing', () => {
  const canceled = { totalChecks: 2, compliantChecks: 1, canceledChecks: 1 };

  test('leaves something to do when AWS counts canceled checks that it does not name', () => {
    const { email } = compose('COMPLETED_COMPLIANT', { taskStatistics: canceled, auditDetails: undefined });

    expect(email).toContain('Find out why checks have no result, then run them again.');
    expect(headlineOf(email)).toBe('INFO: no check of this AWS IoT audit is non-compliant or failed.');
  });

  test('calls no check compliant for the counts alone when the details contradict them', () => {
    const taskStatistics = { totalChecks: 2, compliantChecks: 2, canceledChecks: 0 };
    const auditDetails = { [LOGGING]: buildCompliant(), [POLICY]: { checkRunStatus: 'CANCELED' } };

    expect(compose('COMPLETED_COMPLIANT', { taskStatistics, auditDetails }).subject).not.toContain('are compliant');
  });

  test.each([
    [[LOGGING], 'Logging disabled is open: a later audit found it.'],
    [[LOGGING, POLICY], '2 checks are open: later audits found them.'],
  ])('says in its first line what a later audit has found: %j', (names, sentence) => {
    const answer = buildAnswer({ auditDetails: buildDetails() });
    const details = Object.fromEntries(names.map((name) => [name, buildNonCompliant()]));
    const comparison = compared(answer, [{ details, audit: night(3) }]);
    const { email } = composed({ kind: 'COMPLETED_COMPLIANT', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).toContain(sentence);
  });
});

test('An alert about an audit with findings says in its first line what has no result, and what was left out', () => {
  const now = { [LOGGING]: buildNonCompliant(), [SHARED]: { checkRunStatus: 'CANCELED' } };
  const { email } = closing(
    'COMPLETED_WITH_FINDINGS',
    now,
    { [POLICY]: buildNonCompliant() },
    { previousChecks: [POLICY] },
  );

  expect(headlineOf(email)).toBe(
    'LOW: the AWS IoT audit finished with 1 non-compliant check and 1 check without a result. AWS IoT policies overly permissive was not part of this audit and is still open.',
  );
});

test('An alert about an audit that counts more trouble than it names does not call its compliant checks recovered', () => {
  const taskStatistics = { totalChecks: 2, compliantChecks: 1, nonCompliantChecks: 1, failedChecks: 0 };
  const { email, machine } = closing(
    'COMPLETED_WITH_FINDINGS',
    { [LOGGING]: buildCompliant(), [POLICY]: buildCompliant() },
    { [POLICY]: buildNonCompliant() },
    { taskStatistics },
  );

  expect(headlineOf(email)).toBe(
    'MEDIUM: the AWS IoT audit finished with 1 non-compliant check. AWS IoT policies overly permissive was non-compliant when last seen, so it counts as open.',
  );
  expect(sectionOf(email, 'WHAT CHANGED')).toBe(
    'Unknown AWS IoT policies overly permissive (named as compliant, but AWS counts more trouble than it names; previously 3 resources non-compliant since 2026-10-01)',
  );
  expect(email).toContain('Not named by AWS yet: 1 non-compliant check.');
  expect(email).not.toMatch(/recovered|no longer open/i);
  expect(machine.changes.checks).toMatchObject([{ checkName: POLICY, change: 'UNKNOWN' }, { change: 'FIRST' }]);
});

test('An alert about checks that are gone from the answer does not say that they were not part of the audit', () => {
  const taskStatistics = { totalChecks: 2, compliantChecks: 2, nonCompliantChecks: 0, failedChecks: 0 };
  const answer = buildAnswer({ taskStatistics, auditDetails: { [LOGGING]: buildCompliant() } });
  const nights = [{ details: { [LOGGING]: buildCompliant(), [POLICY]: buildNonCompliant(), [SHARED]: buildFailed() } }];
  const comparison = compared(answer, nights, { previousChecks: [LOGGING, POLICY], heldChecks: [SHARED] });
  const snapshot = buildSnapshot({ answer });

  const { subject, email, machine, attributes } = composed({ kind: 'COMPLETED_INCOMPLETE', snapshot, comparison });
  const closingMessage = composed({ kind: 'COMPLETED_WITH_FINDINGS', snapshot, comparison });

  expect(subject).toContain('incomplete: AWS does not name 2 open checks (');
  expect(headlineOf(email)).toBe(
    "CRITICAL: the AWS IoT audit finished, but AWS does not name 2 open checks. 2 checks are not in AWS's answer, so they count as open.",
  );
  expect(sectionOf(email, 'WITHOUT A RESULT (2)')).toBe(
    "AWS IoT policies overly permissive: not in AWS's answer; counts as open with 3 resources Device certificate shared: not in AWS's answer; counts as open",
  );
  expect(sectionOf(closingMessage.email, 'WHAT CHANGED')).toBe(
    "Unknown AWS IoT policies overly permissive (not in AWS's answer; counts as open: 3 resources) Unknown Device certificate shared (not in AWS's answer; counts as open)",
  );
  expect(email).not.toContain('part of');
  expect(machine.changes.notNamed).toEqual([POLICY, SHARED]);
  expect(attributes.checks).toEqual([POLICY, SHARED]);
});

test('An alert about a check that is gone from the answer counts what the audit itself found in it', () => {
  const answer = buildAnswer({ auditDetails: { [LOGGING]: buildCompliant() } });
  const entry = {
    checkName: POLICY,
    result: { outcome: 'NON_COMPLIANT', resources: 4, since: night(1).startedAt, audit: night(1) },
    published: {
      outcome: 'NON_COMPLIANT',
      resources: 2,
      severity: 'CRITICAL',
      sentAs: 'CRITICAL',
      auditNames: [],
      audit: TONIGHT,
    },
    version: 1,
  } as const;
  const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries: [entry] });
  const { email } = composed({ kind: 'COMPLETED_INCOMPLETE', snapshot: buildSnapshot({ answer }), comparison });

  expect(sectionOf(email, 'WITHOUT A RESULT (1)')).toContain('counts as open with 2 resources');
});

test.each<[AlertInput['kind'], string, CheckDetails]>([
  ['AUDIT_NOT_COMPLETED', 'FAILED', { checkRunStatus: 'CANCELED' }],
  ['AUDIT_STUCK', 'IN_PROGRESS', { checkRunStatus: 'IN_PROGRESS' }],
  ['WATCHER_GAVE_UP', 'IN_PROGRESS', { checkRunStatus: 'IN_PROGRESS' }],
  ['NON_COMPLIANT_DETECTED', 'IN_PROGRESS', buildNonCompliant()],
  ['COMPLETED_WITH_FINDINGS', 'COMPLETED', buildNonCompliant()],
  ['COMPLETED_INCOMPLETE', 'COMPLETED', { checkRunStatus: 'CANCELED', errorCode: 'INSUFFICIENT_PERMISSIONS' }],
])('%s names the audit role if a check of the audit lacks permissions', (kind, taskStatus, other) => {
  const { email } = compose(kind, { taskStatus, auditDetails: { [LOGGING]: buildFailed(), [SHARED]: other } });

  expect(email.split('\nNEXT STEP')[1]).toContain('AWSIoTDeviceDefenderAudit');
});

test('A closing message with findings says how to get the results that are missing', () => {
  const auditDetails = { [LOGGING]: buildNonCompliant(), [SHARED]: { checkRunStatus: 'CANCELED' } };

  const { email } = compose('COMPLETED_WITH_FINDINGS', { auditDetails });

  expect(email.replace(/\s+/g, ' ')).toContain(
    `run them again: aws iot start-on-demand-audit-task --region eu-west-1 \\ --target-check-names ${SHARED}`,
  );
});

test('An alert can be filtered by its attributes', () => {
  expect(compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE }).attributes).toEqual({
    kind: 'COMPLETED_WITH_FINDINGS',
    severity: 'CRITICAL',
    taskStatus: 'COMPLETED',
    taskType: 'SCHEDULED_AUDIT_TASK',
    auditName: 'NightlyFleetAudit',
    auditNames: ['NightlyFleetAudit'],
    account: '123456789012',
    region: 'eu-west-1',
    checks: [POLICY, SHARED],
  });
});

test('An alert has in chat what a search or a custom action needs', () => {
  const { chat } = compose('COMPLETED_WITH_FINDINGS', { auditDetails: TROUBLE });

  expect(chat.content.keywords).toEqual(['CRITICAL', 'NightlyFleetAudit', 'eu-west-1', 'COMPLETED']);
  expect(chat.metadata).toMatchObject({
    summary: 'CRITICAL: IoT audit NightlyFleetAudit done: 1 non-compliant, 1 failed of 14 checks (eu-west-1)',
    relatedResources: [POLICY, SHARED],
    additionalContext: {
      account: '123456789012',
      region: 'eu-west-1',
      audit: 'NightlyFleetAudit',
      taskId: '9f71b6e90cfb57d4ac671be3a4898e6a',
      severity: 'CRITICAL',
      taskStatus: 'COMPLETED',
      nonCompliantChecks: '1',
      failedChecks: '1',
      compliantChecks: '12',
      canceledChecks: '0',
    },
  });
});

test('An alert carries the words of its chat form for programs', () => {
  const { chat, machine } = compose('COMPLETED_WITH_FINDINGS', {
    scheduledAuditName: '<!channel> & co',
    auditDetails: TROUBLE,
  });
  const { title, description, nextSteps } = chat.content;

  expect(machine.text).toEqual({ title, description, nextSteps });
  expect(machine.text.title).toContain('*&lt;!channel&gt; &amp; co*');
});
