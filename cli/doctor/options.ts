import { notAllowed, parseOptions } from '../shared/command-line.ts';

/** What `audit-watcher doctor` was asked for. */
export interface DoctorOptions {
  readonly stackName: string;
  /** Undefined: as the SDK finds it. */
  readonly region?: string;
  readonly profile?: string;
  /** For every service that has no endpoint of its own in the environment. */
  readonly endpointUrl?: string;
  readonly sendTestAlert: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const DEFAULT_STACK = 'AuditWatcher';

export const DOCTOR_HELP = `Checks a deployed stack from outside and says how to fix each problem. It changes nothing, and
sends nothing without --send-test-alert.

Usage: npm run doctor -- [options]

  --stack-name NAME    the stack (default ${DEFAULT_STACK})
  --region REGION      its Region (default: AWS_REGION, or the profile's)
  --profile NAME       a profile of the AWS configuration (default: the SDK's own search)
  --endpoint-url URL   where all services are; AWS_ENDPOINT_URL_SNS and the like win over it
  --send-test-alert    publish an alert that is marked as a test, to see whether it arrives
  --json               stdout is one JSON document
  --help               this text

Exit code: 0 nothing failed (warnings do not count), 1 something failed, 2 the command line cannot be used.
For what each check examines, and the permissions it needs, see docs/doctor.md.
`;

const OPTIONS = {
  'stack-name': { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  'endpoint-url': { type: 'string' },
  'send-test-alert': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Parses the options of the doctor. @throws UsageError */
export function parseDoctorOptions(argv: readonly string[]): DoctorOptions {
  const values = parseOptions(argv, OPTIONS, 'npm run doctor');
  return {
    stackName: allowed('--stack-name', values['stack-name'] ?? DEFAULT_STACK, {
      pattern: /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/,
      rule: 'a letter, then letters, digits and hyphens, 128 at most',
      example: DEFAULT_STACK,
    }),
    region: optional('--region', values.region, {
      pattern: /^[a-z]{2,3}(-[a-z]+){1,3}-\d{1,2}$/,
      rule: 'the id of a Region',
      example: 'eu-west-1',
    }),
    profile: optional('--profile', values.profile, {
      pattern: /\S/,
      rule: 'the name of a profile in ~/.aws/config',
      example: 'fleet',
    }),
    endpointUrl: values['endpoint-url'] === undefined ? undefined : endpoint(values['endpoint-url']),
    sendTestAlert: values['send-test-alert'] ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

interface Rule {
  readonly pattern: RegExp;
  readonly rule: string;
  readonly example: string;
}

function optional(option: string, value: string | undefined, rule: Rule): string | undefined {
  return value === undefined ? undefined : allowed(option, value, rule);
}

function allowed(option: string, value: string, { pattern, rule, example }: Rule): string {
  if (pattern.test(value)) return value;
  throw notAllowed(option, value, rule, example);
}

function endpoint(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw notAllowed('--endpoint-url', url, 'a URL that begins with http:// or https://', 'http://127.0.0.1:4566');
}
