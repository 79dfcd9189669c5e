import { join } from 'node:path';
import { DEFINITION_VERSION } from '../../lambda/contract.ts';
import { type Deployment, PLACE } from '../../local/deployment.ts';
import { run } from '../../test/deploy/children.ts';
import { functionNamed } from '../function-named.ts';
import type { LocalAws } from './aws.ts';

/** What one cold start took, from the import to the first answer. */
export interface ColdStart {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** One audit from its first look to its alert in Slack: each function starts cold and is invoked once. */
export async function watchAudit(
  modules: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, string>,
  taskId: string,
  { aws, deployment }: { aws: LocalAws; deployment: Deployment },
): Promise<ReadonlyMap<string, ColdStart>> {
  aws.playAudit(taskId);
  const starts = new Map<string, ColdStart>();
  for (const [entry, id] of entries) {
    const { environment } = functionNamed(deployment, id);
    const variables = { ...environment, ...aws.variables };
    starts.set(
      entry,
      await coldStart(modules.get(entry) ?? '', payloadOf(entry, taskId, aws), variables, aws.slackUrl),
    );
  }
  return starts;
}

function payloadOf(entry: string, taskId: string, { publications }: LocalAws): unknown {
  switch (entry) {
    case 'find-audits':
      return {};
    case 'slack-webhook':
      return { Records: [{ EventSource: 'aws:sns', Sns: { Message: publications.at(-1)?.bodies.default } }] };
    default:
      return {
        input: { taskId },
        execution: `arn:aws:states:${PLACE.region}:${PLACE.accountId}:execution:Watch:${taskId}`,
        definition: DEFINITION_VERSION,
      };
  }
}

async function coldStart(
  module: string,
  payload: unknown,
  variables: Readonly<Record<string, string>>,
  slackUrl: string,
): Promise<ColdStart> {
  const script = join(import.meta.dirname, 'first-invocation.ts');
  const { exitCode, stdout, output } = await run(
    process.execPath,
    [script, JSON.stringify({ module, payload, slackUrl })],
    {
      // Only what Lambda sets: nothing of the user's own AWS configuration.
      env: { ...variables, NODE_NO_WARNINGS: '1' },
    },
  );
  if (exitCode !== 0) throw new Error(`${module} failed:\n${output}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
