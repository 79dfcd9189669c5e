import {
  DescribeAuditTaskCommand,
  IoTClient,
  ListPrincipalThingsCommand,
  paginateListAuditFindings,
  paginateListAuditSuppressions,
  paginateListAuditTasks,
  paginateListScheduledAudits,
} from '@aws-sdk/client-iot';
import type { PrincipalThings } from '../audit/alert/alert-input.ts';
import type { AuditAnswer, AuditSchedule, EndingSuppression, FindingAnswer } from '../audit/answer/aws-answers.ts';
import type { ListedAudit, SweepWindow } from '../audit/sweep/sweep.ts';
import { MalformedAnswerError } from '../errors.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';
import {
  toAuditAnswer,
  toEndingSuppressions,
  toFindings,
  toListedAudits,
  toSchedules,
  toThingNames,
} from './iot-answers.ts';
import { withNamedErrors } from './named-errors.ts';

/** As many as AWS gives at once. */
const PER_PAGE = 250;

/** Findings of large audits come more slowly than anything else, and nobody waits for one of these calls alone. */
const FINDINGS_TIMEOUT_MS = 15_000;

/** Device Defender audits, as AWS IoT shows them. Errors are named by their nature. */
export class Audits {
  readonly #client: IoTClient;

  constructor(client = new IoTClient(CLIENT_DEFAULTS)) {
    this.#client = withNamedErrors(client);
  }

  /**
   * One poll of an audit.
   *
   * @throws NotFoundError for an id that AWS does not know (yet, or any longer: results are kept 90 days);
   * MalformedAnswerError for an answer without a status
   */
  async describe(taskId: string): Promise<AuditAnswer> {
    const answer = toAuditAnswer(await this.#client.send(new DescribeAuditTaskCommand({ taskId })));
    if (answer.taskStatus !== undefined) return answer;
    throw new MalformedAnswerError('DescribeAuditTask', 'taskStatus', undefined, 'a text');
  }

  /** All findings of an audit, open and suppressed, page by page: there may be more than fit in memory. */
  async *findings(taskId: string): AsyncGenerator<FindingAnswer[]> {
    const pages = paginateListAuditFindings(
      { client: this.#client, pageSize: PER_PAGE, stopOnSameToken: true },
      { taskId },
      { requestTimeout: FINDINGS_TIMEOUT_MS },
    );
    for await (const page of pages) yield toFindings(pageOf('ListAuditFindings', page, 'findings'));
  }

  /** The audits that started in a span of time, page by page. @throws RefusedError for more than 90 days ago */
  async *tasks({ from, to, runningOnly }: SweepWindow): AsyncGenerator<ListedAudit[]> {
    const taskStatus = runningOnly ? ('IN_PROGRESS' as const) : undefined;
    const pages = paginateListAuditTasks(
      { client: this.#client, pageSize: PER_PAGE, stopOnSameToken: true },
      { startTime: from, endTime: to, taskStatus },
    );
    for await (const page of pages) yield toListedAudits(pageOf('ListAuditTasks', page, 'tasks'));
  }

  /** The scheduled audits of the account. */
  async schedules(): Promise<AuditSchedule[]> {
    const schedules: AuditSchedule[] = [];
    const pages = paginateListScheduledAudits({ client: this.#client, stopOnSameToken: true }, {});
    for await (const page of pages) {
      schedules.push(...toSchedules(pageOf('ListScheduledAudits', page, 'scheduledAudits')));
    }
    return schedules;
  }

  /** The suppressions that have an end. */
  async endingSuppressions(): Promise<EndingSuppression[]> {
    const suppressions: EndingSuppression[] = [];
    const pages = paginateListAuditSuppressions({ client: this.#client, stopOnSameToken: true }, {});
    for await (const page of pages) {
      suppressions.push(...toEndingSuppressions(pageOf('ListAuditSuppressions', page, 'suppressions')));
    }
    return suppressions;
  }

  /** The first things of a certificate, and how many more AWS gives with them. */
  async thingsOf(certificateArn: string, named: number): Promise<PrincipalThings> {
    const page = await this.#client.send(new ListPrincipalThingsCommand({ principal: certificateArn }));
    const things = toThingNames(pageOf('ListPrincipalThings', page, 'things'));
    return { names: things.slice(0, named), more: Math.max(0, things.length - named) };
  }
}

/**
 * A page that can be read. Without its list nothing is known, which is not the same as an empty list. The SDK would make the
 * next request from whatever stands under `nextToken`, and no URL holds half a character.
 *
 * @throws MalformedAnswerError
 */
function pageOf<Page extends { readonly nextToken?: unknown }>(
  operation: string,
  page: Page,
  list: string & keyof Page,
): Page {
  if (!Array.isArray(page[list])) throw new MalformedAnswerError(operation, list, page[list], 'a list');
  const { nextToken } = page;
  const isUsable =
    typeof nextToken === 'string' ? nextToken.isWellFormed() : nextToken === undefined || nextToken === null;
  if (!isUsable) {
    throw new MalformedAnswerError(operation, 'nextToken', nextToken, 'a text of whole characters, or nothing');
  }
  return page;
}
