import type { ResourceIdentifier } from '../../lambda/audit/answer/aws-answers.ts';
import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { type Severity, severityWhenFailed } from '../../lambda/audit/answer/severity.ts';
import { clean } from '../../lambda/audit/text/safe-text.ts';
import type { Place } from '../../lambda/contract.ts';
import type { FindingRow } from '../findings/schema.ts';
import type { CheckWithoutResult } from './read.ts';

/**
 * Findings in the AWS Security Finding Format, for BatchImportFindings. Never PASSED: a finding is FAILED, and archived when
 * it is closed; a check without a result is NOT_AVAILABLE.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
 */
export class SecurityFindings {
  readonly #place: Place;
  readonly #partition: string;
  readonly #readAt: string;

  constructor(place: Place, readAt: string) {
    this.#place = place;
    this.#partition = partitionOf(place.region);
    this.#readAt = readAt;
  }

  /** A finding about a resource. */
  finding(row: FindingRow): object {
    const { checkName, title, severity, state, resource, reason, firstSeenAt = row.lastSeenAt, lastSeenAt } = row;
    return {
      ...this.#about(checkName, `${checkName}/${row.id}`, severity),
      CreatedAt: firstSeenAt,
      FirstObservedAt: firstSeenAt,
      LastObservedAt: lastSeenAt,
      Title: text(title, 256),
      Description: text(`${resource}: ${reason ?? row.reasonCode ?? 'non-compliant'}`, 1024),
      ProductFields: {
        'audit-watcher/checkName': text(checkName, 128),
        'audit-watcher/reasonCode': text(row.reasonCode ?? 'unknown', 128),
        'audit-watcher/auditName': text(row.audit.auditName, 128),
        'audit-watcher/taskId': text(row.audit.taskId, 128),
      },
      Resources: [this.#resource(row)],
      Compliance: { Status: 'FAILED' },
      Workflow: { Status: WORKFLOW[state] },
      RecordState: state === 'CLOSED' ? 'ARCHIVED' : 'ACTIVE',
    };
  }

  /** That a check has no result; archived as soon as it has one again. */
  check({ checkName, auditName, title, severity, isUnknown, since, errorCode, audit }: CheckWithoutResult): object {
    const seenAt = audit?.startedAt ?? this.#readAt;
    const { account, region } = this.#place;
    return {
      ...this.#about(
        checkName,
        `${checkName}/${auditName === undefined ? '' : `${auditName}/`}result`,
        severityWhenFailed(severity),
      ),
      CreatedAt: since ?? seenAt,
      LastObservedAt: seenAt,
      Title: text(`No result: ${title}`, 256),
      Description: text(
        `The check gave no result${errorCode === undefined ? '' : ` (${errorCode})`}: whether it is compliant is unknown.`,
        1024,
      ),
      Resources: [{ Type: 'AwsAccount', Id: `AWS::::Account:${account}`, Partition: this.#partition, Region: region }],
      Compliance: { Status: 'NOT_AVAILABLE' },
      Workflow: { Status: isUnknown ? 'NEW' : 'RESOLVED' },
      RecordState: isUnknown ? 'ACTIVE' : 'ARCHIVED',
    };
  }

  #about(checkName: string, id: string, severity: Severity): object {
    const { account, region } = this.#place;
    const product = `arn:${this.#partition}:securityhub:${region}:${account}:product/${account}/default`;
    return {
      SchemaVersion: '2018-10-08',
      Id: text(`${region}/${account}/device-defender-audit/${id}`, 512),
      ProductArn: product,
      GeneratorId: text(`device-defender-audit/${checkName}`, 512),
      AwsAccountId: account,
      Region: region,
      Types: ['Software and Configuration Checks/AWS Security Best Practices'],
      UpdatedAt: this.#readAt,
      Severity: { Label: severity === 'INFO' ? 'INFORMATIONAL' : severity, Original: severity },
      Remediation: {
        Recommendation: { Text: 'See the guide to this audit check.', Url: checkInfo(checkName).documentation },
      },
    };
  }

  #resource({ resourceIdentifier, resource, resourceType }: FindingRow): object {
    const role = (resourceIdentifier as ResourceIdentifier).iamRoleArn;
    return {
      Type: role === undefined ? 'Other' : 'AwsIamRole',
      Id: text(this.#arnOf(resourceIdentifier as ResourceIdentifier) ?? resource, 512),
      Partition: this.#partition,
      Region: this.#place.region,
      Details: { Other: { resource: text(resource, 1024), resourceType: text(resourceType ?? 'unknown', 128) } },
    };
  }

  /** Undefined for a kind of resource that has no ARN, or that AWS added later. */
  #arnOf({ policyVersionIdentifier, ...identifier }: ResourceIdentifier): string | undefined {
    const { account, region } = this.#place;
    const iot = `arn:${this.#partition}:iot:${region}:${account}`;
    if (policyVersionIdentifier?.policyName !== undefined) return `${iot}:policy/${policyVersionIdentifier.policyName}`;
    if (identifier.deviceCertificateId !== undefined) return `${iot}:cert/${identifier.deviceCertificateId}`;
    if (identifier.caCertificateId !== undefined) return `${iot}:cacert/${identifier.caCertificateId}`;
    if (identifier.account !== undefined) return `AWS::::Account:${identifier.account}`;
    if (identifier.cognitoIdentityPoolId !== undefined) {
      return `arn:${this.#partition}:cognito-identity:${region}:${account}:identitypool/${identifier.cognitoIdentityPoolId}`;
    }
    return identifier.deviceCertificateArn ?? identifier.roleAliasArn ?? identifier.iamRoleArn;
  }
}

const WORKFLOW: Readonly<Record<FindingRow['state'], string>> = {
  OPEN: 'NEW',
  SUPPRESSED: 'SUPPRESSED',
  CLOSED: 'RESOLVED',
};

function text(value: string, max: number): string {
  return clean(value, max) ?? 'unknown';
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
