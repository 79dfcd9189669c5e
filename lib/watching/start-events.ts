import { type MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, type EventPattern, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AUDIT_STARTED_EVENT } from '../../lambda/contract.ts';
import { DeadLetterQueue } from '../resources/dead-letter-queue.ts';
import { sumOf } from '../resources/metric-sum.ts';
import { StartRole } from './start-role.ts';

/** Props of the StartEvents. */
export interface StartEventsProps {
  /** Started once for each event, with `{ account, region, detail: { taskId } }` as its input. */
  readonly stateMachine: IStateMachine;
}

/** A bus can also carry the events of other accounts and Regions, whose audits cannot be read from here. */
const FROM_HERE: EventPattern = { account: [Aws.ACCOUNT_ID], region: [Aws.REGION] };

/** Call of StartOnDemandAuditTask, recorded by CloudTrail. A call that failed has no task id and is left out. */
const ON_DEMAND_AUDIT_STARTED: EventPattern = {
  ...FROM_HERE,
  source: ['aws.iot'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['iot.amazonaws.com'],
    eventName: ['StartOnDemandAuditTask'],
    responseElements: { taskId: Match.exists() },
  },
};

/** Our own event: the sweep sends it for audits that no API call started, and anybody in the account may. */
const AUDIT_STARTED: EventPattern = {
  ...FROM_HERE,
  source: [AUDIT_STARTED_EVENT.source],
  detailType: [AUDIT_STARTED_EVENT.detailType],
  detail: { taskId: Match.exists() },
};

/** The two rules that start the loop. */
export class StartEvents extends Construct {
  /** Holds the events that could not start an execution, for 14 days. */
  readonly deadLetterQueue: DeadLetterQueue;
  readonly #rules: readonly Rule[];

  constructor(scope: Construct, id: string, { stateMachine }: StartEventsProps) {
    super(scope, id);
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetterQueue');
    const role = new StartRole(this, 'Role', { stateMachine }).withoutPolicyUpdates();

    // Account and Region come from the envelope, which only EventBridge writes. The object with the task id goes in whole:
    // EventBridge escapes no text that it puts into a template, so an id with a quote in it could write fields of its own.
    const start = (pathToDetail: string) =>
      new SfnStateMachine(stateMachine, {
        input: RuleTargetInput.fromObject({
          account: EventField.account,
          region: EventField.region,
          detail: EventField.fromPath(pathToDetail),
        }),
        role,
        deadLetterQueue: this.deadLetterQueue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      });
    const onDemandAudit = new Rule(this, 'OnDemandAudit', {
      description: 'Watches every on-demand audit: CloudTrail recorded its start.',
      eventPattern: ON_DEMAND_AUDIT_STARTED,
      targets: [start('$.detail.responseElements')],
    });
    const anyAudit = new Rule(this, 'AnyAudit', {
      description: `Watches the audit that a "${AUDIT_STARTED_EVENT.detailType}" event names.`,
      eventPattern: AUDIT_STARTED,
      targets: [start('$.detail')],
    });
    this.#rules = [onDemandAudit, anyAudit];
  }

  /** Events that wait in the dead-letter queue. */
  metricNotDelivered(props?: MetricOptions): Metric {
    return this.deadLetterQueue.metricNotDelivered(props);
  }

  /**
   * Events that a rule took and that started no execution in any try, with those that could not be kept either.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  metricNotStarted(options?: MetricOptions): MathExpression {
    const names = ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'];
    const metrics = this.#rules.flatMap(({ ruleName: RuleName }) =>
      names.map(
        (metricName) => new Metric({ namespace: 'AWS/Events', metricName, dimensionsMap: { RuleName }, ...options }),
      ),
    );
    return sumOf(metrics, 'Events that started no execution', options);
  }
}
