import assert from 'node:assert/strict';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { AUDIT_STARTED_EVENT, auditPartition, TABLE } from '../../lambda/contract.ts';
import { Mailbox } from './mailbox.ts';
import { ACCOUNT, REGION } from './ministack.ts';
import { type DeployedExecution, pathOf, StepFunctions } from './step-functions.ts';
import { waitFor } from './wait-for.ts';

export const STACK = 'AuditWatcher';

export type Item = Readonly<Record<string, unknown>>;

/** How the watch of an audit went, as the services report it. */
export interface WatchReport {
  readonly executions: readonly (DeployedExecution & { readonly path: readonly string[]; readonly events: number })[];
  readonly watch: Watch & { readonly open?: string };
  readonly snapshots: readonly Item[];
  readonly items: readonly Item[];
  readonly kinds: readonly unknown[];
}

/** An SDK client for each service that the test asks. */
export function clientsFor(endpoint: string) {
  const settings = { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  return {
    cloudFormation: new CloudFormationClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
    events: new EventBridgeClient(settings),
    lambda: new LambdaClient(settings),
    scheduler: new SchedulerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
}

export type Clients = ReturnType<typeof clientsFor>;

/** The stack that `cdk deploy` made, and the two queues that get its alerts. */
export class DeployedStack {
  readonly clients: Clients;
  /** Subscribed to both topics by the test. */
  readonly mailbox: Mailbox;
  /** Subscribed by the stack itself (`alertSubscriptions`), to what is CRITICAL. */
  readonly criticalMailbox: Mailbox;
  readonly #url: string;
  #outputs: Readonly<Record<string, string>> = {};

  private constructor(url: string, clients: Clients, mailbox: Mailbox, criticalMailbox: Mailbox) {
    this.#url = url;
    this.clients = clients;
    this.mailbox = mailbox;
    this.criticalMailbox = criticalMailbox;
  }

  /** Makes the queues: one of them must be there before the stack. */
  static async prepare(url: string): Promise<DeployedStack> {
    const clients = clientsFor(url);
    const [mailbox, critical] = [
      await Mailbox.open(clients.sqs, 'all-alerts'),
      await Mailbox.open(clients.sqs, 'critical-alerts'),
    ];
    return new DeployedStack(url, clients, mailbox, critical);
  }

  /** Reads the outputs, and subscribes to the topics. */
  async connect(): Promise<void> {
    const { Stacks: [stack] = [] } = await this.clients.cloudFormation.send(
      new DescribeStacksCommand({ StackName: STACK }),
    );
    assert.equal(stack?.StackStatus, 'CREATE_COMPLETE');
    this.#outputs = Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
    for (const topic of ['AlertTopicArn', 'OperationsTopicArn']) {
      await this.clients.sns.send(
        new SubscribeCommand({ TopicArn: this.output(topic), Protocol: 'sqs', Endpoint: this.mailbox.arn }),
      );
    }
  }

  output(name: string): string {
    const value = this.#outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  }

  get stepFunctions(): StepFunctions {
    return new StepFunctions(this.#url, this.output('StateMachineArn'));
  }

  /** Physical ids of the stack's resources of a type whose logical id has this in it. */
  async resources(type: string, logicalId: string): Promise<string[]> {
    const { StackResourceSummaries = [] } = await this.clients.cloudFormation.send(
      new ListStackResourcesCommand({ StackName: STACK }),
    );
    return StackResourceSummaries.filter(
      ({ ResourceType, LogicalResourceId = '' }) => ResourceType === type && LogicalResourceId.includes(logicalId),
    ).map(({ PhysicalResourceId = '' }) => PhysicalResourceId);
  }

  async resource(type: string, logicalId: string): Promise<string> {
    const [id, ...others] = await this.resources(type, logicalId);
    if (id === undefined || others.length > 0) throw new Error(`Expected one ${type} with ${logicalId} in its id.`);
    return id;
  }

  /** Our own start event, on the default bus. */
  async putStartEvent(taskId: string): Promise<void> {
    const { source: Source, detailType: DetailType } = AUDIT_STARTED_EVENT;
    const { FailedEntryCount, Entries } = await this.clients.events.send(
      new PutEventsCommand({ Entries: [{ Source, DetailType, Detail: JSON.stringify({ taskId }) }] }),
    );
    assert.equal(FailedEntryCount, 0, JSON.stringify(Entries));
  }

  /** Invokes the sweep by hand, as its schedule does. */
  async sweep(): Promise<void> {
    const FunctionName = await this.resource('AWS::Lambda::Function', 'FindAudits');
    const { FunctionError, Payload } = await this.clients.lambda.send(new InvokeCommand({ FunctionName }));
    assert.equal(FunctionError, undefined, Payload?.transformToString());
  }

  async itemsOf(taskId: string): Promise<Item[]> {
    const items: Item[] = [];
    const pages = paginateQuery(
      { client: this.clients.documents },
      {
        TableName: this.output('TableName'),
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        ExpressionAttributeValues: { ':pk': auditPartition({ account: ACCOUNT, region: REGION, taskId }) },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  }

  async watchOf(taskId: string): Promise<WatchReport['watch'] | undefined> {
    const items = await this.itemsOf(taskId);
    return items.find(({ sk }) => sk === 'WATCH') as WatchReport['watch'] | undefined;
  }

  /** Waits until so many executions for the audit have started, and all have ended. */
  async ended(taskId: string, count = 1, seconds = 90): Promise<WatchReport> {
    const executions = await waitFor(`${count} executions for ${taskId} to end`, seconds, async () => {
      const found = await this.stepFunctions.ofAudit(taskId);
      return found.length >= count && found.every(({ status }) => status !== 'RUNNING') ? found : undefined;
    });
    const withPaths = executions.map(async (execution) => {
      const history = await this.stepFunctions.history(execution.executionArn);
      return { ...execution, path: pathOf(history), events: history.length };
    });
    const items = await this.itemsOf(taskId);
    const watch = items.find(({ sk }) => sk === 'WATCH') as WatchReport['watch'] | undefined;
    assert.ok(watch, 'There is no watch in the table.');
    return {
      executions: await Promise.all(withPaths),
      watch,
      items,
      snapshots: items.filter(({ sk }) => String(sk).startsWith('SNAPSHOT#')),
      kinds: (await this.mailbox.alertsOf(taskId)).map(({ alert }) => alert.kind),
    };
  }
}
