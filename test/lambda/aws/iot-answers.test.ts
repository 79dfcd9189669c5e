import { describe, expect, test } from '@jest/globals';
import {
  toAuditAnswer,
  toEndingSuppressions,
  toFindings,
  toListedAudits,
  toSchedules,
  toThingNames,
} from '../../../lambda/aws/iot-answers.ts';

/** Without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('An answer of DescribeAuditTask', () => {
  test('keeps what has the type that the API gives it, and takes anything else as unknown', () => {
    const answer = toAuditAnswer({
      taskStatus: 'COMPLETED',
      taskType: 7,
      taskStartTime: new Date(Number.NaN),
      scheduledAuditName: '',
      taskStatistics: { totalChecks: 2, failedChecks: '1', nonCompliantChecks: 1e300, canceledChecks: -1 },
      auditDetails: {
        A: { checkRunStatus: 'FAILED', checkCompliant: 'no', message: ['x'], totalResourcesCount: 0.5 },
        B: 'bad',
        constructor: { nonCompliantResourcesCount: 3 },
      },
      $metadata: {},
    });

    expect(plain(answer)).toEqual({
      taskStatus: 'COMPLETED',
      taskStatistics: { totalChecks: 2 },
      auditDetails: { A: { checkRunStatus: 'FAILED' }, B: {}, constructor: { nonCompliantResourcesCount: 3 } },
    });
  });

  test('that is not an answer says nothing', () => {
    expect([undefined, null, [], 'x', 7].map(toAuditAnswer).map(plain)).toEqual([{}, {}, {}, {}, {}]);
  });

  test('has texts that DynamoDB can store', () => {
    const { taskStatus, scheduledAuditName } = toAuditAnswer({
      taskStatus: '\uD800',
      scheduledAuditName: 'x'.repeat(5000),
    });

    expect(taskStatus).toBe('\uFFFD');
    expect(scheduledAuditName).toBe('x'.repeat(128));
  });
});

describe('A page of findings', () => {
  test('has an entry for each finding, and no identifier of another type', () => {
    const findings = toFindings({
      findings: [
        null,
        {
          checkName: 'A',
          isSuppressed: 'true',
          findingTime: new Date('2026-10-02T02:00:04Z'),
          nonCompliantResource: {
            resourceType: {},
            resourceIdentifier: { deviceCertificateArn: {}, policyVersionIdentifier: { policyName: 'P', x: 1 } },
            additionalInfo: { a: 'b', c: 1 },
          },
          relatedResources: ['x', { resourceIdentifier: { issuerCertificateIdentifier: { issuerId: 'i' } } }],
        },
        { nonCompliantResource: 'x' },
      ],
    });

    expect(plain(findings)).toEqual([
      {
        checkName: 'A',
        findingTime: '2026-10-02T02:00:04.000Z',
        nonCompliantResource: {
          resourceIdentifier: { policyVersionIdentifier: { policyName: 'P' } },
          additionalInfo: { a: 'b' },
        },
        relatedResources: [{ resourceIdentifier: { issuerCertificateIdentifier: { issuerId: 'i' } } }],
      },
      { relatedResources: [] },
    ]);
    expect(toFindings({ findings: 'x' })).toEqual([]);
  });
});

describe('A list', () => {
  test('of audits has the ids that can be asked for', () => {
    const onDemand = { taskId: 'a-2', taskType: 'ON_DEMAND_AUDIT_TASK' };
    const tasks = [{ taskId: 'a-1', taskType: 7 }, onDemand, { taskId: 'no such/id' }, { taskId: 7 }, {}, null];

    expect(toListedAudits({ tasks })).toEqual([
      { taskId: 'a-1', isOnDemand: false },
      { taskId: 'a-2', isOnDemand: true },
    ]);
    expect(toListedAudits({})).toEqual([]);
  });

  test('of schedules has those with a name', () => {
    const scheduledAudits = [
      { scheduledAuditName: 'Nightly', frequency: 'DAILY', dayOfWeek: 1 },
      { scheduledAuditName: '' },
    ];

    expect(toSchedules({ scheduledAudits })).toEqual([{ name: 'Nightly', frequency: 'DAILY' }]);
  });

  test('of suppressions has those with an end, whatever else is missing', () => {
    const expirationDate = new Date('2026-11-20T00:00:00.000Z');

    expect(
      toEndingSuppressions({
        suppressions: [{ expirationDate, checkName: 7, resourceIdentifier: 'x' }, { checkName: 'ANY_CHECK' }, 'x'],
      }),
    ).toEqual([{ checkName: '', resource: '', endsAt: '2026-11-20T00:00:00.000Z' }]);
  });

  test('of things has their names', () => {
    expect(toThingNames({ things: ['Camera', 7, null] })).toEqual(['Camera']);
    expect(toThingNames({ things: 'Camera' })).toEqual([]);
  });
});
