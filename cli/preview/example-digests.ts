import type { AlertMessage } from '../../lambda/audit/alert/alert-input.ts';
import type { DigestInput } from '../../lambda/audit/alert/digest/facts.ts';
import { composeDigest } from '../../lambda/audit/alert/digest/message.ts';
import { marksOf } from '../../lambda/audit/ledger/check-mark.ts';
import type { CheckEntry, KnownResult } from '../../lambda/audit/ledger/entry.ts';
import { EXPIRING, LOGGING, POLICY, REVOKED, SHARED } from './example-audits.ts';

const MONDAY_BEFORE = '2026-11-09T07:01:12.000Z';
const MONDAY = '2026-11-16T07:01:09.000Z';
const LONG_AGO = '2026-09-28T02:00:03.000Z';
const THURSDAY = '2026-11-12T02:00:04.000Z';

/** What was known of the checks a week ago. */
const BEFORE: readonly CheckEntry[] = [
  entry(EXPIRING, { outcome: 'NON_COMPLIANT', resources: 3, since: LONG_AGO }),
  entry(LOGGING, { outcome: 'NON_COMPLIANT', resources: 1, since: '2026-11-08T02:00:03.000Z' }),
  ...[POLICY, SHARED, REVOKED].map((name) => entry(name, { outcome: 'COMPLIANT', resources: 0, since: LONG_AGO })),
];

const NOW: readonly CheckEntry[] = [
  entry(POLICY, { outcome: 'NON_COMPLIANT', resources: 2, since: THURSDAY }, MONDAY),
  entry(EXPIRING, { outcome: 'NON_COMPLIANT', resources: 5, since: LONG_AGO }, MONDAY),
  entry(LOGGING, { outcome: 'COMPLIANT', resources: 0, since: THURSDAY }, MONDAY),
  {
    ...entry(SHARED, { outcome: 'COMPLIANT', resources: 0, since: LONG_AGO }),
    unknown: {
      outcome: 'FAILED',
      errorCode: 'INSUFFICIENT_PERMISSIONS',
      since: THURSDAY,
      audit: reference(MONDAY),
    },
  },
  entry(REVOKED, { outcome: 'COMPLIANT', resources: 0, since: LONG_AGO }, MONDAY),
];

const WELL: DigestInput = {
  accountId: '123456789012',
  region: 'eu-west-1',
  cadence: 'weekly',
  periodEnd: '2026-11-16T07:00:00.000Z',
  from: MONDAY_BEFORE,
  to: MONDAY,
  marks: marksOf(
    BEFORE.map((known) => compliant(known, MONDAY_BEFORE)),
    [],
  ),
  entries: NOW.map((known) => compliant(known, MONDAY)),
  audits: { ended: { COMPLETED: 7 }, running: 0, givenUp: [] },
  missedRuns: [],
  suppressions: { status: 'READ', suppressions: [] },
};

/** A week with all that a digest can say. */
export const DIGEST_OF_A_WEEK: AlertMessage = composeDigest({
  ...WELL,
  marks: marksOf(BEFORE, []),
  entries: NOW,
  audits: {
    ended: { COMPLETED: 6, CANCELED: 1 },
    running: 1,
    givenUp: [
      {
        taskId: '5d0c7f1e2b3a49c8a6d1e0f49b7c8d52',
        auditName: 'NightlyFleetAudit',
        gaveUpAt: '2026-11-13T03:04:10.000Z',
        errorName: 'DeniedError',
        hasEnded: true,
      },
    ],
  },
  missedRuns: [{ auditName: 'GatewayAudit', days: ['2026-11-11', '2026-11-12'] }],
  suppressions: {
    status: 'READ',
    suppressions: [{ checkName: POLICY, resource: 'policy TestBench v2', endsAt: '2026-11-20T00:00:00.000Z' }],
  },
});

/** A week in which nothing happened. */
export const DIGEST_ALL_WELL: AlertMessage = composeDigest(WELL);

/** The first day, before any audit. */
export const DIGEST_OF_THE_FIRST_DAY: AlertMessage = composeDigest({
  ...WELL,
  cadence: 'daily',
  periodEnd: '2026-11-10T07:00:00.000Z',
  to: '2026-11-10T07:02:30.000Z',
  watchingSince: '2026-11-09T07:01:13.000Z',
  marks: [],
  entries: [],
  audits: { ended: {}, running: 0, givenUp: [] },
  suppressions: { status: 'UNAVAILABLE', errorName: 'DeniedError' },
});

function compliant({ checkName }: CheckEntry, startedAt: string): CheckEntry {
  return entry(checkName, { outcome: 'COMPLIANT', resources: 0, since: LONG_AGO }, startedAt);
}

function entry(checkName: string, result: Omit<KnownResult, 'audit'>, startedAt = MONDAY_BEFORE): CheckEntry {
  return { checkName, result: { ...result, audit: reference(startedAt) } };
}

function reference(startedAt: string) {
  return { taskId: `task-${startedAt.slice(0, 10)}`, auditName: 'NightlyFleetAudit', startedAt };
}
