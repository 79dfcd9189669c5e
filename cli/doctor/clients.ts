import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CLIENT_DEFAULTS } from '../../lambda/aws/client-defaults.ts';
import type { DoctorOptions } from './options.ts';

/** Amazon Q Developer in chat applications writes its metrics there, wherever the stack is. */
const CHAT_METRICS_REGION = 'us-east-1';

/** One retry: somebody waits for the answer. */
const MAX_ATTEMPTS = 2;

export type Clients = ReturnType<typeof makeClients>;

/** A client for each service that the doctor asks. */
export function makeClients({ region, profile, endpointUrl }: DoctorOptions) {
  const settings = (service: string) => ({
    ...CLIENT_DEFAULTS,
    maxAttempts: MAX_ATTEMPTS,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...endpointSetting(service, endpointUrl),
  });
  return {
    sts: new STSClient(settings('STS')),
    cloudFormation: new CloudFormationClient(settings('CLOUDFORMATION')),
    cloudTrail: new CloudTrailClient(settings('CLOUDTRAIL')),
    cloudWatch: new CloudWatchClient(settings('CLOUDWATCH')),
    chatMetrics: new CloudWatchClient({ ...settings('CLOUDWATCH'), region: CHAT_METRICS_REGION }),
    dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(settings('DYNAMODB'))),
    iot: new IoTClient(settings('IOT')),
    scheduler: new SchedulerClient(settings('SCHEDULER')),
    sns: new SNSClient(settings('SNS')),
    sqs: new SQSClient(settings('SQS')),
  };
}

/** An endpoint in code would win over the one that the environment gives a single service. */
function endpointSetting(service: string, endpoint: string | undefined): { endpoint?: string } {
  const own = process.env[`AWS_ENDPOINT_URL_${service}`];
  return endpoint === undefined || (own !== undefined && own !== '') ? {} : { endpoint };
}
