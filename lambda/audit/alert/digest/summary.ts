import { plural, sentenceList, timeText } from '../../text/words.ts';
import type { DigestFacts } from './facts.ts';

const NO_AUDIT_ENDED = 'No audit ended in this time.';

/** What is not zero, in a few words; with nothing to count, what is known of all checks. */
export function titleText(facts: DigestFacts): string {
  const { checks, ended, isUnaudited } = facts;
  const parts = counts(facts).map(({ short }) => short);
  if (parts.length > 0) return parts.join(', ');
  if (checks.length === 0) return 'nothing known yet';
  if (ended === 0) return 'no audit ended';
  return isUnaudited ? 'no check audited' : `${plural(checks.length, 'check')} compliant`;
}

/** The same in a sentence. */
export function headline(facts: DigestFacts): string {
  const parts = counts(facts).map(({ full }) => full);
  const known = parts.length > 0 ? sentenceList(parts) : knownText(facts);
  return [`${known}.`, ...(facts.ended === 0 ? [NO_AUDIT_ENDED] : [])].join(' ');
}

/** The time that the digest covers; how many audits ended, and how; what still runs; which checks no audit had. */
export function stateText(facts: DigestFacts): string {
  const { from, to, audits, ended, incomplete, watchingSince } = facts;
  const how = incomplete.map((audit) => `${audit.count} ${audit.how}`).join(', ');
  const { running } = audits;
  return [
    `${timeText(from)} to ${timeText(to)}.`,
    ended === 0 ? NO_AUDIT_ENDED : `${plural(ended, 'audit')} ended${how === '' ? '' : `: ${how}`}.`,
    ...(running === 0 ? [] : [`${plural(running, 'audit')} ${isOrAre(running)} still running.`]),
    ...notAuditedSentence(facts),
    ...(watchingSince === undefined ? [] : [`Audits have been watched since ${timeText(watchingSince)}.`]),
  ].join(' ');
}

/** Without an audit it goes without saying. */
function notAuditedSentence({ notAudited, isUnaudited, ended }: DigestFacts): string[] {
  if (notAudited === 0) return [];
  if (isUnaudited) return ended === 0 ? [] : ['No check was audited; the last results stand.'];
  return [`${plural(notAudited, 'check')} ${wasOrWere(notAudited)} not audited; the last result stands.`];
}

/** What is not zero, in short and in full. */
function counts(facts: DigestFacts): { readonly short: string; readonly full: string }[] {
  const { open, over, unknown, knownAgain, missedRuns, incomplete, audits } = facts;
  const newCount = open.filter(({ change }) => change === 'NEW').length;
  const isNew = newCount === 0 ? '' : ` (${newCount} new)`;
  const fixed = over.filter(({ change }) => change === 'RECOVERED').length;
  const suppressed = over.length - fixed;
  const again = knownAgain.length;
  const missed = missedRuns.reduce((sum, { days }) => sum + days.length, 0);
  const givenUp = audits.givenUp.length;
  const part = (count: number, short: string, full = short) => ({ count, short, full });
  return [
    part(open.length, `${open.length} open${isNew}`, `${plural(open.length, 'open check')}${isNew}`),
    part(fixed, `${fixed} fixed`),
    part(suppressed, `${suppressed} suppressed`),
    part(unknown.length, `${unknown.length} unknown`, `${unknown.length} without a result`),
    part(again, `${again} ${again === 1 ? 'has' : 'have'} a result again`),
    part(missed, `${missed} missed`, plural(missed, 'missed run')),
    ...incomplete.map(({ how, count }) => part(count, `${count} ${how}`, `${plural(count, 'audit')} ${how}`)),
    part(givenUp, `${givenUp} given up`, `${plural(givenUp, 'audit')} given up`),
  ].filter(({ count }) => count > 0);
}

/** Of checks that are neither open nor without a result. What no audit has said again, nobody knows to be so still. */
function knownText({ checks, isUnaudited }: DigestFacts): string {
  const count = checks.length;
  if (count === 0) return 'nothing is known of any check yet';
  const which = count === 1 ? 'the only known check' : count === 2 ? 'both known checks' : `all ${count} known checks`;
  const stand = isUnaudited ? `${wasOrWere(count)} compliant when last audited` : `${isOrAre(count)} compliant`;
  const suppressed = checks.filter(({ now }) => now.state === 'SUPPRESSED').length;
  return `${which} ${stand}${suppressed === 0 ? '' : `, ${suppressed} of them with suppressed findings`}`;
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function wasOrWere(count: number): string {
  return count === 1 ? 'was' : 'were';
}
