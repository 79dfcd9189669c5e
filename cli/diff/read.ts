import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { type Finding, identityOf } from '../../lambda/audit/answer/finding.ts';
import type { CheckReading } from '../../lambda/audit/answer/reading.ts';
import { isLater } from '../../lambda/audit/ledger/entry.ts';
import { compareFindings, type KnownFindings } from '../../lambda/audit/ledger/finding-changes.ts';
import { moveCheck, standingOf } from '../../lambda/audit/ledger/move.ts';
import { auditRow } from '../audits/read.ts';
import { rowOf } from '../findings/read.ts';
import type { FindingRow } from '../findings/schema.ts';
import { UsageError } from '../shared/command-error.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import { findingsOf, type StoredAudit, storedAudit } from '../shared/history/stored-audit.ts';
import type { DiffDocument } from './schema.ts';

type Diff = DocumentOf<DiffDocument>;
type CheckDiff = Diff['checks'][number];

/** Two audits, the earlier first, check by check and finding by finding. @throws CommandError if one is not recorded; UsageError */
export async function readDiff(history: History, taskIds: readonly [string, string]): Promise<Diff> {
  if (taskIds[0] === taskIds[1]) throw new UsageError('Both audits are the same. Give two different task ids.');
  const [a, b] = [await comparable(history, taskIds[0]), await comparable(history, taskIds[1])];
  const [earlier, later] = isLater(a.audit.reference, b.audit.reference) ? [b, a] : [a, b];
  const names = new Set([...later.audit.reading.checks, ...earlier.audit.reading.checks].map(({ name }) => name));
  return {
    earlier: auditRow(earlier.audit.watch),
    later: auditRow(later.audit.watch),
    checks: [...names].map((name) => checkDiff(name, earlier, later)),
    unreadableItems: history.unreadableItems(),
  };
}

interface Comparable {
  readonly audit: StoredAudit;
  /** By check and identity. */
  readonly findings: ReadonlyMap<string, ReadonlyMap<string, Finding>>;
  readonly isWhole: boolean;
}

async function comparable(history: History, taskId: string): Promise<Comparable> {
  const audit = await storedAudit(history, taskId);
  const { all, isWhole } = await findingsOf(history, audit);
  const findings = Map.groupBy(all, ({ checkName }) => checkName);
  return {
    audit,
    isWhole,
    findings: new Map(
      [...findings].map(([name, ofCheck]) => [name, new Map(ofCheck.map((finding) => [identityOf(finding), finding]))]),
    ),
  };
}

function checkDiff(name: string, earlier: Comparable, later: Comparable): CheckDiff {
  const { title, severity } = checkInfo(name);
  const before = checkOf(earlier, name);
  const now = checkOf(later, name);
  const was = knownFindings(earlier, before);
  const is = knownFindings(later, now);
  const known = was === undefined || is === undefined ? undefined : { was, is };
  return {
    checkName: name,
    title,
    severity,
    earlier: before && standing(before),
    later: now && standing(now),
    change:
      before &&
      now &&
      changeOf(before, now, earlier, later, known && compareFindings(toKnown(known.was), toKnown(known.is))),
    findings: known && findingsDiff(known.was, known.is, earlier, later),
  };
}

/** As the ledger would be if it knew the earlier audit alone. */
function changeOf(
  before: CheckReading,
  now: CheckReading,
  earlier: Comparable,
  later: Comparable,
  findings: ReturnType<typeof compareFindings> | undefined,
): CheckDiff['change'] {
  const { entry } = moveCheck(undefined, before, earlier.audit.reference);
  return moveCheck(entry, now, later.audit.reference, findings).change.change;
}

function findingsDiff(
  was: ReadonlyMap<string, Finding>,
  is: ReadonlyMap<string, Finding>,
  earlier: Comparable,
  later: Comparable,
): CheckDiff['findings'] {
  const open = (findings: ReadonlyMap<string, Finding>, identity: string) =>
    findings.get(identity)?.suppressed === false;
  const rows = (findings: ReadonlyMap<string, Finding>, { audit }: Comparable, wanted: (identity: string) => boolean) =>
    [...findings].flatMap(([identity, finding]): FindingRow[] =>
      wanted(identity) && audit.findings !== undefined
        ? [rowOf(audit.watch, finding, {}, audit.reference, audit.findings)]
        : [],
    );
  return {
    new: rows(is, later, (identity) => open(is, identity) && !open(was, identity)),
    gone: rows(was, earlier, (identity) => open(was, identity) && !is.has(identity)),
    suppressed: rows(is, later, (identity) => open(was, identity) && !open(is, identity)),
    stillOpen: [...is.keys()].filter((identity) => open(is, identity) && open(was, identity)).length,
  };
}

/** Undefined where it is not known which they are. */
function knownFindings(
  { audit, findings, isWhole }: Comparable,
  check: CheckReading | undefined,
): ReadonlyMap<string, Finding> | undefined {
  if (check === undefined) return undefined;
  const { nonCompliantResourcesCount: bad, suppressedNonCompliantResourcesCount: hidden } = check.details;
  if (audit.findings === undefined) return check.outcome === 'COMPLIANT' && !bad && !hidden ? new Map() : undefined;
  if (!isWhole || audit.findings.facts.incomplete.includes(check.name)) return undefined;
  return check.outcome === 'COMPLIANT' || check.outcome === 'NON_COMPLIANT'
    ? (findings.get(check.name) ?? new Map())
    : undefined;
}

function toKnown(findings: ReadonlyMap<string, Finding>): KnownFindings {
  return new Map([...findings].map(([identity, { since = '', suppressed }]) => [identity, { since, suppressed }]));
}

function checkOf({ audit }: Comparable, name: string): CheckReading | undefined {
  return audit.reading.checks.find((check) => check.name === name);
}

function standing(check: CheckReading): CheckDiff['earlier'] {
  const { outcome, resources, suppressed } = standingOf(check);
  return { outcome, nonCompliantResources: resources, suppressedResources: suppressed };
}
