import { describe, expect, test } from '@jest/globals';
import {
  compareSeverity,
  highestSeverity,
  SEVERITIES,
  severityWhenFailed,
} from '../../../../lambda/audit/answer/severity.ts';

describe('severity', () => {
  test.each([
    { of: [], worst: 'INFO' },
    { of: ['LOW'], worst: 'LOW' },
    { of: ['LOW', 'CRITICAL', 'MEDIUM'], worst: 'CRITICAL' },
    { of: ['HIGH', 'MEDIUM', 'HIGH'], worst: 'HIGH' },
  ] as const)('is $worst for $of', ({ of, worst }) => {
    expect(highestSeverity(of)).toBe(worst);
  });

  test('is ordered from harmless to worst', () => {
    const sorted = [...SEVERITIES].reverse().sort(compareSeverity);

    expect(sorted).toEqual(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
  });

  test.each([
    { own: 'INFO', failed: 'MEDIUM' },
    { own: 'LOW', failed: 'MEDIUM' },
    { own: 'MEDIUM', failed: 'MEDIUM' },
    { own: 'HIGH', failed: 'HIGH' },
    { own: 'CRITICAL', failed: 'HIGH' },
  ] as const)('of a failed check that would be $own is $failed', ({ own, failed }) => {
    expect(severityWhenFailed(own)).toBe(failed);
  });
});
