import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IAlarm,
  type IMetric,
  SearchExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Aws, Duration, Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { METRIC, METRICS, type MetricName } from '../../lambda/contract.ts';
import type { WatchFunction } from '../resources/watch-function.ts';
import type { AuditSweep } from '../watching/audit-sweep.ts';
import type { WatchLoop } from '../watching/watch-loop.ts';

/** Props of the WatchDashboard. */
export interface WatchDashboardProps {
  readonly loop: WatchLoop;
  readonly sweep: AuditSweep;
  /** Their state is on top. */
  readonly alarms: readonly IAlarm[];
  /** Functions beside those of the loop and the sweep. */
  readonly otherFunctions: readonly WatchFunction[];
}

const DAY = Duration.days(1);
const HOUR = Duration.hours(1);
const FIVE_MINUTES = Duration.minutes(5);

/**
 * What the watcher saw and published, for those who operate it. Graphs by audit name search for their metrics, because the names
 * are not known before the first audit.
 */
export class WatchDashboard extends Construct {
  constructor(scope: Construct, id: string, props: WatchDashboardProps) {
    super(scope, id);
    const { loop, sweep, alarms, otherFunctions } = props;
    const { stateMachine, functions } = loop;
    const { checkAudit, sendAlerts } = functions;
    const { findAudits } = sweep;
    const callers: readonly WatchFunction[] = [...Object.values(functions), findAudits];
    const all = [...callers, ...otherFunctions];

    new Dashboard(this, 'Dashboard', {
      // The names of all dashboards of an account, whatever their Region, are in one list.
      dashboardName: `${Names.uniqueResourceName(this, { maxLength: 200 })}-${Aws.REGION}`,
      defaultInterval: Duration.days(14),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
        [
          stacked('Audits by outcome', [search(['outcome'], METRIC.auditsEnded, 'Sum', DAY)]),
          stacked('Alerts by audit and kind', [search(['auditName', 'kind'], METRIC.alerts, 'Sum', DAY)]),
          lines('Alert delay: from poll to message, seconds', [
            sendAlerts.metricWritten(METRIC.alertDelay, { period: HOUR, statistic: 'Maximum', label: 'longest' }),
            sendAlerts.metricWritten(METRIC.alertDelay, { period: HOUR, statistic: 'Average', label: 'average' }),
          ]),
        ],
        [
          lines('Non-compliant checks by audit', [search(['auditName'], METRIC.nonCompliantChecks, 'Maximum', HOUR)]),
          lines('Failed checks by audit', [search(['auditName'], METRIC.failedChecks, 'Maximum', HOUR)]),
          lines('Sweep: oldest pending alert, oldest unwatched audit, seconds', [
            findAudits.metricWritten(METRIC.oldestPendingAlert, { period: FIVE_MINUTES, statistic: 'Maximum' }),
            findAudits.metricWritten(METRIC.oldestUnwatched, { period: FIVE_MINUTES, statistic: 'Maximum' }),
          ]),
        ],
        [
          stacked('Polls', [
            checkAudit.metricInvocations({ period: HOUR, label: 'polls' }),
            findAudits.metricInvocations({ period: HOUR, label: 'sweeps' }),
          ]),
          stacked('Watches', [
            stateMachine.metricStarted({ period: HOUR, label: 'started' }),
            stateMachine.metricSucceeded({ period: HOUR, label: 'succeeded' }),
            stateMachine.metricFailed({ period: HOUR, label: 'failed' }),
            stateMachine.metricTimedOut({ period: HOUR, label: 'timed out' }),
            stateMachine.metricAborted({ period: HOUR, label: 'aborted' }),
          ]),
          lines('Found by the sweep', [
            findAudits.metricWritten(METRIC.auditsFound, {
              period: HOUR,
              statistic: 'Sum',
              label: 'audits that nobody watched',
            }),
            findAudits.metricWritten(METRIC.watchesTakenOver, {
              period: HOUR,
              statistic: 'Sum',
              label: 'watches taken over',
            }),
            findAudits.metricWritten(METRIC.runsMissed, { period: HOUR, statistic: 'Sum', label: 'missed runs' }),
            findAudits.metricWritten(METRIC.openWatches, { period: HOUR, statistic: 'Maximum', label: 'open watches' }),
          ]),
        ],
        [
          stacked(
            'Throttled calls of AWS',
            callers.map((each) => each.metricWritten(METRIC.throttledCalls, { period: HOUR, statistic: 'Sum' })),
          ),
          stacked(
            'Throttled invocations',
            all.map((each) => each.metricThrottles({ period: HOUR })),
          ),
          stacked(
            'Errors',
            all.map((each) => each.metricErrors({ period: HOUR })),
          ),
        ],
      ],
    });
  }
}

function lines(title: string, left: IMetric[], props: Partial<GraphWidgetProps> = {}): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0, showUnits: false }, ...props });
}

function stacked(title: string, left: IMetric[], props: Partial<GraphWidgetProps> = {}): GraphWidget {
  return lines(title, left, { stacked: true, ...props });
}

/** One line for each combination of these dimensions that was ever written, named by their values. */
function search(
  dimensions: readonly string[],
  metricName: MetricName,
  statistic: 'Sum' | 'Maximum',
  period: Duration,
): SearchExpression {
  const schema = [METRICS.namespace, 'service', ...dimensions].join(',');
  const terms = `MetricName="${metricName}" service="${METRICS.service}"`;
  return new SearchExpression({
    expression: `SEARCH('{${schema}} ${terms}', '${statistic}', ${period.toSeconds()})`,
    label: dimensions.map((dimension) => `\${PROP('Dim.${dimension}')}`).join(' '),
    period,
  });
}
