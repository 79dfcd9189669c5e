import { TABLE } from '../lambda/contract.ts';

/** The table as the stack defines it, for tests of the code that uses it. */
export const TABLE_PROPERTIES = {
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: TABLE.partitionKey, KeyType: 'HASH' },
    { AttributeName: TABLE.sortKey, KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: TABLE.partitionKey, AttributeType: 'S' },
    { AttributeName: TABLE.sortKey, AttributeType: 'S' },
    { AttributeName: TABLE.byAuditIndex.partitionKey, AttributeType: 'S' },
    { AttributeName: TABLE.byAuditIndex.sortKey, AttributeType: 'S' },
    { AttributeName: TABLE.openIndex.partitionKey, AttributeType: 'S' },
    { AttributeName: TABLE.openIndex.sortKey, AttributeType: 'N' },
    { AttributeName: TABLE.byStartIndex.partitionKey, AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [TABLE.byAuditIndex, TABLE.openIndex, TABLE.byStartIndex].map(
    ({ name, partitionKey, sortKey }) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: name === TABLE.byStartIndex.name ? 'KEYS_ONLY' : 'ALL' },
    }),
  ),
};
