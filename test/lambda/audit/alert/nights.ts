import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import { publishedChecks } from '../../../../lambda/audit/alert/published-checks.ts';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type Finding, identityOf, readIdentity } from '../../../../lambda/audit/answer/finding.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type Comparison, moveLedger, type VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import type { AuditReference } from '../../../../lambda/audit/ledger/entry.ts';
import {
  compareFindings,
  type FindingChanges,
  type KnownFindings,
} from '../../../../lambda/audit/ledger/finding-changes.ts';
import { afterPublishing } from '../../../../lambda/audit/ledger/publish.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import { buildAlertInput, buildAnswer, buildSnapshot, TASK_ID } from '../../../builders.ts';
import { night } from '../ledger/ledgers.ts';

/** The audit of `buildAnswer()`, and the one of the night before. */
export const TONIGHT = night(2, { taskId: TASK_ID });
const LAST_NIGHT = night(1);

/** An audit that ended before, and whose trouble was published. */
export interface NightBefore {
  readonly details: Record<string, CheckDetails>;
  /** Findings that are known of it, by identity. */
  readonly findings?: KnownFindings;
  readonly audit?: AuditReference;
}

/** What is known besides tonight's answer. */
interface Known {
  readonly findings?: readonly Finding[];
  /** Names of the checks of which the findings are not known. */
  readonly incomplete?: readonly string[];
  readonly previousChecks?: readonly string[];
  readonly heldChecks?: readonly string[];
}

/** Tonight's audit next to the nights before, in their order; their findings are those of the last. */
export function compared(now: AuditAnswer, nights: readonly NightBefore[], known: Known = {}): Comparison {
  const { findings, incomplete = [], previousChecks, heldChecks } = known;
  const before = nights.at(-1)?.findings;
  return moveLedger(readAudit(now), TONIGHT, {
    entries: nights.reduce<readonly VersionedEntry[]>(afterNight, []),
    previousChecks,
    heldChecks,
    findings: findings && before && findingChanges(before, findings, incomplete),
  }).comparison;
}

/** Findings that are open since a moment. */
export function openSince(findings: readonly Finding[], since: string): KnownFindings {
  return new Map(findings.map((finding) => [identityOf(finding), { since, suppressed: false }]));
}

/** An alert that obeys every limit, with its JSON parsed. */
export function composed(overrides: Partial<AlertInput>) {
  const message = composeAlert(buildAlertInput(overrides));
  expectAlertWithinLimits(message);
  return { ...message, chat: JSON.parse(message.chat), machine: JSON.parse(message.machine) };
}

/** What a mail says under a heading, as one line; undefined without the heading. */
export function sectionOf(email: string, heading: string): string | undefined {
  const [, section] = email.split(`\n\n${heading}\n`);
  return section
    ?.split(/\n\n(?! )/)[0]
    ?.replace(/\s+/g, ' ')
    .trim();
}

/** The sentences of a mail's first paragraph, as one line. */
export function headlineOf(email: string): string {
  return email.slice(0, email.indexOf('\n\n')).replaceAll('\n', ' ');
}

function afterNight(
  entries: readonly VersionedEntry[],
  { details, audit = LAST_NIGHT }: NightBefore,
): readonly VersionedEntry[] {
  const answer = buildAnswer({ auditDetails: details, scheduledAuditName: audit.auditName });
  const moved = moveLedger(readAudit(answer), audit, { entries }).entries;
  const trouble = publishedChecks(
    buildAlertInput({ kind: 'COMPLETED_WITH_FINDINGS', snapshot: buildSnapshot({ answer }) }),
  );
  const untouched = entries.filter(({ checkName }) => !moved.some((entry) => entry.checkName === checkName));
  return [...untouched, ...moved].map((entry) => {
    const check = trouble.find(({ checkName }) => checkName === entry.checkName);
    return { ...entry, ...(check && afterPublishing(entry, check, audit)) };
  });
}

/** By check, for all checks whose findings are known on both sides. */
function findingChanges(
  before: KnownFindings,
  findings: readonly Finding[],
  incomplete: readonly string[],
): Map<string, FindingChanges> {
  const names = new Set([
    ...findings.map(({ checkName }) => checkName),
    ...[...before.keys()].map((identity) => readIdentity(identity).checkName),
  ]);
  const known = [...names].filter((name) => !incomplete.includes(name));
  return new Map(
    known.map((name) => {
      const were = [...before].filter(([identity]) => readIdentity(identity).checkName === name);
      const are = findings
        .filter(({ checkName }) => checkName === name)
        .map(({ since = '', suppressed, ...finding }) => [identityOf(finding), { since, suppressed }] as const);
      return [name, compareFindings(new Map(were), new Map(are))];
    }),
  );
}
