import type { Stack } from '@aws-sdk/client-cloudformation';
import { findStack, outputsOf } from '../shared/aws/stack.ts';
import type { Target } from '../shared/aws/target.ts';
import { awsCommand } from './aws-command.ts';
import { alarmsCheck } from './checks/alarms.ts';
import { auditConfigurationCheck, schedulesCheck } from './checks/audit-settings.ts';
import { chatCheck } from './checks/chat.ts';
import { checkCredentials, type Identity } from './checks/credentials.ts';
import { queuesCheck } from './checks/queues.ts';
import { judgeStack, listResources } from './checks/stack.ts';
import { alertTopicCheck, chatTopicCheck, operationsTopicCheck } from './checks/subscriptions.ts';
import { sweepCheck } from './checks/sweep.ts';
import { tableCheck } from './checks/table.ts';
import { trailCheck } from './checks/trail.ts';
import { uncertainAlertsCheck } from './checks/uncertain-alerts.ts';
import { unreadableItemsCheck } from './checks/unreadable-items.ts';
import { expiredWatchesCheck, givenUpCheck, pendingAlertsCheck } from './checks/watches.ts';
import { type Clients, makeClients } from './clients.ts';
import type { AccountProbe, Check, StackProbe } from './probe.ts';
import { testAlert, testChat } from './test-alert.ts';
import { unknownVerdict } from './unknown-verdict.ts';
import { type Row, skip } from './verdict.ts';

const ACCOUNT_CHECKS = [trailCheck, auditConfigurationCheck, schedulesCheck] as const;
const STACK_CHECKS = [
  tableCheck,
  sweepCheck,
  expiredWatchesCheck,
  givenUpCheck,
  pendingAlertsCheck,
  uncertainAlertsCheck,
  unreadableItemsCheck,
  alertTopicCheck,
  chatTopicCheck,
  operationsTopicCheck,
  chatCheck,
  queuesCheck,
  alarmsCheck,
] as const;
const TESTS = [testAlert, testChat] as const;

/** What is examined. */
export interface DoctorOptions extends Target {
  readonly sendTestAlert?: boolean;
}

/** What the doctor found. */
export interface Examination {
  readonly stackName: string;
  /** Unknown without credentials. */
  readonly account?: string;
  readonly region?: string;
  /** ISO 8601, UTC. */
  readonly examinedAt: string;
  readonly rows: readonly Row[];
}

/** Runs every check, even when another one fails. */
export async function examine(options: DoctorOptions, now: number): Promise<Examination> {
  const clients = makeClients(options);
  const caller = await checkCredentials(clients, options, process.env);
  const { verdict, identity } = caller;
  const credentials: Row = { check: 'Credentials', ...verdict };
  const stackChecks = [...STACK_CHECKS, ...(options.sendTestAlert ? TESTS : [])];
  const about = { stackName: options.stackName, ...identity, examinedAt: new Date(now).toISOString() };
  if (caller.identity === undefined) {
    const names = ['Stack', ...[...ACCOUNT_CHECKS, ...stackChecks].map(({ name }) => name)];
    return { ...about, rows: [credentials, ...skipped(names, caller.reason)] };
  }

  const probe: AccountProbe = {
    clients,
    ...caller.identity,
    now,
    command: awsCommand(options, caller.identity.region),
  };
  const [stackRows, accountRows] = await Promise.all([
    examineStack(options, probe, stackChecks),
    Promise.all(ACCOUNT_CHECKS.map((check) => rowOf(check, probe))),
  ]);
  const [stackRow, ...rest] = stackRows;
  return { ...about, rows: [credentials, ...(stackRow ? [stackRow] : []), ...accountRows, ...rest] };
}

/** The row of the stack itself first. */
async function examineStack(
  { stackName }: DoctorOptions,
  probe: AccountProbe,
  checks: readonly Check<StackProbe>[],
): Promise<Row[]> {
  const { row, stack } = await stackRow(probe.clients, stackName, probe);
  if (stack === undefined) {
    const names = checks.map(({ name }) => name);
    return [row, ...skipped(names, row.found)];
  }
  const stackProbe: StackProbe = {
    ...probe,
    outputs: outputsOf(stack),
    resources: once(() => listResources(probe.clients, stackName)),
  };
  return [row, ...(await Promise.all(checks.map((check) => rowOf(check, stackProbe))))];
}

async function stackRow(
  clients: Clients,
  stackName: string,
  { region }: Identity,
): Promise<{ row: Row; stack?: Stack }> {
  try {
    const stack = await findStack(clients.cloudFormation, stackName);
    return { row: { check: 'Stack', ...judgeStack(stack, stackName, region) }, stack };
  } catch (error) {
    return { row: { check: 'Stack', ...unknownVerdict(error, 'FAIL') } };
  }
}

async function rowOf<Probe>({ name, worst, run }: Check<Probe>, probe: Probe): Promise<Row> {
  try {
    return { check: name, ...(await run(probe)) };
  } catch (error) {
    return { check: name, ...unknownVerdict(error, worst) };
  }
}

function skipped(names: readonly string[], why: string): Row[] {
  return names.map((check) => ({ check, ...skip(why) }));
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
