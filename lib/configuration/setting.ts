import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { jsonOf } from '../../lambda/shown.ts';
import { SEVERITY_FLOORS } from '../delivery/alert-subscription.ts';

// One function for each sort of setting. Each takes the value as cdk.json gives it or as text from the command line, and
// refuses any other with one sentence: the key, the value got, what is allowed, the remedy.

/** A list, or on the command line a text with commas. The same address twice would be one subscription too many. */
export function emails(key: string) {
  const remedy = `Give addresses like name@example.com, separated by commas (-c ${key}=a@example.com,b@example.com).`;
  const items = (value: unknown) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value);
  return z
    .preprocess(
      (value) => (value === '' ? [] : items(value)),
      z.array(z.email({ error: sentence(key, 'an email address', remedy) }), {
        error: sentence(key, 'a list of email addresses', remedy),
      }),
    )
    .transform((addresses) => [...new Set(addresses)]);
}

/** True or false. */
export function flag(key: string) {
  const values = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  return z.preprocess(
    (value) => values.get(value) ?? value,
    z.boolean({ error: sentence(key, 'true or false', `Give one of the two (-c ${key}=true).`) }),
  );
}

/** A whole number within bounds, both included. */
export function wholeNumber(key: string, least: number, most: number) {
  const error = sentence(
    key,
    `a whole number from ${least} to ${most}`,
    `Give one in that range (-c ${key}=${least}).`,
  );
  const inRange = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return z.preprocess(numberIn, z.number({ error }).refine(inRange, { error }));
}

/** Days that logs are kept. CloudWatch Logs takes only certain numbers; "for ever" is none of them. */
export function logRetention(key: string) {
  const days = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  const allowed = days.filter((value) => value !== RetentionDays.INFINITE).join(', ');
  const error = sentence(key, 'a number of days that CloudWatch Logs allows', `Give one of ${allowed} (-c ${key}=90).`);
  return z.preprocess(numberIn, z.enum(RetentionDays, { error }).exclude(['INFINITE'], { error }));
}

/** An empty text means none, so that the command line can switch off what cdk.json sets. */
export function slackId(key: string, pattern: RegExp, what: string, example: string) {
  const error = sentence(key, what, `Copy it from Slack; it looks like ${example} (-c ${key}=${example}).`);
  return z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.string({ error }).regex(pattern, { error }).optional(),
  );
}

/** One word of a few. */
export function oneOf<const Words extends readonly string[]>(key: string, words: Words) {
  return z.enum(words, {
    error: sentence(key, `one of ${words.join(', ')}`, `Give one of them (-c ${key}=${words[0]}).`),
  });
}

/** A severity to begin at. */
export function severityFloor(key: string) {
  const floors = SEVERITY_FLOORS.join(', ');
  return z.enum(SEVERITY_FLOORS, {
    error: sentence(
      key,
      `one of ${floors}`,
      `Give the lowest severity to hear about; LOW is everything (-c ${key}=LOW).`,
    ),
  });
}

/** Name or ARN of a secret; an empty text means none. The secret itself, given by mistake, is not shown. */
export function secretName(key: string) {
  const remedy = `Give the name of a secret, or its whole ARN (-c ${key}=audit-watcher/slack-webhook).`;
  const error = ({ input }: { input?: unknown }) =>
    typeof input === 'string' && input.includes('://')
      ? `${key}: the value is a URL, and the URL of a webhook is a secret. Store it in Secrets Manager as plain text. ${remedy}`
      : sentence(key, 'the name of a secret', remedy)({ input });
  return z.preprocess(
    (value) => (value === '' ? undefined : value),
    z
      .string({ error })
      .regex(/^(?:[\w/+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-\w{6})$/, {
        error,
      })
      .optional(),
  );
}

/** Says what is wrong with the value of a key. */
export function sentence(key: string, allowed: string, remedy: string) {
  return ({ input }: { input?: unknown }) => `${key}: ${shown(input)} is not ${allowed}. ${remedy}`;
}

/** The command line gives numbers as text. */
function numberIn(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

/** A value as JSON, short enough for a sentence, which may end in the log of a build: without what is secret in a URL. */
export function shown(value: unknown): string {
  const text = (jsonOf(value, 'a value nested too deep to be shown') ?? String(value))
    .replace(/(hooks\.slack\.com\/)[^\s"\\]+/gi, '$1...')
    .replace(/(https?:\/\/)[^\s"\\/@]+@/gi, '$1...@');
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
