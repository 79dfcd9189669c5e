import { type AlertKind, TEST_KIND } from '../../lambda/contract.ts';

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
  /**
   * Only alerts of these kinds. The end of trouble has kinds of its own: RECOVERED, SUPPRESSED.
   *
   * @default every kind
   */
  readonly kinds?: readonly AlertKind[];
  /**
   * Alerts of all kinds but these, also those of later versions; cannot be given beside `kinds`.
   *
   * @default none
   */
  readonly exceptKinds?: readonly AlertKind[];
}

/** A subscriber to the alerts. */
export interface AlertSubscription extends AlertFilter {
  readonly protocol: AlertProtocol;
  /** An email address, the ARN of a queue or a function, or an https URL. */
  readonly endpoint: string;
}

/** By message attribute, the values to let through. */
type FilterPolicy = Readonly<Record<string, readonly FilterValue[]>>;
type FilterValue = string | { readonly exists: false } | { readonly 'anything-but': readonly string[] };

/** @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const MAX_COMBINATIONS = 150;

/** Filter policies on one topic. The other limits, 5 keys and 256 KB in each, are out of reach: 3 keys and 150 names. */
export const MAX_FILTER_POLICIES = 200;

/**
 * The filter policy that lets through what is wanted; undefined where that is everything. SNS matches each element of the
 * attribute `auditNames`, a String.Array, by itself: one name in common is enough.
 *
 * An alert about an audit of which not even the name is known (a watch that gave up before it saw the audit) lacks the
 * attribute. It may be about any audit, so it reaches everybody whose floor it reaches. So does a digest, whose severity is
 * always CRITICAL here: only `kinds` and `exceptKinds` hold it back.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
export function filterPolicy(filter: AlertFilter): FilterPolicy | undefined {
  const { minSeverity = 'LOW', auditNames = [] } = filter;
  const policy: FilterPolicy = {
    ...(minSeverity === 'LOW' ? {} : { severity: SEVERITY_FLOORS.slice(SEVERITY_FLOORS.indexOf(minSeverity)) }),
    ...(auditNames.length === 0 ? {} : { auditNames: [...new Set(auditNames), { exists: false }] }),
    ...kindPolicy(filter),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}

function kindPolicy({ kinds = [], exceptKinds = [] }: AlertFilter): FilterPolicy {
  if (kinds.length > 0) return { kind: [...new Set(kinds), TEST_KIND] };
  return exceptKinds.length > 0 ? { kind: [{ 'anything-but': [...new Set(exceptKinds)] }] } : {};
}

/** How many audit names a filter with this floor and these kinds has room for: SNS multiplies the numbers of values of all keys. */
export function mostAuditNames({ minSeverity, kinds, exceptKinds }: AlertFilter): number {
  const others = Object.values(filterPolicy({ minSeverity, kinds, exceptKinds }) ?? {});
  const combinations = others.map((values) => values.flatMap(valuesIn).length);
  return Math.floor(MAX_COMBINATIONS / combinations.reduce((product, count) => product * count, 1)) - 1;
}

/** AWS does not say how it counts a list of `anything-but`: each of it is taken as a value. */
function valuesIn(value: FilterValue): readonly unknown[] {
  return typeof value === 'object' && 'anything-but' in value ? value['anything-but'] : [value];
}
