import { knownTime } from '../../text/safe-text.ts';
import type { DigestCheck, DigestFacts } from '../digest/facts.ts';
import { MAX_LISTED_CHECKS } from '../facts/check-facts.ts';
import { machineIdentity } from './json.ts';

/** Trouble, or a time without a result, that is over. */
const OVER: ReadonlySet<DigestCheck['change']> = new Set(['RECOVERED', 'SUPPRESSED', 'KNOWN_AGAIN']);

/** A digest for programs. It is about no audit, so it has neither a task nor `checks`. */
export function digestMachineAlert(facts: DigestFacts): object {
  const { checks, audits, suppressionsError } = facts;
  const over = checks.filter(({ change }) => OVER.has(change));
  return {
    ...machineIdentity(facts),
    checks: [],
    digest: {
      cadence: facts.cadence,
      periodEnd: facts.periodEnd,
      from: facts.from,
      to: facts.to,
      watchingSince: facts.watchingSince,
      checksKnown: checks.length,
      checksNotAudited: facts.notAudited,
      open: listed(facts.open),
      unknown: listed(facts.unknown),
      noLongerOpen: listed(over),
      audits: { ended: audits.ended, running: audits.running },
      givenUp: audits.givenUp.slice(0, MAX_LISTED_CHECKS),
      missedRuns: facts.missedRuns.slice(0, MAX_LISTED_CHECKS),
      suppressionsEndingSoon:
        suppressionsError === undefined ? facts.endingSoon.slice(0, MAX_LISTED_CHECKS) : undefined,
      suppressionsError,
    },
  };
}

function listed(checks: readonly DigestCheck[]): object[] {
  return checks.slice(0, MAX_LISTED_CHECKS).map(({ name, title, auditName, severity, change, now, before }) => ({
    checkName: name,
    title,
    auditName,
    severity,
    change,
    nonCompliantResourcesCount: now.state === 'NON_COMPLIANT' ? now.resources : undefined,
    previousNonCompliantResourcesCount: before?.state === 'NON_COMPLIANT' ? before.resources : undefined,
    since: knownTime(now.since),
  }));
}
