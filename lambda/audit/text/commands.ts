/**
 * Commands of the AWS CLI, word by word. Each is pasted into a shell as it is: a name that a shell might read as anything
 * else than a name gives no command. Region and task id are ours, checked when they came in.
 */
export type Command = readonly string[];

/** One thing to do: words, a command, a link, or words with a command or a link. */
export interface NextStep {
  readonly text?: string;
  readonly command?: Command;
  readonly link?: { readonly label: string; readonly url: string };
}

/** The option whose values may be many: a format without room may leave them out. */
export const TARGET_CHECKS = '--target-check-names';

/** A check, as AWS names it. */
const CHECK_NAME = /^[A-Z0-9_]{1,100}$/;
/** A schedule: AWS allows these characters; one that begins with a hyphen would be read as an option. */
const SCHEDULE_NAME = /^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,127}$/;

export function isPastableCheck(name: string): boolean {
  return CHECK_NAME.test(name);
}

/** One word for a POSIX shell: within single quotes it takes everything as it is but their own end. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Undefined if no name can be pasted. */
export function startAuditCommand(region: string, checkNames: readonly string[]): Command | undefined {
  const names = checkNames.filter(isPastableCheck);
  return names.length === 0 ? undefined : [...aws('start-on-demand-audit-task', region), TARGET_CHECKS, ...names];
}

export function cancelAuditCommand(region: string, taskId: string): Command {
  return [...aws('cancel-audit-task', region), '--task-id', taskId];
}

export function describeConfigurationCommand(region: string): Command {
  return aws('describe-account-audit-configuration', region);
}

/** Undefined when the name cannot be pasted. */
export function describeScheduleCommand(region: string, name: string): Command | undefined {
  if (!SCHEDULE_NAME.test(name)) return undefined;
  return [...aws('describe-scheduled-audit', region), '--scheduled-audit-name', name];
}

/** Runs the checks that the schedule names at that moment; undefined when its name cannot be pasted. */
export function startScheduledChecksCommand(region: string, name: string): Command | undefined {
  const describe = describeScheduleCommand(region, name);
  if (describe === undefined) return undefined;
  const [first = '', ...rest] = describe;
  const checks = [`$(${first}`, ...rest, '--query', 'targetCheckNames', '--output', 'text)'];
  return [...aws('start-on-demand-audit-task', region), TARGET_CHECKS, ...checks];
}

function aws(operation: string, region: string): Command {
  return ['aws', 'iot', operation, '--region', region];
}
