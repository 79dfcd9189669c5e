import type { CloudAssembly } from '../../local/assembly/cloud-assembly.ts';
import { LocalStack } from '../../local/local-stack.ts';
import type { StackCall } from '../../local/local-stack-options.ts';
import { PLACE } from '../../local/place.ts';
import type { Recording } from '../../local/recordings/recording.ts';
import { type CallSite, callSites, functionNameOf } from './calls.ts';
import { type FaultCase, Injection } from './injection.ts';
import { type Expectation, isSettled, judgeAudit, type Verdict, WrongWithoutFaultError } from './invariants.ts';
import { type FaultKind, LATE_SECONDS } from './kinds.ts';
import { beforeClean, clean, troubled } from './recordings.ts';
import { startSecond } from './second-execution.ts';

/** An audit as it is played in each case of its calls. */
export interface LoopScenario {
  readonly name: string;
  /** Undefined: Device Defender never has the audit. */
  readonly recording?: (own: string) => Recording;
  /** Ends, without a fault, before the audit begins. */
  readonly before?: (own: string) => Recording;
  readonly closing: string;
  readonly findings?: number;
}

const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const SEEDED_AT = STARTS_AT + 600_000;
const HOUR_MS = 3_600_000;
const SWEEP_MS = 5 * 60_000;
/** Ends the task id of the audit before that of a case. */
const BEFORE = '-before';
/** After a spell. */
const PATIENCE_MS = 3 * HOUR_MS;

export const LOOP_SCENARIOS: readonly LoopScenario[] = [
  { name: 'troubled', recording: troubled, closing: 'COMPLETED_WITH_FINDINGS', findings: 2 },
  // Over when it is found, and better than the one before.
  { name: 'recovered', before: beforeClean, recording: clean, closing: 'RECOVERED' },
  { name: 'unknown', closing: 'WATCHER_GAVE_UP' },
];

/** Runs cases of the loop's calls, many audits side by side. */
export class LoopCases {
  readonly #stack: LocalStack;
  readonly #injections: Map<string, Injection>;
  readonly #running: Set<string>;
  #audits = 0;

  private constructor(stack: LocalStack, injections: Map<string, Injection>, running: Set<string>) {
    this.#stack = stack;
    this.#injections = injections;
    this.#running = running;
  }

  static async start(
    assembly: CloudAssembly,
    functionVariables: Readonly<Record<string, string>> = {},
  ): Promise<LoopCases> {
    const injections = new Map<string, Injection>();
    const running = new Set<string>();
    const stack = await LocalStack.start({
      assembly,
      speed: Number.POSITIVE_INFINITY,
      startsAt: STARTS_AT,
      functionVariables,
      onCall: (call) => injections.get(call.worksOn ?? '')?.onCall(call),
      afterCall: (call) => injections.get(call.worksOn ?? '')?.afterCall(call),
      onExecution: ({ arn, ended }) => {
        running.add(arn);
        void ended.then(() => running.delete(arn));
      },
    });
    const cases = new LoopCases(stack, injections, running);
    await cases.#seed();
    return cases;
  }

  /** The calls of a run without faults. @throws WrongWithoutFaultError */
  async sitesOf(scenario: LoopScenario): Promise<CallSite[]> {
    const before = this.#stack.calls.length;
    const [verdict] = await this.#run(scenario, [undefined]);
    if (verdict === undefined || verdict.broken.length > 0) {
      throw WrongWithoutFaultError.about(`the audit "${scenario.name}"`, verdict?.broken ?? []);
    }
    const isOfTheCase = ({ worksOn }: StackCall) => worksOn !== undefined && !worksOn.endsWith(BEFORE);
    return callSites(this.#stack.calls.slice(before).filter(isOfTheCase));
  }

  /** Runs cases of one kind, side by side; the verdicts come in their order. */
  async run(scenario: LoopScenario, cases: readonly FaultCase[]): Promise<Verdict[]> {
    return this.#run(scenario, cases);
  }

  get topicArns(): readonly string[] {
    return this.#stack.deployment.topicArns;
  }

  async close(): Promise<void> {
    await this.#stack.close();
  }

  /** A sweep, and two audits without a fault. */
  async #seed(): Promise<void> {
    this.#stack.startSchedules();
    await this.#stack.clock.sleep(60_000);
    await this.#stack.stopSchedules();
    await this.#stack.clock.sleep(SEEDED_AT - this.#stack.clock.now());
    await this.#stack.clock.sleep(24 * HOUR_MS);
    // The first two audits of a name know less of their past than all others.
    const [first] = LOOP_SCENARIOS;
    if (first !== undefined) for (let n = 0; n < 2; n += 1) await this.#run(first, [undefined]);
  }

  async #run(scenario: LoopScenario, cases: readonly (FaultCase | undefined)[]): Promise<Verdict[]> {
    const { clock } = this.#stack;
    const taskIds = cases.map(() => {
      this.#audits += 1;
      return `${scenario.name}-${this.#audits}`;
    });
    await this.#playBefore(scenario, taskIds);
    const startedAt = clock.now();
    const audits = taskIds.map((taskId, index) => {
      const faultCase = cases[index];
      const seconds: Promise<void>[] = [];
      const onHit = ({ second }: FaultKind) => {
        if (second !== undefined) seconds.push(startSecond(this.#stack, taskId, second));
      };
      const injection = new Injection(faultCase, () => clock.now(), onHit);
      this.#injections.set(taskId, injection);
      return { taskId, faultCase, injection, seconds };
    });
    for (const { taskId } of audits) {
      if (scenario.recording !== undefined) this.#stack.startAudit(taskId, scenario.recording(ownName(taskId)));
    }
    const executions = audits.map(({ taskId }) => this.#stack.startExecution({ ...PLACE, taskId }));
    await Promise.all(executions.map(({ ended }) => ended));
    await Promise.all(audits.flatMap(({ seconds }) => seconds));

    const spell = Math.max(0, ...cases.map((faultCase) => faultCase?.kind.spellSeconds ?? 0));
    const late = cases.some((faultCase) => faultCase?.kind.name === 'late') ? LATE_SECONDS + 60 : 0;
    if (late > 0) await clock.sleep(Math.max(0, startedAt + (late + 60) * 1000 - clock.now()));
    await this.#sweepUntilSettled(scenario, taskIds, startedAt + spell * 1000 + PATIENCE_MS);

    const verdicts: Verdict[] = [];
    for (const { taskId, faultCase, injection } of audits) {
      const verdict = await judgeAudit(this.#stack, expectationOf(scenario, taskId, faultCase, injection));
      const missed = faultCase !== undefined && injection.bites === 0 ? ['the run never came by this call'] : [];
      verdicts.push({ ...verdict, broken: [...missed, ...verdict.broken] });
      this.#injections.delete(taskId);
      if (faultCase?.kind.retire) await this.#stack.retireFunctions(injection.callers);
    }
    await clock.sleep(HOUR_MS);
    return verdicts;
  }

  /** The injections know the task ids of the cases alone. */
  async #playBefore({ before }: LoopScenario, taskIds: readonly string[]): Promise<void> {
    if (before === undefined) return;
    const executions = taskIds.map((taskId) => {
      this.#stack.startAudit(`${taskId}${BEFORE}`, before(ownName(taskId)));
      return this.#stack.startExecution({ ...PLACE, taskId: `${taskId}${BEFORE}` });
    });
    await Promise.all(executions.map(({ ended }) => ended));
    await this.#stack.clock.sleep(HOUR_MS);
  }

  /** The stack's own schedule takes over what died. */
  async #sweepUntilSettled(scenario: LoopScenario, taskIds: readonly string[], until: number): Promise<void> {
    const { clock } = this.#stack;
    const isDone = async () => {
      for (const taskId of taskIds) {
        const expected = { taskId, neverAnswers: neverAnswers(scenario) };
        if (!(await isSettled(this.#stack, expected, this.#running))) return false;
      }
      return true;
    };
    if (await isDone()) return;
    this.#stack.startSchedules();
    do await clock.sleep(SWEEP_MS);
    while (clock.now() < until && !(await isDone()));
    await this.#stack.stopSchedules();
  }
}

function neverAnswers({ recording }: LoopScenario): boolean {
  return recording === undefined;
}

function ownName(taskId: string): string {
  return taskId.toUpperCase().replaceAll('-', '_');
}

function expectationOf(
  scenario: LoopScenario,
  taskId: string,
  faultCase: FaultCase | undefined,
  { bites }: Injection,
): Expectation {
  const kind = faultCase?.kind;
  const { closing, findings } = scenario;
  return {
    taskId,
    closing,
    findings,
    neverAnswers: neverAnswers(scenario),
    hasOwnChecks: !neverAnswers(scenario),
    mayGiveUp: kind?.mayGiveUp,
    copies: copiesAllowed(faultCase, bites),
    watchers: kind?.second === 'duplicate' ? 1 : undefined,
  };
}

/** The documented window: the message is out, and it could not be noted. Each invocation that ends there repeats it once. */
export function copiesAllowed(faultCase: FaultCase | undefined, bites: number): number {
  if (faultCase === undefined) return 1;
  const { site, kind } = faultCase;
  if (kind.second === 'duplicate') return 1;
  const isInWindow = site.followsPublish || (site.operation === 'sns.Publish' && kind.takesEffect);
  // An execution that has lost the lease, and is about to publish, does not know it.
  const isOvertaken = kind.second === 'take-over' && functionNameOf(site) === 'SendAlerts';
  return isInWindow || isOvertaken ? 1 + bites : 1;
}
