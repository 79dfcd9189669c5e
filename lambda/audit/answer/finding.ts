import { clean } from '../text/safe-text.ts';
import type { FindingAnswer, ResourceIdentifier } from './aws-answers.ts';
import { resourceName } from './resource-name.ts';
import { SEVERITIES, type Severity } from './severity.ts';

/** A finding in the compact form that is stored and shown. */
export interface Finding {
  readonly checkName: string;
  /** Absent if AWS gave no severity that we know. */
  readonly severity?: Severity;
  readonly resourceType?: string;
  /** For people, with ids in full: `policy FleetProvisioning v7`. One clean line, at most 300 characters. */
  readonly resource: string;
  /** As AWS gave it. */
  readonly identifier: ResourceIdentifier;
  readonly reasonCode?: string;
  /** For people. One clean line, at most 300 characters. */
  readonly reason?: string;
  readonly suppressed: boolean;
  /** Start of the first audit, in an unbroken row up to this one, that had this finding; an open one, open. ISO 8601, UTC. */
  readonly since?: string;
}

/** What makes a finding the same one in every audit. */
export type FindingKey = Pick<Finding, 'checkName' | 'resourceType' | 'identifier' | 'reasonCode'>;

const LONGEST_TEXT = 300;

/** Reads an entry. Whatever is missing stays unknown; a finding is taken as open unless AWS says that it is suppressed. */
export function readFinding(answer: FindingAnswer): Finding {
  const { resourceType, resourceIdentifier = {} } = answer.nonCompliantResource ?? {};
  return {
    checkName: answer.checkName ?? '',
    severity: SEVERITIES.find((severity) => severity === answer.severity),
    resourceType,
    resource: resourceOf({ identifier: resourceIdentifier, resourceType }),
    identifier: resourceIdentifier,
    reasonCode: answer.reasonForNonComplianceCode,
    reason: clean(answer.reasonForNonCompliance, LONGEST_TEXT),
    suppressed: answer.isSuppressed === true,
  };
}

/** A resource for people, ids in full. One clean line, at most 300 characters. */
export function resourceOf({ identifier, resourceType }: Pick<Finding, 'identifier' | 'resourceType'>): string {
  return clean(resourceName(identifier, resourceType), LONGEST_TEXT) ?? 'unknown resource';
}

/**
 * The same in every audit that has this finding, whatever its id and the order of its fields: check, resource type,
 * resource and reason code, as JSON.
 */
export function identityOf({ checkName, resourceType, identifier, reasonCode }: FindingKey): string {
  return JSON.stringify([checkName, resourceType ?? null, sorted(identifier), reasonCode ?? null]);
}

/** How many resources these findings are about: a resource has a finding for each reason. */
export function countResources(identities: Iterable<string>): number {
  const resources = new Set<string>();
  for (const identity of identities) {
    const { resourceType, identifier } = readIdentity(identity);
    resources.add(JSON.stringify([resourceType, identifier]));
  }
  return resources.size;
}

/** What `identityOf` made an identity of. */
export function readIdentity(identity: string): FindingKey {
  const [checkName, resourceType, identifier, reasonCode]: [string, string | null, ResourceIdentifier, string | null] =
    JSON.parse(identity);
  return { checkName, resourceType: resourceType ?? undefined, identifier, reasonCode: reasonCode ?? undefined };
}

/** Id of the device certificate that the finding is about, for ListPrincipalThings. */
export function certificateIdOf({ identifier }: Pick<Finding, 'identifier'>): string | undefined {
  return identifier.deviceCertificateId ?? identifier.deviceCertificateArn?.match(/cert\/([^/]+)$/)?.[1];
}

/** With the keys of every object in one order; what is undefined disappears in JSON. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
