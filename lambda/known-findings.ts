import { countResources, type Finding, identityOf } from './audit/answer/finding.ts';
import type { Comparison } from './audit/ledger/comparison.ts';
import type { CheckEntry } from './audit/ledger/entry.ts';
import {
  compareFindings,
  type FindingChanges,
  type KnownFinding,
  type KnownFindings,
} from './audit/ledger/finding-changes.ts';
import type { FindingsSummary, FindingsTable } from './aws/table/findings-table.ts';
import type { AuditId, Place } from './contract.ts';

/** Above this many findings of an audit only counts are compared: the identities of both audits must fit in memory. */
const MOST_COMPARED = 60_000;

/** Audits in a row without a whole list, beyond which nobody looks further back. */
const MOST_STEPS = 31;

const NO_FINDINGS: KnownFindings = new Map();

/** The findings of an audit by check and identity; forgotten if there are too many. */
export class CollectedFindings {
  #checks: Map<string, Map<string, KnownFinding>> | undefined = new Map();
  readonly #counts = new Map<string, number>();
  #count = 0;

  add({ since = '', suppressed, ...finding }: Finding): void {
    this.#counts.set(finding.checkName, (this.#counts.get(finding.checkName) ?? 0) + 1);
    if (this.#checks === undefined) return;
    const check = this.#checks.get(finding.checkName) ?? new Map<string, KnownFinding>();
    this.#checks.set(finding.checkName, check);
    check.set(identityOf(finding), { since, suppressed });
    this.#count += 1;
    if (this.#count > MOST_COMPARED) this.#checks = undefined;
  }

  /** The findings of one check; undefined if there are too many. */
  of(checkName: string): KnownFindings | undefined {
    return this.#checks === undefined ? undefined : (this.#checks.get(checkName) ?? NO_FINDINGS);
  }

  /** How many resources the findings of a check are about; the number of its findings if there are too many. */
  resources(checkName: string): number {
    const findings = this.of(checkName);
    return findings === undefined ? (this.#counts.get(checkName) ?? 0) : countResources(findings.keys());
  }
}

/** Reads what is known of the findings of checks: those stored with the audit that gave the last result. */
export class KnownFindingsReader {
  readonly #table: FindingsTable;
  readonly #place: Place;
  readonly #audits = new Map<string, Promise<StoredFindings | undefined>>();

  constructor(table: FindingsTable, place: Place) {
    this.#table = table;
    this.#place = place;
  }

  /** By check name; a check of which the findings are not known is absent. */
  async of(entries: readonly CheckEntry[]): Promise<Map<string, KnownFindings>> {
    const known = new Map<string, KnownFindings>();
    for (const { checkName, result } of entries) {
      if (result === undefined) continue;
      const stored = await this.#stored(result.audit.taskId);
      // Without anything to list, nothing was stored.
      const hadNone = stored === undefined && result.outcome === 'COMPLIANT' && !result.suppressed;
      const findings = hadNone ? NO_FINDINGS : await stored?.of(checkName);
      if (findings !== undefined) known.set(checkName, findings);
    }
    return known;
  }

  /**
   * What tells since when findings are open: as `of`, but of a check whose last list is not known, the latest one that is. Such a
   * list says since when its findings were seen, not which of them were open in the last audit.
   */
  async lastListed(entries: readonly CheckEntry[], moveOf: MoveOf): Promise<Map<string, KnownFindings>> {
    const known = await this.of(entries);
    const moves = new Map<string, ReturnType<MoveOf>>();
    for (const { checkName, result: last } of entries) {
      let result = known.has(checkName) ? undefined : last;
      for (let step = 0; step < MOST_STEPS && result?.outcome === 'NON_COMPLIANT'; step += 1) {
        const { taskId } = result.audit;
        const move = moves.get(taskId) ?? moveOf({ ...this.#place, taskId });
        moves.set(taskId, move);
        const before = (await move)?.checks.find((check) => check.checkName === checkName)?.before;
        const findings = before && (await this.of([before])).get(checkName);
        if (findings !== undefined) known.set(checkName, findings);
        result = findings === undefined ? before?.result : undefined;
      }
    }
    return known;
  }

  #stored(taskId: string): Promise<StoredFindings | undefined> {
    const stored = this.#audits.get(taskId) ?? this.#read(taskId);
    this.#audits.set(taskId, stored);
    return stored;
  }

  async #read(taskId: string): Promise<StoredFindings | undefined> {
    const { account, region } = this.#place;
    const audit = { account, region, taskId };
    const summary = await this.#table.getSummary(audit);
    if (summary === undefined) return undefined;
    // A list of which nothing counts is not read.
    let all: Promise<CollectedFindings | undefined> | undefined;
    const { incomplete } = summary.facts;
    return {
      of: async (checkName) => {
        if (incomplete.includes(checkName)) return undefined;
        all ??= this.#collect(audit, summary);
        return (await all)?.of(checkName);
      },
    };
  }

  /** Undefined if some chunks are missing, or cannot be read. */
  async #collect(audit: AuditId, summary: FindingsSummary): Promise<CollectedFindings | undefined> {
    const collected = new CollectedFindings();
    const isAll = await this.#table.readAll(audit, summary, (finding) => collected.add(finding));
    return isAll ? collected : undefined;
  }
}

/** How an audit moved the ledger; undefined if it did not, or nobody knows any more. */
type MoveOf = (audit: AuditId) => Promise<Pick<Comparison, 'checks'> | undefined>;

interface StoredFindings {
  readonly of: (checkName: string) => Promise<KnownFindings | undefined>;
}

/** What came, went and stayed, for each check of which the findings are known before and now. */
export function findingChanges(
  before: ReadonlyMap<string, KnownFindings>,
  now: CollectedFindings,
  incomplete: readonly string[],
): Map<string, FindingChanges> {
  const changes = new Map<string, FindingChanges>();
  for (const [checkName, findings] of before) {
    const current = incomplete.includes(checkName) ? undefined : now.of(checkName);
    if (current !== undefined) changes.set(checkName, compareFindings(findings, current));
  }
  return changes;
}
