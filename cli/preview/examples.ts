import type { AlertInput, AlertMessage } from '../../lambda/audit/alert/alert-input.ts';
import { composeAlert, composeMissedRun } from '../../lambda/audit/alert/message.ts';
import type { MissedRunInput } from '../../lambda/audit/alert/missed-run-facts.ts';
import {
  audit,
  CANCELED,
  type Checks,
  CLIENT_IDS,
  COMPLIANT,
  certificate,
  certificateFinding,
  clientIdFinding,
  compared,
  comparedFirst,
  EARLIER,
  EXPIRING,
  FAILED,
  found,
  LOGGING,
  openFrom,
  POLICY,
  PUMPS,
  policyFinding,
  poll,
  REVOKED,
  RUNNING,
  read,
  SHARED,
  TASK_ID,
  TODAY,
  WAITING,
  YESTERDAY,
} from './example-audits.ts';
import { DIGEST_ALL_WELL, DIGEST_OF_A_WEEK, DIGEST_OF_THE_FIRST_DAY } from './example-digests.ts';

/** An example of an alert. */
export interface PreviewAlert {
  /** In lower case, with hyphens. */
  readonly id: string;
  /** For people: what happened. */
  readonly title: string;
  readonly message: AlertMessage;
}

const POLICY_FINDINGS = [policyFinding('FleetProvisioning', '7'), policyFinding('GatewayLegacy', '1')];
const CERTIFICATE_FINDINGS = PUMPS.map(certificateFinding);
const FINDINGS = [...POLICY_FINDINGS, ...CERTIFICATE_FINDINGS, policyFinding('TestBench', '2', true)];
const FOUND: Checks = { [POLICY]: found(2, 41, 1), [EXPIRING]: found(3, 4210), [SHARED]: FAILED };
const FOUND_YESTERDAY: Checks = { [EXPIRING]: found(2, 4205), [LOGGING]: found(1, 1) };
/** One that is still open, and one that is gone today. */
const OPEN_YESTERDAY = openFrom(
  [...CERTIFICATE_FINDINGS.slice(0, 1), certificateFinding(certificate('03d9'))],
  EARLIER,
);

const DONE = audit(FOUND);
const ONLY_LOGGING = audit({ [LOGGING]: COMPLIANT }, 'COMPLETED', {});
const SILENCED = audit({ [POLICY]: { ...COMPLIANT, suppressedNonCompliantResourcesCount: 2 } });

/** One of every kind, and each variant that reads differently. */
export const PREVIEW_ALERTS: readonly PreviewAlert[] = [
  example('first-finding', 'The first non-compliant check, while the audit runs', {
    kind: 'NON_COMPLIANT_DETECTED',
    slot: 'NON_COMPLIANT_DETECTED',
    snapshot: poll(
      audit({ [POLICY]: found(2, 41, 1), [SHARED]: RUNNING, [EXPIRING]: RUNNING, [REVOKED]: RUNNING }, 'IN_PROGRESS'),
      '2026-11-17T02:12:41.000Z',
    ),
    comparison: compared(audit({ [POLICY]: found(2, 41, 1), [SHARED]: RUNNING }), FOUND_YESTERDAY),
  }),
  example('check-failed', 'A check that could not run', {
    kind: 'CHECK_FAILED',
    slot: 'CHECK_FAILED',
    snapshot: poll(audit({ [SHARED]: FAILED, [EXPIRING]: RUNNING }, 'IN_PROGRESS'), '2026-11-17T02:20:09.000Z'),
    comparison: compared(audit({ [SHARED]: FAILED }), {}),
  }),
  example('stuck', 'An audit that seems stuck', {
    kind: 'AUDIT_STUCK',
    slot: 'AUDIT_STUCK',
    snapshot: poll(
      audit({ [EXPIRING]: RUNNING, [SHARED]: RUNNING, [CLIENT_IDS]: WAITING }, 'IN_PROGRESS'),
      '2026-11-17T08:00:21.000Z',
    ),
    stuck: { usualSeconds: 2493, audits: 7, unchangedSince: '2026-11-17T02:31:10.000Z', watchLimitHours: 24 },
  }),
  example('closing', 'The end of an audit, with resources and what changed', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: poll(DONE),
    findings: read(FINDINGS, OPEN_YESTERDAY),
    comparison: compared(DONE, FOUND_YESTERDAY, { findings: FINDINGS, openBefore: OPEN_YESTERDAY }),
  }),
  example('closing-without-resources', 'The same, but its findings could not be read', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: poll(DONE),
    findings: { status: 'UNAVAILABLE', errorName: 'ThrottledError' },
    comparison: compared(DONE, FOUND_YESTERDAY),
  }),
  example('closing-first-audit', 'The first audit of an account', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: poll(audit({ [POLICY]: found(2, 41, 1) })),
    findings: read(POLICY_FINDINGS),
    comparison: comparedFirst(audit({ [POLICY]: found(2, 41, 1) })),
  }),
  example('closing-unchanged', 'The same as the day before', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: poll(audit({ [POLICY]: found(2, 41) })),
    findings: read(POLICY_FINDINGS, openFrom(POLICY_FINDINGS, EARLIER)),
    comparison: compared(
      audit({ [POLICY]: found(2, 41) }),
      { [POLICY]: found(2, 41) },
      { findings: POLICY_FINDINGS, openBefore: openFrom(POLICY_FINDINGS, EARLIER) },
    ),
  }),
  example('closing-on-demand', 'An audit that somebody started', {
    kind: 'COMPLETED_WITH_FINDINGS',
    snapshot: poll({
      ...audit({ [CLIENT_IDS]: found(1, 4210) }),
      taskType: 'ON_DEMAND_AUDIT_TASK',
      scheduledAuditName: undefined,
    }),
    findings: read([clientIdFinding('gateway-berlin-3')]),
  }),
  example('recovered', 'Clean again since the audit before', {
    kind: 'RECOVERED',
    snapshot: poll(audit({})),
    findings: read([]),
    comparison: compared(audit({}), { [LOGGING]: found(1, 1) }),
  }),
  example('recovered-open-elsewhere', 'One check recovered; another one is open but was not audited', {
    kind: 'RECOVERED',
    snapshot: poll(ONLY_LOGGING),
    findings: read([]),
    comparison: compared(
      ONLY_LOGGING,
      { [LOGGING]: found(1, 1), [POLICY]: found(2, 41) },
      { previousChecks: [LOGGING, POLICY] },
    ),
  }),
  example('recovered-open-in-another', 'One check recovered; another one is open by what another audit found', {
    kind: 'RECOVERED',
    snapshot: poll(ONLY_LOGGING),
    findings: read([]),
    comparison: compared(ONLY_LOGGING, { [LOGGING]: found(1, 1), [POLICY]: found(2, 41) }),
  }),
  example('recovered-after-failure', 'A check that failed the night before', {
    kind: 'RECOVERED',
    snapshot: poll(audit({})),
    findings: read([]),
    comparison: compared(audit({}), { [SHARED]: FAILED }),
  }),
  example('suppressed', 'What was open is suppressed now', {
    kind: 'SUPPRESSED',
    snapshot: poll(SILENCED),
    findings: read([policyFinding('FleetProvisioning', '7', true), policyFinding('GatewayLegacy', '1', true)]),
    comparison: compared(SILENCED, { [POLICY]: found(2, 41) }),
  }),
  example('incomplete', 'An audit in which two checks gave no result', {
    kind: 'COMPLETED_INCOMPLETE',
    snapshot: poll(audit({ [POLICY]: CANCELED, [SHARED]: WAITING })),
    comparison: compared(audit({ [POLICY]: CANCELED, [SHARED]: WAITING }), { [POLICY]: found(2, 41) }),
  }),
  example('incomplete-dropped', 'A clean audit that no longer has a check that is open', {
    kind: 'COMPLETED_INCOMPLETE',
    snapshot: poll(ONLY_LOGGING),
    comparison: compared(ONLY_LOGGING, { [POLICY]: found(2, 41) }, { previousChecks: [LOGGING, POLICY] }),
  }),
  example('all-compliant', 'Nothing found', {
    kind: 'COMPLETED_COMPLIANT',
    snapshot: poll(audit({})),
    findings: read([]),
    comparison: compared(audit({}), {}),
  }),
  example('canceled', 'An audit that was canceled', {
    kind: 'AUDIT_NOT_COMPLETED',
    snapshot: poll(
      audit({ [POLICY]: found(2, 41, 1), [SHARED]: CANCELED, [EXPIRING]: CANCELED, [REVOKED]: CANCELED }, 'CANCELED'),
    ),
  }),
  example('gave-up', 'A watch that ended at its limit', {
    kind: 'WATCHER_GAVE_UP',
    slot: 'WATCHER_GAVE_UP',
    snapshot: poll(audit({ [EXPIRING]: RUNNING, [SHARED]: RUNNING }, 'IN_PROGRESS'), '2026-11-18T01:58:11.000Z'),
    gaveUp: {
      reason: 'MAX_WATCH_TIME',
      errorName: 'WatchLimitReachedError',
      errorMessage: 'The audit did not end within 24 hours.',
      execution: execution(),
      watchLimitHours: 24,
      gaveUpAt: '2026-11-18T02:00:15.000Z',
      retriedUntil: '2027-02-15T01:00:00.000Z',
    },
  }),
  example('gave-up-blind', 'A watch that never saw its audit', {
    kind: 'WATCHER_GAVE_UP',
    slot: 'WATCHER_GAVE_UP',
    snapshot: undefined,
    gaveUp: {
      reason: 'ACCESS_DENIED',
      errorName: 'DeniedError',
      errorMessage:
        'DescribeAuditTask answered 403: AccessDeniedException: The function is not authorized to perform: iot:DescribeAuditTask.',
      execution: execution(),
      watchLimitHours: 24,
      gaveUpAt: '2026-11-17T02:00:31.000Z',
      retriedUntil: '2027-02-15T00:51:12.000Z',
    },
  }),
  missedRunExample('missed-run', 'A scheduled audit that did not run', {}),
  missedRunExample('missed-run-new', 'The same, when no earlier run is known', {
    schedule: { name: 'MonthlyDeepAudit', frequency: 'MONTHLY', dayOfMonth: '31' },
    day: '2026-11-30',
    dueAt: '2026-11-30T00:00:00.000Z',
    lastStartedAt: undefined,
    lastTaskId: undefined,
    judgedAt: '2026-11-30T05:00:09.000Z',
  }),
  { id: 'digest', title: 'A week with all that a digest can say', message: DIGEST_OF_A_WEEK },
  { id: 'digest-all-well', title: 'A week in which nothing happened', message: DIGEST_ALL_WELL },
  { id: 'digest-first-day', title: 'The first day, before any audit', message: DIGEST_OF_THE_FIRST_DAY },
];

function example(id: string, title: string, alert: Partial<AlertInput> & Pick<AlertInput, 'kind'>): PreviewAlert {
  const where = { slot: 'TERMINAL', taskId: TASK_ID, accountId: '123456789012', region: 'eu-west-1' } as const;
  return { id, title, message: composeAlert({ ...where, ...alert }) };
}

/** The nightly audit that did not start. */
function missedRunExample(id: string, title: string, given: Partial<MissedRunInput>): PreviewAlert {
  const message = composeMissedRun({
    schedule: { name: 'NightlyFleetAudit', frequency: 'DAILY' },
    day: '2026-11-17',
    dueAt: TODAY,
    lastStartedAt: YESTERDAY,
    lastTaskId: '5d0c7f1e2b3a49c8a6d1e0f49b7c8d52',
    judgedAt: '2026-11-17T07:00:09.000Z',
    accountId: '123456789012',
    region: 'eu-west-1',
    ...given,
  });
  return { id, title, message };
}

function execution(): string {
  return 'arn:aws:states:eu-west-1:123456789012:execution:AuditWatcher:3f0c6a1e-5b7d-4f11-9a55-0d7a3c0f6d21';
}
