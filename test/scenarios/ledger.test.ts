import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { at, type Scenario, type ScenarioResult, ScenarioStack } from './scenario-stack.ts';

let stack: ScenarioStack;
let audits = 0;
let name = '';

/** Most of them are about what is held back, which `repeat: changes` decides. */
beforeAll(async () => {
  stack = await ScenarioStack.start({ REPEAT: 'changes' });
});

afterAll(async () => {
  await stack.close();
});

/** Checks are known for the whole account: each test has checks and a schedule of its own. */
beforeEach(() => {
  audits += 1;
  name = `Nightly${audits}`;
});

type CheckState = 'running' | 'ok' | 'canceled' | 'failed' | readonly string[];

/** Two checks. A list of policies is what a check finds. */
interface Checks {
  readonly a?: CheckState;
  readonly b?: CheckState;
}

const STATUS = { running: 'IN_PROGRESS', ok: 'COMPLETED_COMPLIANT', canceled: 'CANCELED', failed: 'FAILED' };

/** An answer of the audit with the state of each check that it knows. */
function answered(taskStatus: string, checks: Checks, statistics?: Readonly<Record<string, number>>) {
  const details = Object.entries(checks).map(([check, state]) => [
    checkName(check),
    typeof state === 'string'
      ? { checkRunStatus: STATUS[state as keyof typeof STATUS], totalResourcesCount: 50, nonCompliantResourcesCount: 0 }
      : {
          checkRunStatus: 'COMPLETED_NON_COMPLIANT',
          totalResourcesCount: 50,
          nonCompliantResourcesCount: state.length,
        },
  ]);
  return {
    taskStatus,
    taskType: 'SCHEDULED_AUDIT_TASK',
    scheduledAuditName: name,
    taskStartTime: '2026-10-02T02:00:00.000000+00:00',
    taskStatistics: statistics,
    auditDetails: Object.fromEntries(details),
  };
}

function checkName(check: string): string {
  return `${check.toUpperCase()}${audits}_CHECK`;
}

/** A list of findings with the policies that each check has found. */
function listed(checks: Checks) {
  return {
    findings: Object.entries(checks).flatMap(([check, state]) =>
      typeof state === 'string' ? [] : state.map((policyName: string) => finding(checkName(check), policyName)),
    ),
  };
}

function finding(check: string, policyName: string) {
  return {
    findingId: `finding-${policyName}`,
    checkName: check,
    severity: 'HIGH',
    nonCompliantResource: {
      resourceType: 'IOT_POLICY',
      resourceIdentifier: { policyVersionIdentifier: { policyName, policyVersionId: '3' } },
    },
    reasonForNonComplianceCode: 'ALLOWS_ACCESS_TO_IOT_ADMIN_ACTIONS',
    isSuppressed: false,
  };
}

/** A short audit, over at its first poll. Without `list`, AWS lists all that it counts. */
function short(checks: Checks, list: Checks = checks): Scenario {
  return { steps: [at(0, answered('COMPLETED', checks))], findings: listed(list) };
}

function kindsOf({ alerts }: ScenarioResult): string[] {
  return alerts.map(({ kind }) => kind);
}

function closingOf({ alerts }: ScenarioResult): string {
  return (alerts.find(({ key }) => key.endsWith('#TERMINAL'))?.email ?? '').replace(/\s+/g, ' ');
}

describe('Findings that AWS lists too late', () => {
  test('by a minute are not claimed, and are stored when the watch is taken over', async () => {
    const bad = { a: ['Pump', 'Valve'] };

    const night = await stack.run(short(bad, { a: ['Pump'] }));
    const tooEarly = await stack.takeOver(night.taskId, short(bad));
    await stack.pass(0.3);
    const later = await stack.takeOver(night.taskId, short(bad));

    expect(kindsOf(night)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(closingOf(night)).toContain('2 of 50 resources non-compliant');
    expect(closingOf(night)).toContain('AWS has not listed all of its findings yet');
    expect(closingOf(night)).not.toContain('Pump');
    expect(night.watch.findings).toBe('PENDING');
    expect(tooEarly.path.at(-1)).toBe('Already watched');
    expect(later.watch).toMatchObject({ findings: 'STORED' });
    expect(later.watch.open).toBeUndefined();
  });

  test('by hours are read at growing distance, and are then known: the next night repeats nothing', async () => {
    const bad = { a: ['Pump'] };
    const nothing = short(bad, {});

    const first = await stack.run(nothing);
    const findings: unknown[] = [];
    for (const hours of [0.3, 0.6, 1.2, 2.4]) {
      await stack.pass(hours);
      findings.push((await stack.takeOver(first.taskId, nothing)).watch.findings);
    }
    await stack.pass(5);
    findings.push((await stack.takeOver(first.taskId, short(bad))).watch.findings);
    await stack.pass(14);
    const second = await stack.run(short(bad));

    expect(findings).toEqual(['PENDING', 'PENDING', 'PENDING', 'PENDING', 'STORED']);
    expect(kindsOf(second)).toEqual([]);
    expect(second.watch.alerts.TERMINAL?.status).toBe('HELD');
  });

  test('for two nights, of other policies, never hold back an alert, and call nothing new, gone or open since', async () => {
    const nights: ScenarioResult[] = [];
    for (const policy of ['Pump', 'Valve', 'Motor']) {
      nights.push(await stack.run(short({ a: [policy], b: 'ok' }, {})));
      await stack.pass(25);
    }
    const third = nights[2];
    const over = third && (await stack.takeOver(third.taskId, short({ a: ['Motor'], b: 'ok' }, {})));

    expect(nights.map(kindsOf)).toEqual([
      ['COMPLETED_WITH_FINDINGS'],
      ['COMPLETED_WITH_FINDINGS'],
      ['COMPLETED_WITH_FINDINGS'],
    ]);
    for (const night of nights) expect(closingOf(night)).not.toMatch(/no longer open|Pump|Valve|Motor/);
    expect(over?.watch).toMatchObject({ findings: 'PARTIAL' });
    expect(over?.watch.open).toBeUndefined();
  });

  test('of a check that AWS does not count are not called gone, nor new in the night after that', async () => {
    const bad = { a: ['Pump', 'Valve'] };
    const auditDetails = { [checkName('a')]: { checkRunStatus: 'COMPLETED_NON_COMPLIANT' } };
    const uncounted = { ...answered('COMPLETED', {}), auditDetails };

    await stack.run(short(bad));
    await stack.pass(24);
    const second = await stack.run({ steps: [at(0, uncounted)], findings: listed({}) });
    await stack.pass(24);
    const third = await stack.run(short(bad));

    expect(second.alerts.map(({ email }) => email).join()).not.toMatch(/ gone|no longer open|Pump|Valve/);
    expect(second.watch).toMatchObject({ findings: 'PARTIAL' });
    expect(second.watch.open).toBeUndefined();
    expect(closingOf(third)).not.toMatch(/\d new| gone|no longer open/);
  });

  test('in the night between make nothing look younger than the first audit that had it', async () => {
    const bad = { a: ['Pump', 'Valve'] };

    const first = await stack.run(short(bad));
    await stack.pass(24);
    const partial = await stack.run(short(bad, {}));
    await stack.pass(25);
    const given = await stack.takeOver(partial.taskId, short(bad, {}));
    const third = await stack.run(short(bad));
    await stack.pass(24);
    const fourth = await stack.run(short({ a: [...bad.a, 'Motor'] }));

    const firstDay = first.snapshots[0]?.capturedAt.slice(0, 10);
    expect(given.watch.findings).toBe('PARTIAL');
    expect(closingOf(third)).toContain(`policy Pump v3 ALLOWS_ACCESS_TO_IOT_ADMIN_ACTIONS, open since ${firstDay}`);
    expect(closingOf(fourth)).toContain(`1 new, 2 still open since ${firstDay}`);
  });

  test('that are there the next night say which policy is new and which is gone', async () => {
    const first = await stack.run(short({ a: ['Pump', 'Valve'] }, {}));
    await stack.pass(1);
    await stack.takeOver(first.taskId, short({ a: ['Pump', 'Valve'] }));
    await stack.pass(23);

    const second = await stack.run(short({ a: ['Pump', 'Motor'] }));

    expect(closingOf(second)).toContain('1 new, 1 gone, 1 still open');
    expect(closingOf(second)).toContain('no longer open: policy Valve');
  });
});

test('A finding whose suppression has expired is new again, not open since the time before it', async () => {
  const silenced = answered('COMPLETED', { a: 'ok' });
  const auditDetails = {
    [checkName('a')]: { ...silenced.auditDetails[checkName('a')], suppressedNonCompliantResourcesCount: 1 },
  };
  const findings = [{ ...finding(checkName('a'), 'Pump'), isSuppressed: true }];

  await stack.run(short({ a: ['Pump'] }));
  await stack.pass(24);
  const second = await stack.run({ steps: [at(0, { ...silenced, auditDetails })], findings: { findings } });
  await stack.pass(24);
  const third = await stack.run(short({ a: ['Pump'] }));

  expect(kindsOf(second)).toEqual(['SUPPRESSED']);
  expect(closingOf(third)).toContain('policy Pump v3 ALLOWS_ACCESS_TO_IOT_ADMIN_ACTIONS');
  expect(closingOf(third)).not.toContain('open since');
});

describe('An audit that says COMPLETED', () => {
  test('before each check is decided is polled for minutes, and then closed as incomplete', async () => {
    const night = await stack.run({ steps: [at(0, answered('COMPLETED', { a: 'ok', b: 'canceled' }))] });

    const seconds = night.snapshots.map(({ capturedAt }) => Date.parse(capturedAt) / 1000);
    expect(seconds.map((second) => Math.round(second - (seconds[0] ?? 0)))).toEqual([0, 15, 45, 105, 225]);
    expect(kindsOf(night)).toEqual(['COMPLETED_INCOMPLETE']);
    expect(closingOf(night)).toContain('1 of 2 checks has no result');
  });

  test('publishes the trouble that is known at once, and what turns bad afterwards in the closing message', async () => {
    const night = await stack.run({
      steps: [
        at(0, answered('COMPLETED', { a: ['Pump'], b: 'running' })),
        at(60, answered('COMPLETED', { a: ['Pump'], b: ['Valve'] })),
      ],
      findings: listed({ a: ['Pump'], b: ['Valve'] }),
    });

    expect(night.alerts.map(({ kind, atSeconds }) => [kind, Math.round(atSeconds)])).toEqual([
      ['NON_COMPLIANT_DETECTED', 0],
      ['COMPLETED_WITH_FINDINGS', 105],
    ]);
    expect(closingOf(night)).toContain('2 non-compliant');
  });

  test('and goes on running is followed to its last word', async () => {
    const night = await stack.run({
      steps: [
        at(0, answered('COMPLETED', { a: 'ok', b: 'running' })),
        at(10, answered('IN_PROGRESS', { a: 'ok', b: 'running' })),
        at(900, answered('COMPLETED', { a: 'ok', b: ['Valve'] })),
      ],
      findings: listed({ b: ['Valve'] }),
    });

    expect(kindsOf(night)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(night.taskStatus).toBe('COMPLETED');
    expect(night.alerts[0]?.atSeconds).toBeGreaterThanOrEqual(900);
  });

  test.each([
    ['fewer checks than it counts', { a: 'ok' }, { totalChecks: 2, compliantChecks: 1 }, '1 of 2 checks has no result'],
    ['no check', {}, { totalChecks: 0, compliantChecks: 0, nonCompliantChecks: 0, failedChecks: 0 }, 'it had no check'],
  ] as const)('with %s is never called compliant', async (_, checks, statistics, missing) => {
    const counts = { nonCompliantChecks: 0, failedChecks: 0, ...statistics };

    const night = await stack.run({ steps: [at(0, answered('COMPLETED', checks, counts))] });

    expect(kindsOf(night)).toEqual(['COMPLETED_INCOMPLETE']);
    expect(closingOf(night)).toContain(missing);
    expect(closingOf(night)).not.toMatch(/(?:is|are) compliant/);
  });
});

describe('With repeat: changes', () => {
  test('three short nights with the same findings send one alert', async () => {
    const nights: string[][] = [];
    for (let night = 0; night < 3; night += 1) {
      nights.push(kindsOf(await stack.run(short({ a: ['Pump'], b: 'failed' }))));
      await stack.pass(24);
    }

    expect(nights).toEqual([['COMPLETED_WITH_FINDINGS'], [], []]);
  });

  test('three long nights send nothing after the first, until a further check turns bad in the third', async () => {
    const long = (end: Checks): Scenario => ({
      steps: [
        at(0, answered('IN_PROGRESS', { a: 'running', b: 'running' })),
        at(60, answered('IN_PROGRESS', { a: ['Pump'], b: 'running' })),
        at(600, answered('IN_PROGRESS', { a: ['Pump'], b: end.b ?? 'running' })),
        at(1200, answered('COMPLETED', end)),
      ],
      findings: listed(end),
    });
    const same = { a: ['Pump'], b: 'ok' } as const;

    const first = await stack.run(long(same));
    await stack.pass(24);
    const second = await stack.run(long(same));
    await stack.pass(24);
    const third = await stack.run(long({ a: ['Pump'], b: ['Valve'] }));

    expect([first, second, third].map(kindsOf)).toEqual([
      ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'],
      [],
      ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS'],
    ]);
    expect(third.alerts[0]?.atSeconds).toBeGreaterThanOrEqual(600);
  });
});

test('An audit that is found days late ends what was published, and alerts nobody of anything else', async () => {
  const running = { ...short({}), steps: [at(0, answered('IN_PROGRESS', { a: ['Pump'], b: 'running' }))] };
  const late = (checks: Checks) => ({ ...short(checks), hoursAgo: 40 });
  await stack.run({
    ...running,
    hoursAgo: 60,
    steps: [...running.steps, at(60.1 * 3600, answered('FAILED', { a: ['Pump'], b: 'canceled' }))],
  });

  const trouble = await stack.run({ ...late({ b: ['Valve'] }), hoursAgo: 50 });
  const clean = await stack.run(late({ a: 'ok', b: ['Valve'] }));

  expect([trouble.watch.late, clean.watch.late]).toEqual([true, true]);
  expect(kindsOf(trouble)).toEqual([]);
  expect(kindsOf(clean)).toEqual(['COMPLETED_WITH_FINDINGS']);
  expect(closingOf(clean)).toMatch(/Recovered\s+A/);
});
