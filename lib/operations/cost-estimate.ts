import { MathExpression, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { WatchFunction } from '../resources/watch-function.ts';
import type { AuditSweep } from '../watching/audit-sweep.ts';
import type { WatchLoop } from '../watching/watch-loop.ts';
import { PRICE, USE } from './price-list.ts';

/** What costs. */
export interface CostProps {
  readonly loop: WatchLoop;
  readonly sweep: AuditSweep;
  /** Topic of the alerts. */
  readonly alertTopic: ITopic;
  /** All that run. */
  readonly functions: readonly WatchFunction[];
}

const DAILY: MetricOptions = { period: Duration.days(1), statistic: 'Sum' };

/**
 * US dollars a day by service, estimated: looks, sendings and sweeps times what docs/cost.md counts for each, and the time that
 * the functions really ran. Each delivery counts as a mail, the dearest.
 */
export function costMetrics({ loop, sweep, alertTopic, functions }: CostProps): MathExpression[] {
  const { checkAudit, sendAlerts } = loop.functions;
  const looks = checkAudit.metricInvocations(DAILY);
  const sendings = sendAlerts.metricInvocations(DAILY);
  const sweeps = sweep.findAudits.metricInvocations(DAILY);
  const durations = functions.map((each) => each.metricDuration(DAILY)); // milliseconds
  const invocations = functions.map((each) => each.metricInvocations(DAILY));
  return [
    cost('Step Functions', [
      [looks, USE.transitionsPerLook * PRICE.transition],
      [sendings, USE.transitionsPerSending * PRICE.transition],
    ]),
    cost('Lambda', [
      ...durations.map((each) => [each, (USE.gigabytesOfMemory * PRICE.gigabyteSecond) / 1000] as const),
      ...invocations.map((each) => [each, PRICE.invocation] as const),
    ]),
    cost('DynamoDB', [
      [looks, USE.writeUnitsPerLook * PRICE.writeUnit + USE.readUnitsPerLook * PRICE.readUnit],
      [sendings, USE.writeUnitsPerSending * PRICE.writeUnit + USE.readUnitsPerSending * PRICE.readUnit],
      [sweeps, USE.writeUnitsPerSweep * PRICE.writeUnit + USE.readUnitsPerSweep * PRICE.readUnit],
    ]),
    cost('Alerts', [
      [alertTopic.metricNumberOfMessagesPublished(DAILY), PRICE.publish],
      [alertTopic.metricNumberOfNotificationsDelivered(DAILY), PRICE.mail],
    ]),
    cost('Logs', [
      [looks, USE.logGigabytesPerLook * PRICE.logGigabyte],
      [sweeps, USE.logGigabytesPerSweep * PRICE.logGigabyte],
    ]),
  ];
}

/** Counts times their prices. The ids are the service's own: those of one graph must differ. */
function cost(label: string, items: readonly (readonly [count: Metric, price: number])[]): MathExpression {
  const prefix = label.toLowerCase().replace(/\W/g, '');
  const ids = items.map((_, index) => `${prefix}${index}`);
  return new MathExpression({
    label,
    period: DAILY.period,
    expression: `SUM([${items.map(([, price], index) => `${ids[index]} * ${price.toFixed(12)}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(items.map(([metric], index) => [ids[index], metric])),
  });
}
