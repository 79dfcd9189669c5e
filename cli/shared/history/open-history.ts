import type { Target } from '../aws/target.ts';
import type { History } from './history.ts';

/** Where to read. */
export interface HistoryOptions extends Target {
  /** Folder of the tables of the local run, or true for the usual one; absent for a deployment. */
  readonly local?: string | true;
}

/** Opens the tables of a deployment, or of the local run. @throws CommandError, FailedCallError */
export async function openHistory(options: HistoryOptions): Promise<History> {
  if (options.local !== undefined) {
    const { openLocalHistory } = await import('./local-history.ts');
    return openLocalHistory(options.local);
  }
  const { openDeployedHistory } = await import('./deployed-history.ts');
  return openDeployedHistory(options);
}
