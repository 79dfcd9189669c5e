import type { ResourceIdentifier } from './aws-answers.ts';
import { type Severity, UNKNOWN_SEVERITY } from './severity.ts';

/** What an alert says about a check. */
interface CheckInfo {
  /** For people; never the bare constant. */
  readonly title: string;
  /** Severity of its findings. */
  readonly severity: Severity;
  /** Link to the page of the guide that says what the check examines and how to fix what it finds. */
  readonly documentation: string;
  /** The part of a resource identifier by which its findings are suppressed; absent for a check that the catalogue lacks. */
  readonly suppressBy?: keyof ResourceIdentifier;
}

const GUIDE = 'https://docs.aws.amazon.com/iot-device-defender/latest/devguide/';
const GENERAL_PAGE = `${GUIDE}device-defender-audit-checks.html`;

interface CatalogueEntry {
  readonly title: string;
  readonly severity: Severity;
  readonly page: string;
  readonly suppressBy: keyof ResourceIdentifier;
}

/** Titles, severities and pages as in the AWS IoT Device Defender Developer Guide, "Audit checks" (November 2026). */
const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK: {
    title: 'Authenticated Cognito role overly permissive',
    severity: 'CRITICAL',
    page: 'audit-chk-auth-cognito-role-permissive.html',
    suppressBy: 'cognitoIdentityPoolId',
  },
  CA_CERTIFICATE_EXPIRING_CHECK: {
    title: 'CA certificate expiring',
    severity: 'MEDIUM',
    page: 'audit-chk-ca-cert-approaching-expiration.html',
    suppressBy: 'caCertificateId',
  },
  CA_CERTIFICATE_KEY_QUALITY_CHECK: {
    title: 'CA certificate key quality',
    severity: 'CRITICAL',
    page: 'audit-chk-ca-cert-key-quality.html',
    suppressBy: 'caCertificateId',
  },
  CONFLICTING_CLIENT_IDS_CHECK: {
    title: 'Conflicting MQTT client IDs',
    severity: 'HIGH',
    page: 'audit-chk-conflicting-client-ids.html',
    suppressBy: 'clientId',
  },
  DEVICE_CERTIFICATE_AGE_CHECK: {
    title: 'Device certificate age',
    severity: 'LOW',
    page: 'device-certificate-age-check.html',
    suppressBy: 'deviceCertificateId',
  },
  DEVICE_CERTIFICATE_EXPIRING_CHECK: {
    title: 'Device certificate expiring',
    severity: 'MEDIUM',
    page: 'audit-chk-device-cert-approaching-expiration.html',
    suppressBy: 'deviceCertificateId',
  },
  DEVICE_CERTIFICATE_KEY_QUALITY_CHECK: {
    title: 'Device certificate key quality',
    severity: 'CRITICAL',
    page: 'audit-chk-device-cert-key-quality.html',
    suppressBy: 'deviceCertificateId',
  },
  DEVICE_CERTIFICATE_SHARED_CHECK: {
    title: 'Device certificate shared',
    severity: 'CRITICAL',
    page: 'audit-chk-device-cert-shared.html',
    suppressBy: 'deviceCertificateId',
  },
  INTERMEDIATE_CA_REVOKED_FOR_ACTIVE_DEVICE_CERTIFICATES_CHECK: {
    title: 'Intermediate CA revoked for active device certificates',
    severity: 'CRITICAL',
    page: 'audit-chk-active-intermediary-device-revoked-CA.html',
    suppressBy: 'issuerCertificateIdentifier',
  },
  IOT_POLICY_OVERLY_PERMISSIVE_CHECK: {
    title: 'AWS IoT policies overly permissive',
    severity: 'CRITICAL',
    page: 'audit-chk-iot-policy-permissive.html',
    suppressBy: 'policyVersionIdentifier',
  },
  IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK: {
    title: 'AWS IoT policy potentially misconfigured',
    severity: 'MEDIUM',
    page: 'audit-chk-iot-misconfigured-policies.html',
    suppressBy: 'policyVersionIdentifier',
  },
  IOT_ROLE_ALIAS_ALLOWS_ACCESS_TO_UNUSED_SERVICES_CHECK: {
    title: 'Role alias allows access to unused services',
    severity: 'MEDIUM',
    page: 'audit-chk-role-alias-unused-svcs.html',
    suppressBy: 'roleAliasArn',
  },
  IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK: {
    title: 'Role alias overly permissive',
    severity: 'CRITICAL',
    page: 'audit-chk-iot-role-alias-permissive.html',
    suppressBy: 'roleAliasArn',
  },
  LOGGING_DISABLED_CHECK: {
    title: 'Logging disabled',
    severity: 'LOW',
    page: 'audit-chk-logging-disabled.html',
    suppressBy: 'account',
  },
  REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK: {
    title: 'Revoked CA certificate still active',
    severity: 'CRITICAL',
    page: 'audit-chk-revoked-ca-cert.html',
    suppressBy: 'caCertificateId',
  },
  REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK: {
    title: 'Revoked device certificate still active',
    severity: 'MEDIUM',
    page: 'audit-chk-revoked-device-cert.html',
    suppressBy: 'deviceCertificateId',
  },
  UNAUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK: {
    title: 'Unauthenticated Cognito role overly permissive',
    severity: 'CRITICAL',
    page: 'audit-chk-unauth-cognito-role-permissive.html',
    suppressBy: 'cognitoIdentityPoolId',
  },
};

/** Names of the checks that AWS documents. */
export const KNOWN_CHECKS: readonly string[] = Object.keys(CATALOGUE);

/** Spelled as people write them when a name is put into words. */
const ACRONYMS = new Map([
  ['aws', 'AWS'],
  ['ca', 'CA'],
  ['iot', 'IoT'],
  ['mqtt', 'MQTT'],
]);

/** The catalogue entry of a check. For one that AWS added later: its name in words, MEDIUM, the general page. */
export function checkInfo(name: string): CheckInfo {
  // Own properties only: a check named `constructor` is unknown too.
  const known = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
  if (known === undefined) return { title: nameInWords(name), severity: UNKNOWN_SEVERITY, documentation: GENERAL_PAGE };
  const { title, severity, page, suppressBy } = known;
  return { title, severity, documentation: `${GUIDE}${page}`, suppressBy };
}

/**
 * The part of a resource identifier by which a finding is suppressed. For a check that the catalogue lacks, the whole
 * identifier, provided that it has one part only; undefined when there is no such part.
 */
export function suppressedBy(checkName: string, identifier: ResourceIdentifier): ResourceIdentifier | undefined {
  const { suppressBy } = checkInfo(checkName);
  const parts = Object.entries(identifier)
    .filter(([, value]) => value !== undefined)
    .filter(([kind]) => suppressBy === undefined || kind === suppressBy);
  return parts.length === 1 ? Object.fromEntries(parts) : undefined;
}

/** `THING_GROUP_EMPTY_CHECK` becomes `Thing group empty`; a name that is no constant stays as it is. */
function nameInWords(name: string): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  const words = name
    .replace(/_CHECK$/, '')
    .toLowerCase()
    .split(/_+/)
    .map((word) => ACRONYMS.get(word) ?? word)
    .join(' ')
    .trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
