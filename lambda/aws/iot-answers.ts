import type {
  AuditAnswer,
  AuditSchedule,
  CheckDetails,
  EndingSuppression,
  FindingAnswer,
  FindingResource,
  ResourceIdentifier,
  TaskStatistics,
} from '../audit/answer/aws-answers.ts';
import { resourceName } from '../audit/answer/resource-name.ts';
import type { ListedAudit } from '../audit/sweep/sweep.ts';
import { TASK_ID_PATTERN } from '../contract.ts';
import { isObject } from '../json.ts';

// The SDK hands on what stands under the name of a field, whatever its type. Here a value of another type than the API has is
// unknown, as one that is missing; everything behind this file trusts its types.

/** No text of the API is longer. */
const LONGEST_TEXT = 2048;
const LONGEST_NAME = 128;
const YEAR_10000_MS = 253_402_300_800_000;

/** The answer of DescribeAuditTask. */
export function toAuditAnswer(output: unknown): AuditAnswer {
  const { taskStatus, taskType, taskStartTime, scheduledAuditName, taskStatistics, auditDetails } = fieldsOf(output);
  return {
    taskStatus: text(taskStatus),
    taskType: text(taskType),
    taskStartTime: moment(taskStartTime),
    scheduledAuditName: name(scheduledAuditName),
    taskStatistics: isObject(taskStatistics) ? toStatistics(taskStatistics) : undefined,
    auditDetails: isObject(auditDetails)
      ? Object.fromEntries(Object.entries(auditDetails).map(([check, details]) => [short(check), toDetails(details)]))
      : undefined,
  };
}

/** One page of ListAuditFindings. */
export function toFindings(output: unknown): FindingAnswer[] {
  return list(fieldsOf(output).findings).map((finding) => ({
    findingId: text(finding.findingId),
    taskId: text(finding.taskId),
    checkName: text(finding.checkName),
    taskStartTime: moment(finding.taskStartTime),
    findingTime: moment(finding.findingTime),
    severity: text(finding.severity),
    nonCompliantResource: toResource(finding.nonCompliantResource),
    relatedResources: list(finding.relatedResources)
      .map(toResource)
      .filter((resource) => resource !== undefined),
    reasonForNonCompliance: text(finding.reasonForNonCompliance),
    reasonForNonComplianceCode: text(finding.reasonForNonComplianceCode),
    isSuppressed: flag(finding.isSuppressed),
  }));
}

/** One page of ListAuditTasks: the audits with an id that can be asked for. */
export function toListedAudits(output: unknown): ListedAudit[] {
  return list(fieldsOf(output).tasks).flatMap(({ taskId, taskType }) => {
    if (typeof taskId !== 'string' || !TASK_ID_PATTERN.test(taskId)) return [];
    return [{ taskId, isOnDemand: taskType === 'ON_DEMAND_AUDIT_TASK' }];
  });
}

/** One page of ListScheduledAudits: the schedules that have a name. */
export function toSchedules(output: unknown): AuditSchedule[] {
  return list(fieldsOf(output).scheduledAudits).flatMap((schedule) => {
    const { scheduledAuditName, frequency, dayOfWeek, dayOfMonth } = schedule;
    const known = name(scheduledAuditName);
    if (known === undefined) return [];
    return [{ name: known, frequency: text(frequency), dayOfWeek: text(dayOfWeek), dayOfMonth: text(dayOfMonth) }];
  });
}

/** One page of ListAuditSuppressions: those that have an end. */
export function toEndingSuppressions(output: unknown): EndingSuppression[] {
  return list(fieldsOf(output).suppressions).flatMap(({ checkName, resourceIdentifier, expirationDate }) => {
    const endsAt = moment(expirationDate);
    if (endsAt === undefined) return [];
    const identifier = isObject(resourceIdentifier) ? toIdentifier(resourceIdentifier) : {};
    return [{ checkName: short(text(checkName) ?? ''), resource: resourceName(identifier), endsAt }];
  });
}

/** One page of ListPrincipalThings. */
export function toThingNames(output: unknown): string[] {
  const { things } = fieldsOf(output);
  return Array.isArray(things) ? things.map(text).filter((thing) => thing !== undefined) : [];
}

function toStatistics(statistics: Fields): TaskStatistics {
  return {
    totalChecks: count(statistics.totalChecks),
    inProgressChecks: count(statistics.inProgressChecks),
    waitingForDataCollectionChecks: count(statistics.waitingForDataCollectionChecks),
    compliantChecks: count(statistics.compliantChecks),
    nonCompliantChecks: count(statistics.nonCompliantChecks),
    failedChecks: count(statistics.failedChecks),
    canceledChecks: count(statistics.canceledChecks),
  };
}

function toDetails(given: unknown): CheckDetails {
  const details = fieldsOf(given);
  return {
    checkRunStatus: text(details.checkRunStatus),
    checkCompliant: flag(details.checkCompliant),
    totalResourcesCount: count(details.totalResourcesCount),
    nonCompliantResourcesCount: count(details.nonCompliantResourcesCount),
    suppressedNonCompliantResourcesCount: count(details.suppressedNonCompliantResourcesCount),
    errorCode: text(details.errorCode),
    message: text(details.message),
  };
}

function toResource(resource: unknown): FindingResource | undefined {
  if (!isObject(resource)) return undefined;
  const { resourceType, resourceIdentifier, additionalInfo } = resource;
  return {
    resourceType: text(resourceType),
    resourceIdentifier: isObject(resourceIdentifier) ? toIdentifier(resourceIdentifier) : undefined,
    additionalInfo: isObject(additionalInfo) ? textsOf(additionalInfo) : undefined,
  };
}

/** For a kind that AWS adds later, only the texts. */
function toIdentifier({
  policyVersionIdentifier: policy,
  issuerCertificateIdentifier: issuer,
  ...plain
}: Fields): ResourceIdentifier {
  return {
    ...textsOf(plain),
    ...(isObject(policy) ? { policyVersionIdentifier: textsOf(policy) } : {}),
    ...(isObject(issuer) ? { issuerCertificateIdentifier: textsOf(issuer) } : {}),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textsOf(fields: Fields): Record<string, string> {
  const texts = Object.entries(fields).map(([key, value]) => [short(key), text(value)] as const);
  return Object.fromEntries(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? short(value) : undefined;
}

/** The key of an index: never empty. */
function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? short(value, LONGEST_NAME) : undefined;
}

/** DynamoDB and SNS take UTF-8 only, which cannot encode half a character. */
function short(value: string, longest = LONGEST_TEXT): string {
  return value.slice(0, longest).toWellFormed();
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** ISO 8601, UTC. */
function moment(value: unknown): string | undefined {
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  return time >= 0 && time < YEAR_10000_MS ? new Date(time).toISOString() : undefined;
}
