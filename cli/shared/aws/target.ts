import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { CLIENT_DEFAULTS } from '../../../lambda/aws/client-defaults.ts';
import { posixLine } from '../shell-words.ts';

/** A deployment, and how to reach it. */
export interface Target {
  readonly stackName: string;
  /** Undefined: as the SDK finds it. */
  readonly region?: string;
  readonly profile?: string;
  /** For every service that has no endpoint of its own in the environment. */
  readonly endpointUrl?: string;
}

const DEFAULT_STACK = 'AuditWatcher';
/** One retry: somebody waits for the answer. */
const MAX_ATTEMPTS = 2;

export const regionOption = new Option(
  '--region <region>',
  'Region of the stack (default: AWS_REGION, or that of the profile)',
).argParser(allowed(/^[a-z]{2,3}(-[a-z]+){1,3}-\d{1,2}$/, 'the id of a Region', 'eu-west-1'));

export const profileOption = new Option(
  '--profile <name>',
  'profile of the AWS configuration (default: as the AWS SDK searches)',
).argParser(allowed(/\S/, 'the name of a profile in ~/.aws/config', 'fleet'));

export const endpointUrlOption = new Option(
  '--endpoint-url <url>',
  'where all services are; AWS_ENDPOINT_URL_DYNAMODB and the like win over it',
).argParser((url) => {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new InvalidArgumentError(
    'Allowed: a URL that begins with http:// or https://. For example: http://127.0.0.1:4566',
  );
});

export const stackNameOption = new Option('--stack-name <name>', 'name of the stack')
  .default(DEFAULT_STACK)
  .argParser(
    allowed(/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/, 'a letter, then letters, digits and hyphens, 128 at most', DEFAULT_STACK),
  );

/** The options that lead to the same deployment, for the next command; empty, or with a space before it. */
export function optionsOf({ stackName, ...reached }: Target): string {
  return `${stackName === DEFAULT_STACK ? '' : ` ${posixLine(['--stack-name', stackName])}`}${reachedBy(reached)}`;
}

/** The same for a command that needs no deployment. */
export function reachedBy({ region, profile, endpointUrl }: Omit<Target, 'stackName'>): string {
  const options = [
    ['--region', region],
    ['--profile', profile],
    ['--endpoint-url', endpointUrl],
  ] as const;
  return options.map(([name, value]) => (value === undefined ? '' : ` ${posixLine([name, value])}`)).join('');
}

/** Settings of a client for one service, named as in AWS_ENDPOINT_URL_… */
export function clientSettings({ region, profile, endpointUrl }: Target, service: string) {
  return {
    ...CLIENT_DEFAULTS,
    maxAttempts: MAX_ATTEMPTS,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...endpointSetting(service, endpointUrl),
  };
}

/** Reads a value that a pattern describes. */
export function allowed(pattern: RegExp, rule: string, example: string): (value: string) => string {
  return (value) => {
    if (pattern.test(value)) return value;
    throw new InvalidArgumentError(`Allowed: ${rule}. For example: ${example}`);
  };
}

/** An endpoint in code would win over the one that the environment gives a single service. */
function endpointSetting(service: string, endpoint: string | undefined): { endpoint?: string } {
  const own = process.env[`AWS_ENDPOINT_URL_${service}`];
  return endpoint === undefined || (own !== undefined && own !== '') ? {} : { endpoint };
}
