import { Duration, Token } from 'aws-cdk-lib/core';
import { z } from 'zod';
import { sentence } from './problem.ts';

/** One setting: all that is said or checked about it, anywhere, comes from here. */
export interface Setting<Value> {
  /** What it does, in a sentence or two of Markdown. */
  readonly meaning: string;
  /** Which values it takes, as errors and documentation say it. */
  readonly allowed: string;
  /** The value if the setting is missing. If this is undefined, an empty text on the command line means undefined too. */
  readonly default: Value;
  /** The stack can be built without knowing the value, so a token passes unchecked. */
  readonly mayBeToken?: boolean;
  /** The value that a text from the command line stands for; anything else as it is. */
  parse(given: unknown): unknown;
  /** What is wrong with a value, one sentence for each problem. A value without problems is a `Value`. */
  problems(key: string, value: unknown): string[];
}

/** A setting that has another name or type as a prop of the construct. */
export interface SettingWithProp<Value, Name extends string, Prop> extends Setting<Value> {
  readonly prop: Name;
  fromProp(prop: Prop): unknown;
  toProp(value: Value): Prop;
}

type Facts<Value> = Omit<Setting<Value>, 'parse' | 'problems'>;

/** A setting whose value has at most one problem. */
function setting<Value>(
  facts: Facts<Value>,
  isAllowed: (value: unknown) => boolean,
  remedy: (key: string, value: unknown) => string,
  parse = (given: unknown) => given,
): Setting<Value> {
  const problems = (key: string, value: unknown) =>
    isAllowed(value) ? [] : [sentence(key, value, facts.allowed, remedy(key, value))];
  return { ...facts, parse, problems };
}

export function asProp<const Name extends string, Value, Prop>(
  prop: Name,
  setting: Setting<Value>,
  fromProp: (prop: Prop) => unknown,
  toProp: (value: Value) => Prop,
): SettingWithProp<Value, Name, Prop> {
  return { ...setting, prop, fromProp, toProp };
}

/** True or false. */
export function flag(byDefault: boolean, meaning: string): Setting<boolean> {
  const byText = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
  ]);
  return setting(
    { meaning, default: byDefault, allowed: 'true or false' },
    (value) => typeof value === 'boolean',
    (key) => `Give one of the two (-c ${key}=true).`,
    (given) => byText.get(given) ?? given,
  );
}

/** One word of a few. */
export function word<const Word extends string>(
  words: readonly Word[],
  byDefault: NoInfer<Word>,
  meaning: string,
): Setting<Word> {
  return setting(
    { meaning, default: byDefault, allowed: `one of ${words.join(', ')}` },
    (value) => words.some((each) => each === value),
    (key) => `Give one of them (-c ${key}=${byDefault}).`,
  );
}

/** One number of a few. */
export function number<Value extends number>(numbers: readonly Value[], facts: Facts<Value>): Setting<Value> {
  const nearest = (value: number) =>
    numbers.reduce((best, each) => (Math.abs(each - value) <= Math.abs(best - value) ? each : best));
  return setting(
    facts,
    (value) => numbers.some((each) => each === value),
    (key, value) =>
      typeof value === 'number' && Number.isFinite(value) && !Token.isUnresolved(value)
        ? `The nearest is ${nearest(value)} (-c ${key}=${nearest(value)}).`
        : `Give one of them (-c ${key}=${facts.default}).`,
    (given) => (typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given),
  );
}

/** A whole number of one unit of time within bounds, both included; a Duration as prop. */
export function duration<const Name extends string>(
  { prop, unit, least, most, ...facts }: Bounds & { readonly prop: Name },
  meaning: string,
): SettingWithProp<number, Name, Duration> {
  const numbers = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  const { from, to } = UNIT[unit];
  return asProp(
    prop,
    number(numbers, { ...facts, meaning, allowed: `a whole number from ${least} to ${most}` }),
    from,
    to,
  );
}

/** A time zone, as EventBridge Scheduler takes it. */
export function timeZone(byDefault: string, meaning: string): Setting<string> {
  return setting(
    { meaning, default: byDefault, allowed: 'a time zone of the IANA database' },
    isTimeZone,
    (key) => `Give a name like Europe/Berlin, or UTC (-c ${key}=Europe/Berlin).`,
  );
}

/** Intl also takes offsets such as +02:00, which EventBridge Scheduler refuses. */
function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z][\w+/-]*$/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

interface Bounds extends Pick<Setting<number>, 'default' | 'mayBeToken'> {
  readonly unit: keyof typeof UNIT;
  readonly least: number;
  readonly most: number;
}

/** A fraction of the unit is then refused like any other wrong number, by the sentence that names the setting. */
const FRACTION = { integral: false };
const UNIT = {
  seconds: { from: (time: Duration) => time.toSeconds(FRACTION), to: (value: number) => Duration.seconds(value) },
  minutes: { from: (time: Duration) => time.toMinutes(FRACTION), to: (value: number) => Duration.minutes(value) },
  hours: { from: (time: Duration) => time.toHours(FRACTION), to: (value: number) => Duration.hours(value) },
  days: { from: (time: Duration) => time.toDays(FRACTION), to: (value: number) => Duration.days(value) },
};

/** An id as Slack shows it. */
export function slackId(
  pattern: RegExp,
  allowed: string,
  example: string,
  meaning: string,
): Setting<string | undefined> {
  return setting(
    { meaning, default: undefined, allowed },
    (value) => value === undefined || matches(pattern, value),
    (key) => `Copy it from Slack; it looks like ${example} (-c ${key}=${example}).`,
  );
}

/** Name or ARN of a secret. A URL may be the secret itself, given by mistake, so it is not shown. */
export function secretName(meaning: string): Setting<string | undefined> {
  const pattern =
    /^(?:[\w/+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-\w{6})$/;
  const remedy = (key: string) => `Give the name, or the whole ARN (-c ${key}=audit-watcher/slack-webhook).`;
  const byName = setting<string | undefined>(
    { meaning, default: undefined, allowed: 'the name or ARN of a secret' },
    (value) => value === undefined || matches(pattern, value),
    remedy,
  );
  return {
    ...byName,
    problems: (key, value) =>
      typeof value === 'string' && value.includes('://')
        ? [
            `${key}: the value is a URL, and the URL of a webhook is a secret. Store it in Secrets Manager as plain text. ${remedy(key)}`,
          ]
        : byName.problems(key, value),
  };
}

/** Name of a table of DynamoDB. */
export function tableName(meaning: string): Setting<string | undefined> {
  return setting(
    { meaning, default: undefined, allowed: 'the name of a table' },
    (value) => value === undefined || matches(/^[\w.-]{3,255}$/, value),
    (key) =>
      `Give the name alone, without the ARN (-c ${key}=AuditWatcher-AuditWatcherTable1A2B3C4D-5E6F7G8H9I0J); docs/runbook.md#deployment says how to find it.`,
  );
}

/** Email addresses. */
export function emails(meaning: string): Setting<readonly string[]> {
  const remedy = (key: string) =>
    `Give addresses like name@example.com, separated by commas (-c ${key}=a@example.com,b@example.com).`;
  return texts({ meaning, allowed: 'a list of email addresses' }, 'an email address', EMAIL, remedy);
}

/** Ids of AWS accounts. */
export function accounts(meaning: string): Setting<readonly string[]> {
  const remedy = (key: string) =>
    `Give ids of 12 digits in quotes, or separated by commas (-c ${key}=111122223333,444455556666).`;
  return texts({ meaning, allowed: 'a list of account ids' }, 'an account id', /^\d{12}$/, remedy);
}

/** A list of texts, or on the command line one text with commas. How many there are must be known. */
function texts(
  facts: Pick<Setting<readonly string[]>, 'meaning' | 'allowed'>,
  one: string,
  pattern: RegExp,
  remedy: (key: string) => string,
): Setting<readonly string[]> {
  return {
    ...facts,
    default: [],
    parse: (given) => {
      const all: unknown = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : given;
      if (!Array.isArray(all)) return given;
      return all.filter((each, index) => all.map(withoutCase).indexOf(withoutCase(each)) === index);
    },
    problems(key, value) {
      if (!Array.isArray(value)) return [sentence(key, value, facts.allowed, remedy(key))];
      return value.filter((each) => !matches(pattern, each)).map((each) => sentence(key, each, one, remedy(key)));
    },
  };
}

export const EMAIL = z.regexes.email;

/** Whether a value is a text of one form. What a token will be is known only at deployment, so it passes. */
export function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && (Token.isUnresolved(value) || pattern.test(value));
}

/** Mail reaches the same person however an address is written. */
export function withoutCase(address: unknown): unknown {
  return typeof address === 'string' ? address.toLowerCase() : address;
}
