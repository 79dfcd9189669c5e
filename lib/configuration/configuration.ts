import { Token } from 'aws-cdk-lib/core';
import { isObject } from '../../lambda/json.ts';
import { filterPolicy } from '../delivery/alert-subscription.ts';
import { paceProblem } from '../watching/watch-pace.ts';
import { paceOf } from './alert-delay.ts';
import { foreignFunctions, togetherProblems } from './alert-subscription-setting.ts';
import { unknownName } from './nearest-name.ts';
import { ConfigurationError, shown } from './problem.ts';
import type { Setting, SettingWithProp } from './setting.ts';
import { type Configuration, SETTINGS, type SettingProps } from './settings.ts';

/** The context object in cdk.json. */
const SECTION = 'auditWatcher';

/** Plain keys that the CDK CLI itself keeps in the context; all its other keys have a ':' or '/' in them. */
const CLI_KEYS = ['acknowledged-issue-numbers', 'cli-telemetry'];

type AnySetting = Setting<unknown> & Partial<SettingWithProp<unknown, string, unknown>>;
const ALL = Object.entries<AnySetting>(SETTINGS);
const NAMES = ALL.map(([name]) => name);
const PROPS = ALL.map(([name, { prop = name }]) => prop);

/**
 * Reads the settings from the context of the app: the `auditWatcher` object of cdk.json, or one key at a time on the
 * command line (`-c alertEmails=a@example.com,b@example.com`), which wins.
 *
 * @throws ConfigurationError with a sentence for each problem: the key, its value, what is allowed, the remedy. An unknown
 *   key is a problem too: a misspelt `alertEmails` would otherwise leave its owner without alerts.
 */
export function readConfiguration(context: Readonly<Record<string, unknown>>): Configuration {
  const section = context[SECTION] ?? {};
  if (!isObject(section)) {
    throw new ConfigurationError([
      `${SECTION}: ${shown(section)} is not an object. Give the settings in cdk.json as "${SECTION}": { "alertEmails": [...], ... }, or one by one (-c alertEmails=a@example.com).`,
    ]);
  }
  const onCommandLine = Object.entries(context).filter(([key]) => NAMES.includes(key));
  const given = { ...section, ...Object.fromEntries(onCommandLine) };
  return checked(
    (name, setting) => (isNothing(given[name], setting) ? undefined : given[name]),
    [
      ...unknownNames(Object.keys(section), `key in the ${SECTION} context`, NAMES),
      ...unknownNames(Object.keys(context).filter(mayBeOurs), 'key in the context', [...NAMES, SECTION]),
    ],
  );
}

/**
 * Reads the settings from props of the construct.
 *
 * @param account where the stack is to go, if that is known
 * @throws ConfigurationError with the sentences that the same value gets from the command line
 */
export function readProps(props: SettingProps, account?: string): Configuration {
  const given: Readonly<Record<string, unknown>> = { ...props };
  const configuration = checked(
    (name, { prop = name, fromProp }) => {
      const value = given[prop];
      return value === undefined || fromProp === undefined ? value : fromProp(value);
    },
    unknownNames(Object.keys(props), 'prop', PROPS),
  );
  const foreign = account === undefined ? [] : foreignFunctions(configuration.alertSubscriptions, account);
  if (foreign.length > 0) throw new ConfigurationError(foreign);
  return configuration;
}

/** The props that stand for these settings. */
export function propsOf(configuration: Configuration): SettingProps {
  const values: Readonly<Record<string, unknown>> = configuration;
  return Object.fromEntries(
    ALL.map(([name, { prop = name, toProp }]) => [prop, toProp === undefined ? values[name] : toProp(values[name])]),
  );
}

/** An empty text switches off what cdk.json sets, where that is possible. */
function isNothing(given: unknown, setting: AnySetting): boolean {
  const mayBeNothing = setting.default === undefined || Array.isArray(setting.default);
  return mayBeNothing && typeof given === 'string' && given.trim() === '';
}

/** The settings: these values, and the default for each missing one. Throws if any value is invalid. */
function checked(givenFor: (name: string, setting: AnySetting) => unknown, unknown: readonly string[]): Configuration {
  const values = ALL.map(([name, setting]) => {
    const given = givenFor(name, setting);
    return { name, setting, value: given === undefined ? setting.default : setting.parse(given) };
  });
  const wrong = values.flatMap(({ name, setting, value }) =>
    setting.mayBeToken && Token.isUnresolved(value) ? [] : setting.problems(name, value),
  );
  // Each value without problems is of the type that its setting says.
  const configuration = Object.fromEntries(values.map(({ name, value }) => [name, value])) as Configuration;
  const problems = [...unknown, ...(wrong.length > 0 ? wrong : contradictions(configuration))];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}

/**
 * Whether a context key is probably meant as a setting: a plain one, one that is called like a setting behind a colon
 * (`AuditWatcher:alertEmails`, as `--parameters` takes it), or one of our section.
 */
function mayBeOurs(contextKey: string): boolean {
  if (contextKey === SECTION || CLI_KEYS.includes(contextKey)) return false;
  const parts = contextKey.toLowerCase().split(/[:@/]/);
  const last = parts.at(-1);
  return parts.length === 1 || parts[0] === SECTION.toLowerCase() || NAMES.some((name) => name.toLowerCase() === last);
}

function unknownNames(names: readonly string[], what: string, known: readonly string[]): string[] {
  return names.filter((name) => !known.includes(name)).map((name) => unknownName(name, what, known));
}

/** What is wrong with settings that are each fine alone. */
function contradictions(configuration: Configuration): string[] {
  const { alertEmails, alertSubscriptions, slackWebhookSecretName, slackWebhookMinSeverity } = configuration;
  const webhookFilter = slackWebhookSecretName && filterPolicy({ minSeverity: slackWebhookMinSeverity }) ? 1 : 0;
  return [
    paceProblem(paceOf(configuration)),
    slackProblem(configuration),
    ...togetherProblems(alertEmails, alertSubscriptions, webhookFilter),
  ].filter((problem) => problem !== undefined);
}

function slackProblem({ slackWorkspaceId, slackChannelId }: Configuration): string | undefined {
  if ((slackWorkspaceId === undefined) === (slackChannelId === undefined)) return undefined;
  const [given, missing] =
    slackChannelId === undefined ? ['slackWorkspaceId', 'slackChannelId'] : ['slackChannelId', 'slackWorkspaceId'];
  return `${missing}: missing, although ${given} is given. Slack needs both: give ${missing} too, or leave both out.`;
}
