import { readAudit } from '../answer/reading.ts';
import { standingOf } from '../ledger/move.ts';
import type { PublishedCheck } from '../ledger/publish.ts';
import type { AlertInput, Announcement } from './alert-input.ts';
import { checkFacts } from './facts/check-facts.ts';
import { gatherFacts } from './facts.ts';
import { KINDS } from './kinds/kinds.ts';

/** What an alert is sent with: its message attributes. */
export function announcementOf(input: AlertInput): Announcement {
  const { severity, checks } = gatherFacts(input, KINDS[input.kind]).reach;
  return { severity, checks };
}

/** The checks in trouble that an alert is about, under the names that AWS gives them. */
export function publishedChecks(input: AlertInput): PublishedCheck[] {
  const { kind, snapshot } = input;
  const { outcomes, ended } = KINDS[kind];
  if (ended !== undefined) return [];
  const { reach } = gatherFacts(input, KINDS[kind]);
  return readAudit(snapshot?.answer ?? {}).checks.flatMap((check): PublishedCheck[] => {
    const { outcome, resources, errorCode } = standingOf(check);
    if ((outcome !== 'NON_COMPLIANT' && outcome !== 'FAILED') || !outcomes.includes(outcome)) return [];
    return [
      {
        checkName: check.name,
        outcome,
        severity: checkFacts(check, input).severity,
        sentAs: reach.severity,
        auditNames: reach.auditNames,
        resources,
        errorCode,
      },
    ];
  });
}

/** The checks of which a closing message says how they stand: all but the compliant ones. */
export function publishedStates({ slot, snapshot }: Pick<AlertInput, 'slot' | 'snapshot'>): string[] {
  if (slot !== 'TERMINAL') return [];
  return readAudit(snapshot?.answer ?? {})
    .checks.filter(({ outcome }) => outcome !== 'COMPLIANT')
    .map(({ name }) => name);
}
