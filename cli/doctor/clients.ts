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
import { clientSettings, type Target } from '../shared/aws/target.ts';

/** Amazon Q Developer in chat applications writes its metrics there, wherever the stack is. */
const CHAT_METRICS_REGION = 'us-east-1';

export type Clients = ReturnType<typeof makeClients>;

/** A client for each service that the doctor asks. */
export function makeClients(target: Target) {
  const settings = (service: string) => clientSettings(target, service);
  return {
    sts: new STSClient(settings('STS')),
    cloudFormation: new CloudFormationClient(settings('CLOUDFORMATION')),
    cloudTrail: new CloudTrailClient(settings('CLOUDTRAIL')),
    /** A trail is asked for in its home Region. */
    cloudTrailIn: (region: string) => new CloudTrailClient({ ...settings('CLOUDTRAIL'), region }),
    cloudWatch: new CloudWatchClient(settings('CLOUDWATCH')),
    chatMetrics: new CloudWatchClient({ ...settings('CLOUDWATCH'), region: CHAT_METRICS_REGION }),
    /** For the tables of lambda/, which give errors names of their own. */
    items: new DynamoDBClient(settings('DYNAMODB')),
    dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(settings('DYNAMODB'))),
    iot: new IoTClient(settings('IOT')),
    scheduler: new SchedulerClient(settings('SCHEDULER')),
    sns: new SNSClient(settings('SNS')),
    sqs: new SQSClient(settings('SQS')),
  };
}
