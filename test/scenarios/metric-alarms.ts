import * as z from 'zod';
import { METRICS } from '../../lambda/contract.ts';
import { parseJson } from '../../lambda/json.ts';
import { readAssembly, type TemplateResource } from '../../local/assembly/cloud-assembly.ts';

/** An alarm of the template on one of our own metrics. Any other shape is refused, so that no alarm is judged wrongly. */
const alarmShape = z.object({
  Namespace: z.literal(METRICS.namespace),
  MetricName: z.string(),
  Dimensions: z.array(
    z.object({
      Name: z.string(),
      Value: z.union([z.string(), z.object({ Ref: z.string() }).transform(({ Ref }) => Ref)]),
    }),
  ),
  Statistic: z.enum(['Maximum', 'Sum']),
  Period: z.number(),
  EvaluationPeriods: z.literal(1),
  ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
  Threshold: z.number(),
  TreatMissingData: z.literal('notBreaching'),
});
type MetricAlarm = z.infer<typeof alarmShape> & { readonly name: string };

/** A line in embedded metric format. */
const metricShape = z
  .object({
    _aws: z.object({
      Timestamp: z.number(),
      CloudWatchMetrics: z.array(
        z.object({
          Namespace: z.string(),
          Dimensions: z.array(z.array(z.string())),
          Metrics: z.array(z.object({ Name: z.string() })),
        }),
      ),
    }),
  })
  .loose();
type MetricLine = z.infer<typeof metricShape>;

/** An alarm that went off. */
export interface WentOff {
  readonly name: string;
  /** Start of its first period in alarm, epoch milliseconds. */
  readonly from: number;
  /** End of the last one. */
  readonly until: number;
  /** How often it went from quiet to on, which is how often its topic is notified. */
  readonly times: number;
}

/** Evaluates the alarms of the synthesized stack on what the functions print, as CloudWatch would. */
export class MetricAlarms {
  readonly #alarms: readonly MetricAlarm[];
  readonly #lines: MetricLine[] = [];

  private constructor(alarms: readonly MetricAlarm[]) {
    this.#alarms = alarms;
  }

  static async of(directory: string): Promise<MetricAlarms> {
    const { resources } = await readAssembly(directory);
    return new MetricAlarms(Object.entries(resources).flatMap(([id, resource]) => alarmOf(id, resource)));
  }

  /** For `onLog` of the stack. */
  readonly onLog = (line: string): void => {
    const parsed = metricShape.safeParse(parseJson(line));
    if (parsed.success) this.#lines.push(parsed.data);
  };

  /** Forgets what was printed so far. */
  reset(): void {
    this.#lines.length = 0;
  }

  wentOff(): WentOff[] {
    return this.#alarms.flatMap((alarm) => {
      const length = alarm.Period * 1000;
      const byPeriod = Map.groupBy(this.#datapoints(alarm), ({ at }) => Math.floor(at / length) * length);
      const breaching = [...byPeriod]
        .filter(([, points]) => statistic(alarm, points) >= alarm.Threshold)
        .map(([period]) => period)
        .sort((a, b) => a - b);
      const [from] = breaching;
      const last = breaching.at(-1);
      if (from === undefined || last === undefined) return [];
      const times = breaching.filter((period) => !breaching.includes(period - length)).length;
      return [{ name: alarm.name, from, until: last + length, times }];
    });
  }

  #datapoints({ Namespace, MetricName, Dimensions }: MetricAlarm): { at: number; value: number }[] {
    const names = Dimensions.map(({ Name }) => Name)
      .sort()
      .join();
    return this.#lines
      .filter(({ _aws: { CloudWatchMetrics } }) =>
        CloudWatchMetrics.some(
          (written) =>
            written.Namespace === Namespace &&
            written.Metrics.some(({ Name }) => Name === MetricName) &&
            written.Dimensions.some((set) => set.toSorted().join() === names),
        ),
      )
      .filter((line) => Dimensions.every(({ Name, Value }) => line[Name] === Value))
      .map((line) => ({ at: line._aws.Timestamp, value: Number(line[MetricName]) }));
  }
}

function statistic({ Statistic }: MetricAlarm, points: readonly { value: number }[]): number {
  const values = points.map(({ value }) => value);
  return Statistic === 'Maximum' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

/** The local stack names a function by its logical id. */
function alarmOf(id: string, { Type, Properties = {} }: TemplateResource): MetricAlarm[] {
  if (Type !== 'AWS::CloudWatch::Alarm' || Properties.Namespace !== METRICS.namespace) return [];
  return [{ ...alarmShape.parse(Properties), name: id.replace(/^AuditWatcherAlarms|[0-9A-F]{8}$/g, '') }];
}
