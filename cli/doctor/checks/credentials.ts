import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { ask, errorText } from '../../shared/aws/failed-call.ts';
import type { Target } from '../../shared/aws/target.ts';
import type { Clients } from '../clients.ts';
import { fail, listed, pass, type Verdict } from '../verdict.ts';

/** The caller, its account and Region. */
export interface Identity {
  readonly account: string;
  readonly region: string;
}

/** Without an identity there is nothing else to check. */
type CredentialsVerdict =
  | { readonly verdict: Verdict; readonly identity: Identity }
  /** The reason is short: each row that is skipped repeats it. */
  | { readonly verdict: Verdict; readonly identity?: undefined; readonly reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

const BAD_CREDENTIALS =
  /Credential|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature/;
const ENDPOINT = /^AWS_ENDPOINT_URL(_|$)/;

/** Finds out account and Region. */
export async function checkCredentials(
  { sts }: Pick<Clients, 'sts'>,
  target: Pick<Target, 'profile'>,
  environment: Environment,
): Promise<CredentialsVerdict> {
  const misconfigured = badEndpoint(environment) ?? (await missingProfile(target.profile ?? environment.AWS_PROFILE));
  if (misconfigured !== undefined) return misconfigured;
  const region = await regionOf(sts);
  if (region === undefined) {
    return trouble('No Region is set.', 'Give --region, or set AWS_REGION. For example: --region eu-west-1');
  }
  try {
    const asked = sts.send(new GetCallerIdentityCommand({}));
    const { Account = '', Arn = 'unknown' } = await ask('sts:GetCallerIdentity', asked);
    return { verdict: pass(`${Arn} in ${region}`), identity: { account: Account, region } };
  } catch (error) {
    return unidentified(error instanceof Error ? error.cause : error);
  }
}

/** The SDK would make requests to whatever the text happens to mean, or none. */
function badEndpoint(environment: Environment): CredentialsVerdict | undefined {
  const bad = Object.entries(environment).find(
    ([name, value = '']) => ENDPOINT.test(name) && value !== '' && !isWebAddress(value),
  );
  if (bad === undefined) return undefined;
  const [name, value] = bad;
  return trouble(
    `${name} is not a URL.`,
    'Correct or unset it. For example: http://127.0.0.1:4566',
    `${name} is ${JSON.stringify(value)}, which is not a URL that begins with http:// or https://.`,
  );
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** The SDK would look for a Region or for credentials elsewhere, and find neither. */
async function missingProfile(profile: string | undefined): Promise<CredentialsVerdict | undefined> {
  if (profile === undefined || profile === '') return undefined;
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  // Sections of another kind than a profile have it before a dot: sso-session.fleet.
  const known = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].filter(
    (name) => !/^(sso-session|services)\./.test(name),
  );
  if (known.includes(profile)) return undefined;
  return trouble(
    `There is no profile ${profile}.`,
    'Give one that the AWS configuration has (--profile or AWS_PROFILE), or add it: aws configure --profile NAME',
    `There is no profile ${profile}. Known: ${listed(known.toSorted()) || 'none'}.`,
  );
}

async function regionOf(sts: Clients['sts']): Promise<string | undefined> {
  try {
    return await sts.config.region();
  } catch {
    // The SDK has no name for this error, but it always means that no Region was found.
    return undefined;
  }
}

/** GetCallerIdentity needs no permission, so the trouble is with the credentials or on the way to AWS. */
function unidentified(cause: unknown): CredentialsVerdict {
  const detail = errorText(cause);
  if (cause instanceof Error && BAD_CREDENTIALS.test(cause.name)) {
    return trouble(
      'There are no usable credentials.',
      'Log in again (aws sso login), set AWS_PROFILE, or give --profile.',
      `There are no usable credentials: ${detail}`,
    );
  }
  // A name with several addresses: each attempt has an error of its own.
  const [attempt] = cause instanceof AggregateError ? cause.errors : [cause];
  const { code, address, port, hostname }: Partial<Record<string, unknown>> = Object(attempt);
  const remedy = 'Check the network, the Region, --endpoint-url and AWS_ENDPOINT_URL, then run the doctor again.';
  switch (code) {
    case 'ECONNREFUSED':
      return trouble(`${address}:${port} refuses connections.`, remedy);
    case 'ENOTFOUND':
      return trouble(`There is no host ${hostname}.`, remedy);
    default:
      return trouble('STS does not say who you are.', remedy, `STS does not say who you are: ${detail}`);
  }
}

function trouble(reason: string, remedy: string, found = reason): CredentialsVerdict {
  return { verdict: fail(found, remedy), reason };
}
