import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { placeKey } from '../../lambda/contract.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import { at, type ScenarioResult, ScenarioStack } from './scenario-stack.ts';
import { THROTTLED } from './stack-faults.ts';

let stack: ScenarioStack;
let audit = '';
let audits = 0;

beforeAll(async () => {
  stack = await ScenarioStack.start();
});

afterAll(async () => {
  await stack.close();
});

beforeEach(() => {
  audits += 1;
  audit = `Nightly${audits}`;
});

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';

test('The first audit of an account says that there is nothing to compare with yet', async () => {
  const first = await stack.run(completed({ policies: ['a'] }));

  expect(closing(first)?.email).toContain('Nothing to compare with yet');
});

describe('The closing message', () => {
  test('shows the worst resources, their reasons, and the things of a certificate', async () => {
    const result = await stack.run(
      completed({ policies: ['FleetProvisioning'], certificates: ['abc123'] }, { abc123: ['pump-0142'] }),
    );

    const email = closing(result)?.email ?? '';
    expect(email).toContain('FleetProvisioning');
    expect(email).toContain('ALLOWS_BROAD_ACCESS');
    expect(email).toContain('pump-0142');
    expect(result.path).toEqual(['Check audit', 'What next?', 'Read findings', 'Send alerts', 'Finished?', 'Finished']);
    expect(result.watch.findings).toBe('STORED');
  });

  test('goes out without resources, and says so, when findings are throttled for good; the execution says it too', async () => {
    const { findings, ...scenario } = completed({ policies: ['FleetProvisioning'] });

    const result = await stack.run({
      ...scenario,
      findings: { ...findings, findingsError: { name: 'ThrottlingException', statusCode: 400 } },
    });

    expect(closing(result)?.email).toContain('ThrottledError');
    expect(closing(result)?.email).not.toContain('FleetProvisioning');
    expect(closing(result)?.atSeconds).toBeLessThan(120);
    expect(result.path.at(-1)).toBe('Findings not stored');
    expect(result.watch).toMatchObject({ findings: 'PENDING', open: placeKey(PLACE) });
  });

  test('comes in time when findings are throttled, which are then stored after it', async () => {
    const result = await stack.run({
      ...completed({ policies: ['FleetProvisioning'] }),
      onCall: ({ operation }, secondsIn): StackFault | undefined =>
        operation === 'ListAuditFindings' && secondsIn < 600 ? THROTTLED : undefined,
    });

    expect(closing(result)?.atSeconds).toBeLessThan(120);
    expect(result.path).toContain('Store findings');
    expect(result.path.at(-1)).toBe('Finished');
    expect(result.watch.findings).toBe('STORED');
  });

  test('survives a crash while findings are read', async () => {
    let killed = false;
    const result = await stack.run({
      ...completed({ policies: ['FleetProvisioning'] }),
      onCall: ({ operation }): StackFault | undefined => {
        if (operation !== 'ListAuditFindings' || killed) return undefined;
        killed = true;
        return { type: 'kill' };
      },
    });

    expect(result.path).toContain('Read findings again after Runtime.ExitError');
    expect(closing(result)?.email).toContain('FleetProvisioning');
  });
});

describe('Compared with the previous audit of the same schedule', () => {
  test('a fixed policy is recovered and a newly expired certificate is new', async () => {
    await stack.run(completed({ policies: ['TestBench'] }));
    await stack.pass(24);
    await stack.run(completed({ policies: ['FromAnotherSchedule'] }, {}, `${audit}Other`));

    const second = await stack.run(completed({ certificates: ['abc123'] }));

    const email = closing(second)?.email ?? '';
    expect(email).toMatch(/Recovered\s+AWS IoT policies overly permissive/);
    expect(email).toMatch(/New\s+Device certificate expiring/);
    expect(email).toMatch(/open\s+since 2026-10-02/);
  });

  test('what is there again is still open since the first audit that had it', async () => {
    const first = await stack.run(completed({ certificates: ['abc123'] }));
    await stack.pass(24);
    await stack.run(completed({ certificates: ['abc123'] }));
    await stack.pass(24);

    const third = await stack.run(completed({ certificates: ['abc123'] }));

    const firstDay = first.snapshots[0]?.capturedAt.slice(0, 10);
    expect(closing(third)?.email).toContain(`Still open   Device certificate expiring (1 resource, since ${firstDay})`);
  });

  test('a clean audit after one with trouble is a recovery', async () => {
    await stack.run(completed({ policies: ['TestBench'] }));
    await stack.pass(24);

    const clean = await stack.run(completed({}));

    expect(clean.alerts.map(({ kind, severity }) => [kind, severity])).toEqual([['RECOVERED', 'CRITICAL']]);
    expect(clean.path).not.toContain('Read findings');
  });

  test('suppressed findings alone alert nobody and are stored', async () => {
    const result = await stack.run(completed({ suppressed: ['KnownBench'] }));

    expect(result.alerts).toEqual([]);
    expect(result.watch.findings).toBe('STORED');
  });
});

test('A list with two findings of one resource is incomplete if AWS counts two resources', async () => {
  const first = completed({ policies: ['Pumps', 'Gateways'] });
  await stack.run(first);
  await stack.pass(24);
  const findings = [
    policyFinding('Pumps', false),
    { ...policyFinding('Pumps', false), reasonForNonComplianceCode: 'OTHER' },
  ];

  const lagging = await stack.run({ ...first, findings: { findings } });

  const email = closing(lagging)?.email ?? '';
  expect(lagging.watch.findings).toBe('PENDING');
  expect(email).not.toMatch(/no longer/i);
  expect(email).not.toContain('Gateways');
});

test('Suppressed findings that AWS has not listed yet are not called gone', async () => {
  await stack.run(completed({ policies: ['Pumps', 'Gateways'] }));
  await stack.pass(24);

  const lagging = await stack.run({ ...completed({ suppressed: ['Pumps', 'Gateways'] }), findings: { findings: [] } });

  expect(lagging.alerts.map(({ kind }) => kind)).toEqual(['SUPPRESSED']);
  expect(closing(lagging)?.email).not.toMatch(/no longer|recovered/i);
  expect(lagging.watch.findings).toBe('PENDING');
});

describe('With repeat: changes', () => {
  test('what says the same as before is recorded and not sent, and what is new is sent', async () => {
    const quiet = await ScenarioStack.start({ REPEAT: 'changes' });
    try {
      const first = await quiet.run(completed({ policies: ['a'] }));
      await quiet.pass(24);
      const same = await quiet.run(completed({ policies: ['a'] }));
      await quiet.pass(24);
      const other = await quiet.run(completed({ policies: ['b'] }));

      expect([first, same, other].map(({ alerts }) => alerts.length)).toEqual([1, 0, 1]);
      expect(same.watch.alerts.TERMINAL?.status).toBe('HELD');
    } finally {
      await quiet.close();
    }
  });
});

function closing({ alerts }: ScenarioResult) {
  return alerts.find(({ key }) => key.endsWith('#TERMINAL'));
}

/** A scheduled audit that is over with these non-compliant resources. */
function completed(
  found: { policies?: readonly string[]; certificates?: readonly string[]; suppressed?: readonly string[] },
  things: Readonly<Record<string, readonly string[]>> = {},
  scheduledAuditName = audit,
) {
  const { policies = [], certificates = [], suppressed = [] } = found;
  const check = (bad: number, hidden = 0) => ({
    checkRunStatus: bad > 0 ? 'COMPLETED_NON_COMPLIANT' : 'COMPLETED_COMPLIANT',
    totalResourcesCount: 100,
    nonCompliantResourcesCount: bad,
    suppressedNonCompliantResourcesCount: hidden,
  });
  const bad = [policies, certificates].filter(({ length }) => length > 0).length;
  const response = {
    taskStatus: 'COMPLETED',
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName,
    taskStartTime: '2026-10-02T02:00:00.000000+00:00',
    taskStatistics: { totalChecks: 2, compliantChecks: 2 - bad, nonCompliantChecks: bad, failedChecks: 0 },
    auditDetails: { [POLICY]: check(policies.length, suppressed.length), [EXPIRING]: check(certificates.length) },
  };
  return {
    steps: [at(0, response)],
    findings: {
      findings: [
        ...policies.map((policyName) => policyFinding(policyName, false)),
        ...suppressed.map((policyName) => policyFinding(policyName, true)),
        ...certificates.map((deviceCertificateId) => ({
          findingId: `finding-${audits}-${deviceCertificateId}`,
          checkName: EXPIRING,
          severity: 'MEDIUM',
          nonCompliantResource: { resourceType: 'DEVICE_CERTIFICATE', resourceIdentifier: { deviceCertificateId } },
          reasonForNonComplianceCode: 'CERTIFICATE_PAST_EXPIRATION',
          isSuppressed: false,
        })),
      ],
      things,
    },
  };
}

function policyFinding(policyName: string, isSuppressed: boolean) {
  return {
    findingId: `finding-${audits}-${policyName}`,
    checkName: POLICY,
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '1' } },
    },
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed,
  };
}
