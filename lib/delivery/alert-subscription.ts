/** Display name of the topic: SNS sends its mails under this name. */
export const ALERT_TOPIC_NAME = 'Device Defender audit alerts';

/** How an alert reaches a subscriber. */
export const ALERT_PROTOCOLS = ['email', 'sqs', 'lambda', 'https'] as const;
export type AlertProtocol = (typeof ALERT_PROTOCOLS)[number];

/** From everything to only the worst. LOW also lets INFO through, the others do not. */
export const SEVERITY_FLOORS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type SeverityFloor = (typeof SEVERITY_FLOORS)[number];

/** Which alerts a subscriber gets. */
export interface AlertFilter {
  /**
   * The lowest severity to send. An alert that ends trouble counts with the severity at which the trouble was published, so
   * it reaches everybody who was sent the trouble.
   *
   * @default LOW: everything
   */
  readonly minSeverity?: SeverityFloor;
  /**
   * Names of scheduled audits whose alerts to send; ON_DEMAND stands for all on-demand audits. An alert that ends trouble is
   * sent for the names of all audits that published the trouble.
   *
   * @default every audit
   */
  readonly auditNames?: readonly string[];
}

/** A subscriber to the alerts. */
export interface AlertSubscription extends AlertFilter {
  readonly protocol: AlertProtocol;
  /** An email address, the ARN of a queue or a function, or an https URL. */
  readonly endpoint: string;
}

/** By message attribute, the values to let through. */
type FilterPolicy = Readonly<Record<string, ReadonlyArray<string | { readonly exists: false }>>>;

/** @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_COMBINATIONS = 150;

/** Filter policies on one topic. The other limits, 5 keys and 256 KB in each, are out of reach: 2 keys and 150 names. */
export const MAX_FILTER_POLICIES = 200;

/**
 * The filter policy that lets through what is wanted; undefined where that is everything. SNS matches each element of the
 * attribute `auditNames`, a String.Array, by itself: one name in common is enough.
 *
 * An alert about an audit of which not even the name is known (a watch that gave up before it saw the audit) lacks the
 * attribute. It may be about any audit, so it reaches everybody whose floor it reaches.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
export function filterPolicy({ minSeverity = 'LOW', auditNames = [] }: AlertFilter): FilterPolicy | undefined {
  const policy: FilterPolicy = {
    ...(minSeverity === 'LOW' ? {} : { severity: SEVERITY_FLOORS.slice(SEVERITY_FLOORS.indexOf(minSeverity)) }),
    ...(auditNames.length === 0 ? {} : { auditNames: [...new Set(auditNames), { exists: false }] }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}

/** How many audit names a filter with this floor has room for: SNS multiplies the numbers of values of all keys. */
export function mostAuditNames({ minSeverity }: AlertFilter): number {
  const severities = filterPolicy({ minSeverity })?.severity?.length ?? 1;
  return Math.floor(MAX_COMBINATIONS / severities) - 1;
}
