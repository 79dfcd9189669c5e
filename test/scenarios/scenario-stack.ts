import { expect } from '@jest/globals';
import type { Watch } from '../../lambda/audit/watch/watch.ts';
import { placeKey } from '../../lambda/contract.ts';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Execution } from '../../local/compute/executions.ts';
import { taskIdOf } from '../../local/compute/executions.ts';
import type { ExecutionResult } from '../../local/compute/state-machine.thread.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { StackFault } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import { parseRecording, type Recording } from '../../local/recordings/recording.ts';
import { type AuditReport, itemsOf, reportOn } from '../../local/runs/audit-report.ts';
import { startEvent } from '../../local/runs/watch-run.ts';
import type { Call } from '../../local/services/service.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { expectAlertWithinLimits } from '../alert-limits.ts';
import { alertKey } from '../builders.ts';

/** What happens around one audit. */
export interface Scenario {
  /** Steps of the recording; without steps, Device Defender never has the audit. */
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
  /** `findings`, `findingsError` and `things` of the recording. */
  readonly findings?: Readonly<Record<string, unknown>>;
  /** How long ago the audit started when its watch begins. @default 0 */
  readonly hoursAgo?: number;
  readonly onCall?: (call: Call, secondsIn: number) => StackFault | undefined;
  readonly afterCall?: (call: Call, secondsIn: number) => StackFault | undefined;
  /** Runs beside the watch, on the stack's clock. */
  readonly meanwhile?: (stack: LocalStack, taskId: string) => Promise<void>;
}

export interface ScenarioResult extends AuditReport {
  /** States in the order they were entered; `… again after ERROR` for each retry. */
  readonly path: readonly string[];
  readonly watch: Watch & { readonly open?: string };
  /** Every execution for the audit, in the order of their start. */
  readonly executions: readonly (ExecutionResult & { readonly path: readonly string[] })[];
}

/** One synthesized stack for many scenarios, one audit after the other on the same clock. */
export class ScenarioStack {
  readonly #stack: LocalStack;
  readonly #scenarios: Map<string, { scenario: Scenario; startedAt: number }>;

  private constructor(stack: LocalStack, scenarios: Map<string, { scenario: Scenario; startedAt: number }>) {
    this.#stack = stack;
    this.#scenarios = scenarios;
  }

  /** Audits do not learn from each other, for those of two scenarios have nothing in common, unless a scenario asks for it. */
  static async start(functionVariables: Readonly<Record<string, string>> = {}): Promise<ScenarioStack> {
    const scenarios = new Map<string, { scenario: Scenario; startedAt: number }>();
    const decide = (hook: 'onCall' | 'afterCall') => (call: Call) => {
      const found = scenarios.get(call.taskId ?? '');
      return found?.scenario[hook]?.(call, (stack.clock.now() - found.startedAt) / 1000);
    };
    const stack: LocalStack = await LocalStack.start({
      assembly: await readAssembly(process.env.TEST_CLOUD_ASSEMBLY ?? ''),
      speed: Number.POSITIVE_INFINITY,
      startsAt: Date.parse('2026-10-02T02:00:00.000Z'),
      functionVariables: { MOST_LEARNED_POLLS: '0', ...functionVariables },
      onCall: decide('onCall'),
      afterCall: decide('afterCall'),
    });
    return new ScenarioStack(stack, scenarios);
  }

  /** Plays a scenario to its end and checks what must hold in every one. */
  async run(scenario: Scenario): Promise<ScenarioResult> {
    const taskId = `scenario-${this.#scenarios.size + 1}`;
    const startedAt = this.#stack.clock.now();
    this.#scenarios.set(taskId, { scenario, startedAt });
    const recording = recordingOf(taskId, scenario);
    const auditStart = startedAt - (scenario.hoursAgo ?? 0) * 3_600_000;
    if (scenario.steps !== undefined) this.#stack.startAudit(taskId, recording, auditStart);
    const audit = { taskId, recording, startedAt };
    const [first] = this.#stack.putEvent(startEvent(audit, new Date(startedAt)));
    if (first === undefined) throw new Error('No rule took the start event.');

    await scenario.meanwhile?.(this.#stack, taskId);
    const ofAudit = () => this.#stack.executions.filter(({ input }) => taskIdOf(input) === taskId);
    const ended = await Promise.all(
      ofAudit().map(async (execution) => ({ ...(await execution.ended), path: pathOf(execution) })),
    );

    const report = await reportOn(this.#stack, audit, first);
    const watch = watchIn(await itemsOf(this.#stack, taskId));
    const result = { ...report, watch, path: pathOf(first), executions: ended };
    expectInvariants(result, this.#stack);
    return result;
  }

  /**
   * From now on Device Defender answers from another scenario for an audit. Then its watch is taken over, as the sweep does
   * with one that has work left.
   */
  async takeOver(taskId: string, scenario: Scenario): Promise<Pick<ScenarioResult, 'path' | 'watch'>> {
    const startedAt = this.#scenarios.get(taskId)?.startedAt;
    if (startedAt === undefined) throw new Error(`${taskId} was never played.`);
    const recording = recordingOf(taskId, scenario);
    this.#stack.startAudit(taskId, recording, startedAt);
    const event = startEvent({ taskId, recording, startedAt }, new Date(this.#stack.clock.now()));
    const [execution] = this.#stack.putEvent(event);
    if (execution === undefined) throw new Error('No rule took the start event.');
    await execution.ended;
    return { path: pathOf(execution), watch: watchIn(await itemsOf(this.#stack, taskId)) };
  }

  /** Lets time pass between two audits. */
  async pass(hours: number): Promise<void> {
    await this.#stack.clock.sleep(hours * 3_600_000);
  }

  /** Starts an execution with any input at all. */
  async runInput(input: unknown): Promise<ExecutionResult & { readonly path: readonly string[] }> {
    const execution = this.#stack.startExecution(input);
    return { ...(await execution.ended), path: pathOf(execution) };
  }

  /** Everything that was published to a topic. */
  publishedTo(topicArn: string): readonly Publication[] {
    return this.#stack.publications.filter((publication) => publication.topicArn === topicArn);
  }

  async close(): Promise<void> {
    await this.#stack.close();
  }
}

function recordingOf(taskId: string, { steps = [ABSENT], findings }: Scenario): Recording {
  return parseRecording(JSON.stringify({ taskId, steps, ...findings }), 'scenario');
}

function watchIn(items: readonly Readonly<Record<string, unknown>>[]): ScenarioResult['watch'] {
  return items.find(({ sk }) => sk === 'WATCH') as unknown as ScenarioResult['watch'];
}

/** A recording needs a step; this one is never played. */
const ABSENT = { atSeconds: 0, response: {} };

/** What holds whatever happens: nothing lost, nothing repeated beyond the documented window, every message well formed. */
function expectInvariants({ snapshots, execution, watch, alerts, taskId }: ScenarioResult, stack: LocalStack): void {
  expect(snapshots.map(({ poll }) => poll)).toEqual(Array.from({ length: execution.polls }, (_, n) => n + 1));
  expect(alerts.length).toBeLessThanOrEqual(4);
  const published = stack.publications.filter(
    ({ bodies }) => bodies.default.includes(`"${taskId}"`) && bodies.default.includes('"alertKey"'),
  );
  for (const { subject = '', bodies, attributes } of published) {
    const machine = JSON.parse(bodies.default) as { alertKey: string };
    expectAlertWithinLimits({
      key: machine.alertKey,
      subject,
      machine: bodies.default,
      email: bodies.email ?? '',
      chat: bodies.https ?? chatOf(machine.alertKey, stack),
      attributes,
    });
  }
  const registered = Object.entries(watch.alerts);
  for (const [slot, { status }] of registered) {
    const copies = alerts.filter(({ key }) => key === alertKey(taskId, slot));
    if (status === 'SENT') expect(copies.length).toBeGreaterThan(0);
    expect(new Set(copies.map(({ email }) => email)).size).toBeLessThanOrEqual(1);
  }
  const unfinished = registered.some(([, { status }]) => status === 'PENDING') || watch.findings === 'PENDING';
  expect(watch.open).toBe(watch.endedAt === undefined || unfinished ? placeKey(PLACE) : undefined);
}

/** The chat form of an alert, where chats have a topic of their own. */
function chatOf(key: string, { publications }: LocalStack): string {
  const id = JSON.stringify(key.replaceAll('#', '-'));
  return publications.find(({ bodies }) => bodies.default.includes(`"id":${id}`))?.bodies.default ?? '';
}

function pathOf({ history }: Execution): string[] {
  const path: string[] = [];
  for (const { type, state = '', error } of history) {
    if (type === 'StateEntered') path.push(state);
    if (type === 'StateRetried') path.push(`${state} again after ${error}`);
  }
  return path;
}

/** A response step. */
export function at(atSeconds: number, response: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { atSeconds, response };
}

/** An answer with 3 checks, A, B and C, of which these are finished. */
export function answer(
  taskStatus: string,
  checks: Readonly<Partial<Record<'A' | 'B' | 'C', 'ok' | 'bad' | 'failed' | 'canceled'>>> = {},
): Record<string, unknown> {
  const status = { ok: 'COMPLETED_COMPLIANT', bad: 'COMPLETED_NON_COMPLIANT', failed: 'FAILED', canceled: 'CANCELED' };
  const of = (outcome: string | undefined) => ['A', 'B', 'C'].filter((name) => checks[name as 'A'] === outcome).length;
  const detail = (name: 'A' | 'B' | 'C') => {
    const outcome = checks[name];
    return {
      checkRunStatus: outcome === undefined ? 'IN_PROGRESS' : status[outcome],
      totalResourcesCount: 10,
      // Without a count, AWS promises no findings: most scenarios have no use for them, and none is awaited.
      ...(outcome === 'bad' ? {} : { nonCompliantResourcesCount: 0 }),
      ...(outcome === 'failed' ? { errorCode: 'INSUFFICIENT_PERMISSIONS', message: 'No access.' } : {}),
    };
  };
  return {
    taskStatus,
    taskType: 'ON_DEMAND_AUDIT_TASK',
    taskStartTime: '2026-10-02T02:00:00.000000+00:00',
    taskStatistics: {
      totalChecks: 3,
      inProgressChecks: of(undefined),
      compliantChecks: of('ok'),
      nonCompliantChecks: of('bad'),
      failedChecks: of('failed'),
      canceledChecks: of('canceled'),
    },
    auditDetails: {
      LOGGING_DISABLED_CHECK: detail('A'),
      IOT_POLICY_OVERLY_PERMISSIVE_CHECK: detail('B'),
      DEVICE_CERTIFICATE_SHARED_CHECK: detail('C'),
    },
  };
}
