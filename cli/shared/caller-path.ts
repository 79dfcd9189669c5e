import { resolve } from 'node:path';

/** A path as the caller means it: npm runs a script in the folder of the package, and says in INIT_CWD where it was called. */
export function callerPath(path: string, env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env.INIT_CWD ?? '', path);
}
