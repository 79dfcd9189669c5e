import { describe, expect, test } from '@jest/globals';
import { checkInfo } from '../../../../lambda/audit/answer/check-catalogue.ts';

const GUIDE = 'https://docs.aws.amazon.com/iot-device-defender/latest/devguide/';
const GENERAL_PAGE = `${GUIDE}device-defender-audit-checks.html`;

describe('the catalogue', () => {
  test.each([
    ['AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK', 'CRITICAL'],
    ['CA_CERTIFICATE_EXPIRING_CHECK', 'MEDIUM'],
    ['CA_CERTIFICATE_KEY_QUALITY_CHECK', 'CRITICAL'],
    ['CONFLICTING_CLIENT_IDS_CHECK', 'HIGH'],
    ['DEVICE_CERTIFICATE_AGE_CHECK', 'LOW'],
    ['DEVICE_CERTIFICATE_EXPIRING_CHECK', 'MEDIUM'],
    ['DEVICE_CERTIFICATE_KEY_QUALITY_CHECK', 'CRITICAL'],
    ['DEVICE_CERTIFICATE_SHARED_CHECK', 'CRITICAL'],
    ['INTERMEDIATE_CA_REVOKED_FOR_ACTIVE_DEVICE_CERTIFICATES_CHECK', 'CRITICAL'],
    ['IOT_POLICY_OVERLY_PERMISSIVE_CHECK', 'CRITICAL'],
    ['IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK', 'MEDIUM'],
    ['IOT_ROLE_ALIAS_ALLOWS_ACCESS_TO_UNUSED_SERVICES_CHECK', 'MEDIUM'],
    ['IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK', 'CRITICAL'],
    ['LOGGING_DISABLED_CHECK', 'LOW'],
    ['REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK', 'CRITICAL'],
    ['REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK', 'MEDIUM'],
    ['UNAUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK', 'CRITICAL'],
  ])('knows %s as %s, with a title and a page of its own', (name, severity) => {
    const info = checkInfo(name);

    expect(info.severity).toBe(severity);
    expect(info.title).toMatch(/^[A-Z][A-Za-z ]+$/);
    expect(info.documentation.startsWith(GUIDE)).toBe(true);
    expect(info.documentation).not.toBe(GENERAL_PAGE);
  });

  test.each([
    ['THING_GROUP_EMPTY_CHECK', 'Thing group empty'],
    ['IOT_CA__MQTT_CHECK', 'IoT CA MQTT'],
    ['SOMETHING_', 'Something'],
    ['camelCaseCheck', 'camelCaseCheck'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('puts the unknown check %s into words: %s', (name, title) => {
    expect(checkInfo(name)).toEqual({ title, severity: 'MEDIUM', documentation: GENERAL_PAGE });
  });
});
