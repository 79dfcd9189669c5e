import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfiguration } from '../../lib/configuration/configuration.ts';
import { EVERY_OPTION, PROJECT, readable, resourcesOf, synthesize } from './synthesize.ts';

/** Actions for which AWS has no resource that a policy could name. */
const WITHOUT_RESOURCES = [
  'iot:DescribeAccountAuditConfiguration',
  'iot:DescribeAuditTask',
  'iot:ListAuditFindings',
  'iot:ListAuditSuppressions',
  'iot:ListAuditTasks',
  'iot:ListPrincipalThings',
  'iot:ListScheduledAudits',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** Service principals that are let in without aws:SourceAccount or aws:SourceArn, each with the reason. */
const UNCONDITIONAL: Readonly<Record<string, string>> = {
  'lambda.amazonaws.com sts:AssumeRole':
    'Lambda documents no such condition for execution roles; who makes a function needs iam:PassRole in this account.',
  'chatbot.amazonaws.com sts:AssumeRole':
    'Amazon Q Developer documents no such condition; the role may do nothing, and the guardrail denies everything.',
};

const ACCOUNT_ROOT = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root';

describe.each<[string, Readonly<Record<string, string>>]>([
  ['with the defaults', {}],
  ['with every option', EVERY_OPTION],
])('the template %s', (_, settings) => {
  const template = synthesize(settings);
  const statements = statementsIn(template.toJSON().Resources);

  it('has statements only where these tests expect them', () => {
    const places = [...new Set(statements.map(({ place }) => place))];

    expect(places.toSorted()).toEqual([
      ...('readerPolicy' in settings ? ['AWS::IAM::ManagedPolicy PolicyDocument'] : []),
      'AWS::IAM::Policy PolicyDocument',
      'AWS::IAM::Role AssumeRolePolicyDocument',
      'AWS::IAM::Role PolicyDocument',
      'AWS::KMS::Key KeyPolicy',
      'AWS::SNS::TopicPolicy PolicyDocument',
      'AWS::SQS::QueuePolicy PolicyDocument',
    ]);
  });

  it('allows no action with a wildcard, but the account all of its own key', () => {
    const wild = statements
      .filter(({ effect, actions }) => effect === 'Allow' && actions.some((action) => action.includes('*')))
      .map(({ place, principals, actions }) => [place, principals, actions]);

    expect(wild).toEqual([['AWS::KMS::Key KeyPolicy', [ACCOUNT_ROOT], ['kms:*']]]);
  });

  it('names what it means, never all but that: no NotAction, NotResource, NotPrincipal', () => {
    expect(statements.filter(({ negated }) => negated)).toEqual([]);
  });

  it('allows an action on all resources only where AWS knows no other way', () => {
    const actions = statements
      .filter(({ place, resources }) => place.startsWith('AWS::IAM') && resources.some((one) => one === '*'))
      .flatMap((statement) => statement.actions);

    expect(actions.filter((action) => !WITHOUT_RESOURCES.includes(action))).toEqual([]);
  });

  it('has wildcards in a resource only for the six characters that Secrets Manager adds to a name', () => {
    const wild = statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource !== '*' && /[*?]/.test(resource));

    expect(wild).toEqual(
      'slackWebhookSecretName' in settings
        ? ['arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:team/slack-??????']
        : [],
    );
  });

  it('lets no one in whom it does not name', () => {
    const anyone = statements.filter(({ effect, principals }) => effect === 'Allow' && principals.includes('*'));

    expect(anyone).toEqual([]);
  });

  it('lets in no account but this one and those of subscriberAccounts, which may only subscribe what is their own', () => {
    const foreign = statements.filter(
      ({ effect, principals, services }) =>
        effect === 'Allow' && principals.some((one) => !services.includes(one) && one !== ACCOUNT_ROOT),
    );

    const account = settings.subscriberAccounts;
    expect(foreign.map(({ principals, actions, conditions }) => ({ principals, actions, conditions }))).toEqual(
      account === undefined
        ? []
        : [
            {
              principals: [`arn:<AWS::Partition>:iam::${account}:root`],
              actions: ['sns:Subscribe'],
              conditions: {
                StringEquals: { 'sns:Protocol': ['lambda', 'sqs'] },
                StringLike: { 'sns:Endpoint': [`arn:*:lambda:*:${account}:function:*`, `arn:*:sqs:*:${account}:*`] },
              },
            },
          ],
    );
  });

  it('lets a service in only on behalf of this account or of one of its resources', () => {
    const confused = statements
      .filter(({ effect, services, conditionKeys }) => {
        const source = conditionKeys.some((key) => ['aws:SourceAccount', 'aws:SourceArn'].includes(key));
        return effect === 'Allow' && services.length > 0 && !source;
      })
      .flatMap(({ services, actions }) => services.map((service) => `${service} ${actions}`));

    expect([...new Set(confused)].filter((one) => !(one in UNCONDITIONAL))).toEqual([]);
  });

  it('compares the source with nothing that is not ours', () => {
    const sources = statements.flatMap(({ sources }) => sources);

    expect([...new Set(sources)].toSorted()).toEqual(
      [
        '<AWS::AccountId>',
        ...('alertSubscriptions' in settings ? ['<AlertTopic>'] : []),
        '<StartEventsAnyAudit.Arn>',
        '<StartEventsOnDemandAudit.Arn>',
        '<SweepGroup.Arn>',
        'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/*',
        'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:*',
      ].toSorted(),
    );
  });

  it('lets a service invoke a function only for a resource of the stack', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { SourceArn }]) =>
      readable(SourceArn),
    );

    expect(permissions).toEqual('slackWebhookSecretName' in settings ? ['<AlertTopic>'] : []);
  });

  it('retains nothing under a name that the next deployment would want too', () => {
    const named = Object.entries<Resource>(template.toJSON().Resources)
      .filter(([, { DeletionPolicy = '', UpdateReplacePolicy = '' }]) =>
        `${DeletionPolicy}${UpdateReplacePolicy}`.includes('Retain'),
      )
      .flatMap(([id, { Properties = {} }]) => Object.entries(Properties).map(([key, value]) => ({ id, key, value })))
      .filter(({ key, value }) => /Name$/.test(key) && !JSON.stringify(value).includes('"AWS::StackId"'));

    expect(named).toEqual([]);
  });

  // Checks here what .checkov.yaml makes checkov skip, in the form that the stack has chosen.

  it('encrypts every topic with its key, every queue and the table', () => {
    const keys = resourcesOf(template, 'AWS::SNS::Topic').map(([, { KmsMasterKeyId }]) => readable(KmsMasterKeyId));
    const queues = resourcesOf(template, 'AWS::SQS::Queue').map(([, { SqsManagedSseEnabled }]) => SqsManagedSseEnabled);
    const tables = resourcesOf(template, 'AWS::DynamoDB::Table').map(([, { SSESpecification }]) => SSESpecification);

    expect(new Set(keys)).toEqual(new Set(['<TopicKey.Arn>']));
    expect(new Set(queues)).toEqual(new Set([true]));
    expect(tables).toEqual([{ SSEEnabled: true }]);
  });

  it('refuses to take what comes without TLS, at every topic and queue', () => {
    const refused = statements
      .filter(({ effect, conditionKeys }) => effect === 'Deny' && conditionKeys.includes('aws:SecureTransport'))
      .flatMap(({ resources }) => resources.map((resource) => resource.replace(/\.Arn>$/, '>')));
    const targets = [...resourcesOf(template, 'AWS::SNS::Topic'), ...resourcesOf(template, 'AWS::SQS::Queue')];

    expect(refused.toSorted()).toEqual(targets.map(([id]) => String(readable({ Ref: id }))).toSorted());
  });

  it('ends every log some day', () => {
    const days = resourcesOf(template, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) => RetentionInDays);

    expect(new Set(days)).toEqual(new Set([90]));
  });

  it('keeps what an asynchronous call of the Slack function could not do', () => {
    const kept = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')
      .filter(([id]) => id.includes('SlackWebhook'))
      .map(([, { DestinationConfig }]) => readable(DestinationConfig));

    expect(kept).toEqual(
      'slackWebhookSecretName' in settings ? [{ OnFailure: { Destination: '<SlackWebhookNotPosted.Arn>' } }] : [],
    );
  });

  it('gives no function a URL or a layer', () => {
    const types = Object.values<{ Type: string }>(template.toJSON().Resources).map(({ Type }) => Type);
    const layers = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Layers }]) => Layers !== undefined);

    expect(types).not.toContain('AWS::Lambda::Url');
    expect(layers).toEqual([]);
  });
});

it('checks every option that adds to the stack', () => {
  const off = Object.entries(readConfiguration({}))
    .filter(([, value]) => value === undefined || value === false || (Array.isArray(value) && value.length === 0))
    .map(([key]) => key)
    // Takes the table away.
    .filter((key) => key !== 'existingTableName');

  expect(Object.keys(EVERY_OPTION)).toEqual(expect.arrayContaining(off));
});

describe('the exceptions of the scanners', () => {
  const files = ['.cfnlintrc', '.checkov.yaml'].map((file) => readFileSync(join(PROJECT, file), 'utf8'));

  it.each(files)('have their reason above them, each (%#)', (text) => {
    const exceptions = text.match(/^ +- [A-Z][A-Z0-9_]*\d+$/gm);
    const withReason = text.match(/^ +# [A-Z].{40,}\n(?: +# .+\n)* +- [A-Z][A-Z0-9_]*\d+$/gm);

    expect(withReason?.length).toBe(exceptions?.length);
  });

  it('were decided with the versions that are installed', () => {
    const requirements = readFileSync(join(PROJECT, '.ci/requirements.txt'), 'utf8');

    for (const [, tool, version] of requirements.matchAll(/^([\w-]+)==([\d.]+)$/gm)) {
      expect(files.join('\n')).toContain(`Decided with ${tool} ${version}.`);
    }
  });
});

interface Resource {
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Statement {
  /** Type of the resource, and the property with the policy. */
  readonly place: string;
  readonly effect: unknown;
  readonly negated: boolean;
  readonly principals: readonly string[];
  /** The principals that are AWS services. */
  readonly services: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: unknown;
  readonly conditionKeys: readonly string[];
  /** What aws:SourceAccount and aws:SourceArn are compared with. */
  readonly sources: readonly string[];
}

/** Every statement of every policy, wherever it is in a resource. */
function statementsIn(resources: Record<string, { Type: string; Properties?: unknown }>): Statement[] {
  return Object.values(resources).flatMap(({ Type, Properties }) =>
    documentsIn(Properties, '').flatMap(([property, statements]) =>
      statements.map((statement) => read(`${Type} ${property}`, statement)),
    ),
  );
}

function documentsIn(value: unknown, property: string): [property: string, statements: RawStatement[]][] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value) return [[property, [value.Statement].flat() as RawStatement[]]];
  return Object.entries(value).flatMap(([key, inner]) => documentsIn(inner, Array.isArray(value) ? property : key));
}

type RawStatement = Readonly<Record<string, unknown>>;

function read(place: string, raw: RawStatement): Statement {
  const { Principal = {} } = raw;
  const principals =
    typeof Principal === 'object' && Principal !== null ? Object.entries(Principal) : [['', Principal]];
  const conditions = Object.values((raw.Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap(
    Object.entries,
  );
  return {
    place,
    effect: raw.Effect,
    negated: ['NotAction', 'NotResource', 'NotPrincipal'].some((key) => key in raw),
    principals: principals.flatMap(([, names]) => list(names)),
    services: principals.filter(([kind]) => kind === 'Service').flatMap(([, names]) => list(names)),
    actions: list(raw.Action),
    resources: list(raw.Resource),
    conditions: readable(raw.Condition),
    conditionKeys: conditions.map(([key]) => key),
    sources: conditions
      .filter(([key]) => key === 'aws:SourceAccount' || key === 'aws:SourceArn')
      .flatMap(([, value]) => list(value)),
  };
}

function list(value: unknown): string[] {
  return value === undefined ? [] : [readable(value)].flat().map(String);
}
