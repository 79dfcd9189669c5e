import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { readerStatements } from '../../../lib/resources/reader-policy.ts';
import { PROJECT, propertiesOf, readable, resourcesOf, synthesize } from '../synthesize.ts';

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: string }[];
}

const inDocs: Policy = JSON.parse(readFileSync(join(PROJECT, 'docs/reader-policy.json'), 'utf8'));
const POLICY = 'AWS::IAM::ManagedPolicy';

describe('the policy of readers', () => {
  it('is made only when it is asked for', () => {
    const template = synthesize();

    expect(resourcesOf(template, POLICY)).toEqual([]);
    expect(template.findOutputs('ReaderPolicyArn')).toEqual({});
  });

  it('allows what docs/reader-policy.json does, on this stack and its table', () => {
    const template = synthesize({ readerPolicy: 'true' });

    const { PolicyDocument: document } = propertiesOf(template, POLICY);

    const resources = [
      '<AWS::StackId>',
      ['', '/index/byAudit', '/index/byStart', '/index/open'].map((part) => `<Table.Arn>${part}`),
      '*',
    ];
    const statements = inDocs.Statement.map((statement, n) => ({ ...statement, Resource: resources[n] }));
    expect(statementsOf(readable(document))).toEqual(statementsOf({ Statement: statements }));
    expect(readable(template.findOutputs('ReaderPolicyArn').ReaderPolicyArn)).toMatchObject({
      Value: '<ReaderPolicy>',
    });
  });

  it('names an existing table with its indexes', () => {
    const template = synthesize({ readerPolicy: 'true', existingTableName: 'Former' });
    const { PolicyDocument: document } = propertiesOf(template, POLICY);

    expect(readable(document)).toMatchObject({
      Statement: [
        {},
        {
          Resource: [
            expect.stringMatching(/:table\/Former$/),
            ...['byAudit', 'byStart', 'open'].map((index) => expect.stringMatching(`:table/Former/index/${index}$`)),
          ],
        },
        {},
      ],
    });
  });

  it('is the one of docs/reader-policy.json', () => {
    const anyDeployment = {
      stack: 'arn:aws:cloudformation:*:*:stack/AuditWatcher/*',
      table: ['arn:aws:dynamodb:*:*:table/AuditWatcher-*'],
    };
    const document = new PolicyDocument({ statements: readerStatements(anyDeployment) });

    expect(statementsOf(inDocs)).toEqual(statementsOf(new Stack().resolve(document)));
  });
});

/** The CDK writes a list of one action as a text. */
function statementsOf(document: unknown): unknown {
  const { Statement } = document as { readonly Statement: readonly { readonly Action: string | readonly string[] }[] };
  return Statement.map((statement) => ({ ...statement, Action: [statement.Action].flat() }));
}
