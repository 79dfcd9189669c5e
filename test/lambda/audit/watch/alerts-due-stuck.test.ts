import { expect, it } from '@jest/globals';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { alertsDue } from '../../../../lambda/audit/watch/alerts-due.ts';

it.each([
  [true, [{ slot: 'AUDIT_STUCK', kind: 'AUDIT_STUCK' }]],
  [false, []],
])('An audit that runs and is stuck (%s) is told so', (stuck, due) => {
  const reading = readAudit({ taskStatus: 'IN_PROGRESS' });

  expect(alertsDue(reading, {}, { alertWhenCompliant: false }, { recovered: false, stuck })).toEqual(due);
});
