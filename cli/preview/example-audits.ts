import type { ReadFindings } from '../../lambda/audit/alert/alert-input.ts';
import type { AuditAnswer, CheckDetails, Snapshot } from '../../lambda/audit/answer/aws-answers.ts';
import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { type Finding, identityOf, readFinding, readIdentity } from '../../lambda/audit/answer/finding.ts';
import { auditNameOf, readAudit } from '../../lambda/audit/answer/reading.ts';
import { highestSeverity, severityWhenFailed } from '../../lambda/audit/answer/severity.ts';
import { WorstResources } from '../../lambda/audit/answer/worst-resources.ts';
import { type Comparison, moveLedger, type VersionedEntry } from '../../lambda/audit/ledger/comparison.ts';
import type { AuditReference } from '../../lambda/audit/ledger/entry.ts';
import { compareFindings, type FindingChanges, type KnownFindings } from '../../lambda/audit/ledger/finding-changes.ts';
import { afterPublishing } from '../../lambda/audit/ledger/publish.ts';

// What the examples of alerts are made of: the nightly audit of an invented account.

export type Checks = Readonly<Record<string, CheckDetails>>;

export const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
export const EXPIRING = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
export const SHARED = 'DEVICE_CERTIFICATE_SHARED_CHECK';
export const LOGGING = 'LOGGING_DISABLED_CHECK';
export const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';
export const REVOKED = 'REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK';

export const EARLIER = '2026-11-10T02:00:03.000Z';
export const YESTERDAY = '2026-11-16T02:00:03.000Z';
export const TODAY = '2026-11-17T02:00:04.000Z';
export const TASK_ID = '9f71b6e90cfb57d4ac671be3a4898e6a';
const YESTERDAYS_TASK = '5d0c7f1e2b3a49c8a6d1e0f49b7c8d52';

export const COMPLIANT: CheckDetails = {
  checkRunStatus: 'COMPLETED_COMPLIANT',
  checkCompliant: true,
  totalResourcesCount: 120,
  nonCompliantResourcesCount: 0,
  suppressedNonCompliantResourcesCount: 0,
};
export const RUNNING: CheckDetails = { checkRunStatus: 'IN_PROGRESS' };
export const WAITING: CheckDetails = { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' };
export const CANCELED: CheckDetails = { checkRunStatus: 'CANCELED' };
export const FAILED: CheckDetails = {
  checkRunStatus: 'FAILED',
  checkCompliant: false,
  errorCode: 'INSUFFICIENT_PERMISSIONS',
  message: 'Device Defender does not have permission to call iot:ListCertificates with the configured role.',
};

/** The checks of the nightly audit, in the order of the alphabet. */
const NIGHTLY: Checks = Object.fromEntries(
  ['CA_CERTIFICATE_EXPIRING_CHECK', CLIENT_IDS, EXPIRING, SHARED, POLICY, LOGGING, REVOKED].map((name) => [
    name,
    COMPLIANT,
  ]),
);

export const PUMPS = [certificate('5c1e'), certificate('8a40'), certificate('e77b')];
const THINGS: ReadFindings['principals'] = {
  [PUMPS[0] ?? '']: { names: ['pump-0142'], more: 0 },
  [PUMPS[1] ?? '']: { names: ['pump-0177', 'pump-0178', 'pump-0179'], more: 2 },
};

/** 64 digits that begin and end with these. */
export function certificate(digits: string): string {
  return `${digits}${'a0b1c2d3'.repeat(7)}${digits}`;
}

/** A check that found this many resources. */
export function found(resources: number, of: number, suppressed = 0): CheckDetails {
  return {
    checkRunStatus: 'COMPLETED_NON_COMPLIANT',
    checkCompliant: false,
    totalResourcesCount: of,
    nonCompliantResourcesCount: resources,
    suppressedNonCompliantResourcesCount: suppressed,
  };
}

/** The nightly audit, all compliant but for these checks; statistics that fit. */
export function audit(checks: Checks, taskStatus = 'COMPLETED', among = NIGHTLY): AuditAnswer {
  const auditDetails = { ...among, ...checks };
  const statuses = Object.values(auditDetails).map(({ checkRunStatus }) => checkRunStatus);
  const count = (status: string) => statuses.filter((one) => one === status).length;
  return {
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    taskStartTime: TODAY,
    scheduledAuditName: 'NightlyFleetAudit',
    taskStatistics: {
      totalChecks: statuses.length,
      inProgressChecks: count('IN_PROGRESS'),
      waitingForDataCollectionChecks: count('WAITING_FOR_DATA_COLLECTION'),
      compliantChecks: count('COMPLETED_COMPLIANT'),
      nonCompliantChecks: count('COMPLETED_NON_COMPLIANT'),
      failedChecks: count('FAILED'),
      canceledChecks: count('CANCELED'),
    },
    auditDetails,
  };
}

/** A poll of it. */
export function poll(answer: AuditAnswer, capturedAt = '2026-11-17T02:41:37.000Z'): Snapshot {
  return { poll: 7, capturedAt, answer };
}

/** What was found, with what earlier audits had found already. */
export function read(findings: readonly Finding[], before?: KnownFindings): ReadFindings {
  const collector = new WorstResources();
  for (const finding of withSince(findings, before)) collector.add(finding);
  return { status: 'READ', ...collector.result(), principals: THINGS, incomplete: [] };
}

/** What may be known besides the audits themselves. */
interface Known {
  readonly findings?: readonly Finding[];
  /** Findings of the day before, by identity. */
  readonly openBefore?: KnownFindings;
  /** The checks that the day before had besides those of today. */
  readonly previousChecks?: readonly string[];
}

/** With what was known after the nightly audit of the day before, in which these checks were not compliant. */
export function compared(now: AuditAnswer, before: Checks, known: Known = {}): Comparison {
  const { findings, openBefore = new Map(), previousChecks } = known;
  const yesterday: AuditReference = { taskId: YESTERDAYS_TASK, auditName: 'NightlyFleetAudit', startedAt: YESTERDAY };
  const { entries } = moveLedger(readAudit(audit(before)), yesterday, { entries: [] });
  return moveLedger(readAudit(now), today(now), {
    entries: published(entries, yesterday),
    previousChecks,
    findings: findings && changes(withSince(findings, openBefore), openBefore),
  }).comparison;
}

/** With an account of which nothing was known. */
export function comparedFirst(now: AuditAnswer): Comparison {
  return moveLedger(readAudit(now), today(now), { entries: [] }).comparison;
}

function today(now: AuditAnswer): AuditReference {
  return { taskId: TASK_ID, auditName: auditNameOf(now), startedAt: TODAY };
}

/** The entries after one alert about all of their trouble. */
function published(entries: readonly VersionedEntry[], audit: AuditReference): VersionedEntry[] {
  const trouble = entries.flatMap(({ checkName, result, unknown }) => {
    const outcome = unknown?.outcome === 'FAILED' ? 'FAILED' : result?.outcome;
    if (outcome !== 'NON_COMPLIANT' && outcome !== 'FAILED') return [];
    const { severity: usual } = checkInfo(checkName);
    const severity = outcome === 'FAILED' ? severityWhenFailed(usual) : usual;
    return [{ checkName, outcome, severity, resources: result?.resources } as const];
  });
  const sentAs = highestSeverity(trouble.map(({ severity }) => severity));
  return entries.map((entry) => {
    const check = trouble.find(({ checkName }) => checkName === entry.checkName);
    const sent = check && { ...check, sentAs, auditNames: [audit.auditName] };
    return { ...entry, ...(sent && afterPublishing(entry, sent, audit)) };
  });
}

/** By check name, for all checks that have findings on either day. */
function changes(findings: readonly Finding[], before: KnownFindings): Map<string, FindingChanges> {
  const names = new Set([...findings.map(({ checkName }) => checkName), ...[...before.keys()].map(checkOf)]);
  return new Map(
    [...names].map((name) => {
      const were = new Map([...before].filter(([identity]) => checkOf(identity) === name));
      const are = findings
        .filter(({ checkName }) => checkName === name)
        .map(
          (finding) =>
            [identityOf(finding), { since: finding.since ?? TODAY, suppressed: finding.suppressed }] as const,
        );
      return [name, compareFindings(were, new Map(are))];
    }),
  );
}

function checkOf(identity: string): string {
  return readIdentity(identity).checkName;
}

/** Findings of an earlier audit, open since then. */
export function openFrom(findings: readonly Finding[], since: string): KnownFindings {
  return new Map(findings.map((finding) => [identityOf(finding), { since, suppressed: finding.suppressed }]));
}

function withSince(findings: readonly Finding[], before?: KnownFindings): Finding[] {
  return findings.map((finding) => ({ ...finding, since: before?.get(identityOf(finding))?.since ?? TODAY }));
}

/** A policy that allows too much. */
export function policyFinding(policyName: string, policyVersionId: string, isSuppressed = false): Finding {
  return readFinding({
    checkName: POLICY,
    severity: 'CRITICAL',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId } },
    },
    reasonForNonCompliance: 'Policy allows broad access to IoT data plane actions.',
    reasonForNonComplianceCode: 'ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS',
    isSuppressed,
  });
}

/** A certificate that ends soon. */
export function certificateFinding(deviceCertificateId: string): Finding {
  return readFinding({
    checkName: EXPIRING,
    severity: 'MEDIUM',
    nonCompliantResource: { resourceType: 'DEVICE_CERTIFICATE', resourceIdentifier: { deviceCertificateId } },
    reasonForNonCompliance: 'Certificate is about to expire.',
    reasonForNonComplianceCode: 'CERTIFICATE_APPROACHING_EXPIRATION',
  });
}

/** A client id that several devices use. */
export function clientIdFinding(clientId: string): Finding {
  return readFinding({
    checkName: CLIENT_IDS,
    severity: 'HIGH',
    nonCompliantResource: { resourceType: 'CLIENT_ID', resourceIdentifier: { clientId } },
    reasonForNonCompliance: 'Several devices connect with the same client id.',
    reasonForNonComplianceCode: 'DUPLICATE_CLIENT_ID_ACROSS_CONNECTIONS',
  });
}
