import { describe, expect, it } from '@jest/globals';
import { METRIC } from '../../../lambda/contract.ts';
import { propertiesOf, readable, resourcesOf, synthesize } from '../synthesize.ts';

const template = synthesize({ slackWebhookSecretName: 'team/slack' });
const dashboard = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(String(readable(dashboard.DashboardBody))) as { widgets: Widget[] };

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly metrics?: unknown[][]; readonly alarms?: string[] };
}

/** The metrics of AWS that it may show, by namespace. */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles'],
  'AWS/States': [
    'ExecutionsStarted',
    'ExecutionsSucceeded',
    'ExecutionsFailed',
    'ExecutionsTimedOut',
    'ExecutionsAborted',
  ],
};

describe('the dashboard', () => {
  it('shows this', () => {
    expect(widgets.map(({ type, properties }) => properties.title ?? type)).toMatchInlineSnapshot(`
[
  "Alarms",
  "Audits by outcome",
  "Alerts by audit and kind",
  "Alert delay: from poll to message, seconds",
  "Non-compliant checks by audit",
  "Failed checks by audit",
  "Sweep: oldest pending alert, oldest unwatched audit, seconds",
  "Polls",
  "Watches",
  "Found by the sweep",
  "Throttled calls of AWS",
  "Throttled invocations",
  "Errors",
]
`);
  });

  it('has the state of every alarm on top', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').length;

    expect(widgets[0]?.properties.alarms).toHaveLength(alarms);
  });

  it('names only metrics that exist', () => {
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => typeof namespace === 'string')
      .map(([namespace, name]) => [String(namespace), String(name)] as const);
    const known = { ...OF_AWS, AuditWatcher: Object.values(METRIC) };

    expect(shown.length).toBeGreaterThan(28);
    for (const [namespace, name] of shown) expect(known).toHaveProperty([namespace], expect.arrayContaining([name]));
  });

  it('searches for metrics under their names and exactly the dimensions that they are written with', () => {
    const searches = expressions().filter((expression) => expression.startsWith('SEARCH'));

    expect(searches).toEqual([
      `SEARCH('{AuditWatcher,service,outcome} MetricName="${METRIC.auditsEnded}" service="audit-watcher"', 'Sum', 86400)`,
      `SEARCH('{AuditWatcher,service,auditName,kind} MetricName="${METRIC.alerts}" service="audit-watcher"', 'Sum', 86400)`,
      `SEARCH('{AuditWatcher,service,auditName} MetricName="${METRIC.nonCompliantChecks}" service="audit-watcher"', 'Maximum', 3600)`,
      `SEARCH('{AuditWatcher,service,auditName} MetricName="${METRIC.failedChecks}" service="audit-watcher"', 'Maximum', 3600)`,
    ]);
  });

  it('has a name of its own for each stack and Region, and can be left out', () => {
    expect(readable(dashboard.DashboardName)).toMatch(/^AuditWatcherOverview[0-9A-F]{8}-<AWS::Region>$/);
    expect(resourcesOf(synthesize({ dashboard: 'false' }), 'AWS::CloudWatch::Dashboard')).toEqual([]);
  });
});

function expressions(): string[] {
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map(([first]) => (first as { expression?: string }).expression ?? '')
    .filter((expression) => expression !== '');
}
