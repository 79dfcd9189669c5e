import { z } from 'zod';
import {
  ALERT_PROTOCOLS,
  type AlertSubscription,
  filterPolicy,
  MAX_FILTER_POLICIES,
  mostAuditNames,
  SEVERITY_FLOORS,
} from '../delivery/alert-subscription.ts';
import { sentence, shown } from './setting.ts';

const EXAMPLE = '{"protocol":"email","endpoint":"name@example.com","minSeverity":"HIGH"}';

const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/;
const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9$_-]{1,128})?$/;
/** As AWS IoT allows it for a scheduled audit. */
const AUDIT_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/**
 * A list, or on the command line its JSON. Every sentence begins with where in the list the problem is. A misspelt key is
 * refused: without its `minSeverity`, somebody would be told everything.
 */
export function alertSubscriptions(key: string) {
  const at = ({ path = [] }: { path?: readonly PropertyKey[] }) =>
    path
      .slice(1)
      .reduce<string>((where, step) => `${where}${typeof step === 'number' ? `[${step}]` : `.${String(step)}`}`, key);
  const say = (allowed: string, remedy: string) => (issue: { input?: unknown; path?: readonly PropertyKey[] }) =>
    sentence(at(issue), allowed, remedy)(issue);

  const filter = {
    minSeverity: z
      .enum(SEVERITY_FLOORS, {
        error: say(
          `one of ${SEVERITY_FLOORS.join(', ')}`,
          'Give the lowest severity to hear about; LOW is everything.',
        ),
      })
      .optional(),
    auditNames: z
      .array(
        z
          .string({ error: say('a name of a scheduled audit', NAME_REMEDY) })
          .regex(AUDIT_NAME, { error: say('a name of a scheduled audit', NAME_REMEDY) }),
        { error: say('a list of audit names', NAME_REMEDY) },
      )
      .min(1, { error: say('a list of audit names', 'Leave it out for all audits.') })
      .transform((names) => [...new Set(names)])
      .optional(),
  };
  const to = <P extends AlertSubscription['protocol']>(protocol: P, endpoint: z.ZodType<string>) =>
    z.strictObject(
      { protocol: z.literal(protocol), endpoint, ...filter },
      {
        error: (issue) =>
          issue.code === 'unrecognized_keys'
            ? `${at(issue)}: unknown key ${issue.keys.join(', ')}. Allowed: protocol, endpoint, minSeverity, auditNames.`
            : undefined,
      },
    );
  const endpoint = (pattern: RegExp, what: string, example: string) => {
    const error = say(what, `Give one like ${example}.`);
    return z.string({ error }).regex(pattern, { error });
  };

  const subscription = z
    .discriminatedUnion(
      'protocol',
      [
        to('email', z.email({ error: say('an email address', 'Give one like name@example.com.') })),
        to('sqs', endpoint(QUEUE_ARN, 'the ARN of a standard queue', 'arn:aws:sqs:eu-west-1:123456789012:alerts')),
        to(
          'lambda',
          endpoint(FUNCTION_ARN, 'the ARN of a function', 'arn:aws:lambda:eu-west-1:123456789012:function:alerts'),
        ),
        to('https', httpsUrl(say('an https URL', 'Give one like https://example.com/alerts.'), at)),
      ],
      {
        error: (issue) =>
          issue.code === 'invalid_union'
            ? say(
                `one of ${ALERT_PROTOCOLS.join(', ')}`,
                'Give one of them.',
              )({
                ...issue,
                input: (issue.input as { protocol?: unknown }).protocol,
              })
            : say('a subscription', `Give an object like ${EXAMPLE}.`)(issue),
      },
    )
    .refine((given) => (given.auditNames?.length ?? 0) <= mostAuditNames(given), {
      path: ['auditNames'],
      error: (issue) => {
        const { auditNames = [], minSeverity } = issue.input as AlertSubscription;
        const floor = minSeverity === undefined ? '' : ` with minSeverity ${minSeverity}`;
        return `${at(issue)}: ${auditNames.length} names are more than a filter policy of SNS has room for${floor}. Give at most ${mostAuditNames({ minSeverity })}, or leave auditNames out.`;
      },
    });

  const list = say('a list of subscriptions', `Give JSON like [${EXAMPLE}] (-c ${key}='[${EXAMPLE}]').`);
  return z.preprocess(listIn, z.array(subscription, { error: list }));
}

const NAME_REMEDY = 'Give names as AWS IoT lists them, or ON_DEMAND for the on-demand audits.';

/**
 * An https URL without a secret: it will stand in the template for all to read. SNS sends a confirmation there first, which
 * Slack's webhooks could not give.
 */
function httpsUrl(notAUrl: (issue: object) => string, at: (issue: object) => string) {
  return z
    .string({ error: notAUrl })
    .regex(/^https:\/\/\S{1,2000}$/, { error: notAUrl, abort: true })
    .refine((url) => URL.canParse(url), { error: notAUrl, abort: true })
    .refine(
      (url) => {
        const { hostname, username, password } = new URL(url);
        return hostname !== 'hooks.slack.com' && username === '' && password === '';
      },
      {
        error: (issue) =>
          `${at(issue)}: the URL is a secret, and would stand in the template. For Slack's webhook give slackWebhookSecretName; elsewhere let the endpoint verify the signature of SNS instead of a password.`,
      },
    );
}

/** The command line gives a list as JSON; an empty text means none. */
function listIn(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trim() === '') return [];
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What is wrong with subscriptions that are each fine alone. */
export function subscriptionProblems(
  alertEmails: readonly string[],
  subscriptions: readonly AlertSubscription[],
  otherFilters: number,
): string[] {
  const known = new Set(alertEmails.map((email) => `email ${email}`));
  const repeated = subscriptions.flatMap(({ protocol, endpoint }, index) => {
    const subscriber = `${protocol} ${endpoint}`;
    if (!known.has(subscriber)) {
      known.add(subscriber);
      return [];
    }
    return [
      `alertSubscriptions[${index}].endpoint: ${shown(endpoint)} is subscribed already, and a topic has one subscription for each endpoint. Give it once, in alertEmails or in alertSubscriptions.`,
    ];
  });
  const filters =
    subscriptions.filter((subscription) => filterPolicy(subscription) !== undefined).length + otherFilters;
  if (filters <= MAX_FILTER_POLICIES) return repeated;
  return [
    ...repeated,
    `alertSubscriptions: ${filters} filters are more than the ${MAX_FILTER_POLICIES} that SNS allows on a topic. Give fewer subscriptions with minSeverity or auditNames.`,
  ];
}
