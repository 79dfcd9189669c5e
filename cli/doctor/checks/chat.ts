import { GetMetricDataCommand, type Metric, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import { DAY_MS, durationText } from '../../../lambda/audit/text/duration.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { type Check, resourcesOfType, type StackProbe } from '../probe.ts';
import { pass, skip, type Verdict, warn } from '../verdict.ts';

const NAMESPACE = 'AWS/Chatbot';
const DIMENSION = 'ConfigurationName';
/** The metrics of a configuration that count messages which never reached the channel. */
const TROUBLE = /Fail|Throttl|Unsupported|Error/;

/** Whether Amazon Q Developer in chat applications could post the messages that it got. */
export const chatCheck: Check<StackProbe> = {
  name: 'Slack channel',
  worst: 'WARN',
  async run(probe) {
    const { clients, now } = probe;
    const [channel] = await resourcesOfType(probe, 'AWS::Chatbot::SlackChannelConfiguration');
    if (channel === undefined) return skip('The stack configures no Slack channel.');
    const name = channel.PhysicalResourceId?.split('/').at(-1) ?? '';
    const metrics = await metricsOf(probe, name);
    const trouble = metrics.filter(({ MetricName = '' }) => TROUBLE.test(MetricName));
    if (trouble.length === 0) return judgeChat(name, new Map());
    const asked = clients.chatMetrics.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - DAY_MS),
        EndTime: new Date(now),
        MetricDataQueries: trouble.map((Metric, index) => ({
          Id: `m${index}`,
          Label: Metric.MetricName,
          MetricStat: { Metric, Period: 3600, Stat: 'Sum' },
        })),
      }),
    );
    const { MetricDataResults = [] } = await ask('cloudwatch:GetMetricData', asked);
    return judgeChat(
      name,
      new Map(
        MetricDataResults.map(({ Label = '', Values = [] }) => [Label, Values.reduce((sum, one) => sum + one, 0)]),
      ),
    );
  },
};

/** @param trouble sums of the last day, by the name of the metric */
export function judgeChat(name: string, trouble: ReadonlyMap<string, number>): Verdict {
  const counts = [...trouble].filter(([, sum]) => sum > 0).map(([metric, sum]) => `${metric} ${sum}`);
  if (counts.length === 0) return pass(`${name}: no trouble reported in ${durationText(DAY_MS / 1000)}`);
  return warn(
    `${name}, last ${durationText(DAY_MS / 1000)}: ${counts.join(', ')}.`,
    'Not everything reached the channel. See docs/runbook.md#slack-stays-silent',
  );
}

/** CloudWatch lists what had data in the last two weeks. */
function metricsOf({ clients }: StackProbe, name: string): Promise<Metric[]> {
  const pages = paginateListMetrics(
    { client: clients.chatMetrics },
    { Namespace: NAMESPACE, Dimensions: [{ Name: DIMENSION, Value: name }] },
  );
  return ask(
    'cloudwatch:ListMetrics',
    everyItem(pages, ({ Metrics }) => Metrics),
  );
}
