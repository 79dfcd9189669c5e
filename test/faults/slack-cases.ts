import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { composeAlert } from '../../lambda/audit/alert/message.ts';
import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { type DeployedFunction, deploy } from '../../local/assembly/deployment.ts';
import { Functions } from '../../local/compute/functions.ts';
import type { StackCall, StackFault } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import type { EndpointOptions } from '../../local/services/endpoint.ts';
import type { Call, Fault } from '../../local/services/service.ts';
import { Clock } from '../../local/time/clock.ts';
import { buildAlertInput } from '../builders.ts';
import { startSecretsManager } from '../services/secrets-manager.ts';
import { startSlack } from '../services/slack.ts';
import { type CallSite, callSites } from './calls.ts';
import { type FaultCase, Injection } from './injection.ts';
import { type Verdict, WrongWithoutFaultError } from './invariants.ts';
import { LATE_SECONDS } from './kinds.ts';
import type { SlackBundleVariables } from './slack-bundle.ts';

/** Takes the place of the function's own bundle, which it loads. */
const SLACK_BUNDLE = join(import.meta.dirname, 'slack-bundle.ts');
const SLACK_SECRET = 'slack';
/** Settings that the stack is synthesized with. */
export const SLACK_SETTINGS = { slackWebhookSecretName: SLACK_SECRET } as const;

const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const TOKEN = 'T00000000/B00000000/SECRETSECRETSECRETSECRET';
const WEBHOOK = `/services/${TOKEN}`;
/** Nothing that is logged, thrown or kept may have this in it. */
const LEAK = /SECRETSECRET|B00000000/;
const MINUTE_MS = 60_000;
/** Source: Lambda Developer Guide, asynchronous invocation: a minute before the first retry, two before the second. */
const RETRY_PAUSES_MS = [MINUTE_MS, 2 * MINUTE_MS];
const RETRIES_MS = RETRY_PAUSES_MS.reduce((sum, pause) => sum + pause, 0);
const ALERT = composeAlert(buildAlertInput()).machine;

/** What became of an alert that SNS handed to Lambda. */
interface Outcome {
  /** Messages that appeared in the channel. */
  readonly posted: number;
  /** Records in the dead-letter queue of the function. */
  readonly kept: number;
  /** All that was logged, thrown or kept. */
  readonly written: string;
  readonly calls: readonly StackCall[];
  /** Invocations that met the fault. */
  readonly bites: number;
}

/** The calls of a run without faults. @throws WrongWithoutFaultError */
export async function slackSites(assembly: CloudAssembly): Promise<CallSite[]> {
  const outcome = await handOver(assembly, undefined);
  const { broken } = judge(outcome, undefined);
  if (broken.length > 0) throw WrongWithoutFaultError.about('the post to Slack', broken);
  return callSites(outcome.calls);
}

export async function runSlackCase(assembly: CloudAssembly, faultCase: FaultCase): Promise<Verdict> {
  return judge(await handOver(assembly, faultCase), faultCase);
}

function judge({ posted, kept, written, bites }: Outcome, faultCase: FaultCase | undefined): Verdict {
  const kind = faultCase?.kind;
  const repeats = faultCase?.site.operation === 'slack.PostMessage' && kind?.takesEffect ? bites : 0;
  const outlastsRetries = (kind?.spellSeconds ?? 0) * 1000 >= RETRIES_MS;
  const broken = [
    ...(faultCase !== undefined && bites === 0 ? ['the run never came by this call'] : []),
    ...(posted + kept === 0 ? ['the alert is lost: neither in the channel nor in the dead-letter queue'] : []),
    ...(posted === 0 && !outlastsRetries ? ['the alert is not in the channel'] : []),
    ...(posted > 1 + repeats ? [`${posted} messages, allowed ${1 + repeats}`] : []),
    ...(LEAK.test(written) ? ['the URL of the webhook got into a log, an error or the queue'] : []),
  ];
  return { broken, copies: posted };
}

/** SNS hands over one alert; Lambda invokes the function, twice more when it fails, and then keeps the event. */
async function handOver(assembly: CloudAssembly, faultCase: FaultCase | undefined): Promise<Outcome> {
  const clock = new Clock(STARTS_AT, Number.POSITIVE_INFINITY);
  const injection = new Injection(faultCase, () => clock.now());
  const { poster, retries, keeps } = deployedPoster(assembly);
  const calls: StackCall[] = [];
  const written: string[] = [];
  let posted = 0;
  const seen = new WeakMap<Call, StackCall>();
  const decide = (fault: StackFault | undefined): Fault | undefined => {
    if (fault?.type !== 'kill') return fault;
    void functions.kill(() => true);
    return { type: 'hold' };
  };
  let requestId = '';
  const hooks: EndpointOptions = {
    now: () => clock.now(),
    sleep: (milliseconds) => clock.sleep(milliseconds),
    onCall: (call) => {
      const known: StackCall = { ...call, functionName: poster.name, requestId };
      seen.set(call, known);
      calls.push(known);
      return decide(injection.onCall(known));
    },
    afterCall: (call) => decide(injection.afterCall(seen.get(call) ?? call)),
  };
  const slack = await startSlack({
    ...hooks,
    webhooks: [WEBHOOK],
    onMessage: () => {
      posted += 1;
    },
  });
  const secrets = await startSecretsManager({
    ...hooks,
    secretOf: (name) => (name === SLACK_SECRET ? `https://hooks.slack.com${WEBHOOK}` : undefined),
  });
  const slackVariables: SlackBundleVariables = {
    TEST_BUNDLE_URL: pathToFileURL(poster.module).href,
    TEST_SLACK_URL: slack.url,
  };
  const functions = new Functions(
    new Map([[poster.arn, { ...poster, module: SLACK_BUNDLE }]]),
    clock,
    {
      runtime: {
        AWS_REGION: PLACE.region,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        ...slackVariables,
      },
    },
    (line) => written.push(line),
  );
  let kept = 0;
  try {
    for (let attempt = 0; ; attempt += 1) {
      requestId = `attempt-${attempt}`;
      try {
        await functions.invoke(poster.arn, snsEvent());
        break;
      } catch (error) {
        written.push(error instanceof Error ? `${error.name} ${error.message} ${error.stack}` : String(error));
      }
      if (attempt === retries) {
        if (keeps) kept += 1;
        break;
      }
      await clock.sleep(RETRY_PAUSES_MS[attempt] ?? 0);
    }
    // Past what comes late.
    await clock.sleep((LATE_SECONDS + 60) * 1000);
  } finally {
    await functions.close();
    await Promise.all([slack.close(), secrets.close()]);
  }
  return { posted, kept, written: written.join('\n'), calls, bites: injection.bites };
}

/** As the template has it: a function that SNS invokes, how often Lambda tries again, and whether it keeps what fails. */
function deployedPoster(assembly: CloudAssembly): {
  readonly poster: DeployedFunction;
  readonly retries: number;
  readonly keeps: boolean;
} {
  const poster = [...deploy(assembly).functions.values()].find(({ name }) => name.includes('SlackWebhook'));
  const ofType = (type: string) => Object.values(assembly.resources).filter(({ Type }) => Type === type);
  const subscriptions = ofType('AWS::SNS::Subscription').filter(({ Properties }) => Properties?.Protocol === 'lambda');
  const [settings] = ofType('AWS::Lambda::EventInvokeConfig').filter(
    ({ Properties }) => (Properties?.FunctionName as { Ref?: string } | undefined)?.Ref === poster?.name,
  );
  if (poster === undefined || settings === undefined || subscriptions.length !== 1) {
    throw new Error('The stack has no function that posts to Slack what SNS hands over.');
  }
  const { MaximumRetryAttempts, DestinationConfig } = settings.Properties ?? {};
  const { OnFailure } = (DestinationConfig ?? {}) as { readonly OnFailure?: unknown };
  return { poster, retries: Number(MaximumRetryAttempts), keeps: OnFailure !== undefined };
}

/** What SNS hands to a function that is subscribed to a topic. */
function snsEvent() {
  const TopicArn = `arn:aws:sns:${PLACE.region}:${PLACE.account}:alerts`;
  const Sns = { Type: 'Notification', MessageId: 'message-1', TopicArn, Subject: 'Alert', Message: ALERT };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `${TopicArn}:1`, Sns }] };
}
