import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ask } from '../../shared/failed-call.ts';
import type { Clients } from '../clients.ts';
import { unknownVerdict } from '../unknown-verdict.ts';
import { fail, pass, type Verdict } from '../verdict.ts';

/** The caller, its account and Region. */
export interface Identity {
  readonly account: string;
  readonly region: string;
}

/** Without an identity there is nothing else to check. */
interface CredentialsVerdict {
  readonly verdict: Verdict;
  readonly identity?: Identity;
}

const BAD_CREDENTIALS =
  /Credential|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature/;

/** Finds out account and Region. */
export async function checkCredentials(clients: Clients): Promise<CredentialsVerdict> {
  const region = await regionOf(clients);
  if (region === undefined) {
    return { verdict: fail('No Region is set.', 'Give --region, or set AWS_REGION. For example: --region eu-west-1') };
  }
  try {
    const asked = clients.sts.send(new GetCallerIdentityCommand({}));
    const { Account = '', Arn = 'unknown' } = await ask('sts:GetCallerIdentity', asked);
    return { verdict: pass(`${Arn} in ${region}`), identity: { account: Account, region } };
  } catch (error) {
    return { verdict: withoutCredentials(error) };
  }
}

async function regionOf({ sts }: Clients): Promise<string | undefined> {
  try {
    return await sts.config.region();
  } catch {
    // The SDK has no name for this error, but it always means that no Region was found.
    return undefined;
  }
}

function withoutCredentials(error: unknown): Verdict {
  const unknown = unknownVerdict(error, 'FAIL');
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !BAD_CREDENTIALS.test(cause.name)) return unknown;
  return fail(
    unknown.found.replace('Not checked', 'No usable credentials'),
    'Log in again (aws sso login), set AWS_PROFILE, or give --profile.',
  );
}
