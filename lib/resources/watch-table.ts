import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENV, TABLE } from '../../lambda/contract.ts';
import type { WatchFunction } from './watch-function.ts';

/** Props of the WatchTable. */
export interface WatchTableProps {
  /** What happens to a new table when the stack is deleted. Unless that is DESTROY, it is protected from deletion. */
  readonly removalPolicy: RemovalPolicy;
  /**
   * Table of this account and Region that an earlier stack left. It must have the keys, indexes and time to live of the table
   * that is made without this, which `npm run doctor` checks. The stack uses it, and never changes or deletes the table itself.
   *
   * @default a new table
   */
  readonly existingTableName?: string;
}

/** The one table: snapshots and watches. */
export class WatchTable extends Construct {
  /** The new table, or the existing one. */
  readonly table: ITable;

  constructor(scope: Construct, id: string, { removalPolicy, existingTableName }: WatchTableProps) {
    super(scope, id);
    this.table =
      existingTableName === undefined
        ? this.#newTable(removalPolicy)
        : Table.fromTableName(this, 'Existing', existingTableName);
  }

  get tableName(): string {
    return this.table.tableName;
  }

  get tableArn(): string {
    return this.table.tableArn;
  }

  get indexArns(): string[] {
    return [TABLE.byAuditIndex, TABLE.openIndex, TABLE.byStartIndex].map(
      ({ name }) => `${this.tableArn}/index/${name}`,
    );
  }

  /**
   * Encrypted with the AWS managed key, so that reads need no grant on a key. CloudFormation never deletes a protected table,
   * not even to undo a first deployment that failed; the next one makes a new table, and the empty one is left for its owner
   * to delete.
   */
  #newTable(removalPolicy: RemovalPolicy): Table {
    const table = new Table(this, 'Table', {
      partitionKey: text(TABLE.partitionKey),
      sortKey: text(TABLE.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TABLE.timeToLive,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    // The indexes are sparse: only watch items have their keys. So all attributes may follow at little cost.
    table.addGlobalSecondaryIndex({
      indexName: TABLE.byAuditIndex.name,
      partitionKey: text(TABLE.byAuditIndex.partitionKey),
      sortKey: text(TABLE.byAuditIndex.sortKey),
      projectionType: ProjectionType.ALL,
    });
    table.addGlobalSecondaryIndex({
      indexName: TABLE.openIndex.name,
      partitionKey: text(TABLE.openIndex.partitionKey),
      sortKey: { name: TABLE.openIndex.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    // For people's queries. It has the keys only, so it costs one write for each audit and nothing for each poll.
    table.addGlobalSecondaryIndex({
      indexName: TABLE.byStartIndex.name,
      partitionKey: text(TABLE.byStartIndex.partitionKey),
      sortKey: text(TABLE.byStartIndex.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  /** Lets a function read and advance watches, and store items; passes it the table's name. */
  grantWatch(watcher: WatchFunction): void {
    // Not Table.grant: it would add every index, and the loop reads only one, to find earlier audits.
    watcher.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [this.tableArn]);
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

  /** Lets the sweep read what a digest says: what is known of the checks, and the audits in the order of their start. */
  grantDigest(sweeper: WatchFunction): void {
    sweeper.allow(['dynamodb:Query'], [this.tableArn, `${this.tableArn}/index/${TABLE.byStartIndex.name}`]);
  }

  /** Lets a function read what is known of the checks, and the findings of earlier audits. */
  grantLedger(watcher: WatchFunction): void {
    watcher.allow(['dynamodb:Query'], [this.tableArn]);
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
