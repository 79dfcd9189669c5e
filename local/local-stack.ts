import { join } from 'node:path';
import { type Deployment, deploy } from './assembly/deployment.ts';
import { matchesEventPattern } from './compute/event-pattern.ts';
import { type Execution, Executions, taskIdOf } from './compute/executions.ts';
import { Functions } from './compute/functions.ts';
import { type ScheduledInvocation, Scheduler } from './compute/scheduler.ts';
import { targetInput } from './compute/target-input.ts';
import type { LocalStackOptions, StackCall, StackFault } from './local-stack-options.ts';
import { PLACE } from './place.ts';
import type { Recording } from './recordings/recording.ts';
import { type AuditSuppression, startDeviceDefender } from './services/device-defender.ts';
import type { PlayedAudit, ScheduledAudit } from './services/device-defender-lists.ts';
import { removeTables } from './services/dynalite-engine.ts';
import { startDynamoDb } from './services/dynamodb.ts';
import type { Endpoint, EndpointOptions } from './services/endpoint.ts';
import { type BusEvent, startEventBridge } from './services/eventbridge.ts';
import type { Call, Fault } from './services/service.ts';
import { startSns } from './services/sns.ts';
import type { Publication } from './services/sns-publish.ts';
import { Clock } from './time/clock.ts';

/** The synthesized stack, running on this machine: rules, schedules, state machine, functions, table and topic. */
export class LocalStack {
  readonly clock: Clock;
  readonly deployment: Deployment;
  /** Every call that a function made. */
  readonly calls: StackCall[] = [];
  readonly publications: Publication[] = [];
  /** Every try of an invocation by a schedule, in the order in which they ended. */
  readonly scheduledInvocations: ScheduledInvocation[] = [];
  readonly #options: LocalStackOptions;
  readonly #audits = new Map<string, PlayedAudit>();
  #schedules: readonly ScheduledAudit[] = [];
  #suppressions: readonly AuditSuppression[] = [];
  readonly #endpoints: Endpoint[] = [];
  #functions: Functions | undefined;
  #executions: Executions | undefined;
  #scheduler: Scheduler | undefined;
  #tableUrl = '';

  private constructor(options: LocalStackOptions) {
    this.#options = options;
    this.clock = new Clock(options.startsAt, options.speed);
    this.deployment = deploy(options.assembly);
  }

  static async start(options: LocalStackOptions): Promise<LocalStack> {
    const stack = new LocalStack(options);
    try {
      await stack.#start();
    } catch (error) {
      await stack.close();
      throw error;
    }
    return stack;
  }

  /** Where the tables are served; for reading what was stored. */
  get tableUrl(): string {
    return this.#tableUrl;
  }

  get tableName(): string {
    return this.deployment.tables[0]?.name ?? '';
  }

  get executions(): readonly Execution[] {
    return this.#executions?.all ?? [];
  }

  /**
   * Device Defender has this audit, and answers for it from the recording.
   *
   * @param startedAt epoch milliseconds; may be in the past, and in the future: then nobody knows it before that
   */
  startAudit(taskId: string, recording: Recording, startedAt = this.clock.now()): void {
    this.#audits.set(taskId, { taskId, recording, startedAt });
  }

  /** The scheduled audits that are set up. Nothing starts them: that is up to the caller. */
  setSchedules(schedules: readonly ScheduledAudit[]): void {
    this.#schedules = schedules;
  }

  /** The suppressions of the account. Nothing is suppressed by them: what the audits say is up to the recordings. */
  setSuppressions(suppressions: readonly AuditSuppression[]): void {
    this.#suppressions = suppressions;
  }

  /** From now on the stack's schedules invoke their targets, first at once. Without this they never do. */
  startSchedules(): void {
    if (this.#functions === undefined) throw new Error('The local stack is not running.');
    this.#scheduler ??= new Scheduler(this.deployment.schedules, this.#functions, this.clock, (invocation) => {
      this.scheduledInvocations.push(invocation);
      this.#options.onScheduled?.(invocation);
    });
    this.#scheduler.start();
  }

  /** No schedule invokes anything any more; waits for the invocations that are under way. */
  async stopSchedules(): Promise<void> {
    await this.#scheduler?.stop();
  }

  /** Puts an event on the default bus. Returns the executions that the stack's rules start for it. */
  putEvent(event: Readonly<Record<string, unknown>> | BusEvent): Execution[] {
    const started: Execution[] = [];
    for (const rule of this.deployment.rules) {
      if (!matchesEventPattern(rule.eventPattern, event)) continue;
      for (const target of rule.targets) {
        if (target.Arn === this.deployment.stateMachine.arn)
          started.push(this.startExecution(targetInput(target, event)));
      }
    }
    return started;
  }

  /** Starts an execution directly, past the rules. */
  startExecution(input: unknown): Execution {
    if (this.#executions === undefined) throw new Error('The local stack is not running.');
    const execution = this.#executions.start(input);
    this.#options.onExecution?.(execution);
    return execution;
  }

  /** Forgets queries counted since there were `count` calls: no function queries, a report does. */
  forgetQueries(count: number): void {
    const since = this.calls.splice(count);
    this.calls.push(...since.filter(({ operation }) => operation !== 'Query'));
  }

  /** Aborts an execution, as somebody in the console would. */
  async abortExecution(executionArn: string): Promise<void> {
    await this.#executions?.abort(executionArn);
  }

  /** Kills what runs of a function now, as a crash would. @param functionName part of its name */
  async killFunction(functionName: string): Promise<void> {
    await this.#functions?.kill((_payload, name) => name.includes(functionName));
  }

  /** Ends the environments that made calls as one of these callers, if they are idle: what comes next starts cold. */
  async retireFunctions(callers: ReadonlySet<string>): Promise<void> {
    await this.#functions?.retire(callers);
  }

  /** Bytes of heap that each environment of a function uses now. */
  async usedHeaps(functionName: string): Promise<number[]> {
    return (await this.#functions?.usedHeaps(functionName)) ?? [];
  }

  async close(): Promise<void> {
    this.#scheduler?.cancel();
    await this.#executions?.close();
    await this.#functions?.close();
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
  }

  async #start(): Promise<void> {
    const { dataDirectory, fresh, onPublish } = this.#options;
    const tables = dataDirectory === undefined ? undefined : join(dataDirectory, 'tables');
    if (tables !== undefined && fresh) await removeTables(tables);
    const attributed = new WeakMap<Call, StackCall>();
    const hooks: EndpointOptions = {
      now: () => this.clock.now(),
      sleep: (milliseconds) => this.clock.sleep(milliseconds),
      onCall: (call) => {
        const known = this.#attribute(call);
        attributed.set(call, known);
        this.calls.push(known);
        return this.#decide(known, this.#options.onCall);
      },
      afterCall: (call, answer) =>
        this.#decide(attributed.get(call) ?? call, (known) => this.#options.afterCall?.(known, answer)),
    };
    // One by one: if one fails to start, the stack closes those before it.
    const dynamodb = await this.#keep(startDynamoDb({ ...hooks, directory: tables }));
    const iot = await this.#keep(
      startDeviceDefender({
        ...hooks,
        auditOf: (taskId) => this.#audits.get(taskId),
        audits: () => [...this.#audits.values()],
        schedules: () => this.#schedules,
        suppressions: () => this.#suppressions,
      }),
    );
    const eventbridge = await this.#keep(
      startEventBridge({
        ...hooks,
        onEvent: (event) => this.putEvent(event),
        onEntry: (event) => this.#options.onEntry?.(event),
      }),
    );
    const sns = await this.#keep(
      startSns({
        ...hooks,
        topicArns: this.deployment.topicArns,
        onPublish: (publication) => {
          this.publications.push(publication);
          onPublish?.(publication);
        },
      }),
    );
    for (const { name, properties } of this.deployment.tables) await dynamodb.createTableFrom(properties, name);
    this.#tableUrl = dynamodb.url;
    this.#functions = new Functions(
      this.deployment.functions,
      this.clock,
      { runtime: runtimeVariables({ iot, sns, dynamodb, eventbridge }), overrides: this.#options.functionVariables },
      (line) => this.#options.onLog?.(line),
      this.#options.functionLimits,
    );
    this.#executions = new Executions(this.deployment.stateMachine, this.#functions, this.clock, (event) =>
      this.#options.onHistory?.(event),
    );
  }

  /** To be closed with the stack. */
  async #keep<Kind extends Endpoint>(starting: Promise<Kind>): Promise<Kind> {
    const endpoint = await starting;
    this.#endpoints.push(endpoint);
    return endpoint;
  }

  #attribute(call: Call): StackCall {
    const current = call.caller === undefined ? undefined : this.#functions?.currentOf(call.caller);
    if (current === undefined) return call;
    const { functionName, requestId, payload } = current;
    return { ...call, functionName, requestId, worksOn: taskIdOfPayload(payload) };
  }

  #decide(call: StackCall, hook: ((call: StackCall) => StackFault | undefined) | undefined): Fault | undefined {
    const fault = hook?.(call);
    if (fault?.type !== 'kill') return fault;
    if (fault.functionName !== undefined) void this.killFunction(fault.functionName);
    else if (call.caller !== undefined) void this.#functions?.killEnvironment(call.caller);
    return { type: 'hold' };
  }
}

/** What the Lambda service sets for every function; the endpoints take the place of AWS. */
function runtimeVariables(
  endpoints: Readonly<Record<'iot' | 'sns' | 'dynamodb' | 'eventbridge', Endpoint>>,
): Record<string, string> {
  return {
    AWS_REGION: PLACE.region,
    AWS_SECRET_ACCESS_KEY: 'local',
    // Nothing of the user's own AWS configuration may leak in.
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_IOT: endpoints.iot.url,
    AWS_ENDPOINT_URL_SNS: endpoints.sns.url,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventbridge.url,
  };
}

function taskIdOfPayload(payload: unknown): string | undefined {
  return taskIdOf(Object(payload).input);
}
