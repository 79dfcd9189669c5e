import {
  type AdvancedEventSelector,
  type AdvancedFieldSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { ask } from '../../shared/aws/failed-call.ts';
import type { AccountProbe, Check } from '../probe.ts';
import { listed, pass, type Verdict, warn } from '../verdict.ts';

/** What a trail does here. */
interface TrailFacts {
  readonly name: string;
  readonly isLogging: boolean;
  /** Whether it takes the record of StartOnDemandAuditTask. */
  readonly hasRecord: boolean;
  /** Why it could not be read, which is common for the trail of an organization. */
  readonly error?: string;
}

/** The record that the rule OnDemandAudit waits for, as event selectors see it. */
const RECORD: Readonly<Record<string, string>> = {
  eventCategory: 'Management',
  eventSource: 'iot.amazonaws.com',
  eventName: 'StartOnDemandAuditTask',
  eventType: 'AwsApiCall',
  readOnly: 'false',
};

const WITHOUT_TRAIL =
  'Without the record of its start, an on-demand audit is found by the sweep only, some minutes later.';

/** EventBridge gets the record of a call only where a trail logs management write events. */
export const trailCheck: Check<AccountProbe> = {
  name: 'CloudTrail',
  worst: 'WARN',
  async run({ clients: { cloudTrail, cloudTrailIn }, region, command }) {
    const asked = cloudTrail.send(new DescribeTrailsCommand({}));
    const { trailList = [] } = await ask('cloudtrail:DescribeTrails', asked);
    const here = trailList.filter((trail) => trail.IsMultiRegionTrail || trail.HomeRegion === region);
    const facts = await Promise.all(here.map((trail) => trailFacts(cloudTrailIn(trail.HomeRegion ?? region), trail)));
    const [{ TrailARN = 'TRAIL', HomeRegion = region } = {}] = here;
    return judgeTrails(
      facts,
      region,
      command('cloudtrail', 'get-event-selectors', '--trail-name', TrailARN, '--region', HomeRegion),
    );
  },
};

/** Judges all trails of the Region together: one that works is enough. */
export function judgeTrails(trails: readonly TrailFacts[], region: string, command: string): Verdict {
  const working = trails.filter(({ isLogging, hasRecord }) => isLogging && hasRecord);
  if (working.length > 0) {
    return pass(`${listed(working.map(({ name }) => name))}: logs management write events`);
  }
  if (trails.length === 0) {
    return warn(
      `No trail covers ${region}.`,
      `${WITHOUT_TRAIL} Make a trail that logs management events: https://console.aws.amazon.com/cloudtrail`,
    );
  }
  return warn(`${trails.map(trailText).join('; ')}.`, `${WITHOUT_TRAIL} Check its event selectors:`, command);
}

function trailText({ name, isLogging, error }: TrailFacts): string {
  if (error !== undefined) return `${name} cannot be read (${error})`;
  return isLogging ? `${name} does not log management write events` : `${name} is not logging`;
}

/** Its home Region alone knows the selectors. A member account may not be allowed to read the organization's trail; that says nothing about the others. */
async function trailFacts(client: CloudTrailClient, trail: Trail): Promise<TrailFacts> {
  const { TrailARN, Name: name = TrailARN ?? 'unnamed' } = trail;
  try {
    const [{ IsLogging = false }, selectors] = await Promise.all([
      ask('cloudtrail:GetTrailStatus', client.send(new GetTrailStatusCommand({ Name: TrailARN }))),
      ask('cloudtrail:GetEventSelectors', client.send(new GetEventSelectorsCommand({ TrailName: TrailARN }))),
    ]);
    const { EventSelectors = [], AdvancedEventSelectors = [] } = selectors;
    return {
      name,
      isLogging: IsLogging,
      hasRecord: EventSelectors.some(takesRecord) || AdvancedEventSelectors.some(takesRecordAdvanced),
    };
  } catch (error) {
    return { name, isLogging: false, hasRecord: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether a classic selector takes the record. */
export function takesRecord(selector: EventSelector): boolean {
  const { IncludeManagementEvents = true, ReadWriteType = 'All', ExcludeManagementEventSources = [] } = selector;
  return (
    IncludeManagementEvents &&
    ReadWriteType !== 'ReadOnly' &&
    !ExcludeManagementEventSources.includes(RECORD.eventSource ?? '')
  );
}

/** Whether an advanced selector takes the record: all of its fields must agree, all values of a field are alternatives. */
export function takesRecordAdvanced({ FieldSelectors = [] }: AdvancedEventSelector): boolean {
  const names = FieldSelectors.map(({ Field }) => Field);
  return names.includes('eventCategory') && FieldSelectors.every(fieldTakesRecord);
}

/** A field that the record lacks cannot be judged; it is not held against the trail. */
function fieldTakesRecord(selector: AdvancedFieldSelector): boolean {
  const value = RECORD[selector.Field ?? ''];
  if (value === undefined) return true;
  const { Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith } = selector;
  const isWanted = [
    Equals?.includes(value),
    StartsWith?.some((part) => value.startsWith(part)),
    EndsWith?.some((part) => value.endsWith(part)),
  ].every((answer) => answer ?? true);
  const isUnwanted = [
    NotEquals?.includes(value),
    NotStartsWith?.some((part) => value.startsWith(part)),
    NotEndsWith?.some((part) => value.endsWith(part)),
  ].some((answer) => answer ?? false);
  return isWanted && !isUnwanted;
}
