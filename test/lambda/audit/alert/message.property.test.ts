import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertInput, FindingsFacts } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert, composeMissedRun } from '../../../../lambda/audit/alert/message.ts';
import type { MissedRunInput } from '../../../../lambda/audit/alert/missed-run-facts.ts';
import type {
  AuditAnswer,
  CheckDetails,
  FindingAnswer,
  Snapshot,
} from '../../../../lambda/audit/answer/aws-answers.ts';
import { type Finding, identityOf, readFinding } from '../../../../lambda/audit/answer/finding.ts';
import { type AuditReading, readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { SEVERITIES } from '../../../../lambda/audit/answer/severity.ts';
import { type Comparison, moveLedger } from '../../../../lambda/audit/ledger/comparison.ts';
import type { AuditReference } from '../../../../lambda/audit/ledger/entry.ts';
import { compareFindings } from '../../../../lambda/audit/ledger/finding-changes.ts';
import { CHANGES } from '../../../../lambda/audit/ledger/move.ts';
import {
  ALERT_SLOTS,
  GAVE_UP_REASON,
  type GaveUp,
  type StuckFacts,
} from '../../../../lambda/audit/watch/alert-kinds.ts';
import { ALERT_KIND } from '../../../../lambda/contract.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import { buildAlertInput, buildAnswer, buildReadFindings, buildSnapshot } from '../../../builders.ts';

const KINDS = Object.values(ALERT_KIND).filter((kind) => kind !== 'AUDIT_OVERDUE' && kind !== 'DIGEST');

/** What an attacker, or an unlucky name, may put into the account. */
const NASTY = [
  '<!channel>',
  '<https://evil.example/|Open results in the AWS console>',
  '@channel @here',
  '*bold* _italic_ ~gone~ `code` ```',
  'Subject\r\nBcc: everyone@example.com\r\n\r\n',
  '\u202Edetrevni\u202C \u200B\u0000\u0007\u2028',
  '\uD800 lonely \uDFFF',
  'https://evil.example/ www.evil.example :fire: :white_check_mark:',
  '&amp;&lt;|>"\\',
  '\u6F22\u5B57 \u{1F525} e\u0301 \uFDFA \u226E',
  '__proto__',
  'constructor',
  '',
];

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .tuple(fc.constantFrom(...NASTY, 'x', '"\\', '\u6F22'), fc.integer({ min: 1, max: 10_000 }))
    .map(([text, times]) => text.repeat(times).slice(0, 10_000)),
);
const maybeText = fc.option(nastyText, { nil: undefined });
const maybeCount = fc.option(
  fc.oneof(fc.nat(200_000), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, 1e300, -1, 0.5)),
  { nil: undefined },
);
const severity = fc.constantFrom(...SEVERITIES);
const time = fc.oneof(fc.constantFrom('2026-10-02T02:00:04.000Z', '2026-10-03T02:00:11Z'), nastyText);

const checkName = fc.oneof(
  fc.constantFrom(
    'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    'LOGGING_DISABLED_CHECK',
    'DEVICE_CERTIFICATE_SHARED_CHECK',
    'NEW_THING_CHECK',
  ),
  nastyText,
);
const checkDetails: fc.Arbitrary<CheckDetails> = fc.record({
  checkRunStatus: fc.oneof(
    fc.constantFrom(
      'IN_PROGRESS',
      'WAITING_FOR_DATA_COLLECTION',
      'CANCELED',
      'COMPLETED_COMPLIANT',
      'COMPLETED_NON_COMPLIANT',
      'FAILED',
    ),
    maybeText,
  ),
  checkCompliant: fc.option(fc.boolean(), { nil: undefined }),
  totalResourcesCount: maybeCount,
  nonCompliantResourcesCount: maybeCount,
  suppressedNonCompliantResourcesCount: maybeCount,
  errorCode: fc.oneof(fc.constantFrom('INSUFFICIENT_PERMISSIONS', 'AUDIT_CHECK_DISABLED'), maybeText),
  message: maybeText,
});
const answer: fc.Arbitrary<AuditAnswer> = fc.record({
  taskStatus: fc.oneof(fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELED'), maybeText),
  taskType: fc.oneof(fc.constantFrom('ON_DEMAND_AUDIT_TASK', 'SCHEDULED_AUDIT_TASK'), maybeText),
  taskStartTime: fc.option(time, { nil: undefined }),
  scheduledAuditName: maybeText,
  taskStatistics: fc.option(
    fc.record({
      totalChecks: maybeCount,
      inProgressChecks: maybeCount,
      waitingForDataCollectionChecks: maybeCount,
      compliantChecks: maybeCount,
      nonCompliantChecks: maybeCount,
      failedChecks: maybeCount,
      canceledChecks: maybeCount,
    }),
    { nil: undefined },
  ),
  auditDetails: fc.option(
    fc.array(fc.tuple(checkName, checkDetails), { maxLength: 40 }).map((checks) => Object.fromEntries(checks)),
    { nil: undefined },
  ),
});
const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  taskId: fc.constant('abc-1'),
  poll: fc.nat(),
  capturedAt: time,
  answer,
});
const gaveUp: fc.Arbitrary<GaveUp> = fc.record({
  reason: fc.constantFrom(...Object.values(GAVE_UP_REASON)),
  errorName: nastyText,
  errorMessage: maybeText,
  execution: nastyText,
  watchLimitHours: fc.oneof(fc.integer({ min: 1, max: 720 }), fc.constant(0.5)),
  gaveUpAt: fc.constant('2026-10-03T02:00:15.000Z'),
  retriedUntil: fc.constant('2026-12-31T01:00:00.000Z'),
});
const stuck: fc.Arbitrary<StuckFacts> = fc.record({
  usualSeconds: fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }),
  audits: fc.nat(),
  unchangedSince: fc.constantFrom('2026-10-02T02:00:04.000Z', '2026-10-03T02:00:11Z'),
  watchLimitHours: fc.oneof(fc.integer({ min: 1, max: 720 }), fc.constant(0.5)),
});
const missedRunInput: fc.Arbitrary<MissedRunInput> = fc.record({
  schedule: fc.record({
    name: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9_-]{1,128}$/), nastyText),
    frequency: fc.oneof(fc.constantFrom('DAILY', 'WEEKLY', 'BIWEEKLY', 'MONTHLY'), maybeText),
    dayOfWeek: fc.oneof(fc.constantFrom('SUN', 'MON'), maybeText),
    dayOfMonth: fc.oneof(fc.constantFrom('1', '31', 'LAST'), maybeText),
  }),
  day: fc.constant('2026-11-22'),
  dueAt: fc.constantFrom('2026-11-22T02:00:04.000Z', '2026-11-22T00:00:00Z'),
  lastStartedAt: fc.option(time, { nil: undefined }),
  lastTaskId: fc.oneof(fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/), maybeText),
  judgedAt: fc.constant('2026-11-22T05:00:09.000Z'),
  accountId: fc.stringMatching(/^[0-9]{12}$/),
  region: fc.constantFrom('eu-west-1', 'ap-southeast-1', 'us-gov-west-1', 'cn-northwest-1'),
});
const findingAnswer: fc.Arbitrary<FindingAnswer> = fc.record({
  checkName: fc.option(checkName, { nil: undefined }),
  severity: fc.oneof(fc.constantFrom('CRITICAL', 'LOW'), maybeText),
  nonCompliantResource: fc.option(
    fc.record({
      resourceType: fc.oneof(fc.constantFrom('IOT_POLICY', 'DEVICE_CERTIFICATE'), maybeText),
      resourceIdentifier: fc.oneof(
        fc.record({ deviceCertificateId: maybeText }),
        fc.record({ policyVersionIdentifier: fc.record({ policyName: maybeText, policyVersionId: maybeText }) }),
        fc.record({ clientId: maybeText, account: maybeText }),
        fc.record({ roleAliasArn: maybeText }),
        fc.constant(undefined),
      ),
    }),
    { nil: undefined },
  ),
  reasonForNonCompliance: maybeText,
  reasonForNonComplianceCode: maybeText,
  isSuppressed: fc.option(fc.boolean(), { nil: undefined }),
});
const finding: fc.Arbitrary<Finding> = fc
  .tuple(findingAnswer, fc.option(time, { nil: undefined }))
  .map(([given, since]) => ({ ...readFinding(given), since }));
const findings: fc.Arbitrary<FindingsFacts> = fc.oneof(
  fc.record({ status: fc.constant('UNAVAILABLE' as const), errorName: nastyText }),
  fc
    .tuple(
      fc.array(finding, { maxLength: 60 }),
      fc.dictionary(nastyText, fc.record({ names: fc.array(nastyText, { maxLength: 5 }), more: fc.nat() })),
    )
    .map(([list, principals]) => buildReadFindings(list, principals)),
);
const scheduleName = fc.stringMatching(/^[a-zA-Z0-9_-]{1,128}$/);
const findingsByIdentity = fc
  .array(fc.tuple(finding, time, fc.boolean()), { maxLength: 20 })
  .map((list) => new Map(list.map(([one, since, suppressed]) => [identityOf(one), { since, suppressed }])));
const auditReference: fc.Arbitrary<AuditReference> = fc.record({
  taskId: fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/),
  auditName: nastyText,
  startedAt: time,
});
const comparison: fc.Arbitrary<Comparison> = fc
  .record({
    before: answer,
    now: answer,
    first: auditReference,
    second: auditReference,
    published: fc.array(
      fc.record({ severity, sentAs: severity, auditNames: fc.array(scheduleName, { maxLength: 60 }) }),
    ),
    findings: fc.option(fc.tuple(findingsByIdentity, findingsByIdentity), { nil: undefined }),
    dropsAll: fc.boolean(),
  })
  .map(({ before, now, first, second, published, findings: found, dropsAll }) => {
    const earlier = readAudit(before);
    const { entries } = moveLedger(earlier, first, { entries: [] });
    const reading = readAudit(now);
    const changes = found && compareFindings(...found);
    return moveLedger(reading, second, {
      entries: entries.map((entry, index) => {
        const sent = published[index];
        return sent === undefined
          ? entry
          : { ...entry, published: { ...sent, outcome: 'NON_COMPLIANT', audit: first } };
      }),
      previousChecks: dropsAll ? earlier.checks.map(({ name }) => name) : undefined,
      findings: changes && new Map(reading.checks.map(({ name }) => [name, changes])),
    }).comparison;
  });
const alertInput: fc.Arbitrary<AlertInput> = fc.record({
  kind: fc.constantFrom(...KINDS),
  slot: fc.constantFrom(...ALERT_SLOTS),
  taskId: fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/),
  accountId: fc.stringMatching(/^[0-9]{12}$/),
  region: fc.constantFrom('eu-west-1', 'ap-southeast-1', 'us-gov-west-1', 'cn-northwest-1'),
  snapshot: fc.option(snapshot, { nil: undefined }),
  gaveUp: fc.option(gaveUp, { nil: undefined }),
  stuck: fc.option(stuck, { nil: undefined }),
  findings: fc.option(findings, { nil: undefined }),
  comparison: fc.option(comparison, { nil: undefined }),
  announcedAs: fc.option(
    fc.array(fc.record({ severity, checks: fc.array(fc.constantFrom('LOGGING_DISABLED_CHECK', 'NEW_THING_CHECK')) })),
    { nil: undefined },
  ),
});

describe('any alert', () => {
  test('obeys every limit, whatever the account and AWS put into it', () => {
    fc.assert(
      fc.property(alertInput, (input) => {
        expectAlertWithinLimits(composeAlert(input));
      }),
      { numRuns: 400 },
    );
  });

  test('about an audit that did not run obeys every limit, whatever its schedule is called', () => {
    fc.assert(
      fc.property(missedRunInput, (input) => {
        expectAlertWithinLimits(composeMissedRun(input));
      }),
      { numRuns: 400 },
    );
  });

  test('is the same when it is written again', () => {
    fc.assert(
      fc.property(alertInput, (input) => {
        expect(composeAlert(structuredClone(input))).toEqual(composeAlert(input));
      }),
      { numRuns: 50 },
    );
  });

  test.each(KINDS)('of the kind %s stays below 256 KiB with 500 checks of the worst text', (kind) => {
    for (const hostile of hostileChecks()) {
      expectAlertWithinLimits(composeAlert(buildAlertInput({ kind, ...hostile })));
    }
  });

  test.each(KINDS)(
    'of the kind %s stays below 256 KiB with 100,000 findings of the worst text in every check',
    (kind) => {
      for (const hostile of hostileFindings()) {
        expectAlertWithinLimits(composeAlert(buildAlertInput({ kind, ...hostile })));
      }
    },
  );
});

/** Made once for all kinds: it takes longer than composing an alert of it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const hostileChecks = once(() =>
  ['"', '\\', '\u6F22', '&', '\u0001', '\u{1F525}', '\uD800', '<', 'x'].map((filler): Partial<AlertInput> => {
    const text = filler.repeat(10_000);
    const checks = Array.from({ length: 500 }, (_, index) => [
      `${index}${text}`,
      {
        checkRunStatus: index % 2 === 0 ? 'FAILED' : 'COMPLETED_NON_COMPLIANT',
        errorCode: text,
        message: text,
        nonCompliantResourcesCount: Number.MAX_SAFE_INTEGER,
        totalResourcesCount: Number.MAX_SAFE_INTEGER,
        suppressedNonCompliantResourcesCount: Number.MAX_SAFE_INTEGER,
      },
    ]);
    const hostile = buildSnapshot({
      answer: buildAnswer({
        scheduledAuditName: text,
        taskStatus: text,
        auditDetails: Object.fromEntries(checks),
      }),
    });
    return { snapshot: hostile, comparison: hostileComparison(readAudit(hostile.answer)) };
  }),
);

const hostileFindings = once(() =>
  ['"', '\\', '\u6F22', '&', '\u0001', '\u{1F525}', '<', "'", 'x', '9'].map((filler): Partial<AlertInput> => {
    const text = filler.repeat(10_000);
    const names = Array.from({ length: 17 }, (_, index) => `${index}${text}`);
    const auditDetails = Object.fromEntries(
      names.map((name) => [
        name,
        {
          checkRunStatus: 'COMPLETED_NON_COMPLIANT',
          nonCompliantResourcesCount: 100_000,
          totalResourcesCount: 100_000,
        },
      ]),
    );
    const list = names.flatMap((name) =>
      Array.from(
        { length: 6 },
        (_, index): Finding => ({
          ...readFinding({
            checkName: name,
            reasonForNonCompliance: text,
            reasonForNonComplianceCode: text,
            nonCompliantResource: {
              resourceType: text,
              resourceIdentifier: { deviceCertificateId: `${index}${text.slice(0, index < 3 ? 300 : 10_000)}` },
            },
          }),
          since: '2026-09-28T02:00:04.000Z',
        }),
      ),
    );
    const { worst, ...read } = buildReadFindings(list);
    const totals = Object.fromEntries(names.map((name) => [name, { open: 100_000, suppressed: 100_000 }]));
    const principals = Object.fromEntries(
      list.map(({ identifier }) => [identifier.deviceCertificateId ?? '', { names: [text, text, text], more: 247 }]),
    );
    return {
      snapshot: buildSnapshot({ answer: buildAnswer({ scheduledAuditName: text, auditDetails }) }),
      findings: { ...read, worst, totals, principals },
      comparison: hostileComparison(readAudit({ taskStatus: 'COMPLETED', auditDetails }), list),
    };
  }),
);

/** A comparison in which checks have changed in every way, many are missing, and every text is as long as it can be. */
function hostileComparison(reading: AuditReading, list: readonly Finding[] = []): Comparison {
  const audit = { taskId: 'a'.repeat(40), auditName: 'x', startedAt: '2026-10-01T02:00:04.000Z' };
  const auditNames = Array.from({ length: 60 }, (_, index) => `${index}`.padEnd(128, 'x'));
  const published = { outcome: 'NON_COMPLIANT', severity: 'HIGH', sentAs: 'HIGH', auditNames, audit } as const;
  const dropped = auditNames.map((name) => ({ checkName: `${name}${'"'.repeat(500)}`, published }));
  const changes = compareFindings(
    new Map(list.map((one) => [identityOf(one), { since: audit.startedAt, suppressed: false }])),
    new Map(),
  );
  return {
    audit,
    checks: reading.checks.map(({ name: checkName, outcome }, index) => ({
      checkName,
      change: CHANGES[index % CHANGES.length] ?? 'RECOVERED',
      before: { checkName, published },
      now: { outcome, errorCode: '"'.repeat(500) },
      findings: changes,
    })),
    dropped,
    missing: dropped,
    elsewhere: dropped.map((entry) => ({ ...entry, auditName: entry.checkName })),
    hasUnnamedTrouble: false,
    hasUnnamedChecks: false,
  };
}
