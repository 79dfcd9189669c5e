import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type Finding, identityOf, openSince } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type ComparedAudit, compareAudits } from '../../../../lambda/audit/ledger/comparison.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCertificateFinding,
  buildCompliant,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildPolicyFinding,
  buildReadFindings,
  buildSnapshot,
} from '../../../builders.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const EARLIER = '2026-09-28T02:00:03.000Z';
const YESTERDAY = '2026-10-01T02:00:03.000Z';
const TODAY = '2026-10-02T02:00:04.000Z';

const PRINCIPALS = {
  [certificate(0)]: { names: ['pump-0142'], more: 0 },
  [certificate(1)]: { names: ['pump-0177', 'pump-0178', 'pump-0179', 'pump-0180'], more: 5 },
};

/** 64 digits that begin and end with the number. */
function certificate(number: number): string {
  const digit = number.toString(16).padStart(4, '0');
  return `${digit}${'a0b1c2d3'.repeat(7)}${digit}`;
}

function certificates(first: number, last: number): Finding[] {
  return Array.from({ length: last - first + 1 }, (_, index) => buildCertificateFinding(certificate(first + index)));
}

function open(findings: readonly Finding[], since: string): ReadonlyMap<string, string> {
  return new Map(findings.map((finding) => [identityOf(finding), since]));
}

/** An alert about an audit with these checks and findings, compared with one before. */
function compose(
  kind: AlertInput['kind'],
  now: { readonly details: Record<string, CheckDetails>; readonly findings?: readonly Finding[] },
  before?: { readonly details: Record<string, CheckDetails>; readonly findings?: ReadonlyMap<string, string> },
  overrides: Partial<AlertInput> = {},
) {
  const answer = buildAnswer({ auditDetails: buildDetails(now.details), taskStartTime: TODAY });
  const findings = now.findings?.map((finding) => ({
    ...finding,
    since: openSince(identityOf(finding), TODAY, before?.findings),
  }));
  const current: ComparedAudit = {
    reading: readAudit(answer),
    findings: findings && new Map(findings.filter(isOpen).map((finding) => [identityOf(finding), finding.since])),
  };
  const previous = before && {
    startedAt: YESTERDAY,
    reading: readAudit(buildAnswer({ auditDetails: buildDetails(before.details) })),
    findings: before.findings,
  };
  const input = buildAlertInput({
    kind,
    snapshot: buildSnapshot({ answer }),
    findings: findings && buildReadFindings(findings, PRINCIPALS),
    comparison: previous && compareAudits(previous, current),
    ...overrides,
  });
  const message = composeAlert(input);
  expectAlertWithinLimits(message);
  return { ...message, chat: JSON.parse(message.chat), machine: JSON.parse(message.machine) };
}

function isOpen({ suppressed }: Finding): boolean {
  return !suppressed;
}

const POLICIES = [
  buildPolicyFinding('FleetProvisioning', '7'),
  buildPolicyFinding('GatewayLegacy', '1'),
  buildPolicyFinding('TestBench', '2'),
  buildPolicyFinding('Attic', '1', { suppressed: true }),
];
const FOUND = {
  [POLICY]: buildNonCompliant(),
  [EXPIRING]: buildNonCompliant({ totalResourcesCount: 4210, nonCompliantResourcesCount: 17 }),
  [SHARED]: buildFailed(),
};
const FOUND_BEFORE = {
  [EXPIRING]: buildNonCompliant({ totalResourcesCount: 4205, nonCompliantResourcesCount: 12 }),
  [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
};

describe('the closing message about findings that were read and compared', () => {
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details: FOUND, findings: [...POLICIES, ...certificates(0, 16)] },
    {
      details: FOUND_BEFORE,
      findings: open([...certificates(1, 11), buildCertificateFinding(certificate(99))], EARLIER),
    },
  );

  test('shows the worst of each check in columns, with what is new, and counts the others', () => {
    const { email, chat } = message;

    expect(email).toContain(
      [
        '    17 of 4210 resources non-compliant (1 more suppressed), was 12',
        '    cert 0000...000 (thing pump-0142)  CERTIFICATE_APPROACHING_EXPIRATION, new',
        '    cert 000c...00c                    CERTIFICATE_APPROACHING_EXPIRATION, new',
      ].join('\n'),
    );
    expect(email).toContain('    and 12 more\n');
    expect(chat.content.description).toContain('`cert 0000...000` (thing pump-0142, new), `cert 000c...00c` (new), ');
    expect(chat.content.description).toContain(', and 12 more\n');
  });

  test('gives programs what came and what went', () => {
    const { changes, findings } = message.machine;

    expect(changes.checks.map(({ change }: { change: string }) => change)).toEqual([
      'NEW',
      'UNKNOWN',
      'WORSE',
      'RECOVERED',
    ]);
    expect(changes.checks[2]).toMatchObject({
      before: { nonCompliantResourcesCount: 12 },
      findings: { new: 6, gone: 1, goneResources: ['cert 0063...063'], stillOpen: 11, stillOpenSince: EARLIER },
    });
    expect(findings.checks).toEqual([
      { checkName: POLICY, open: 3, suppressed: 1 },
      { checkName: EXPIRING, open: 17, suppressed: 0 },
    ]);
    expect(findings.resources).toHaveLength(8);
  });
});

describe('the closing message about the same findings again', () => {
  const details = { [POLICY]: buildNonCompliant(), [SHARED]: buildFailed() };
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details, findings: POLICIES },
    { details, findings: open(POLICIES.filter(isOpen), EARLIER) },
  );

  test('says since when they are open', () => {
    expect(
      message.email.slice(message.email.indexOf('NOTHING'), message.email.indexOf('NEXT STEPS')),
    ).toMatchInlineSnapshot(`
"NOTHING CHANGED SINCE THE AUDIT OF 2026-10-01
  Still open   AWS IoT policies overly permissive (3 resources, since
               2026-09-28)

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed), still open since
    2026-09-28
    ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS:
      policy FleetProvisioning v7, open since 2026-09-28
      policy GatewayLegacy v1, open since 2026-09-28
      policy TestBench v2, open since 2026-09-28
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/IOT_POLICY_OVERLY_PERMISSIVE_CHECK
    How to fix:
    https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-iot-policy-permissive.html

FAILED, RESULT UNKNOWN
  [HIGH] Device certificate shared
    Result unknown; it would be CRITICAL if non-compliant
    Failed in the audit of 2026-10-01 too
    Error     INSUFFICIENT_PERMISSIONS
    Message   Device Defender does not have permission to call
              iot:ListCertificates with the configured role.
    Results:
    https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/9f71b6e90cfb57d4ac671be3a4898e6a/DEVICE_CERTIFICATE_SHARED_CHECK

  A failed check is not a pass: nothing is known about its resources.

"
`);
    expect(message.machine.changes).toMatchObject({ unchanged: true });
  });
});

describe('the message about the first audit', () => {
  test('says that there is nothing to compare with yet', () => {
    const first = compose('COMPLETED_WITH_FINDINGS', { details: FOUND }, undefined, { comparison: { first: true } });

    expect(first.email).toContain(
      'WHAT CHANGED\n  Nothing to compare with yet: this is the first audit of this schedule on\n  record.\n',
    );
    expect(first.chat.content.description).toContain('*What changed*\nNothing to compare with yet');
    expect(first.machine.changes).toEqual({ firstAudit: true });
  });

  test('on demand says so too', () => {
    const answer = buildAnswer({ taskType: 'ON_DEMAND_AUDIT_TASK', scheduledAuditName: undefined });
    const first = compose('COMPLETED_COMPLIANT', { details: {} }, undefined, {
      comparison: { first: true },
      snapshot: buildSnapshot({ answer }),
    });

    expect(first.email).toContain('this is the first on-demand audit on record.');
  });
});

describe('the message about findings that could not be read', () => {
  const message = compose(
    'COMPLETED_WITH_FINDINGS',
    { details: FOUND },
    { details: FOUND_BEFORE },
    {
      findings: { status: 'UNAVAILABLE', errorName: 'ThrottlingException' },
    },
  );

  test('says so, and tells the rest', () => {
    expect(message.email).toContain('  Resources could not be read (ThrottlingException): see the results links.\n');
    expect(message.email).toContain('  Worse        Device certificate expiring (12 -> 17 resources)\n');
    expect(message.chat.content.description).toContain('Resources could not be read (ThrottlingException)');
    expect(message.machine.findings).toEqual({ status: 'UNAVAILABLE', errorName: 'ThrottlingException' });
  });

  test('has no command for a resource that it does not know', () => {
    expect(message.email).not.toContain('SUPPRESS A KNOWN');
  });

  test('survives an error without a name', () => {
    const findings = { status: 'UNAVAILABLE', errorName: '' } as const;

    expect(compose('COMPLETED_WITH_FINDINGS', { details: FOUND }, undefined, { findings }).email).toContain(
      '(unknown error)',
    );
  });
});

describe('the message about a recovery since the previous audit', () => {
  const message = compose(
    'RECOVERED',
    {
      details: { [POLICY]: buildCompliant({ suppressedNonCompliantResourcesCount: undefined }) },
      findings: POLICIES.slice(3),
    },
    {
      details: {
        [POLICY]: buildNonCompliant({ nonCompliantResourcesCount: 4 }),
        [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 17 }),
        [SHARED]: buildFailed(),
      },
      findings: open([...POLICIES.slice(0, 3), buildPolicyFinding('Zoo', '1')], EARLIER),
    },
  );

  test('says how many resources are no longer open, and names three', () => {
    expect(message.email).toContain(
      [
        'RECOVERED SINCE THE AUDIT OF 2026-10-01',
        '  AWS IoT policies overly permissive: 4 -> 0 resources; no longer open: policy',
        '  FleetProvisioning v7, policy GatewayLegacy v1, policy TestBench v2 and 1',
        '  more',
        '  Device certificate shared: failed -> compliant',
        '  Device certificate expiring: 17 -> 0 resources',
        '',
        'SUPPRESSED, NOT COUNTED ABOVE',
        '  AWS IoT policies overly permissive: 1 resource',
      ].join('\n'),
    );
  });

  test('tells programs how each check stood before and stands now', () => {
    const { severity, checks, changes, findings } = message.machine;

    expect(severity).toBe('CRITICAL');
    expect(checks[0]).toMatchObject({
      change: 'RECOVERED',
      checkRunStatus: 'COMPLETED_COMPLIANT',
      nonCompliantResourcesCount: 0,
      previousNonCompliantResourcesCount: 4,
    });
    expect(changes.checks[0]).toMatchObject({ before: { outcome: 'FAILED' }, now: { outcome: 'COMPLIANT' } });
    expect(findings).toEqual({
      status: 'READ',
      resources: [],
      checks: [{ checkName: POLICY, open: 0, suppressed: 1 }],
    });
    expect(message.attributes.checks).toEqual([POLICY, SHARED, EXPIRING]);
  });

  test('keeps apart what an earlier poll of the same audit saw', () => {
    const earlier = buildSnapshot({
      capturedAt: '2026-10-02T02:12:55.000Z',
      answer: buildAnswer({
        auditDetails: {
          [POLICY]: buildNonCompliant(),
          [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
        },
      }),
    });
    const { email } = compose(
      'RECOVERED',
      { details: {} },
      { details: { [POLICY]: buildNonCompliant() } },
      { earlier },
    );

    expect(email.slice(email.indexOf('RECOVERED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"RECOVERED SINCE THE AUDIT OF 2026-10-01
  AWS IoT policies overly permissive: 3 -> 0 resources

RECOVERED SINCE 2026-10-02 02:12:55 UTC
  Logging disabled: 1 -> 0 resources

"
`);
  });

  test('does not hide that another check lost its result', () => {
    const { email, machine } = compose(
      'RECOVERED',
      { details: { [SHARED]: { checkRunStatus: 'CANCELED' }, [LOGGING]: { checkRunStatus: 'CANCELED' } } },
      { details: { [SHARED]: buildFailed(), [POLICY]: buildNonCompliant() } },
    );

    expect(email.slice(email.indexOf('RECOVERED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"RECOVERED SINCE THE AUDIT OF 2026-10-01
  AWS IoT policies overly permissive: 3 -> 0 resources

IN TROUBLE BEFORE, UNKNOWN NOW
  Device certificate shared: failed -> CANCELED

UNKNOWN SINCE THE AUDIT OF 2026-10-01
  Logging disabled (canceled; then compliant)

WITHOUT A RESULT (2)
  Device certificate shared, Logging disabled

"
`);
    expect(machine.checks.map(({ change }: { change: string }) => change)).toEqual(['RECOVERED', 'UNKNOWN']);
  });
});

describe('the message about an audit that found nothing', () => {
  test('says that nothing changed', () => {
    const { email, machine } = compose('COMPLETED_COMPLIANT', { details: {} }, { details: {} });

    expect(email).toContain(
      'NOTHING CHANGED SINCE THE AUDIT OF 2026-10-01\n  No check is better or worse than before.\n',
    );
    expect(machine.changes).toEqual({ previousAuditStartTime: YESTERDAY, unchanged: true, checks: [] });
  });

  test('takes a check that is new and compliant for no change', () => {
    const { email } = compose('COMPLETED_COMPLIANT', { details: { NEW_CHECK: buildCompliant() } }, { details: {} });

    expect(email).toContain('CHANGED SINCE THE AUDIT OF 2026-10-01\n  No check is better or worse than before.\n');
  });

  test('tells that a check has no result any more', () => {
    const { email } = compose(
      'COMPLETED_COMPLIANT',
      { details: { [SHARED]: { checkRunStatus: 'CANCELED' } } },
      { details: { GONE_CHECK: buildCompliant() } },
    );

    expect(email.slice(email.indexOf('CHANGED SINCE'), email.indexOf('NEXT STEP'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Unknown      Device certificate shared (canceled; then compliant)
  Unknown      Gone (not in the answer; then compliant)

WITHOUT A RESULT (1)
  Device certificate shared

"
`);
  });
});

describe('the message about the first non-compliant check', () => {
  const running = { [SHARED]: { checkRunStatus: 'IN_PROGRESS' }, [EXPIRING]: buildNonCompliant() };

  test.each<[string, CheckDetails, string]>([
    ['new', buildCompliant(), 'New: this check was compliant in the audit of 2026-10-01'],
    ['not new', buildNonCompliant(), 'Not new: 3 resources non-compliant in the audit of 2026-10-01'],
  ])('says that it is %s', (_, before, line) => {
    const { email, chat, machine } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: { [EXPIRING]: before } },
    );

    expect(email).toContain(`    ${line}\n`);
    expect(chat.content.description).toContain(`\n    ${line}\n`);
    expect(machine.checks[0]).toMatchObject({ change: before.checkCompliant ? 'NEW' : 'SAME' });
    expect(email).not.toContain('CHANGED SINCE');
  });

  test('says nothing about an audit in which it had no result', () => {
    const { email } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: { [EXPIRING]: buildFailed() } },
    );

    expect(email).not.toContain('2026-10-01');
  });

  test('leaves what changed to the closing message', () => {
    const details = buildDetails(running);
    const answer = buildAnswer({ taskStatus: 'IN_PROGRESS', auditDetails: details });
    const { machine } = compose(
      'NON_COMPLIANT_DETECTED',
      { details: running },
      { details: {} },
      {
        snapshot: buildSnapshot({ answer }),
      },
    );

    expect(machine).not.toHaveProperty('changes');
    expect(machine.checks[0].change).toBe('NEW');
  });
});

describe('the message about a failed check', () => {
  test.each<[CheckDetails, string]>([
    [buildCompliant(), 'Last result: compliant in the audit of 2026-10-01'],
    [buildNonCompliant(), 'Last result: 3 resources non-compliant in the audit of 2026-10-01'],
    [buildFailed(), 'Failed in the audit of 2026-10-01 too'],
  ])('tells how it stood before: %j', (before, line) => {
    const { email } = compose(
      'CHECK_FAILED',
      { details: { [SHARED]: buildFailed() } },
      { details: { [SHARED]: before } },
    );

    expect(email).toContain(`    ${line}\n`);
  });
});

describe('what changed', () => {
  /** The lines about what changed, for checks before and now. */
  function changed(before: Record<string, CheckDetails>, now: Record<string, CheckDetails>) {
    const { email, chat } = compose('COMPLETED_WITH_FINDINGS', { details: now }, { details: before });
    return { email: email.slice(email.indexOf('CHANGED SINCE'), email.indexOf('\n\nNON-COMPLIANT')), chat };
  }

  test('is told under a label for each kind of change', () => {
    const { email, chat } = changed(
      {
        CA_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant({ nonCompliantResourcesCount: undefined }),
        CONFLICTING_CLIENT_IDS_CHECK: buildNonCompliant({ nonCompliantResourcesCount: 5 }),
        [EXPIRING]: buildNonCompliant(),
        DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: buildFailed(),
        [SHARED]: buildNonCompliant(),
        [LOGGING]: buildFailed(),
        IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK: { checkRunStatus: 'CANCELED' },
        REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: buildNonCompliant({ nonCompliantResourcesCount: undefined }),
        GONE_CHECK: buildCompliant(),
      },
      {
        CA_CERTIFICATE_EXPIRING_CHECK: buildNonCompliant(),
        CONFLICTING_CLIENT_IDS_CHECK: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
        [EXPIRING]: buildNonCompliant(),
        DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: buildNonCompliant(),
        [SHARED]: buildFailed({ errorCode: undefined }),
        [LOGGING]: buildCompliant(),
        IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK: buildFailed(),
        REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: buildCompliant(),
        AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
      },
    );

    expect(email).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Still open   Device certificate expiring (3 resources)
  Better       Conflicting MQTT client IDs (5 -> 1 resource)
  Recovered    Revoked CA certificate still active (unknown -> 0 resources)
  Recovered    Logging disabled (failed -> compliant)
  Unknown      Authenticated Cognito role overly permissive (no result; then
               compliant)
  Unknown      Device certificate shared (failed; then 3 resources)
  Unknown      CA certificate expiring (3 resources; then an unknown number of
               resources)
  Unknown      Gone (not in the answer; then compliant)
  Unknown then Device certificate key quality (3 resources now, no result
               then)"
`);
    expect(chat.content.description.split('\n\n*Non-compliant*')[0]).toMatchInlineSnapshot(`
"*Changed since the audit of 2026-10-01*: 1 still open, 1 better, 2 recovered, 4 unknown, 1 unknown then
Recovered: Revoked CA certificate still active (unknown -&gt; 0 resources)
Recovered: Logging disabled (failed -&gt; compliant)
Unknown: Authenticated Cognito role overly permissive (no result; then compliant)
Unknown: Gone (not in the answer; then compliant)"
`);
  });

  test('tells how many findings came and went where the count is the same', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [POLICY]: buildNonCompliant() }, findings: POLICIES },
      {
        details: { [POLICY]: buildNonCompliant() },
        findings: open(
          [buildPolicyFinding('TestBench', '2'), buildPolicyFinding('A', '1'), buildPolicyFinding('B', '1')],
          EARLIER,
        ),
      },
    );

    expect(email.slice(email.indexOf('CHANGED'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Changed      AWS IoT policies overly permissive (3 -> 3 resources: 2 new, 2
               gone, 1 still open since 2026-09-28); no longer open: policy A
               v1, policy B v1

NON-COMPLIANT
  [CRITICAL] AWS IoT policies overly permissive
    3 of 120 resources non-compliant (1 more suppressed), was 3
    ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS:
      policy FleetProvisioning v7, new
      policy GatewayLegacy v1, new
      policy TestBench v2, open since 2026-09-28
"
`);
  });

  test('names three of those that are gone', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }) }, findings: [] },
      {
        details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 17 }) },
        findings: open(certificates(0, 16), EARLIER),
      },
    );

    expect(email.slice(email.indexOf('CHANGED'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"CHANGED SINCE THE AUDIT OF 2026-10-01
  Better       Device certificate expiring (17 -> 1 resource: 17 gone); no
               longer open: cert 0000...000, cert 0001...001, cert 0002...002
               and 14 more

NON-COMPLIANT
  [MEDIUM] Device certificate expiring
    1 of 120 resources non-compliant (1 more suppressed), was 17
    AWS lists no finding for this check yet
"
`);
  });

  test('is told by the counts where AWS lists no finding', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 5 }) }, findings: [] },
      { details: { [EXPIRING]: buildNonCompliant() }, findings: new Map() },
    );

    expect(email).toContain('  Worse        Device certificate expiring (3 -> 5 resources)\n');
  });

  test('leaves out a date that cannot be read', () => {
    const { email } = compose(
      'COMPLETED_WITH_FINDINGS',
      { details: { [POLICY]: buildNonCompliant() }, findings: POLICIES },
      { details: { [POLICY]: buildNonCompliant() }, findings: open(POLICIES.slice(0, 1), 'once') },
    );

    expect(email).toContain('(3 -> 3 resources: 2 new, 1\n               still open)\n');
  });

  test('is told with the time when the audit before started on the same day', () => {
    const previous = { startedAt: '2026-10-02T01:00:00.000Z', reading: readAudit(buildAnswer()) };
    const comparison = compareAudits(previous, { reading: readAudit(buildAnswer()) });

    expect(compose('COMPLETED_COMPLIANT', { details: {} }, undefined, { comparison }).email).toContain(
      'NOTHING CHANGED SINCE THE AUDIT OF 2026-10-02 01:00:00 UTC\n',
    );
  });

  test('is told though nobody knows when the audit before started', () => {
    const comparison = compareAudits(
      { startedAt: '', reading: readAudit(buildAnswer()) },
      { reading: readAudit(buildAnswer()) },
    );
    const { email, machine } = compose('COMPLETED_COMPLIANT', { details: {} }, undefined, { comparison });

    expect(email).toContain('NOTHING CHANGED SINCE THE PREVIOUS AUDIT\n');
    expect(machine.changes).not.toHaveProperty('previousAuditStartTime');
  });

  test('is bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`NEW_${index}_CHECK`, buildNonCompliant()]),
    );
    const before = Object.fromEntries(Object.keys(many).map((name) => [name, buildCompliant()]));
    const { email, machine } = compose('COMPLETED_WITH_FINDINGS', { details: many }, { details: before });

    expect(email.match(/^ {2}New /gm)).toHaveLength(25);
    expect(email).toContain('\n  and 35 more\n');
    expect(machine.changes.checks).toHaveLength(25);
    expect(machine.changes.omittedChecks).toBe(35);
  });
});

describe('the severity that AWS gave to findings', () => {
  test('wins over the usual one of the check', () => {
    const findings = [buildPolicyFinding('A', '1', { severity: 'LOW' })];
    const { subject, attributes, machine } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [POLICY]: buildNonCompliant() },
      findings,
    });

    expect(subject.startsWith('[LOW] ')).toBe(true);
    expect(attributes.severity).toBe('LOW');
    expect(machine.checks[0].severity).toBe('LOW');
  });

  test('leaves that of a check without findings alone', () => {
    const { attributes } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [POLICY]: buildNonCompliant() },
      findings: [],
    });

    expect(attributes.severity).toBe('CRITICAL');
  });
});

describe('a check', () => {
  test('of which AWS lists no finding says so', () => {
    const { email } = compose('COMPLETED_WITH_FINDINGS', { details: { [POLICY]: buildNonCompliant() }, findings: [] });

    expect(email).toContain('    AWS lists no finding for this check yet\n');
  });

  test('tells which things a certificate belongs to, three by name', () => {
    const { email, machine } = compose('COMPLETED_WITH_FINDINGS', {
      details: { [EXPIRING]: buildNonCompliant() },
      findings: certificates(0, 2),
    });

    expect(email.slice(email.indexOf('    CERT'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"    CERTIFICATE_APPROACHING_EXPIRATION:
      cert 0000...000 (thing pump-0142)
      cert 0001...001 (things pump-0177, pump-0178, pump-0179 and 6 more)
      cert 0002...002
"
`);
    expect(machine.findings.resources[1]).toMatchObject({
      things: ['pump-0177', 'pump-0178', 'pump-0179'],
      moreThings: 6,
    });
  });

  test('beyond the twentieth resource only has its findings counted', () => {
    const names = ['A_CHECK', 'B_CHECK', 'C_CHECK', 'D_CHECK', 'E_CHECK'];
    const { email } = compose('COMPLETED_WITH_FINDINGS', {
      details: Object.fromEntries(names.map((name) => [name, buildNonCompliant()])),
      findings: names.flatMap((checkName) =>
        Array.from({ length: 9 }, (_, index) => buildPolicyFinding(`P${index}`, '1', { checkName, severity: 'LOW' })),
      ),
    });

    expect(email.match(/^ {4}policy P/gm)).toHaveLength(20);
    expect(email.match(/^ {4}and 4 more$/gm)).toHaveLength(4);
    expect(email).toContain('    9 findings: see the results link\n');
  });

  test('with findings that have neither code nor age shows the words of AWS, or nothing', () => {
    const findings = [
      buildPolicyFinding('A', '1', { reasonCode: undefined, reason: 'Too broad.' }),
      buildPolicyFinding('B', '1', { reasonCode: undefined, reason: undefined, since: undefined }),
      buildPolicyFinding('D', '1', { resource: '\n', reasonCode: undefined, reason: undefined }),
      buildPolicyFinding('C'.repeat(128), '1', { reasonCode: undefined, reason: undefined }),
    ];
    const { email } = composeAlert(
      buildAlertInput({
        kind: 'COMPLETED_WITH_FINDINGS',
        snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails: { [POLICY]: buildNonCompliant() } }) }),
        findings: buildReadFindings(findings),
      }),
    );

    expect(email.slice(email.indexOf('    policy'), email.indexOf('    Results:'))).toMatchInlineSnapshot(`
"    policy B v1
    unknown resource
    policy A v1
      Too broad.
    policy
      CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC..
      .
"
`);
  });
});
