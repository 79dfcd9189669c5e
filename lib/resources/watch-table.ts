import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV, TABLE } from '../../lambda/contract.ts';
import type { WatchFunction } from './watch-function.ts';

/** Props of the WatchTable. */
export interface WatchTableProps {
  /**
   * What happens to the table when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN, with deletion protection: AWS forgets audit results after 90 days, this table does not
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The one table: snapshots and watches. Encrypted with the AWS managed key, so that reads need no grant on a key.
 * CloudFormation never deletes a protected table, not even to undo a first deployment that failed; the next one
 * makes a new table, and the empty one is left for its owner to delete.
 */
export class WatchTable extends Table {
  constructor(scope: Construct, id: string, { removalPolicy = RemovalPolicy.RETAIN }: WatchTableProps = {}) {
    super(scope, id, {
      partitionKey: text(TABLE.partitionKey),
      sortKey: text(TABLE.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TABLE.timeToLive,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    // Both indexes are sparse: only watch items have their keys. So all attributes may follow at little cost.
    this.addGlobalSecondaryIndex({
      indexName: TABLE.byAuditIndex.name,
      partitionKey: text(TABLE.byAuditIndex.partitionKey),
      sortKey: text(TABLE.byAuditIndex.sortKey),
      projectionType: ProjectionType.ALL,
    });
    this.addGlobalSecondaryIndex({
      indexName: TABLE.openIndex.name,
      partitionKey: text(TABLE.openIndex.partitionKey),
      sortKey: { name: TABLE.openIndex.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
  }

  /** Lets a function read and advance watches, and read snapshots; passes it the table's name. */
  grantWatch(watcher: WatchFunction): void {
    // Not Table.grant: it would add every index, and the loop reads only one, to find earlier audits.
    watcher.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [this.tableArn]);
    watcher.allow(['dynamodb:Query'], [`${this.tableArn}/index/${TABLE.byAuditIndex.name}`]);
    watcher.addEnvironment(ENV.tableName, this.tableName);
  }

  /** Lets a function find watches with work left and what it knows of audits, and keep its own item. */
  grantSweep(sweeper: WatchFunction): void {
    sweeper.allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'], [this.tableArn]);
    sweeper.allow(
      ['dynamodb:Query'],
      [TABLE.openIndex, TABLE.byAuditIndex].map(({ name }) => `${this.tableArn}/index/${name}`),
    );
    sweeper.addEnvironment(ENV.tableName, this.tableName);
  }

  /** Lets a function read what is known of the checks, and the findings of earlier audits. */
  grantLedger(watcher: WatchFunction): void {
    watcher.allow(['dynamodb:Query'], [this.tableArn]);
  }

  /** As `grantWatch`, and lets it store items. */
  grantPoll(watcher: WatchFunction): void {
    this.grantWatch(watcher);
    watcher.allow(['dynamodb:PutItem'], [this.tableArn]);
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
