import { readIdentity, resourceOf } from '../answer/finding.ts';

/** A finding that is known of a check. */
export interface KnownFinding {
  /** Start of the audit that saw it first. ISO 8601, UTC. */
  readonly since: string;
  readonly suppressed: boolean;
}

/** Findings by identity. */
export type KnownFindings = ReadonlyMap<string, KnownFinding>;

/** The findings of one check that came, went, stayed open, or were suppressed. */
export interface FindingChanges {
  /** Open now, and not open before. */
  readonly newCount: number;
  /** Open before, and no longer listed. */
  readonly goneCount: number;
  /** Open before, and suppressed now. */
  readonly suppressedCount: number;
  /** Open before and now. */
  readonly openCount: number;
  /** The earliest moment at which one of those that stayed open was first seen. ISO 8601, UTC. */
  readonly openSince?: string;
  /** Resources of the first of each, for people, ids in full. */
  readonly firstNew: readonly string[];
  readonly firstGone: readonly string[];
}

/** Since when a finding stands as it does, from what was known of it: one that was suppressed and is open is new. */
export function sinceOf(
  { suppressed }: Pick<KnownFinding, 'suppressed'>,
  before: KnownFinding | undefined,
  startedAt: string,
): string {
  return before === undefined || (before.suppressed && !suppressed) ? startedAt : before.since;
}

/** More are only counted, so that a comparison stays small however many findings there are. */
const LISTED = 5;

/** Compares the findings of one check. */
export function compareFindings(before: KnownFindings, now: KnownFindings): FindingChanges {
  const came: string[] = [];
  const gone: string[] = [];
  let suppressedCount = 0;
  let openCount = 0;
  let openSince: string | undefined;
  for (const [identity, { since, suppressed }] of now) {
    const wasOpen = before.get(identity)?.suppressed === false;
    if (suppressed) {
      if (wasOpen) suppressedCount += 1;
    } else if (wasOpen) {
      openCount += 1;
      if (openSince === undefined || since < openSince) openSince = since;
    } else {
      came.push(identity);
    }
  }
  for (const [identity, { suppressed }] of before) {
    if (!suppressed && !now.has(identity)) gone.push(identity);
  }
  return {
    newCount: came.length,
    goneCount: gone.length,
    suppressedCount,
    openCount,
    openSince,
    firstNew: firstResources(came),
    firstGone: firstResources(gone),
  };
}

function firstResources(identities: readonly string[]): string[] {
  return identities
    .toSorted((a, b) => (a < b ? -1 : 1))
    .slice(0, LISTED)
    .map((identity) => resourceOf(readIdentity(identity)));
}
