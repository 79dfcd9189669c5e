import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type Finding, identityOf } from '../../../../lambda/audit/answer/finding.ts';
import {
  buildAnswer,
  buildCertificateFinding,
  buildDetails,
  buildFailed,
  buildNonCompliant,
  buildPolicyFinding,
  buildReadFindings,
  buildSnapshot,
} from '../../../builders.ts';
import { compared, composed, type NightBefore, openSince, sectionOf, TONIGHT } from './nights.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const EARLIER = '2026-09-28T02:00:03.000Z';

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

/** A closing message about an audit with these checks and findings, compared with the night before. */
function closing(
  details: Record<string, CheckDetails>,
  found: readonly Finding[] | undefined,
  before?: NightBefore,
  { incomplete = [], ...overrides }: Partial<AlertInput> & { readonly incomplete?: readonly string[] } = {},
) {
  const answer = buildAnswer({ auditDetails: buildDetails(details) });
  const findings = found?.map((finding) => ({
    ...finding,
    since: before?.findings?.get(identityOf(finding))?.since ?? TONIGHT.startedAt,
  }));
  return composed({
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: buildSnapshot({ answer }),
    findings: findings && { ...buildReadFindings(findings, PRINCIPALS), incomplete },
    comparison: before && compared(answer, [before], { findings, incomplete }),
    ...overrides,
  });
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
const FOUND_BEFORE = buildDetails({
  [EXPIRING]: buildNonCompliant({ totalResourcesCount: 4205, nonCompliantResourcesCount: 12 }),
  [LOGGING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }),
});

describe('a closing message about findings that were read and compared', () => {
  const message = closing(FOUND, [...POLICIES, ...certificates(0, 16)], {
    details: FOUND_BEFORE,
    findings: openSince([...certificates(1, 11), buildCertificateFinding(certificate(99))], EARLIER),
  });

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
      before: { outcome: 'NON_COMPLIANT', nonCompliantResourcesCount: 12, taskId: 'night-1' },
      findings: { new: 6, gone: 1, goneResources: ['cert 0063...063'], stillOpen: 11, stillOpenSince: EARLIER },
    });
    expect(findings.checks).toEqual([
      { checkName: POLICY, open: 3, suppressed: 1 },
      { checkName: EXPIRING, open: 17, suppressed: 0 },
    ]);
    expect(findings.resources).toHaveLength(8);
  });

  test('repeats in chat no change of a check that it describes', () => {
    expect(message.chat.content.description).toContain('*What changed*: 1 new, 1 worse, 1 recovered, 1 unknown\n');
    expect(message.chat.content.description).not.toContain('Worse:');
  });
});

describe('a closing message about the same findings again', () => {
  const message = closing({ [POLICY]: buildNonCompliant() }, POLICIES, {
    details: buildDetails({ [POLICY]: buildNonCompliant() }),
    findings: openSince(POLICIES.slice(0, 3), EARLIER),
  });

  test('says that nothing changed, and since when they are open', () => {
    expect(message.machine.changes).toMatchObject({ unchanged: true });
    expect(sectionOf(message.email, 'NOTHING CHANGED')).toContain('Still open AWS IoT policies overly permissive (3');
    expect(message.email).toContain('policy TestBench v2, open since 2026-09-28\n');
    expect(message.email).not.toContain('which is new');
  });
});

describe('a closing message about findings that could not be read', () => {
  const unread = { findings: { status: 'UNAVAILABLE', errorName: 'ThrottlingException' } } as const;
  const message = closing(FOUND, undefined, { details: FOUND_BEFORE }, unread);

  test('says so, and shows the rest', () => {
    expect(message.email).toContain('  Resources could not be read (ThrottlingException): see the results links.\n');
    expect(sectionOf(message.email, 'WHAT CHANGED')).toContain(
      'Worse Device certificate expiring (12 -> 17 resources)',
    );
    expect(message.chat.content.description).toContain('Resources could not be read (ThrottlingException)');
    expect(message.machine.findings).toEqual({ status: 'UNAVAILABLE', errorName: 'ThrottlingException' });
  });

  test('has no command for a resource that it does not know', () => {
    expect(message.email).not.toContain('SUPPRESS A KNOWN');
  });

  test('survives an error without a name', () => {
    const findings = { status: 'UNAVAILABLE', errorName: '' } as const;

    expect(closing(FOUND, undefined, undefined, { findings }).email).toContain('(unknown error)');
  });
});

describe('a closing message about a check of which AWS lists fewer findings than it counts', () => {
  const before = { details: buildDetails({ [POLICY]: buildNonCompliant() }), findings: openSince(POLICIES, EARLIER) };
  const message = closing({ [POLICY]: buildNonCompliant({ nonCompliantResourcesCount: 5 }) }, [], before, {
    incomplete: [POLICY],
  });

  test('gives the counts and claims nothing about its resources', () => {
    expect(message.email).toContain('    AWS has not listed all of its findings yet: see the results link\n');
    expect(sectionOf(message.email, 'WHAT CHANGED')).toBe(
      'Worse AWS IoT policies overly permissive (3 -> 5 resources)',
    );
    expect(message.email).not.toContain('no longer open');
    expect(message.machine.changes.checks[0]).not.toHaveProperty('findings');
  });
});

describe('what changed among the findings of a check', () => {
  test('is counted where the number of resources is the same', () => {
    const was = [buildPolicyFinding('TestBench', '2'), buildPolicyFinding('A', '1'), buildPolicyFinding('B', '1')];
    const { email } = closing({ [POLICY]: buildNonCompliant() }, POLICIES, {
      details: buildDetails({ [POLICY]: buildNonCompliant() }),
      findings: openSince(was, EARLIER),
    });

    expect(sectionOf(email, 'WHAT CHANGED')).toBe(
      'Changed AWS IoT policies overly permissive (3 -> 3 resources: 2 new, 2 gone, 1 still open since 2026-09-28); no longer open: policy A v1, policy B v1',
    );
  });

  test('names three of those that are gone', () => {
    const { email } = closing(
      { [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 1 }) },
      certificates(0, 0),
      {
        details: buildDetails({ [EXPIRING]: buildNonCompliant({ nonCompliantResourcesCount: 17 }) }),
        findings: openSince(certificates(0, 16), EARLIER),
      },
    );

    expect(sectionOf(email, 'WHAT CHANGED')).toContain(
      '; no longer open: cert 0001...001, cert 0002...002, cert 0003...003 and 13 more',
    );
  });

  test('is not said to be gone when it is suppressed', () => {
    const now = POLICIES.map((finding, index) => ({ ...finding, suppressed: index > 0 }));
    const { email } = closing({ [POLICY]: buildNonCompliant({ nonCompliantResourcesCount: 1 }) }, now, {
      details: buildDetails({ [POLICY]: buildNonCompliant() }),
      findings: openSince(POLICIES.slice(0, 3), EARLIER),
    });

    expect(sectionOf(email, 'WHAT CHANGED')).toBe(
      'Better AWS IoT policies overly permissive (3 -> 1 resource: 2 suppressed, 1 still open since 2026-09-28)',
    );
  });

  test('leaves out a date that cannot be read', () => {
    const { email } = closing({ [POLICY]: buildNonCompliant() }, POLICIES, {
      details: buildDetails({ [POLICY]: buildNonCompliant() }),
      findings: openSince(POLICIES.slice(0, 1), 'once'),
    });

    expect(sectionOf(email, 'WHAT CHANGED')).toContain('(3 -> 3 resources: 2 new, 1 still open)');
  });
});

describe('the severity that AWS gave to findings', () => {
  test('wins over the usual one of the check', () => {
    const findings = [buildPolicyFinding('A', '1', { severity: 'LOW' })];
    const { subject, attributes, machine } = closing({ [POLICY]: buildNonCompliant() }, findings);

    expect(subject.startsWith('[LOW] ')).toBe(true);
    expect(attributes.severity).toBe('LOW');
    expect(machine.checks[0].severity).toBe('LOW');
  });

  test('leaves that of a check without findings alone', () => {
    expect(closing({ [POLICY]: buildNonCompliant() }, []).attributes.severity).toBe('CRITICAL');
  });
});

describe('a check', () => {
  test('whose findings are all suppressed says how many', () => {
    const { email } = closing({ [POLICY]: buildNonCompliant() }, POLICIES.slice(3));

    expect(email).toContain('    1 suppressed\n');
  });

  test('names the things that a certificate belongs to, three at most', () => {
    const { email, machine } = closing({ [EXPIRING]: buildNonCompliant() }, certificates(0, 2));

    expect(email).toContain('    CERTIFICATE_APPROACHING_EXPIRATION:\n      cert 0000...000 (thing pump-0142)\n');
    expect(email).toContain('      cert 0001...001 (things pump-0177, pump-0178, pump-0179 and 6 more)\n');
    expect(machine.findings.resources[1]).toMatchObject({
      things: ['pump-0177', 'pump-0178', 'pump-0179'],
      moreThings: 6,
    });
  });

  test('beyond the twentieth resource only has its findings counted', () => {
    const names = ['A_CHECK', 'B_CHECK', 'C_CHECK', 'D_CHECK', 'E_CHECK'];
    const { email } = closing(
      Object.fromEntries(names.map((name) => [name, buildNonCompliant()])),
      names.flatMap((checkName) =>
        Array.from({ length: 9 }, (_, index) => buildPolicyFinding(`P${index}`, '1', { checkName, severity: 'LOW' })),
      ),
    );

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
    const { email } = composed({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ answer: buildAnswer({ auditDetails: { [POLICY]: buildNonCompliant() } }) }),
      findings: buildReadFindings(findings),
    });

    expect(email).toContain('    policy B v1\n    unknown resource\n    policy A v1\n      Too broad.\n');
    expect(email).toMatch(/\n {4}policy\n {6}C{70}\.\.\n {6}\.\n/);
  });
});
