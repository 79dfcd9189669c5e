import type { AuditMove, Comparison, VersionedEntry } from '../../../audit/ledger/comparison.ts';
import type {
  AuditReference,
  CheckEntry,
  KnownResult,
  PublishedTrouble,
  UnknownResult,
} from '../../../audit/ledger/entry.ts';
import type { FindingChanges } from '../../../audit/ledger/finding-changes.ts';
import type { CheckChange, CheckStanding } from '../../../audit/ledger/move.ts';
import { isFlag, isNumber, isText, listOf, objectOf, optional, type Shapes } from './shapes.ts';

const isReference = objectOf<AuditReference>({ taskId: isText, auditName: isText, startedAt: isText });

/** A result of a check. */
export const isResult = objectOf<KnownResult>({
  outcome: isText,
  resources: optional(isNumber),
  suppressed: optional(isNumber),
  since: isText,
  audit: isReference,
  publishedBy: optional(listOf(isText)),
});

const isUnknown = objectOf<UnknownResult>({
  outcome: isText,
  errorCode: optional(isText),
  since: isText,
  audit: isReference,
  publishedBy: optional(listOf(isText)),
});

const isPublished = objectOf<PublishedTrouble>({
  outcome: isText,
  resources: optional(isNumber),
  errorCode: optional(isText),
  severity: isText,
  sentAs: isText,
  auditNames: listOf(isText),
  audit: isReference,
});

const ENTRY: Shapes<CheckEntry> = {
  checkName: isText,
  auditName: optional(isText),
  result: optional(isResult),
  unknown: optional(isUnknown),
  published: optional(isPublished),
  movedBy: optional(listOf(isText)),
};

/** An entry of the ledger. */
export const isEntry = objectOf<VersionedEntry>({ ...ENTRY, version: isNumber });

/** How a check stands in an audit. */
export const isStanding = objectOf<CheckStanding>({
  outcome: isText,
  resources: optional(isNumber),
  suppressed: optional(isNumber),
  errorCode: optional(isText),
});

const isFindings = objectOf<FindingChanges>({
  newCount: isNumber,
  goneCount: isNumber,
  suppressedCount: isNumber,
  openCount: isNumber,
  openSince: optional(isText),
  firstNew: listOf(isText),
  firstGone: listOf(isText),
});

const isChange = objectOf<CheckChange>({
  checkName: isText,
  change: isText,
  before: optional(objectOf(ENTRY)),
  now: isStanding,
  findings: optional(isFindings),
});

const isComparison = objectOf<Comparison>({
  audit: isReference,
  checks: listOf(isChange),
  dropped: listOf(objectOf(ENTRY)),
  missing: listOf(objectOf(ENTRY)),
  elsewhere: listOf(objectOf(ENTRY)),
  hasUnnamedTrouble: isFlag,
  hasUnnamedChecks: isFlag,
});

/** A comparison as it is stored with its audit. */
export const isMove = objectOf<AuditMove>({ comparison: isComparison, entries: listOf(isEntry) });
