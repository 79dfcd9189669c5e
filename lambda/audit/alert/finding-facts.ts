import type { ResourceIdentifier } from '../answer/aws-answers.ts';
import { certificateIdOf, type Finding } from '../answer/finding.ts';
import { shortName } from '../answer/resource-name.ts';
import type { Severity } from '../answer/severity.ts';
import type { FindingTotals } from '../answer/worst-resources.ts';
import { clean, knownTime } from '../text/safe-text.ts';
import type { FindingsFacts, PrincipalThings, ReadFindings } from './alert-input.ts';

/** The findings of one check, as an alert shows them. */
export interface CheckFindings extends FindingTotals {
  /** The worst of the open ones; the others are only counted. */
  readonly worst: readonly FindingFacts[];
}

/** One finding. Every string is one clean line of bounded length. */
export interface FindingFacts {
  /** For a reader, long ids shortened: `cert 3f9c...e21`. */
  readonly name: string;
  /** With ids in full. */
  readonly resource: string;
  readonly resourceType?: string;
  /** As AWS gave it; absent unless it is short and plain. */
  readonly identifier?: ResourceIdentifier;
  readonly reasonCode?: string;
  readonly reason?: string;
  readonly severity?: Severity;
  /** Start of the first audit, in an unbroken row, that had it. ISO 8601, UTC. */
  readonly since?: string;
  /** True when an earlier audit had it already; undefined when that is unknown. */
  readonly isOld?: boolean;
  /** Names of the things that a certificate belongs to, and the number of those beyond the names. */
  readonly things: readonly string[];
  readonly moreThings: number;
}

/** Longest identifier, as JSON, that is handed on; the real ones are far shorter. */
const LONGEST_IDENTIFIER = 400;
const MAX_WORST = 20;
const MAX_THINGS = 3;

/** What is known about the findings of a check, by the name that AWS gives it. */
export function findingsOf(
  facts: FindingsFacts | undefined,
  checkName: string,
  startedAt: string | undefined,
): CheckFindings | undefined {
  if (facts?.status !== 'READ' || facts.incomplete.includes(checkName)) return undefined;
  const { open, suppressed, severity } = own(facts.totals, checkName) ?? { open: 0, suppressed: 0 };
  const worst = facts.worst
    .slice(0, MAX_WORST)
    .filter((finding) => finding.checkName === checkName)
    .map((finding) => findingFacts(finding, facts, startedAt));
  return { open, suppressed, severity, worst };
}

/** The findings of a check to show; empty if nothing is known of them. */
export function shownFindings({ findings }: { readonly findings?: CheckFindings }): readonly FindingFacts[] {
  return findings?.worst ?? [];
}

function findingFacts(finding: Finding, facts: ReadFindings, startedAt: string | undefined): FindingFacts {
  const { names, more } = thingsOf(finding, facts) ?? { names: [], more: 0 };
  const things = names.map((name) => clean(name, 60)).filter((name) => name !== undefined);
  const since = knownTime(finding.since);
  return {
    name: shortName(finding.resource),
    resource: clean(finding.resource, 200) ?? 'unknown resource',
    resourceType: clean(finding.resourceType, 60),
    identifier: isPlain(finding.identifier) ? finding.identifier : undefined,
    reasonCode: clean(finding.reasonCode, 80),
    reason: clean(finding.reason, 100),
    severity: finding.severity,
    since,
    isOld: since === undefined || startedAt === undefined ? undefined : Date.parse(since) < Date.parse(startedAt),
    things: things.slice(0, MAX_THINGS),
    moreThings: more + Math.max(0, things.length - MAX_THINGS),
  };
}

function thingsOf(finding: Finding, { principals }: ReadFindings): PrincipalThings | undefined {
  const certificateId = certificateIdOf(finding);
  return certificateId === undefined ? undefined : own(principals, certificateId);
}

/** Short, and printable ASCII throughout. */
function isPlain(identifier: ResourceIdentifier): boolean {
  return JSON.stringify(identifier).length <= LONGEST_IDENTIFIER && texts(identifier).every(isPrintable);
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7E]+$/.test(text);
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(texts) : [];
}

/** Own properties only: a check may be named `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
