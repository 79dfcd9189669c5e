import { DescribeAuditTaskCommand, type DescribeAuditTaskCommandOutput, IoTClient } from '@aws-sdk/client-iot';
import type { AuditAnswer } from '../audit/snapshot.ts';
import { CLIENT_DEFAULTS } from './client-defaults.ts';

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
