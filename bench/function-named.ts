import type { DeployedFunction, Deployment } from '../local/assembly/deployment.ts';

/** The function of the stack that has this in its name. */
export function functionNamed({ functions }: Deployment, part: string): DeployedFunction {
  const found = [...functions.values()].find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`The stack has no function *${part}*.`);
  return found;
}
