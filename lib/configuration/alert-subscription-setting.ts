import { Token } from 'aws-cdk-lib/core';
import { ALERT_KIND, type AlertKind } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import {
  ALERT_PROTOCOLS,
  type AlertProtocol,
  type AlertSubscription,
  filterPolicy,
  MAX_FILTER_POLICIES,
  mostAuditNames,
  SEVERITY_FLOORS,
} from '../delivery/alert-subscription.ts';
import { unknownName } from './nearest-name.ts';
import { sentence, shown } from './problem.ts';
import { EMAIL, matches, type Setting, withoutCase } from './setting.ts';

const EXAMPLE = '{"protocol":"email","endpoint":"name@example.com","minSeverity":"HIGH"}';

/** What the endpoint of each protocol looks like. */
const ENDPOINT: Readonly<Record<AlertProtocol, { pattern: RegExp; what: string; example: string }>> = {
  email: { pattern: EMAIL, what: 'an email address', example: 'name@example.com' },
  sqs: {
    pattern: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
    what: 'the ARN of a standard queue',
    example: 'arn:aws:sqs:eu-west-1:123456789012:alerts',
  },
  lambda: {
    pattern: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9$_-]{1,128})?$/,
    what: 'the ARN of a function',
    example: 'arn:aws:lambda:eu-west-1:123456789012:function:alerts',
  },
  https: { pattern: /^https:\/\/\S{1,2000}$/, what: 'an https URL', example: 'https://example.com/alerts' },
};

const FIELDS = ['protocol', 'endpoint', 'minSeverity', 'auditNames', 'kinds', 'exceptKinds'] as const;
const KINDS = Object.values(ALERT_KIND);

/** As AWS IoT allows it for a scheduled audit. */
const AUDIT_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const NAME_REMEDY = 'Give names as AWS IoT lists them, or ON_DEMAND for the on-demand audits.';

/** A list, or on the command line its JSON. Each sentence begins with the place in the list. Endpoints and audit names may be tokens. */
export function subscriptions(meaning: string): Setting<readonly AlertSubscription[]> {
  return {
    meaning,
    default: [],
    allowed: 'a list of subscriptions',
    parse: (given) => (typeof given === 'string' ? (parseJson(given) ?? given) : given),
    problems(key, value) {
      if (Array.isArray(value)) {
        return value.flatMap((each, index) => subscriptionProblems(`${key}[${index}]`, each));
      }
      return [sentence(key, value, this.allowed, `Give JSON like [${EXAMPLE}] (-c ${key}='[${EXAMPLE}]').`)];
    },
  };
}

/** An unknown key is a problem too: a misspelt `minSeverity` would send its subscriber everything. */
function subscriptionProblems(where: string, subscription: unknown): string[] {
  if (!isObject(subscription)) {
    return [sentence(where, subscription, 'a subscription', `Give an object like ${EXAMPLE}.`)];
  }
  const protocol = ALERT_PROTOCOLS.find((each) => each === subscription.protocol);
  if (protocol === undefined) {
    const allowed = `one of ${ALERT_PROTOCOLS.join(', ')}`;
    return [sentence(`${where}.protocol`, subscription.protocol, allowed, 'Give one of them.')];
  }
  return [
    ...endpointProblems(`${where}.endpoint`, protocol, subscription.endpoint),
    ...filterProblems(where, subscription),
    ...Object.keys(subscription)
      .filter((key) => !FIELDS.some((field) => field === key))
      .map((key) => `${where}: ${unknownName(key, 'key', FIELDS)}`),
  ];
}

function endpointProblems(where: string, protocol: AlertProtocol, endpoint: unknown): string[] {
  const { pattern, what, example } = ENDPOINT[protocol];
  const isUrl = protocol === 'https' && typeof endpoint === 'string' && URL.canParse(endpoint);
  if (!matches(pattern, endpoint) || (protocol === 'https' && !isUrl)) {
    return [sentence(where, endpoint, what, `Give one like ${example}.`)];
  }
  // The URL ends up in the template, for anyone to read. SNS sends it a confirmation first, which Slack could not give.
  const { hostname, username, password } = new URL(isUrl ? endpoint : 'https://none');
  if (hostname !== 'hooks.slack.com' && username === '' && password === '') return [];
  return [
    `${where}: the URL is a secret, and would be readable in the template. For a Slack webhook give slackWebhookSecretName; elsewhere let the endpoint verify the signature of SNS instead of a password.`,
  ];
}

function filterProblems(where: string, subscription: Readonly<Record<string, unknown>>): string[] {
  const kinds = kindProblems(where, subscription);
  return [...kinds, ...severityAndNameProblems(where, subscription, kinds.length > 0)];
}

/** A kind that does not exist is a problem: its subscriber would get nothing, or everything. */
function kindProblems(where: string, { kinds, exceptKinds }: Readonly<Record<string, unknown>>): string[] {
  const both =
    kinds === undefined || exceptKinds === undefined
      ? []
      : [`${where}.exceptKinds: given beside kinds. Give kinds for these alone, or exceptKinds for all others.`];
  return [
    ...both,
    ...kindListProblems(`${where}.kinds`, kinds),
    ...kindListProblems(`${where}.exceptKinds`, exceptKinds),
  ];
}

function kindListProblems(at: string, kinds: unknown): string[] {
  if (kinds === undefined) return [];
  if (!Array.isArray(kinds)) {
    return [sentence(at, kinds, 'a list of alert kinds', 'Give a list like ["DIGEST"]; docs/alerts.md has all kinds.')];
  }
  if (kinds.length === 0) return [sentence(at, kinds, 'a list of alert kinds', 'Leave it out for all kinds.')];
  return kinds.flatMap((kind, index) =>
    isKind(kind) ? [] : [sentence(`${at}[${index}]`, kind, `one of ${KINDS.join(', ')}`, 'Give one of them.')],
  );
}

function isKind(kind: unknown): kind is AlertKind {
  return KINDS.some((each) => each === kind);
}

function kindsIn(list: unknown): AlertKind[] {
  return Array.isArray(list) ? list.filter(isKind) : [];
}

function severityAndNameProblems(
  where: string,
  { minSeverity, auditNames, kinds, exceptKinds }: Readonly<Record<string, unknown>>,
  hasWrongKinds: boolean,
): string[] {
  const floor = SEVERITY_FLOORS.find((each) => each === minSeverity);
  if (minSeverity !== undefined && floor === undefined) {
    const remedy = 'Give the lowest severity to send; LOW sends everything.';
    return [sentence(`${where}.minSeverity`, minSeverity, `one of ${SEVERITY_FLOORS.join(', ')}`, remedy)];
  }
  if (auditNames === undefined) return [];
  const at = `${where}.auditNames`;
  if (!Array.isArray(auditNames)) return [sentence(at, auditNames, 'a list of audit names', NAME_REMEDY)];
  if (auditNames.length === 0) {
    return [sentence(at, auditNames, 'a list of audit names', 'Leave it out for all audits.')];
  }
  const wrong = auditNames.flatMap((name, index) =>
    matches(AUDIT_NAME, name) ? [] : [sentence(`${at}[${index}]`, name, 'a name of a scheduled audit', NAME_REMEDY)],
  );
  const names = new Set(auditNames).size;
  const most = mostAuditNames({ minSeverity: floor, kinds: kindsIn(kinds), exceptKinds: kindsIn(exceptKinds) });
  if (names <= most || hasWrongKinds) return wrong;
  const others = Object.entries({ minSeverity: floor, kinds, exceptKinds }).filter(([, value]) => value !== undefined);
  const beside = others.map(([name, value]) => (typeof value === 'string' ? `${name} ${value}` : name)).join(' and ');
  const withOthers = beside === '' ? '' : ` with ${beside}`;
  return [
    ...wrong,
    `${at}: ${names} names do not fit into an SNS filter policy${withOthers}. Give at most ${most}, or leave auditNames out.`,
  ];
}

/**
 * What is wrong with functions of other accounts than the stack's: SNS invokes a function only if its own account has
 * subscribed it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function foreignFunctions(alertSubscriptions: readonly AlertSubscription[], account: string): string[] {
  return alertSubscriptions.flatMap(({ protocol, endpoint }, index) => {
    const [, , , , owner] = endpoint.split(':');
    if (protocol !== 'lambda' || Token.isUnresolved(endpoint) || owner === undefined || owner === account) return [];
    return [
      `alertSubscriptions[${index}].endpoint: ${shown(endpoint)} is a function of account ${owner}, which only that account can subscribe. Take it out, give subscriberAccounts ${owner}, and have it subscribed there: see docs/security.md#subscribers-in-other-accounts.`,
    ];
  });
}

/** What is wrong with subscriptions that are each fine alone. */
export function togetherProblems(
  alertEmails: readonly string[],
  alertSubscriptions: readonly AlertSubscription[],
  otherFilters: number,
): string[] {
  const subscribers = [
    ...alertEmails.map((email) => `email ${withoutCase(email)}`),
    ...alertSubscriptions.map(({ protocol, endpoint }) =>
      protocol === 'email' ? `email ${withoutCase(endpoint)}` : `${protocol} ${endpoint}`,
    ),
  ];
  const repeated = alertSubscriptions.flatMap(({ endpoint }, index) => {
    const position = alertEmails.length + index;
    if (subscribers.indexOf(subscribers[position] ?? '') === position) return [];
    return [
      `alertSubscriptions[${index}].endpoint: ${shown(endpoint)} is subscribed already, and a topic has one subscription for each endpoint. Give it once, in alertEmails or in alertSubscriptions.`,
    ];
  });
  const filters = alertSubscriptions.filter((each) => filterPolicy(each) !== undefined).length + otherFilters;
  if (filters <= MAX_FILTER_POLICIES) return repeated;
  return [
    ...repeated,
    `alertSubscriptions: ${filters} filters are more than the ${MAX_FILTER_POLICIES} that SNS allows on a topic. Give fewer subscriptions with minSeverity, auditNames, kinds or exceptKinds.`,
  ];
}
