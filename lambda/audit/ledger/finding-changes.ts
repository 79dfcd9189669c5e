import { readIdentity, resourceOf } from '../answer/finding.ts';

/** The open findings of one check that came, went and stayed. */
export interface FindingChanges {
  readonly newCount: number;
  /** No longer open: fixed, or suppressed. */
  readonly goneCount: number;
  readonly openCount: number;
  /** Of those that stayed: start of the first audit that had the oldest of them. ISO 8601, UTC. */
  readonly openSince?: string;
  /** Resources of the first of those that came and of those that went, for people, ids in full. */
  readonly firstNew: readonly string[];
  readonly firstGone: readonly string[];
}

/** More are only counted, so that a comparison stays small however many findings there are. */
const LISTED = 5;

/** By name of the checks to compare. Both maps: when each open finding was first seen, by its identity. */
export function compareFindings(
  previous: ReadonlyMap<string, string> | undefined,
  current: ReadonlyMap<string, string> | undefined,
  checkNames: readonly string[],
): ReadonlyMap<string, FindingChanges> | undefined {
  if (previous === undefined || current === undefined) return undefined;
  const changes = new Map(checkNames.map((name) => [name, new Changes()]));
  for (const [identity, since] of current) {
    const check = changes.get(readIdentity(identity).checkName);
    if (previous.has(identity)) check?.stayed(since);
    else check?.came(identity);
  }
  for (const identity of previous.keys()) {
    if (!current.has(identity)) changes.get(readIdentity(identity).checkName)?.went(identity);
  }
  return new Map([...changes].map(([name, check]) => [name, check.result()]));
}

class Changes {
  #newCount = 0;
  #goneCount = 0;
  #openCount = 0;
  #openSince: string | undefined;
  #firstNew: readonly string[] = [];
  #firstGone: readonly string[] = [];

  came(identity: string): void {
    this.#newCount += 1;
    this.#firstNew = first([...this.#firstNew, identity]);
  }

  went(identity: string): void {
    this.#goneCount += 1;
    this.#firstGone = first([...this.#firstGone, identity]);
  }

  stayed(since: string): void {
    this.#openCount += 1;
    if (this.#openSince === undefined || since < this.#openSince) this.#openSince = since;
  }

  result(): FindingChanges {
    return {
      newCount: this.#newCount,
      goneCount: this.#goneCount,
      openCount: this.#openCount,
      openSince: this.#openSince,
      firstNew: this.#firstNew.map(resourceIn),
      firstGone: this.#firstGone.map(resourceIn),
    };
  }
}

function first(identities: readonly string[]): string[] {
  return identities.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, LISTED);
}

function resourceIn(identity: string): string {
  return resourceOf(readIdentity(identity));
}
