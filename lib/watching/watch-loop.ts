import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration, type RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/contract.ts';
import { paceOf } from '../configuration/alert-delay.ts';
import { type Configuration, variablesOf } from '../configuration/settings.ts';
import type { AlertTopic } from '../delivery/alert-topic.ts';
import { uniqueName } from '../resources/unique-name.ts';
import { WatchFunction } from '../resources/watch-function.ts';
import type { WatchTable } from '../resources/watch-table.ts';
import { ExecutionRole } from './execution-role.ts';
import { type WatchLoopFunctions, watchLoopDefinition } from './watch-loop-definition.ts';
import { mostLearnedPolls, type WatchPace } from './watch-pace.ts';

/** Props of the WatchLoop. */
export interface WatchLoopProps {
  /** Where watches and snapshots are kept. */
  readonly table: WatchTable;
  /** Where alerts go. */
  readonly alertTopic: AlertTopic;
  /** The pace of the watch, and the settings of the functions. */
  readonly settings: Configuration;
  /** How long the logs of functions and executions are kept. */
  readonly logRetention: RetentionDays;
  /** What happens to those logs when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * How long an execution may run beyond the watch limit. After its last poll *Check audit*, *Send alerts* and *Give up* may each
 * retry: an hour is to be expected, two are the most (lib/watching/retry-policies.ts), and 31 attempts take up to an hour and a
 * quarter themselves. A timeout cannot be caught, so only the alarm would show it; it must never come before
 * the loop's own end.
 */
const ROOM_FOR_RETRIES = Duration.hours(10);

/** One execution watches one audit: poll, publish, wait, poll again. */
export class WatchLoop extends Construct {
  readonly stateMachine: StateMachine;
  readonly functions: WatchLoopFunctions;
  /** How often and how long it polls an audit. */
  readonly pace: WatchPace;

  constructor(scope: Construct, id: string, props: WatchLoopProps) {
    super(scope, id);
    this.pace = paceOf(props.settings);
    this.functions = {
      checkAudit: this.#checkAudit(props),
      readFindings: this.#readFindings(props),
      sendAlerts: this.#sendAlerts(props),
    };

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Watches one Device Defender audit until it has ended and every alert is out.',
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(watchLoopDefinition(this, this.functions)),
      timeout: Duration.hours(this.pace.watchLimitHours).plus(ROOM_FOR_RETRIES),
      role: new ExecutionRole(this, 'Role', { functions: Object.values(this.functions) }).withoutPolicyUpdates(),
      tracingEnabled: true,
      // Input and output are task ids and decisions, nothing secret, and a day's watch writes only a few megabytes.
      logs: { destination: this.#logs(props), level: LogLevel.ALL, includeExecutionData: true },
    });
  }

  /** Failed attempts to send alerts. Each is retried, for an hour and then at the next poll. */
  metricAlertsNotSent(options?: MetricOptions): Metric {
    return this.functions.sendAlerts.metricErrors(options);
  }

  #checkAudit({ table, settings, logRetention, removalPolicy }: WatchLoopProps) {
    const checkAudit = new WatchFunction(this, 'CheckAudit', {
      entry: 'check-audit',
      description: 'Polls an audit once, stores the snapshot, decides what is next.',
      timeout: Duration.seconds(60),
      environment: {
        ...variablesOf(
          settings,
          'watchLimitHours',
          'minWaitSeconds',
          'maxWaitSeconds',
          'lateAfterHours',
          'retentionDays',
        ),
        [ENV.patienceSeconds]: String(this.pace.patienceSeconds),
        [ENV.mostLearnedPolls]: String(mostLearnedPolls(this.pace)),
      },
      logRetention,
      removalPolicy,
    });
    checkAudit.allow(['iot:DescribeAuditTask'], ['*']); // the API has no resource-level permissions
    table.grantWatch(checkAudit);
    return checkAudit;
  }

  #readFindings({ table, settings, logRetention, removalPolicy }: WatchLoopProps) {
    const readFindings = new WatchFunction(this, 'ReadFindings', {
      entry: 'read-findings',
      description: 'Reads and stores all findings of an audit that ended, and compares them with the previous audit.',
      // At 10 calls a second of 250 findings each, time for two million of them.
      timeout: Duration.minutes(15),
      environment: variablesOf(settings, 'retentionDays'),
      logRetention,
      removalPolicy,
    });
    readFindings.allow(['iot:ListAuditFindings', 'iot:ListPrincipalThings'], ['*']); // no resource-level permissions
    table.grantWatch(readFindings);
    table.grantLedger(readFindings);
    return readFindings;
  }

  #sendAlerts({ table, alertTopic, settings, logRetention, removalPolicy }: WatchLoopProps) {
    const sendAlerts = new WatchFunction(this, 'SendAlerts', {
      entry: 'send-alerts',
      description: 'Publishes the alerts of a watch that are pending; gives up on an audit after a failure.',
      // Time for four alerts to which SNS does not answer within 30 s each, and for the table.
      timeout: Duration.seconds(150),
      environment: variablesOf(settings, 'watchLimitHours', 'retentionDays', 'repeat', 'alertWhenCompliant'),
      logRetention,
      removalPolicy,
    });
    table.grantWatch(sendAlerts);
    table.grantLedger(sendAlerts);
    alertTopic.grantAlert(sendAlerts);
    return sendAlerts;
  }

  /** Under this prefix AWS needs no resource policy for each log group, of which an account can have ten. */
  #logs({ logRetention, removalPolicy }: WatchLoopProps): LogGroup {
    return new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${uniqueName(this, 240)}`,
      retention: logRetention,
      removalPolicy,
    });
  }
}
