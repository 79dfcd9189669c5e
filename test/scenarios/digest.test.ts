import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlertReport } from '../../local/runs/audit-report.ts';
import { alertKey } from '../builders.ts';
import { BAD, onDemand, scheduled } from './fleet-audits.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';
import { answer, at } from './scenario-stack.ts';
import { DENIED, isPublish, once, SNS_DOWN } from './stack-faults.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start({
    functionVariables: { DIGEST: 'weekly', DIGEST_DAY: 'MON', DIGEST_HOUR: '8', DIGEST_TIME_ZONE: 'Europe/Berlin' },
  });
});

beforeEach(async () => {
  await fleet.reset();
});

afterAll(async () => {
  await fleet.close();
});

const keyOf = (end: string) => alertKey('DIGEST', `${end.slice(0, 16).replace(':', '')}Z`);
/** In one line: where the mail breaks its lines is of no interest here. */
const textOf = (alert: AlertReport | undefined) => (alert?.email ?? '').replace(/\s+/g, ' ');

/** Lets time pass until then. */
async function until(moment: string): Promise<void> {
  await fleet.pass(Date.parse(moment) - fleet.now);
}

/** As just deployed, then: the first sweep switches digests on. */
async function deployAt(moment: string): Promise<void> {
  await until(moment);
  await fleet.knowHistory();
  await fleet.sweep();
}

async function sweepAt(moment: string): Promise<void> {
  await until(moment);
  await fleet.sweep();
}

/** The digests that were published, in their order; nothing else is lost or sent twice. */
async function digests(repeated: readonly string[] = []): Promise<AlertReport[]> {
  const { alerts } = await fleet.expectNothingLost({ repeated });
  return alerts.filter(({ kind }) => kind === 'DIGEST');
}

function earlier(moment: string, milliseconds: number): string {
  return new Date(Date.parse(moment) - milliseconds).toISOString();
}

describe('A weekly digest comes at its hour by the clocks of its time zone', () => {
  test.each([
    ['forward', '2027-03-19', '2027-03-22T07:00:00Z', '2027-03-29T06:00:00Z'],
    ['back', '2027-10-22', '2027-10-25T06:00:00Z', '2027-11-01T07:00:00Z'],
  ])('before and after they go %s', async (_, friday, before, after) => {
    await deployAt(`${friday}T12:00:00Z`);

    for (const moment of [earlier(before, MINUTE), before, earlier(after, MINUTE), after]) await sweepAt(moment);

    const sent = await digests();
    expect(sent.map(({ key, atSeconds }) => [key, atSeconds])).toEqual([
      [keyOf(before), Date.parse(before) / 1000],
      [keyOf(after), Date.parse(after) / 1000],
    ]);
  });
});

describe('A digest', () => {
  /** Eight o'clock in Berlin on a Monday in January, or some weeks after it. */
  function monday(weeks = 0): string {
    const year = new Date(fleet.now).getUTCFullYear() + 1;
    const january = new Date(Date.UTC(year, 0, 8, 7));
    const toMonday = (8 - january.getUTCDay()) % 7;
    return new Date(january.getTime() + (toMonday + 7 * weeks) * DAY).toISOString();
  }

  test('of the first week says since when audits are watched, and that none ended', async () => {
    const end = monday();
    const thursday = earlier(end, 4 * DAY);
    await deployAt(thursday);

    await sweepAt(end);

    const [digest] = await digests();
    expect(digest?.subject).toContain(': nothing known yet (');
    expect(textOf(digest)).toContain('nothing is known of any check yet. No audit ended in this time.');
    expect(textOf(digest)).toContain(`Audits have been watched since ${thursday.slice(0, 10)}`);
  });

  test('has two lines in a week in which nothing happened', async () => {
    const [first, second] = [monday(), monday(1)];
    await deployAt(earlier(first, 3 * DAY));
    for (const [name, end] of [
      ['one', first],
      ['two', second],
    ] as const) {
      await until(earlier(end, DAY));
      fleet.add({ taskId: name, steps: onDemand(0) });
      fleet.announce(name);
      await sweepAt(end);
    }

    const [, digest] = await digests();
    expect(digest?.email.split('--')[0]).toBe(`INFO: all 3 known checks are compliant.

Audit     all of this account and Region
Account   123456789012
Region    eu-west-1
Covers    ${first.slice(0, 10)} 07:00:00 UTC to ${second.slice(0, 10)} 07:00:00 UTC. 1 audit ended.

`);
  });

  test('while an audit runs says what it has found so far, and the next one how it ended', async () => {
    const [first, second] = [monday(), monday(1)];
    await deployAt(earlier(first, 3 * DAY));
    await until(earlier(first, HOUR));
    const steps = [
      at(0, answer('IN_PROGRESS')),
      at(60, answer('IN_PROGRESS', { B: 'bad' })),
      at(4 * 3600, answer('COMPLETED', BAD)),
    ];
    fleet.add({ taskId: 'long', steps });
    fleet.announce('long');

    await sweepAt(first);
    await fleet.pass(DAY);
    await sweepAt(second);

    const [running, ended] = await digests();
    expect(textOf(running)).toContain('CRITICAL: 1 open check. No audit ended in this time.');
    expect(textOf(running)).toContain('1 audit is still running.');
    expect(textOf(ended)).toContain('OPEN (1) Still open CRITICAL: AWS IoT policies overly permissive');
    expect(textOf(ended)).toContain('1 audit ended.');
  });

  test('goes out once when SNS is up again, as it was written', async () => {
    const end = monday();
    const up = Date.parse(end) + 7 * HOUR;
    await deployAt(earlier(end, 3 * DAY));
    fleet.failUntil(up, 'Publish', SNS_DOWN);

    await until(end);
    await fleet.sweepFor(9 * HOUR, HOUR);

    const sent = await digests();
    expect(sent.map(({ key, atSeconds }) => [key, atSeconds])).toEqual([[keyOf(end), up / 1000]]);
    expect(textOf(sent[0])).toContain(`to ${end.slice(0, 10)} 07:00:00 UTC.`);
  });

  test('covers the weeks of those that an outage kept from being sent, and only it goes out', async () => {
    const [first, second, third] = [monday(), monday(1), monday(2)];
    const start = earlier(first, 3 * DAY);
    await deployAt(start);
    const up = Date.parse(third) - DAY;
    fleet.failUntil(up, 'Publish', SNS_DOWN);

    await sweepAt(first);
    await sweepAt(second);
    await sweepAt(new Date(up).toISOString());
    await sweepAt(third);

    const sent = await digests();
    expect(sent.map(({ key }) => key)).toEqual([keyOf(second), keyOf(third)]);
    expect(textOf(sent[0])).toContain(`Covers ${start.slice(0, 10)} 07:00:00 UTC to ${second.slice(0, 10)}`);
    expect(textOf(sent[1])).toContain(`Covers ${second.slice(0, 10)} 07:00:00 UTC to ${third.slice(0, 10)}`);
  });

  test('goes out when the sweep works again, and covers the time until then', async () => {
    const end = monday();
    const works = Date.parse(end) + 30 * HOUR;
    await deployAt(earlier(end, 3 * DAY));
    fleet.faults = { isThrottled: (name) => fleet.now < works && name.includes('FindAudits') };

    await sweepAt(end);
    await sweepAt(new Date(works).toISOString());

    const sent = await digests();
    expect(sent.map(({ key }) => key)).toEqual([keyOf(end)]);
    expect(textOf(sent[0])).toContain(`to ${new Date(works).toISOString().slice(0, 10)} 13:00:00 UTC.`);
  });

  test('is sent once when two sweeps are due at the same moment', async () => {
    const end = monday();
    await deployAt(earlier(end, 3 * DAY));

    await until(end);
    await fleet.sweepTwice();
    await fleet.pass(MINUTE);
    await fleet.sweepTwice();

    expect((await digests()).map(({ key }) => key)).toEqual([keyOf(end)]);
  });

  test('comes again under the same key, and word for word, when the sweep dies between publish and mark', async () => {
    const end = monday();
    await deployAt(earlier(end, 3 * DAY));
    fleet.faults = { afterCall: once(isPublish, () => ({ type: 'kill', functionName: 'FindAudits' })) };

    await until(end);
    await fleet.sweepFor(HOUR, 5 * MINUTE);

    const sent = await digests([keyOf(end)]);
    expect(sent.map(({ key }) => key)).toEqual([keyOf(end), keyOf(end)]);
    expect(Number(sent[1]?.atSeconds) - Number(sent[0]?.atSeconds)).toBeGreaterThanOrEqual(600);
  });

  test('names the suppressions that end soon, and goes out without them when they cannot be read', async () => {
    const [first, second] = [monday(), monday(1)];
    const policy = (policyName: string) => ({ policyVersionIdentifier: { policyName, policyVersionId: '1' } });
    const checkName = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
    await deployAt(earlier(first, 3 * DAY));
    fleet.stack.setSuppressions([
      { checkName, resourceIdentifier: policy('Soon'), endsAt: Date.parse(first) + 3 * DAY },
      { checkName, resourceIdentifier: policy('Later'), endsAt: Date.parse(first) + 90 * DAY },
      { checkName, resourceIdentifier: policy('Never') },
    ]);

    await sweepAt(first);
    fleet.failUntil(Number.POSITIVE_INFINITY, 'ListAuditSuppressions', DENIED);
    await sweepAt(second);
    fleet.stack.setSuppressions([]);

    const [read, unread] = await digests();
    expect(textOf(read)).toContain(
      'SUPPRESSIONS THAT END SOON AWS IoT policies overly permissive: policy Soon v1, until',
    );
    expect(textOf(read)).not.toMatch(/Later|Never/);
    expect(textOf(unread)).toContain('They could not be read (DeniedError), so none is named here.');
  });

  test('names the runs that were missed', async () => {
    const end = monday();
    await deployAt(earlier(end, 4 * DAY));
    fleet.stack.setSchedules([{ scheduledAuditName: 'Nightly', frequency: 'DAILY' }]);
    const startsAt = fleet.now;
    fleet.add({ taskId: 'nightly', steps: scheduled('Nightly', onDemand(0)), startsAt });
    await fleet.sweepFor(4 * DAY, 6 * HOUR);

    await fleet.sweep();

    const [digest] = await digests();
    const days = [1, 2, 3].map((day) => new Date(startsAt + day * DAY).toISOString().slice(0, 10));
    expect(textOf(digest)).toContain(`MISSED RUNS Nightly: 3 missed runs (${days.join(', ')})`);
  });
});
