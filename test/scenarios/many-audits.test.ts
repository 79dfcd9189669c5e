import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alertKey } from '../builders.ts';
import { BAD, onDemand } from './fleet-audits.ts';
import { FleetStack, HOUR, MINUTE } from './fleet-stack.ts';

let fleet: FleetStack;

beforeAll(async () => {
  // As a new account has it, on top: what Lambda refuses is tried again.
  fleet = await FleetStack.start({ concurrency: 10 });
});

afterAll(async () => {
  await fleet.close();
});

test('A sweep that finds 260 audits at once, on two pages, leads each to its end, and each alert out', async () => {
  await fleet.sweep();
  await fleet.pass(MINUTE);
  const taskIds = Array.from({ length: 260 }, (_, n) => `many-${n}`);
  for (const [n, taskId] of taskIds.entries()) fleet.add({ taskId, steps: onDemand(0, n % 2 === 0 ? BAD : undefined) });

  await fleet.sweep();
  await fleet.pass(HOUR);

  const { watches, alerts } = await fleet.expectNothingLost();
  expect(watches.size).toBe(260);
  const troubled = taskIds.filter((_, n) => n % 2 === 0).map((taskId) => alertKey(taskId, 'TERMINAL'));
  // All audits have the same checks: one that is clean and later than another ends the trouble of that one.
  const [found, recovered] = [alerts.filter(isAboutFindings), alerts.filter((alert) => !isAboutFindings(alert))];
  expect(found.map(({ key }) => key).sort()).toEqual(troubled.sort());
  expect(recovered.filter(({ kind, key }) => kind !== 'RECOVERED' || troubled.includes(key))).toEqual([]);
});

function isAboutFindings({ kind }: { readonly kind?: string }): boolean {
  return kind === 'COMPLETED_WITH_FINDINGS';
}
