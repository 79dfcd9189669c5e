import type { Deployment } from '../../local/assembly/deployment.ts';
import { PLACE } from '../../local/place.ts';
import type { Recording } from '../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { startEventBridge } from '../../local/services/eventbridge.ts';
import { startSns } from '../../local/services/sns.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { startSecretsManager } from '../../test/services/secrets-manager.ts';
import { startSlack } from '../../test/services/slack.ts';

const WEBHOOK = '/services/T0000/B0000/XXXX';

/** The services that the functions call, in this process. */
export interface LocalAws {
  /** What Lambda would set for every function. */
  readonly variables: Readonly<Record<string, string>>;
  readonly slackUrl: string;
  readonly publications: readonly Publication[];
  /** From now on this audit, which ended just before `now`, is the only one. */
  playAudit(taskId: string, now: number): void;
  close(): Promise<void>;
}

export async function startAws({ tables, topicArns }: Deployment, recording: Recording): Promise<LocalAws> {
  const publications: Publication[] = [];
  let audit = { taskId: '', recording, startedAt: 0 };
  let slackCalls = 0;
  const now = Date.now;
  const dynamodb = await startDynamoDb({ now });
  for (const { name, properties } of tables) await dynamodb.createTableFrom(properties, name);
  const iot = await startDeviceDefender({
    now,
    auditOf: (taskId) => (taskId === audit.taskId ? audit : undefined),
    audits: () => [audit],
  });
  const events = await startEventBridge({ now, onEvent: () => undefined });
  const sns = await startSns({ now, topicArns, onPublish: (publication) => publications.push(publication) });
  const secrets = await startSecretsManager({ now, secretOf: () => `https://hooks.slack.com${WEBHOOK}` });
  const slack = await startSlack({
    // Slack takes one message a second.
    now: () => Date.now() + 1000 * slackCalls++,
    webhooks: [WEBHOOK],
    onMessage: () => undefined,
  });
  const endpoints: readonly Endpoint[] = [dynamodb, iot, events, sns, secrets, slack];
  return {
    variables: {
      AWS_REGION: PLACE.region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      // Nothing of the user's own AWS configuration may leak in.
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_ENDPOINT_URL_DYNAMODB: overHttps(dynamodb),
      AWS_ENDPOINT_URL_IOT: overHttps(iot),
      AWS_ENDPOINT_URL_EVENTBRIDGE: overHttps(events),
      AWS_ENDPOINT_URL_SNS: overHttps(sns),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: overHttps(secrets),
    },
    slackUrl: slack.url,
    publications,
    playAudit: (taskId, now) => {
      audit = { taskId, recording, startedAt: now - (recording.durationSeconds + 60) * 1000 };
    },
    close: async () => {
      await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    },
  };
}

/** The SDK calls HTTPS, as on AWS; bench/cold/first-invocation.ts speaks HTTP instead. */
function overHttps({ url }: Endpoint): string {
  return url.replace(/^http:/, 'https:');
}
