import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import { type Check, resourcesOfType, type StackProbe } from '../probe.ts';
import { fail, listed, pass, skip, type Verdict, warn } from '../verdict.ts';

/** The most names that one call takes. */
const NAMES_PER_CALL = 100;

/** Whether an alarm of the stack is going off, and whether anybody would be notified. */
export const alarmsCheck: Check<StackProbe> = {
  name: 'Alarms',
  worst: 'FAIL',
  async run(probe) {
    const resources = await resourcesOfType(probe, 'AWS::CloudWatch::Alarm');
    const names = resources.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []);
    if (names.length === 0) return skip('The stack has no alarm.');
    return judgeAlarms(names, await describeAlarms(probe, names));
  },
};

export function judgeAlarms(names: readonly string[], alarms: readonly MetricAlarm[]): Verdict {
  const active = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
  if (active.length > 0) {
    const entries = new Set(active.map(({ AlarmDescription = '' }) => runbookEntry(AlarmDescription)));
    return fail(`Going off: ${listed(active.map(nameOf))}.`, `See ${[...entries].join(' and ')}`);
  }
  const gone = names.filter((name) => !alarms.some(({ AlarmName }) => AlarmName === name));
  if (gone.length > 0) {
    return warn(
      `Missing: ${listed(gone)}.`,
      'Somebody deleted them. Create them again in the console, like the others.',
    );
  }
  const mute = alarms.filter(({ ActionsEnabled, AlarmActions = [] }) => !ActionsEnabled || AlarmActions.length === 0);
  if (mute.length > 0) {
    return warn(
      `Without actions, so nobody would be notified: ${listed(mute.map(nameOf))}.`,
      'Enable the actions of the alarm, with the operations topic as its target.',
    );
  }
  return pass(`${plural(alarms.length, 'alarm')}, all quiet`);
}

function nameOf({ AlarmName = 'unnamed' }: MetricAlarm): string {
  return AlarmName;
}

/** Each alarm's description ends with its entry. */
function runbookEntry(description: string): string {
  return /docs\/runbook\.md#[\w-]+/.exec(description)?.[0] ?? 'docs/runbook.md';
}

async function describeAlarms({ clients }: StackProbe, names: readonly string[]): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  for (let from = 0; from < names.length; from += NAMES_PER_CALL) {
    const AlarmNames = names.slice(from, from + NAMES_PER_CALL);
    const pages = paginateDescribeAlarms({ client: clients.cloudWatch }, { AlarmNames });
    const asked = everyItem(pages, ({ MetricAlarms }) => MetricAlarms);
    alarms.push(...(await ask('cloudwatch:DescribeAlarms', asked)));
  }
  return alarms;
}
