import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ERROR } from '../../lambda/contract.ts';
import type { WatchFunction } from '../resources/watch-function.ts';
import type { AuditSweep } from '../watching/audit-sweep.ts';
import type { WatchLoop } from '../watching/watch-loop.ts';

/** Props of the SavedQueries. */
export interface SavedQueriesProps {
  readonly loop: WatchLoop;
  readonly sweep: AuditSweep;
  /** Functions beside those of the loop and the sweep. */
  readonly otherFunctions: readonly WatchFunction[];
}

/** Stands in a query where the task id of an audit belongs. */
const TASK_ID = 'TASK_ID';

const ERRORS = "message in ['The invocation failed', 'A watch cannot be read']";

/** Queries of Logs Insights, in a folder with the name of the stack. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { loop, sweep, otherFunctions }: SavedQueriesProps) {
    super(scope, id);
    const { checkAudit, sendAlerts } = loop.functions;
    const { findAudits } = sweep;
    const all = [...Object.values(loop.functions), findAudits, ...otherFunctions];
    const save = (queryId: string, name: string, functions: readonly WatchFunction[], query: QueryString) =>
      new QueryDefinition(this, queryId, {
        queryDefinitionName: `${Aws.STACK_NAME}/${name}`,
        queryString: query,
        logGroups: functions.map(({ logGroup }): ILogGroup => logGroup),
      });

    save(
      'Polls',
      'Polls of an audit',
      [checkAudit],
      new QueryString({
        fields: [
          '@timestamp',
          'poll',
          'taskStatus',
          'counts.nonCompliant',
          'counts.failed',
          'waitSeconds',
          'execution',
        ],
        filterStatements: ["message = 'Polled the audit'", `taskId = '${TASK_ID}'`],
        sort: '@timestamp asc',
        limit: 1000,
      }),
    );
    save(
      'Executions',
      'Executions of an audit',
      all,
      new QueryString({
        filterStatements: [`taskId = '${TASK_ID}'`, 'ispresent(execution)'],
        statsStatements: [
          'min(@timestamp) as begun, max(@timestamp) as lastSeen, max(poll) as polls, sum(strcontains(level, "ERROR")) as errors by execution',
        ],
        sort: 'begun asc',
      }),
    );
    save(
      'Alerts',
      'Alerts sent',
      [sendAlerts, findAudits],
      new QueryString({
        fields: ['@timestamp', 'kind', 'alertKey', 'messageId'],
        filterStatements: ["message = 'Published an alert'"],
        sort: '@timestamp desc',
        limit: 1000,
      }),
    );
    save(
      'Errors',
      'Errors by name',
      all,
      new QueryString({
        filterStatements: [ERRORS],
        statsStatements: [
          'count(*) as errors, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by error.name, @log',
        ],
        sort: 'errors desc',
      }),
    );
    save(
      'Sweeps',
      'Sweeps that found something',
      [findAudits],
      new QueryString({
        fields: ['@timestamp', 'listed', 'found', 'takenOver', 'missedRuns', 'openWatches', 'failures'],
        filterStatements: ["message = 'Swept'", 'found > 0 or takenOver > 0 or missedRuns > 0 or failures > 0'],
        sort: '@timestamp desc',
        limit: 1000,
      }),
    );
    save(
      'Throttling',
      'Throttling',
      all,
      new QueryString({
        filterStatements: [ERRORS, `error.name = '${ERROR.throttled}'`],
        statsStatements: ['count(*) as throttled by bin(5m), error.name, @log'],
        sort: 'throttled desc',
      }),
    );
  }
}
