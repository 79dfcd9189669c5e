import {
  type AuditFinding,
  DescribeAuditTaskCommand,
  type DescribeAuditTaskCommandOutput,
  IoTClient,
  ListPrincipalThingsCommand,
  paginateListAuditFindings,
  paginateListAuditTasks,
  paginateListScheduledAudits,
} from '@aws-sdk/client-iot';
import type { PrincipalThings } from '../audit/alert.ts';
import type { FindingAnswer } from '../audit/finding.ts';
import type { AuditSchedule } from '../audit/overdue.ts';
import type { AuditAnswer } from '../audit/snapshot.ts';
import type { SweepWindow } from '../audit/sweep.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';

/** As many as AWS gives at once. */
const PER_PAGE = 250;

/** Device Defender audits, as AWS IoT shows them. Errors keep the SDK's names. */
export class Audits {
  readonly #client: IoTClient;

  constructor(client = new IoTClient(CLIENT_DEFAULTS)) {
    this.#client = client;
  }

  /**
   * One look at an audit.
   *
   * @throws ResourceNotFoundException for an id that AWS does not know (yet, or any longer: results are kept 90 days),
   * ThrottlingException, InternalFailureException, InvalidRequestException
   */
  async describe(taskId: string): Promise<AuditAnswer> {
    return toAnswer(await this.#client.send(new DescribeAuditTaskCommand({ taskId })));
  }

  /** All findings of an audit, open and suppressed, page by page: there may be more than fit in memory. */
  async *findings(taskId: string): AsyncGenerator<FindingAnswer[]> {
    for await (const { findings = [] } of paginateListAuditFindings(
      { client: this.#client, pageSize: PER_PAGE },
      { taskId },
    )) {
      yield findings.map(toFinding);
    }
  }

  /** Ids of the audits that started in a span of time, page by page. @throws InvalidRequestException for more than 90 days ago */
  async *tasks({ from, to, runningOnly }: SweepWindow): AsyncGenerator<string[]> {
    const taskStatus = runningOnly ? ('IN_PROGRESS' as const) : undefined;
    for await (const { tasks = [] } of paginateListAuditTasks(
      { client: this.#client, pageSize: PER_PAGE },
      { startTime: from, endTime: to, taskStatus },
    )) {
      yield tasks.flatMap(({ taskId }) => (taskId === undefined ? [] : [taskId]));
    }
  }

  /** The scheduled audits of the account. */
  async schedules(): Promise<AuditSchedule[]> {
    const schedules: AuditSchedule[] = [];
    for await (const { scheduledAudits = [] } of paginateListScheduledAudits({ client: this.#client }, {})) {
      for (const { scheduledAuditName, frequency, dayOfWeek, dayOfMonth } of scheduledAudits) {
        if (scheduledAuditName !== undefined) {
          schedules.push({ name: scheduledAuditName, frequency, dayOfWeek, dayOfMonth });
        }
      }
    }
    return schedules;
  }

  /** The first things of a certificate, and how many more AWS gives with them. */
  async thingsOf(certificateArn: string, named: number): Promise<PrincipalThings> {
    const { things = [] } = await this.#client.send(new ListPrincipalThingsCommand({ principal: certificateArn }));
    return { names: things.slice(0, named), more: Math.max(0, things.length - named) };
  }
}

function toAnswer(output: DescribeAuditTaskCommandOutput): AuditAnswer {
  const { taskStatus, taskType, taskStartTime, scheduledAuditName, taskStatistics, auditDetails } = output;
  return {
    taskStatus,
    taskType,
    taskStartTime: taskStartTime?.toISOString(),
    scheduledAuditName,
    taskStatistics,
    auditDetails,
  };
}

function toFinding({ taskStartTime, findingTime, ...rest }: AuditFinding): FindingAnswer {
  return { ...rest, taskStartTime: taskStartTime?.toISOString(), findingTime: findingTime?.toISOString() };
}
