import { describe, expect, it } from '@jest/globals';
import { EVERY_OPTION, readable, resourcesOf, synthesize } from './synthesize.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/slack-AbCdEf';

/** Secrets by their form. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'webhook of Slack': /hooks\.slack\.com/i,
  'token of Slack': /\bxox[abeoprs]-/,
  'access key of AWS': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY/,
  'password in a URL': /\w+:\/\/[^\s/:@]+:[^\s/@]+@/,
  'token in a URL': /[?&](?:access_?token|api_?key|key|password|secret|sig|signature|token)=/i,
  'JSON Web Token': /\beyJ[\w-]{8,}\.[\w-]{8,}\./,
  // CloudFormation would write the value of the secret where this stands, and Lambda show it among the variables.
  'dynamic reference to a secret': /\{\{resolve:(?:secretsmanager|ssm-secure)/,
};

describe('what counts as a secret', () => {
  it.each([
    ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX', 'webhook of Slack'],
    ['xoxb-1234-5678-abcdef', 'token of Slack'],
    ['AKIAIOSFODNN7EXAMPLE', 'access key of AWS'],
    ['-----BEGIN RSA PRIVATE KEY-----', 'private key'],
    ['https://me:pass@example.com/', 'password in a URL'],
    ['https://example.com/alerts?token=abc', 'token in a URL'],
    ['eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', 'JSON Web Token'],
    ['{{resolve:secretsmanager:team/slack}}', 'dynamic reference to a secret'],
    ['kQ7mZx2VbN9wRt4YpL6sHd8JfG3cA5eU', 'random text'],
  ])('%s', (text, kind) => {
    expect(secretsIn(text)).toContain(kind);
  });

  it('is not the name of a secret, nor a URL without one', () => {
    const harmless = ['team/slack', SECRET_ARN, 'https://example.com/alerts', 'Device Defender Audit Started'];

    expect(harmless.flatMap(secretsIn)).toEqual([]);
  });
});

describe.each([
  ['by name', 'team/slack'],
  ['by ARN', SECRET_ARN],
])('the template with every option, and the secret of the webhook given %s', (_, slackWebhookSecretName) => {
  const template = synthesize({ ...EVERY_OPTION, slackWebhookSecretName });
  const functions = resourcesOf(template, 'AWS::Lambda::Function');

  it('holds nothing that looks like a secret', () => {
    const found = textsIn(template.toJSON())
      .filter((text) => !(text in template.toJSON().Resources)) // policies are called by their logical ids
      .flatMap((text) => secretsIn(text).map((kind) => `${kind}: ${text}`));

    expect(found).toEqual([]);
  });

  it('gives the functions no variables but these, of which one names the secret', () => {
    const variables = functions.map(([, { Environment }]) => (Environment as Environment).Variables);
    const names = [...new Set(variables.flatMap(Object.keys))];

    expect(names.toSorted()).toEqual([
      'ALERT_TOPIC_ARN',
      'ALERT_WHEN_COMPLIANT',
      'AWS_MAX_ATTEMPTS',
      'AWS_RETRY_MODE',
      'CHAT_TOPIC_ARN',
      'DIGEST',
      'DIGEST_DAY',
      'DIGEST_HOUR',
      'DIGEST_TIME_ZONE',
      'LATE_AFTER_HOURS',
      'MAX_WAIT_SECONDS',
      'MIN_WAIT_SECONDS',
      'MOST_LEARNED_POLLS',
      'PATIENCE_SECONDS',
      'POWERTOOLS_METRICS_NAMESPACE',
      'POWERTOOLS_SERVICE_NAME',
      'REPEAT',
      'RETENTION_DAYS',
      'SLACK_WEBHOOK_SECRET',
      'TABLE_NAME',
      'WATCH_LIMIT_HOURS',
    ]);
    expect(variables.flatMap(({ SLACK_WEBHOOK_SECRET: secret }) => secret ?? [])).toEqual([slackWebhookSecretName]);
  });

  it('lets only the function that posts read it, and do no more with it', () => {
    const readers = resourcesOf(template, 'AWS::IAM::Policy').filter(([, { PolicyDocument }]) =>
      JSON.stringify(PolicyDocument).includes('secretsmanager:'),
    );

    expect(readers.map(([, { Roles }]) => readable(Roles))).toEqual([['<SlackWebhookPostRole>']]);
    expect(JSON.stringify(readers).match(/"secretsmanager:\w+"/g)).toEqual(['"secretsmanager:GetSecretValue"']);
  });
});

interface Environment {
  readonly Variables: Readonly<Record<string, unknown>>;
}

function secretsIn(text: string): string[] {
  const kinds = Object.entries(SECRETS)
    .filter(([, form]) => form.test(text))
    .map(([kind]) => kind);
  const words = text.match(/[A-Za-z0-9+/=_-]{24,}/g) ?? [];
  return words.some((word) => bitsPerCharacter(word) > 4.6) ? [...kinds, 'random text'] : kinds;
}

/** Shannon's: 6 for random Base64 of some length, about 4 for words. */
function bitsPerCharacter(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((bits, n) => bits - (n / word.length) * Math.log2(n / word.length), 0);
}

/** Every text of the template, but for logical ids and for what the CDK writes about itself. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && 'Type' in value && value.Type === 'AWS::CDK::Metadata') return [];
  return Object.entries(value)
    .filter(([key]) => !['Ref', 'Fn::GetAtt', 'DependsOn'].includes(key))
    .flatMap(([, inner]) => textsIn(inner));
}
