import type { ResourceIdentifier } from '../../lambda/audit/answer/aws-answers.ts';
import { suppressedBy } from '../../lambda/audit/answer/check-catalogue.ts';
import { isPastableCheck } from '../../lambda/audit/text/commands.ts';
import type { FindingRow } from '../findings/schema.ts';
import { CommandError } from '../shared/command-error.ts';
import { nameText } from '../shared/screen/words.ts';
import { posixLine, powerShellLine, shorthand } from '../shared/shell-words.ts';

/** What CreateAuditSuppression is asked for. */
export interface SuppressionRequest {
  readonly checkName: string;
  readonly resourceIdentifier: ResourceIdentifier;
  readonly expirationDate: Date;
  readonly description: string;
}

/** A suppression of one finding until a moment. @throws CommandError for a finding that AWS cannot suppress by itself */
export function suppressionOf(finding: FindingRow, until: Date, description: string): SuppressionRequest {
  const { checkName, resource, resourceIdentifier } = finding;
  const identifier = suppressedBy(checkName, resourceIdentifier as ResourceIdentifier);
  if (identifier === undefined) {
    throw new CommandError(
      `The finding about ${nameText(resource)} has no resource by which AWS suppresses findings of this check. Suppress it in the console.`,
    );
  }
  return { checkName, resourceIdentifier: identifier, expirationDate: until, description };
}

/** The command that does it, for each shell; undefined where the names cannot be put into it safely. */
export function suppressionCommands(
  { checkName, resourceIdentifier, expirationDate, description }: SuppressionRequest,
  region: string,
): { readonly posix?: string; readonly powerShell?: string } {
  if (!isPastableCheck(checkName)) return {};
  const words = (identifier: string) => [
    ...['aws', 'iot', 'create-audit-suppression', '--region', region, '--check-name', checkName],
    ...['--resource-identifier', identifier],
    ...['--no-suppress-indefinitely', '--expiration-date', expirationDate.toISOString().replace('.000Z', 'Z')],
    ...['--description', description],
  ];
  const short = shorthand(resourceIdentifier);
  return {
    posix: posixLine(words(short ?? JSON.stringify(resourceIdentifier))),
    powerShell: short === undefined ? undefined : powerShellLine(words(short)),
  };
}
