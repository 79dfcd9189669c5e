import { describe, expect, test } from '@jest/globals';
import type { FindingAnswer, ResourceIdentifier } from '../../../../lambda/audit/answer/aws-answers.ts';
import {
  certificateIdOf,
  countResources,
  identityOf,
  readFinding,
  readIdentity,
} from '../../../../lambda/audit/answer/finding.ts';
import { shortName } from '../../../../lambda/audit/answer/resource-name.ts';
import { buildFinding, buildFindingAnswer } from '../../../builders.ts';

const CERTIFICATE_ID = `3f9c${'0123456789abcdef'.repeat(3)}0000000009e21`.slice(0, 64);

function resourceOf(resourceIdentifier: ResourceIdentifier | undefined, resourceType?: string): string {
  return readFinding({ nonCompliantResource: { resourceIdentifier, resourceType } }).resource;
}

describe('a finding', () => {
  test('is kept in a compact form', () => {
    expect(readFinding(buildFindingAnswer())).toEqual({
      checkName: 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
      severity: 'CRITICAL',
      resourceType: 'IOT_POLICY',
      resource: 'policy FleetProvisioning v7',
      identifier: { policyVersionIdentifier: { policyName: 'FleetProvisioning', policyVersionId: '7' } },
      reasonCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
      reason: 'Policy allows broad access to IoT data plane actions.',
      suppressed: false,
    });
  });

  test('of which nothing is known is an open one about an unknown resource', () => {
    expect(readFinding({})).toEqual({ checkName: '', resource: 'unknown resource', identifier: {}, suppressed: false });
  });

  test('with a severity that AWS added later has no known severity', () => {
    expect(readFinding(buildFindingAnswer({ severity: 'APOCALYPTIC' })).severity).toBeUndefined();
  });

  test('is suppressed only if AWS says so', () => {
    expect(readFinding(buildFindingAnswer({ isSuppressed: true })).suppressed).toBe(true);
    expect(readFinding(buildFindingAnswer({ isSuppressed: undefined })).suppressed).toBe(false);
  });

  test.each<[ResourceIdentifier, string]>([
    [{ deviceCertificateId: 'abc' }, 'cert abc'],
    [{ deviceCertificateArn: 'arn:aws:iot:eu-west-1:123456789012:cert/abc' }, 'cert abc'],
    [{ caCertificateId: 'abc' }, 'CA cert abc'],
    [{ cognitoIdentityPoolId: 'eu-west-1:12-34' }, 'identity pool eu-west-1:12-34'],
    [{ clientId: 'pump-1' }, 'client pump-1'],
    [{ policyVersionIdentifier: { policyName: 'P' } }, 'policy P'],
    [{ account: '123456789012' }, 'account 123456789012'],
    [{ iamRoleArn: 'arn:aws:iam::123456789012:role/service-role/Gateway' }, 'role service-role/Gateway'],
    [{ roleAliasArn: 'arn:aws:iot:eu-west-1:123456789012:rolealias/Gateway' }, 'role alias Gateway'],
    [
      { issuerCertificateIdentifier: { issuerCertificateSubject: 'CN=Root', issuerCertificateSerialNumber: '01' } },
      'issuer CN=Root serial 01',
    ],
    [{ issuerCertificateIdentifier: { issuerId: 'i-1' } }, 'issuer i-1'],
    [{ issuerCertificateIdentifier: {} }, 'issuer'],
    [{ account: '123456789012', clientId: 'pump-1' }, 'client pump-1'],
  ])('about %j names its resource: %s', (identifier, name) => {
    expect(resourceOf(identifier)).toBe(name);
  });

  test('about a kind of resource that AWS added later still names it', () => {
    const identifier = { fleetHub: { size: 3, none: null, name: 'north' } } as ResourceIdentifier;

    expect(resourceOf(identifier, 'FLEET_HUB')).toBe('fleet hub north');
    expect(resourceOf(undefined, 'FLEET_HUB')).toBe('fleet hub');
    expect(resourceOf({ policyVersionIdentifier: {} }, 'IOT_POLICY')).toBe('iot policy');
  });

  test('is one clean line of bounded length', () => {
    expect(resourceOf({ clientId: `a\r\n${'x'.repeat(10_000)}` })).toHaveLength(300);
    expect(readFinding({ reasonForNonCompliance: 'x'.repeat(10_000) }).reason).toHaveLength(300);
  });
});

describe('a long id', () => {
  test.each([
    [`cert ${CERTIFICATE_ID}`, `cert 3f9c...${CERTIFICATE_ID.slice(-3)}`],
    ['role alias GatewayAlias', 'role alias GatewayAlias'],
    ['client deadbeef', 'client deadbeef'],
    [
      'identity pool eu-west-1:12345678-1234-1234-1234-123456789012',
      'identity pool eu-west-1:12345678-1234-1234-1234-123456789012',
    ],
  ])('in %s is shown as %s', (resource, shown) => {
    expect(shortName(resource)).toBe(shown);
  });

  test('of any other kind is cut', () => {
    expect(shortName('x'.repeat(10_000))).toHaveLength(80);
    expect(shortName('\n')).toBe('unknown resource');
  });
});

describe('the identity of a finding', () => {
  const identity = identityOf(buildFinding());

  test('is the same in the next audit', () => {
    const next: FindingAnswer = buildFindingAnswer({
      findingId: 'another',
      taskId: 'another',
      taskStartTime: '2026-10-03T02:00:04.000Z',
      findingTime: '2026-10-03T02:12:40.000Z',
      isSuppressed: true,
      reasonForNonCompliance: 'In other words.',
    });

    expect(identityOf(readFinding(next))).toBe(identity);
  });

  test.each<Partial<FindingAnswer>>([
    { checkName: 'IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK' },
    { reasonForNonComplianceCode: 'ALLOWS_ACCESS_TO_IOT_ADMIN_ACTIONS' },
    { reasonForNonComplianceCode: undefined },
    { nonCompliantResource: { resourceType: 'IOT_POLICY', resourceIdentifier: { clientId: 'FleetProvisioning' } } },
    { nonCompliantResource: undefined },
  ])('is another one with %j', (overrides) => {
    expect(identityOf(readFinding(buildFindingAnswer(overrides)))).not.toBe(identity);
  });

  test('does not depend on the order of fields', () => {
    const a = { policyName: 'P', policyVersionId: '1' };
    const b = { policyVersionId: '1', policyName: 'P' };

    expect(identityOf(buildFinding({ identifier: { account: '1', policyVersionIdentifier: a } }))).toBe(
      identityOf(buildFinding({ identifier: { policyVersionIdentifier: b, account: '1' } })),
    );
  });

  test('shows what it was made of', () => {
    const { checkName, resourceType, identifier, reasonCode } = buildFinding();

    expect(readIdentity(identity)).toEqual({ checkName, resourceType, identifier, reasonCode });
    expect(readIdentity(identityOf(readFinding({})))).toEqual({ checkName: '', identifier: {} });
  });
});

test('Findings of one resource with different reasons are about one resource', () => {
  const identities = [
    buildFinding({ identifier: { clientId: 'pump-7' }, reasonCode: 'DUPLICATE' }),
    buildFinding({ identifier: { clientId: 'pump-7' }, reasonCode: 'EXPIRED' }),
    buildFinding({ identifier: { clientId: 'pump-8' }, reasonCode: undefined }),
    buildFinding({ identifier: { clientId: 'pump-8' }, resourceType: 'ANOTHER_TYPE' }),
  ].map(identityOf);

  expect(countResources(identities)).toBe(3);
  expect(countResources([])).toBe(0);
});

describe('the certificate of a finding', () => {
  test.each<[ResourceIdentifier, string | undefined]>([
    [{ deviceCertificateId: 'abc' }, 'abc'],
    [{ deviceCertificateArn: 'arn:aws:iot:eu-west-1:123456789012:cert/abc' }, 'abc'],
    [{ deviceCertificateArn: 'arn' }, undefined],
    [{ caCertificateId: 'abc' }, undefined],
  ])('%j is %s', (identifier, certificateId) => {
    expect(certificateIdOf({ identifier })).toBe(certificateId);
  });
});
