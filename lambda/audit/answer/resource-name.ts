import { clean } from '../text/safe-text.ts';
import type { ResourceIdentifier } from './aws-answers.ts';

/**
 * A resource in words, with ids in full: `policy FleetProvisioning v7`. For a kind that AWS added later its type and
 * the first text in its identifier.
 */
export function resourceName(identifier: ResourceIdentifier, resourceType?: string): string {
  const { policyVersionIdentifier: policy, issuerCertificateIdentifier: issuer } = identifier;
  if (policy?.policyName !== undefined) {
    const { policyName, policyVersionId } = policy;
    return policyVersionId === undefined ? `policy ${policyName}` : `policy ${policyName} v${policyVersionId}`;
  }
  if (identifier.deviceCertificateId !== undefined) return `cert ${identifier.deviceCertificateId}`;
  if (identifier.deviceCertificateArn !== undefined) return `cert ${endOfArn(identifier.deviceCertificateArn)}`;
  if (identifier.caCertificateId !== undefined) return `CA cert ${identifier.caCertificateId}`;
  if (identifier.clientId !== undefined) return `client ${identifier.clientId}`;
  if (identifier.roleAliasArn !== undefined) return `role alias ${endOfArn(identifier.roleAliasArn)}`;
  if (identifier.iamRoleArn !== undefined) return `role ${endOfArn(identifier.iamRoleArn)}`;
  if (identifier.cognitoIdentityPoolId !== undefined) return `identity pool ${identifier.cognitoIdentityPoolId}`;
  if (issuer !== undefined) return issuerName(issuer);
  if (identifier.account !== undefined) return `account ${identifier.account}`;
  return [typeInWords(resourceType), firstText(identifier)].filter((part) => part !== undefined).join(' ');
}

/** For a reader: at most 80 characters, and a long hexadecimal id is known by its ends, `cert 3f9c...e21`. */
export function shortName(resource: string): string {
  const short = resource.replace(/(?<![0-9a-z])([0-9a-f]{4})[0-9a-f]{20,}([0-9a-f]{3})(?![0-9a-z])/g, '$1...$2');
  return clean(short, 80) ?? 'unknown resource';
}

/** The name after the first slash: `arn:aws:iam::123456789012:role/service-role/Gateway`. */
function endOfArn(arn: string): string {
  return arn.replace(/^arn:[^/]*\//, '');
}

function issuerName(issuer: NonNullable<ResourceIdentifier['issuerCertificateIdentifier']>): string {
  const { issuerCertificateSubject: subject, issuerId, issuerCertificateSerialNumber: serial } = issuer;
  const name = subject ?? issuerId;
  return [`issuer${name === undefined ? '' : ` ${name}`}`, serial === undefined ? '' : ` serial ${serial}`].join('');
}

/** `ACCOUNT_SETTINGS`: `account settings`. */
function typeInWords(resourceType: string | undefined): string | undefined {
  return resourceType?.toLowerCase().replaceAll('_', ' ');
}

function firstText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.values(value)
    .map(firstText)
    .find((text) => text !== undefined);
}
