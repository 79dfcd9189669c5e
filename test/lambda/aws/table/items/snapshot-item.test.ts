import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditAnswer, CheckDetails, Snapshot } from '../../../../../lambda/audit/answer/aws-answers.ts';
import { fromSnapshot, toSnapshot } from '../../../../../lambda/aws/table/items/snapshot-item.ts';
import { anyText } from '../../../../any-text.ts';
import { auditId } from '../../../../builders.ts';

const audit = auditId();
const statistics = { totalChecks: 2, compliantChecks: 1, nonCompliantChecks: 1, failedChecks: 0, inProgressChecks: 0 };
const auditDetails = {
  A: { checkRunStatus: 'COMPLETED_COMPLIANT', checkCompliant: true, totalResourcesCount: 3 },
  B: { checkRunStatus: 'COMPLETED_NON_COMPLIANT', totalResourcesCount: 3, nonCompliantResourcesCount: 2 },
};
const poll = (answer: AuditAnswer): Snapshot => ({ poll: 7, capturedAt: '2026-10-02T02:00:00.000Z', answer });

const details: fc.Arbitrary<CheckDetails> = fc.record(
  {
    checkRunStatus: anyText(),
    checkCompliant: fc.boolean(),
    totalResourcesCount: fc.nat(),
    nonCompliantResourcesCount: fc.nat(),
    message: anyText({ maxLength: 200 }),
  },
  { requiredKeys: [] },
);

describe('A snapshot', () => {
  test('reads back as it was written, whatever the checks', () => {
    const checks = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('constructor', 'toString')), details);

    fc.assert(
      fc.property(
        fc.option(checks, { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (checks, status) => {
          const written = poll({ taskStatus: status, taskStatistics: statistics, auditDetails: checks });

          expect(toSnapshot(fromSnapshot(audit, written))).toEqual(written);
        },
      ),
    );
  });

  test('of more than an item can hold is left for DynamoDB to refuse', () => {
    const answer = { auditDetails: { A: { message: 'x'.repeat(400 * 1024) } } };

    expect(fromSnapshot(audit, poll(answer))).toMatchObject({ answer });
    expect(fromSnapshot(audit, poll(answer))).not.toHaveProperty('auditDetails');
  });

  test('up to that is compressed, and read back', () => {
    const written = poll({ auditDetails: { A: { message: 'x'.repeat(399 * 1024) } } });

    expect(toSnapshot(fromSnapshot(audit, written))).toEqual(written);
  });
});

test('A snapshot of another schema version is refused by name', () => {
  const item = { ...fromSnapshot(audit, poll({ auditDetails })), schemaVersion: 2 };

  expect(() => toSnapshot(item)).toThrow(
    expect.objectContaining({
      name: 'MalformedItemError',
      message: expect.stringContaining('is of the schema version 2 '),
    }),
  );
});

describe('A snapshot whose checks', () => {
  // JSON as it should be, but for its size.
  const bomb = gzipSync(JSON.stringify({ A: { message: '0'.repeat(8 * 1024 * 1024) } }));

  test.each([
    ['are no binary', JSON.stringify(auditDetails)],
    ['are null', null],
    ['are not compressed', Buffer.from(JSON.stringify(auditDetails))],
    ['are cut off', gzipSync(JSON.stringify(auditDetails)).subarray(0, -9)],
    ['are empty', new Uint8Array()],
    ['are no JSON', gzipSync('{"A":')],
    ['are a list', gzipSync('[]')],
    ['are a text', gzipSync('"A"')],
    ['are nothing', gzipSync('null')],
    ['fill the memory when they are unpacked', bomb],
  ])('%s is refused by name', (_, zipped) => {
    const item = { ...fromSnapshot(audit, poll({ auditDetails })), auditDetails: zipped };

    expect(() => toSnapshot(item)).toThrow(expect.objectContaining({ name: 'MalformedItemError' }));
  });

  test.each([null, [], 'COMPLETED', undefined])('come with the answer %j is refused by name', (answer) => {
    const item = { ...fromSnapshot(audit, poll({})), answer };

    expect(() => toSnapshot(item)).toThrow(expect.objectContaining({ name: 'MalformedItemError' }));
  });
});
