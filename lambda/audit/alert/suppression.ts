import { suppressedBy } from '../answer/check-catalogue.ts';
import { isPastableCheck, quoted } from '../text/commands.ts';
import { DAY_MS } from '../text/duration.ts';
import type { CheckFacts } from './facts/check-facts.ts';
import type { AlertFacts } from './facts.ts';
import { type FindingFacts, shownFindings } from './finding-facts.ts';
import { isOutdated } from './phrases.ts';

/** A command that silences one known resource for a while. */
export interface Suppression {
  readonly name: string;
  /** `2026-11-01`. */
  readonly until: string;
  /** Lines of the command; each is safe to paste into a shell as it is. */
  readonly lines: readonly string[];
}

const DAYS = 30;

/**
 * For one of the resources shown: the one open for the longest, among equals the least severe, because that is the one
 * most likely to be known. None when nothing shown can be put into a shell safely.
 */
export function suppression(facts: AlertFacts): Suppression | undefined {
  const until = endDate(facts.capturedAt);
  if (until === undefined) return undefined;
  const known = facts.trouble
    .filter((check) => !isOutdated(check))
    .flatMap((check) => shownFindings(check).map((finding) => ({ check, finding })))
    .map(({ check, finding }) => ({ finding, identifier: identifierText(check, finding), check }))
    .filter(({ check, identifier }) => identifier !== undefined && isPastableCheck(check.name))
    .reverse()
    .sort((a, b) => (sinceOf(a.finding) < sinceOf(b.finding) ? -1 : Number(sinceOf(a.finding) > sinceOf(b.finding))));
  const [first] = known;
  if (first === undefined) return undefined;
  return {
    name: first.finding.name,
    until,
    lines: [
      `aws iot create-audit-suppression --region ${facts.region}`,
      `--check-name ${first.check.name}`,
      `--resource-identifier ${first.identifier}`,
      `--no-suppress-indefinitely --expiration-date ${until}T00:00:00Z`,
      `--description 'why it is accepted, and who owns it'`,
    ],
  };
}

function sinceOf({ since }: FindingFacts): string {
  return since ?? '~';
}

function identifierText({ name }: CheckFacts, { identifier = {} }: FindingFacts): string | undefined {
  const json = JSON.stringify(suppressedBy(name, identifier));
  // A mail program would make a link of an address.
  return json === undefined || json.includes('://') ? undefined : quoted(json);
}

function endDate(capturedAt: string | undefined): string | undefined {
  const end = Date.parse(capturedAt ?? '') + DAYS * DAY_MS;
  return /^\d{4}-\d\d-\d\d/.exec(Number.isNaN(end) ? '' : new Date(end).toISOString())?.[0];
}
