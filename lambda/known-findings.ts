import { countResources, type Finding, identityOf } from './audit/answer/finding.ts';
import type { CheckEntry } from './audit/ledger/entry.ts';
import {
  compareFindings,
  type FindingChanges,
  type KnownFinding,
  type KnownFindings,
} from './audit/ledger/finding-changes.ts';
import type { FindingsTable } from './aws/table/findings-table.ts';
import type { Place } from './contract.ts';

/** Above this many findings of an audit only counts are compared: the identities of both audits must fit in memory. */
const MOST_COMPARED = 60_000;

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
      const findings = hadNone ? NO_FINDINGS : stored?.of(checkName);
      if (findings !== undefined) known.set(checkName, findings);
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
    const collected = new CollectedFindings();
    if (!(await this.#table.readAll(audit, summary, (finding) => collected.add(finding)))) return UNKNOWN;
    const { incomplete } = summary.facts;
    return { of: (checkName) => (incomplete.includes(checkName) ? undefined : collected.of(checkName)) };
  }
}

interface StoredFindings {
  readonly of: (checkName: string) => KnownFindings | undefined;
}

/** Some chunks are missing, or cannot be read. */
const UNKNOWN: StoredFindings = { of: () => undefined };

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
