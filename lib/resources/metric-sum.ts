import { MathExpression, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * All of these together. A sum over a list takes those that have data: AWS writes many a metric only when it is not zero, and
 * `a + b` would be nothing while one of them is.
 */
export function sumOf(metrics: readonly Metric[], label: string, { period }: MetricOptions = {}): MathExpression {
  return new MathExpression({
    label,
    period,
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
  });
}
