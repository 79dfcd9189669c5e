/**
 * One DescribeAuditTask answer as plain JSON. Every field is optional, statuses and check names are open sets:
 * what AWS leaves out is unknown, never zero. Source: AWS IoT API Reference, DescribeAuditTask.
 */
export interface AuditAnswer {
  /** IN_PROGRESS, COMPLETED, FAILED, CANCELED, or a status that AWS adds later. */
  readonly taskStatus?: string;
  /** ON_DEMAND_AUDIT_TASK or SCHEDULED_AUDIT_TASK. */
  readonly taskType?: string;
  /** ISO 8601, UTC. */
  readonly taskStartTime?: string;
  /** Only for a scheduled audit. */
  readonly scheduledAuditName?: string;
  readonly taskStatistics?: TaskStatistics;
  /** By check name. */
  readonly auditDetails?: Readonly<Record<string, CheckDetails>>;
}

/** Numbers of checks. */
export interface TaskStatistics {
  readonly totalChecks?: number;
  readonly inProgressChecks?: number;
  readonly waitingForDataCollectionChecks?: number;
  readonly compliantChecks?: number;
  readonly nonCompliantChecks?: number;
  readonly failedChecks?: number;
  readonly canceledChecks?: number;
}

/** One check of the audit; the counts are numbers of resources. */
export interface CheckDetails {
  /** IN_PROGRESS, WAITING_FOR_DATA_COLLECTION, CANCELED, COMPLETED_COMPLIANT, COMPLETED_NON_COMPLIANT, FAILED, or a later one. */
  readonly checkRunStatus?: string;
  readonly checkCompliant?: boolean;
  readonly totalResourcesCount?: number;
  readonly nonCompliantResourcesCount?: number;
  readonly suppressedNonCompliantResourcesCount?: number;
  /** INSUFFICIENT_PERMISSIONS, AUDIT_CHECK_DISABLED, or a later one. */
  readonly errorCode?: string;
  readonly message?: string;
}

/** One poll of an audit. */
export interface Snapshot {
  /** 1 for the first poll. */
  readonly poll: number;
  /** ISO 8601, UTC. */
  readonly capturedAt: string;
  readonly answer: AuditAnswer;
}

/** One entry of ListAuditFindings as plain JSON. Every field is optional. Source: AWS IoT API Reference, AuditFinding. */
export interface FindingAnswer {
  /** Another one in each audit. */
  readonly findingId?: string;
  readonly taskId?: string;
  readonly checkName?: string;
  /** ISO 8601, UTC. */
  readonly taskStartTime?: string;
  /** ISO 8601, UTC. */
  readonly findingTime?: string;
  /** CRITICAL, HIGH, MEDIUM, LOW, or one that AWS adds later. */
  readonly severity?: string;
  readonly nonCompliantResource?: FindingResource;
  readonly relatedResources?: readonly FindingResource[];
  /** For people. */
  readonly reasonForNonCompliance?: string;
  readonly reasonForNonComplianceCode?: string;
  readonly isSuppressed?: boolean;
}

/** A resource that a finding is about. */
export interface FindingResource {
  /** DEVICE_CERTIFICATE, CA_CERTIFICATE, IOT_POLICY, CLIENT_ID, or another one. */
  readonly resourceType?: string;
  readonly resourceIdentifier?: ResourceIdentifier;
  readonly additionalInfo?: Readonly<Record<string, string>>;
}

/** Holds one of these kinds, as a rule; AWS may add more. */
export interface ResourceIdentifier {
  readonly deviceCertificateId?: string;
  readonly caCertificateId?: string;
  readonly cognitoIdentityPoolId?: string;
  readonly clientId?: string;
  readonly policyVersionIdentifier?: { readonly policyName?: string; readonly policyVersionId?: string };
  readonly account?: string;
  readonly iamRoleArn?: string;
  readonly roleAliasArn?: string;
  readonly issuerCertificateIdentifier?: {
    readonly issuerCertificateSubject?: string;
    readonly issuerId?: string;
    readonly issuerCertificateSerialNumber?: string;
  };
  readonly deviceCertificateArn?: string;
}

/** One entry of ListScheduledAudits. Frequencies and days are open sets. */
export interface AuditSchedule extends ScheduleTerms {
  readonly name: string;
}

/** When an audit is scheduled. */
export interface ScheduleTerms {
  /** DAILY, WEEKLY, BIWEEKLY or MONTHLY. */
  readonly frequency?: string;
  /** SUN to SAT: weekly and biweekly. */
  readonly dayOfWeek?: string;
  /** 1 to 31 or LAST: monthly. A day that a month does not have is its last one. */
  readonly dayOfMonth?: string;
}

/** A suppression with an end. */
export interface EndingSuppression {
  readonly checkName: string;
  /** In words. */
  readonly resource: string;
  /** ISO 8601, UTC. */
  readonly endsAt: string;
}
