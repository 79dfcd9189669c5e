import { MathExpression, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * The sum of these metrics. SUM over a list adds those that have data. AWS writes many metrics only when they are not zero, and
 * `a + b` has no data unless both have.
 */
export function sumOf(metrics: readonly Metric[], label: string, { period }: MetricOptions = {}): MathExpression {
  return new MathExpression({
    label,
    period,
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
  });
}
