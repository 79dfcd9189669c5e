import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { WatchTable } from './watch-table.ts';

/** What a reader reads, as a policy names it. */
export interface ReadResources {
  /** The stack that says which table is its own. */
  readonly stack: string;
  /** The table, with its indexes. */
  readonly table: readonly string[];
}

/** Props of the ReaderPolicy. */
export interface ReaderPolicyProps {
  readonly table: WatchTable;
}

/** For people who ask with `audit-watcher`: reads the history and the audits, and changes nothing. */
export class ReaderPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { table }: ReaderPolicyProps) {
    super(scope, id, {
      description: 'Reads the history of the Device Defender audit watcher, and the audits.',
      statements: readerStatements({ stack: Stack.of(scope).stackId, table: [table.tableArn, ...table.indexArns] }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'These actions of AWS IoT take no resource.',
    });
  }
}

/** The same statements for any deployment: docs/reader-policy.json has them with placeholders. */
export function readerStatements({ stack, table }: ReadResources): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack] }),
    new PolicyStatement({ actions: TABLE_ACTIONS, resources: [...table] }),
    new PolicyStatement({ actions: AUDIT_ACTIONS, resources: ['*'] }),
  ];
}

const TABLE_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const AUDIT_ACTIONS = [
  'iot:DescribeAccountAuditConfiguration',
  'iot:DescribeAuditTask',
  'iot:ListAuditFindings',
  'iot:ListAuditSuppressions',
  'iot:ListAuditTasks',
];
