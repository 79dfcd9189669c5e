import type { Deployment } from '../../local/assembly/deployment.ts';
import { PLACE } from '../../local/place.ts';
import { run } from '../../test/deploy/children.ts';
import { functionNamed } from '../function-named.ts';
import type { LocalAws } from './aws.ts';
import type { Build, BuiltFunctions } from './builds.ts';

/** What one cold start took, from before the import to the first answer. */
export interface ColdStart {
  readonly cpuMs: number;
  /** CPU of the import alone. */
  readonly importMs: number;
  readonly wallMs: number;
}

/** What each function took in one round, by build. */
export type Round = ReadonlyMap<Build, ReadonlyMap<string, ColdStart>>;

export interface ColdWorld {
  readonly built: BuiltFunctions;
  /** In the order in which they work on an audit, with a part of their names in the stack. */
  readonly functions: ReadonlyMap<string, string>;
  /** The program that starts one. */
  readonly program: string;
  readonly deployment: Deployment;
  readonly aws: LocalAws;
}

/**
 * One audit for each build, from its first poll to its alert in Slack. The builds of a function start right one after the other,
 * so that other load on the machine affects all of them; no build sees another's audit as its previous one.
 */
export async function measureRound(name: string, order: readonly Build[], world: ColdWorld): Promise<Round> {
  const { functions, aws } = world;
  const starts = new Map(order.map((build) => [build, new Map<string, ColdStart>()]));
  const now = Date.now();
  for (const entry of functions.keys()) {
    for (const build of order) {
      const taskId = `${name}-${build}`;
      aws.playAudit(taskId, now);
      starts.get(build)?.set(entry, await coldStart(build, entry, taskId, world));
    }
  }
  return starts;
}

async function coldStart(
  build: Build,
  entry: string,
  taskId: string,
  { built, functions, program, deployment, aws }: ColdWorld,
): Promise<ColdStart> {
  const module = built[build].get(entry);
  const { environment } = functionNamed(deployment, functions.get(entry) ?? entry);
  const invocation = { module, payload: payloadOf(entry, taskId, aws), slackUrl: aws.slackUrl };
  // Only what Lambda sets: nothing of the user's own AWS configuration.
  const env = { ...environment, ...aws.variables, NODE_NO_WARNINGS: '1' };
  const { exitCode, stdout, output } = await run(process.execPath, [program, JSON.stringify(invocation)], { env });
  if (exitCode !== 0) throw new Error(`${module} failed:\n${output}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

function payloadOf(entry: string, taskId: string, { publications }: LocalAws): unknown {
  switch (entry) {
    case 'find-audits':
      return {};
    case 'slack-webhook':
      return { Records: [{ EventSource: 'aws:sns', Sns: { Message: publications.at(-1)?.bodies.default } }] };
    default:
      return {
        input: { ...PLACE, taskId },
        execution: `arn:aws:states:${PLACE.region}:${PLACE.account}:execution:Watch:${taskId}`,
      };
  }
}
