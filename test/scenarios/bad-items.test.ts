import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditPartition, placeKey, TABLE } from '../../lambda/contract.ts';
import { PLACE } from '../../local/place.ts';
import { CORRUPTIONS } from '../corruptions.ts';
import { BAD, finding, onDemand } from './fleet-audits.ts';
import { putItem } from './fleet-ledger.ts';
import { DAY, FleetStack, HOUR, MINUTE } from './fleet-stack.ts';

let fleet: FleetStack;

beforeAll(async () => {
  fleet = await FleetStack.start();
});

afterAll(async () => {
  await fleet.close();
});

/** Shifts which item is corrupted in which way; test/lambda/bad-items.test.ts has each alone. */
const ROUNDS = [0, 3] as const;

const { partitionKey: open, sortKey: dueAt } = TABLE.openIndex;

/** The night's own items, and the ledger entry of the check that it found bad, each corrupted in another way. */
async function corrupt(taskId: string, round: number): Promise<void> {
  const items = await fleet.items();
  const keyOf = ({ pk, sk }: Readonly<Record<string, unknown>>) => `${pk} ${sk}`;
  const own = auditPartition({ ...PLACE, taskId });
  const chosen = [/^SNAPSHOT#/, /^WATCH$/, /^FINDINGS#/, /^COMPARISON$/].map((kind) =>
    items.find(({ pk, sk }) => pk === own && kind.test(String(sk))),
  );
  chosen.push(items.find((item) => keyOf(item) === `CHECKS#${placeKey(PLACE)} IOT_POLICY_OVERLY_PERMISSIVE_CHECK`));
  for (const [n, item] of chosen.entries()) {
    const [, change] = CORRUPTIONS[(n + round) % CORRUPTIONS.length] ?? [];
    if (item === undefined || change === undefined) throw new Error(`There is no item ${n} of ${taskId}.`);
    // The sweep comes by watches with work left.
    const place = item.sk === 'WATCH' ? { [open]: placeKey(PLACE), [dueAt]: 0 } : {};
    await putItem(fleet.stack, { ...change(item), ...place });
  }
}

/** An audit from its start event to its end, and sweeps after it. Returns the kinds of its alerts. */
async function night(taskId: string, checks?: Parameters<typeof onDemand>[1]): Promise<string[]> {
  const before = fleet.stack.publications.length;
  fleet.add({ taskId, steps: onDemand(60, checks), findings: checks === undefined ? [] : [finding('TestBench')] });
  fleet.announce(taskId);
  await fleet.sweepFor(HOUR, 30 * MINUTE);
  await fleet.pass(DAY - HOUR);
  return fleet.stack.publications.slice(before).map(({ bodies }) => String(JSON.parse(bodies.default).kind));
}

test('Several items that cannot be read at once make no night wrong, and stop no sweep', async () => {
  await fleet.reset();
  await fleet.knowHistory();

  for (const round of ROUNDS) {
    const kinds = [await night(`first-${round}`, BAD)];
    await corrupt(`first-${round}`, round);
    kinds.push(await night(`second-${round}`), await night(`third-${round}`, BAD), await night(`fourth-${round}`));

    // What was known of the check is lost with its entry: it neither recovered nor is it new.
    expect({ round, kinds }).toEqual({
      round,
      kinds: [['COMPLETED_WITH_FINDINGS'], [], ['COMPLETED_WITH_FINDINGS'], ['RECOVERED']],
    });
  }

  const { watches } = await fleet.ledger();
  const nights = [...watches.values()].filter(({ taskId }) => /^(second|third|fourth)-/.test(String(taskId)));
  expect(nights).toHaveLength(3 * ROUNDS.length);
  for (const watch of nights) expect(watch).toMatchObject({ endedAt: expect.any(String), ledger: 'MOVED' });
  expect(fleet.stack.scheduledInvocations.filter(({ error }) => error !== undefined)).toEqual([]);
});
