import { expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { incompleteChecks, laggingChecks } from '../../../../lambda/audit/answer/incomplete-findings.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { buildCompliant, buildNonCompliant } from '../../../builders.ts';

test.each<[string, number, boolean]>([
  ['as many resources as are counted', 3, false],
  ['more resources than are counted', 5, false],
  ['fewer resources than are counted', 2, true],
  ['no finding at all', 0, true],
])('A list with findings of %s', (_, resources, expected) => {
  const bad = buildNonCompliant({ nonCompliantResourcesCount: 3, suppressedNonCompliantResourcesCount: 0 });
  const details = { A_CHECK: bad, B_CHECK: buildCompliant() };
  const listed = (name: string) => (name === 'A_CHECK' ? resources : 0);

  const incomplete = incompleteChecks(readAudit({ auditDetails: details }), listed);

  expect(incomplete).toEqual(expected ? ['A_CHECK'] : []);
});

test.each<[string, CheckDetails, number, boolean]>([
  ['open and suppressed ones', buildNonCompliant({ suppressedNonCompliantResourcesCount: 2 }), 5, false],
  ['suppressed ones in place of open ones', buildNonCompliant({ suppressedNonCompliantResourcesCount: 2 }), 3, true],
  ['open ones alone', buildNonCompliant({ suppressedNonCompliantResourcesCount: 2 }), 3, true],
  [
    'suppressed ones that AWS does not count apart',
    buildNonCompliant({ suppressedNonCompliantResourcesCount: undefined }),
    3,
    false,
  ],
  [
    'all that is suppressed in a compliant check',
    buildCompliant({ suppressedNonCompliantResourcesCount: 4 }),
    4,
    false,
  ],
  ['none of what is suppressed', buildCompliant({ suppressedNonCompliantResourcesCount: 4 }), 0, true],
])(
  'A list is measured by the open and the suppressed resources that AWS counts: with %s',
  (_, details, listed, expected) => {
    const reading = readAudit({ auditDetails: { A_CHECK: details } });

    const incomplete = incompleteChecks(reading, () => listed);

    expect(incomplete).toEqual(expected ? ['A_CHECK'] : []);
    expect(laggingChecks(reading, incomplete)).toEqual(incomplete);
  },
);

test.each<[string, number, boolean]>([
  ['a resource', 1, false],
  ['no finding', 0, true],
])(
  'A list with %s of a non-compliant check that does not say how many resources it counts',
  (_, resources, expected) => {
    const reading = readAudit({ auditDetails: { constructor: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' } } });

    expect(incompleteChecks(reading, () => resources)).toEqual(expected ? ['constructor'] : []);
  },
);

test('A compliant check that does not say how many resources it counts lacks nothing', () => {
  const reading = readAudit({ auditDetails: { A_CHECK: { checkRunStatus: 'COMPLETED_COMPLIANT' } } });

  expect(incompleteChecks(reading, () => 0)).toEqual([]);
});

test('An incomplete list lags only where AWS counts resources', () => {
  const bad = { checkRunStatus: 'COMPLETED_NON_COMPLIANT' };
  const auditDetails = {
    COUNTED: { ...bad, nonCompliantResourcesCount: 2 },
    EMPTY: { ...bad, nonCompliantResourcesCount: 0 },
    UNCOUNTED: bad,
  };

  const lagging = laggingChecks(readAudit({ auditDetails }), ['COUNTED', 'EMPTY', 'UNCOUNTED']);

  expect(lagging).toEqual(['COUNTED']);
});
