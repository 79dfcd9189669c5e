import { parentPort, workerData } from 'node:worker_threads';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { FaultCase } from './injection.ts';
import { type Verdict, WrongWithoutFaultError } from './invariants.ts';
import { type MatrixRow, runLoop, runSlack, runSweep } from './parts.ts';

export type PartName = 'loop' | 'sweep' | 'slack';

/** A part of the matrix, on a thread of its own. */
export interface PartData {
  readonly part: PartName;
  /** Folder of the cloud assembly. */
  readonly directory: string;
  readonly kinds: readonly string[];
  readonly only?: string;
}

export type FromPart =
  | { readonly type: 'verdict'; readonly call: string; readonly fault: string; readonly verdict: Verdict }
  | { readonly type: 'wrong'; readonly message: string }
  | { readonly type: 'rows'; readonly rows: readonly MatrixRow[] };

const { part, directory, kinds, only } = workerData as PartData;
const tell = (message: FromPart) => parentPort?.postMessage(message);
const onVerdict = ({ site, kind }: FaultCase, verdict: Verdict) =>
  tell({ type: 'verdict', call: site.label, fault: kind.name, verdict });

const run = { loop: runLoop, sweep: runSweep, slack: runSlack }[part];
try {
  // A fault kind is passed by its name: its functions cannot cross.
  tell({ type: 'rows', rows: await run(await readAssembly(directory), { kinds, only, onVerdict }) });
} catch (error) {
  if (!(error instanceof WrongWithoutFaultError)) throw error;
  // Its class would get lost on the way.
  tell({ type: 'wrong', message: error.message });
}
