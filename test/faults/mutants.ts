import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '../../local/cloud-assembly.ts';
import { runMatrix } from './matrix.ts';
import type { MutantResult } from './page.ts';

/** A safeguard taken away: in `file`, each text (there exactly once) becomes another one. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly edits: readonly { readonly text: string; readonly instead: string }[];
  /** Faults that are worth trying; all others only take time. */
  readonly kinds: readonly string[];
}

const ONCE = ['late', 'killed after', 'killed before'];

/** What the guarantees rest on. */
const MUTANTS: readonly Mutant[] = [
  {
    name: 'the condition of the lease',
    file: 'lambda/aws/watch-updates.ts',
    edits: [
      { text: "const workLeft = 'attribute_exists(#open)'", instead: "const workLeft = '#open <> :taskId'" },
      {
        text: "const oursOrExpired = '(",
        instead: "const oursOrExpired = '(attribute_exists(pk) OR ",
      },
    ],
    kinds: ONCE,
  },
  {
    name: 'the condition of the turn',
    file: 'lambda/aws/watch-updates.ts',
    edits: [
      {
        text: "'execution = :execution AND turn = :lastTurn AND attribute_not_exists(endedAt)'",
        instead: "'attribute_exists(pk) OR execution = :execution OR turn = :lastTurn'",
      },
    ],
    kinds: ONCE,
  },
  {
    name: 'the outbox: alerts are registered after the state, in a write of their own',
    file: 'lambda/check-audit.lambda.ts',
    edits: [
      { text: '    reading,\n    alerts,\n    ended,\n', instead: '    reading,\n    alerts: {},\n    ended,\n' },
      {
        text: '  if (moved === undefined) return refusedAdvance(watch, snapshot);\n',
        instead: `  if (moved === undefined) return refusedAdvance(watch, snapshot);
  if (due.length > 0) {
    const again = { snapshot, reading, alerts, ended, waitSeconds, now: new Date(), findingsPending };
    Object.assign(moved, await table.advance({ ...watch, turn: snapshot.turn }, again));
  }
`,
      },
    ],
    kinds: ONCE,
  },
  {
    name: 'the mark after the message: alerts are marked first',
    file: 'lambda/send-alerts.lambda.ts',
    edits: [
      {
        text: '  const messageId = await publish(watch, slot, alert, message);\n',
        instead: `  await table.settle(watch, slot, { status: 'SENT', at: new Date() });
  const messageId = await publish(watch, slot, alert, message);
`,
      },
    ],
    kinds: ONCE,
  },
  {
    name: 'the condition of the records of schedules',
    file: 'lambda/aws/sweep-table.ts',
    edits: [
      {
        text: "ConditionExpression: 'schedulesTakenBy = :sweep',\n      ExpressionAttributeValues: { ':schedules'",
        instead:
          "ConditionExpression: 'attribute_exists(pk) OR schedulesTakenBy = :sweep',\n" +
          "      ExpressionAttributeValues: { ':schedules'",
      },
    ],
    kinds: ONCE,
  },
  {
    name: 'the take-over of what died, in the sweep',
    file: 'lambda/find-audits.lambda.ts',
    edits: [{ text: '  await events.putAuditStarted(left.map(({ taskId }) => taskId));\n', instead: '' }],
    kinds: [],
  },
  {
    name: 'the Catch of *Check audit*',
    file: 'lib/watch-loop-definition.ts',
    edits: [
      {
        text: "  check.addCatch(giveUpTask(scope, sendAlerts), { errors: ['States.ALL'], resultPath: '$.failure' });\n",
        instead: '',
      },
    ],
    kinds: [],
  },
  {
    name: 'the Catch of *Read findings*',
    file: 'lib/watch-loop-definition.ts',
    edits: [{ text: "  read.addCatch(send, { errors: ['States.ALL'], resultPath: '$.findings' });\n", instead: '' }],
    kinds: ['throttled'],
  },
  {
    name: 'the Catch of *Send alerts*',
    file: 'lib/watch-loop-definition.ts',
    edits: [
      {
        text: "  send.addCatch(\n    new Choice(scope, 'Watch on?')",
        instead: "  ((..._: unknown[]) => undefined)(\n    new Choice(scope, 'Watch on?')",
      },
    ],
    kinds: ['throttled long'],
  },
  {
    name: 'the Catch of *Give up*',
    file: 'lib/watch-loop-definition.ts',
    edits: [
      {
        text: "  giveUp.addCatch(gaveUp, { errors: ['States.ALL'], resultPath: '$.giveUpFailure' });\n",
        instead: '',
      },
    ],
    kinds: ['throttled long'],
  },
  {
    name: 'the Catch of *Store findings*',
    file: 'lib/watch-loop-definition.ts',
    edits: [
      {
        text: "  store.addCatch(failWith(scope, 'Findings not stored', '$.failure'), {",
        instead: "  ((..._: unknown[]) => undefined)(failWith(scope, 'Findings not stored', '$.failure'), {",
      },
    ],
    kinds: ['throttled long'],
  },
];

const COPIED = ['bin', 'lib', 'lambda', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Synthesizes the project without each safeguard, and looks for the first case that goes red. */
export async function runMutants(
  project: string,
  directory: string,
  onResult: (result: MutantResult) => void,
): Promise<MutantResult[]> {
  const results: MutantResult[] = [];
  for (const mutant of MUTANTS) {
    const copy = join(directory, 'mutant');
    await copyProject(project, copy);
    await mutate(copy, mutant);
    const result = { name: mutant.name, caughtBy: await firstRed(copy, mutant) };
    onResult(result);
    results.push(result);
    await rm(copy, { recursive: true });
  }
  return results;
}

async function firstRed(copy: string, { kinds }: Mutant): Promise<string | undefined> {
  const assembly = join(copy, 'cdk.out');
  await synthesize(copy, assembly);
  let caughtBy: string | undefined;
  try {
    await runMatrix(assembly, {
      kinds,
      onVerdict: (call, fault, { broken }) => {
        if (broken.length > 0) caughtBy ??= `${call}, ${fault}: ${broken[0]}`;
      },
      isEnough: () => caughtBy !== undefined,
    });
  } catch (error) {
    // Without any fault already.
    caughtBy ??= error instanceof Error ? error.message : String(error);
  }
  return caughtBy;
}

async function copyProject(project: string, copy: string): Promise<void> {
  await mkdir(copy, { recursive: true });
  for (const entry of COPIED) await cp(join(project, entry), join(copy, entry), { recursive: true });
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
}

async function mutate(copy: string, { name, file, edits }: Mutant): Promise<void> {
  let source = await readFile(join(copy, file), 'utf8');
  for (const { text, instead } of edits) {
    if (source.split(text).length !== 2) {
      throw new Error(`The mutant "${name}" does not fit ${file} any more: its text must be there exactly once.`);
    }
    source = source.replace(text, () => instead);
  }
  await writeFile(join(copy, file), source);
}
