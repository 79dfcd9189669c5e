import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AUDIT_STARTED_EVENT } from '../../lambda/contract.ts';
import { type Configuration, variablesOf } from '../configuration/settings.ts';
import type { AlertTopic } from '../delivery/alert-topic.ts';
import { DeadLetterQueue } from '../resources/dead-letter-queue.ts';
import { uniqueName } from '../resources/unique-name.ts';
import { WatchFunction } from '../resources/watch-function.ts';
import type { WatchTable } from '../resources/watch-table.ts';
import { SchedulerRole } from './scheduler-role.ts';

/** Props of the AuditSweep. */
export interface AuditSweepProps {
  /** What is watched already. */
  readonly table: WatchTable;
  /** Where missed runs are published. */
  readonly alertTopic: AlertTopic;
  /** Whether and when digests are sent. */
  readonly settings: Configuration;
  /** Whole minutes between two sweeps. */
  readonly every: Duration;
  /** How long the logs of the function are kept. */
  readonly logRetention: RetentionDays;
  /** What happens to those logs when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Finds, at a fixed pace, what no event announced: audits that nobody watches, watches whose execution died, alerts that could
 * not be sent, and scheduled audits that did not run.
 */
export class AuditSweep extends Construct {
  readonly findAudits: WatchFunction;
  readonly schedule: Schedule;
  readonly scheduleGroup: ScheduleGroup;
  /** Holds the invocations that the schedule could not deliver, for 14 days. */
  readonly deadLetterQueue: DeadLetterQueue;
  /** Time between two sweeps. */
  readonly every: Duration;

  constructor(scope: Construct, id: string, props: AuditSweepProps) {
    super(scope, id);
    this.every = props.every;
    this.findAudits = this.#findAudits(props);
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue');
    this.scheduleGroup = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: uniqueName(this, 64),
      // It holds nothing but the one schedule; the CDK would retain it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new SchedulerRole(this, 'Role', {
      group: this.scheduleGroup,
      target: this.findAudits,
      deadLetterQueue: this.deadLetterQueue,
    }).withoutPolicyUpdates();
    this.schedule = new Schedule(this, 'Schedule', {
      description: 'Finds audits that nobody watches.',
      schedule: ScheduleExpression.rate(props.every),
      scheduleGroup: this.scheduleGroup,
      target: new LambdaInvoke(this.findAudits, {
        role,
        deadLetterQueue: this.deadLetterQueue,
        // The next sweep does everything that this one would have done.
        maxEventAge: Duration.minutes(Math.max(1, Math.min(props.every.toMinutes(), 60))),
        retryAttempts: 3,
      }),
    });
  }

  #findAudits({ table, alertTopic, settings, logRetention, removalPolicy }: AuditSweepProps) {
    const findAudits = new WatchFunction(this, 'FindAudits', {
      entry: 'find-audits',
      description: 'Finds audits that nobody watches, and scheduled audits that did not run.',
      timeout: Duration.minutes(5),
      environment: {
        // Only the SDK retries the calls of a sweep, so it gets more attempts than in the functions of the loop.
        AWS_MAX_ATTEMPTS: '8',
        ...variablesOf(settings, 'digest', 'digestDay', 'digestHour', 'digestTimeZone'),
      },
      logRetention,
      removalPolicy,
    });
    findAudits.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.minutes(5) });
    findAudits.allow(['iot:ListAuditTasks', 'iot:ListScheduledAudits'], ['*']); // no resource-level permissions
    findAudits.allowWhen(['events:PutEvents'], [this.#defaultBus()], {
      StringEquals: {
        'events:source': AUDIT_STARTED_EVENT.source,
        'events:detail-type': AUDIT_STARTED_EVENT.detailType,
      },
    });
    table.grantSweep(findAudits);
    if (settings.digest !== 'none') {
      findAudits.allow(['iot:ListAuditSuppressions'], ['*']); // no resource-level permissions
      table.grantDigest(findAudits);
    }
    alertTopic.grantAlert(findAudits);
    return findAudits;
  }

  #defaultBus(): string {
    return Stack.of(this).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: 'default',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
