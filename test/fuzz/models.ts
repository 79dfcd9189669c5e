import fc from 'fast-check';
import { PLACE } from '../../local/place.ts';
import { anyText } from '../any-text.ts';
import { alertKey } from '../builders.ts';

export const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Loop:first';

/** How often each property runs; FUZZ_RUNS=10 runs them ten times as often. */
export function runs(count: number): fc.Parameters<unknown> {
  return { numRuns: Math.ceil(count * Number(process.env.FUZZ_RUNS ?? '1')) };
}

/** What an attacker, an unlucky name or a broken service may put wherever a text goes. */
const HOSTILE_TEXTS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'undefined',
  'null',
  'NaN',
  '<!channel>',
  '<https://evil.example/|Open the audit report>',
  '*bold* _italic_ `code` ```',
  '\u202Edetrevni\u202C \u200B\u0000\u0007\u2028',
  '\u001B[31mred\u001B[0m\u001B]0;title\u0007',
  '\uD800 lonely \uDFFF',
  'Subject\r\nBcc: everyone@example.com\r\n\r\n',
  '"\\',
  '\u6F22\u5B57 \u{1F525} e\u0301 \uFDFA',
  'x'.repeat(3000),
  '\u6F22'.repeat(3000),
  '%00%2e%2e%2f',
  '-1',
  '1e999',
];

/** Stand in a JSON text for what no value of JavaScript becomes when it is written. */
const RAW = { '@@HUGE@@': '1e999', '@@TINY@@': '-1e999', '@@DEEP@@': `${'['.repeat(9000)}${']'.repeat(9000)}` };

const KEYS = ['__proto__', 'constructor', 'toString', 'length', 'then', '', '$metadata', 'name', 'message', '\uD800'];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: anyText({ maxLength: 60 }) },
);

const hostileNumber = fc.oneof(
  fc.constantFrom(-1, 0.5, 1e15, 1e21, 1e300, -1e300, Number.MAX_SAFE_INTEGER + 1, Number.MIN_VALUE, -0),
  fc.constantFrom('@@HUGE@@', '@@TINY@@'),
);

/** Another value than expected, as a rule of another type. */
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom<unknown>(null, true, false, 0, [], {}, [null], [[]], { toString: 1 }, '@@DEEP@@'),
  fc.jsonValue({ maxDepth: 2 }),
  hostileText.map((text) => ({ [text]: { [text]: text } })),
  fc.constantFrom(...KEYS).map((key) => JSON.parse(`{${JSON.stringify(key)}:{"polluted":"yes"}}`)),
);

interface Edit {
  readonly at: readonly number[];
  readonly change: 'remove' | 'replace' | 'add';
  readonly key: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.array(fc.nat(40), { maxLength: 5 }),
  change: fc.constantFrom('remove', 'replace', 'replace', 'add'),
  key: fc.oneof(fc.constantFrom(...KEYS), hostileText),
  value: hostileValue,
});

/** A valid one, as often as not with something missing, added, or of a wrong type, anywhere in it. */
export function mutated(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const edits = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Edit[]>([]) },
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 4 }) },
  );
  return fc.tuple(valid, edits).map(([value, list]) => list.reduce<unknown>(edited, value));
}

function edited(value: unknown, { at, ...change }: Edit): unknown {
  const [first, ...rest] = at;
  const isInner = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (first === undefined || !isInner) {
    if (change.change === 'remove') return undefined;
    if (change.change === 'replace' || typeof value !== 'object' || value === null) return change.value;
    return Array.isArray(value) ? [...value, change.value] : { ...value, [change.key]: change.value };
  }
  const entries = Object.entries(value);
  const chosen = first % entries.length;
  const next = entries.map(([key, inner], index): [string, unknown] => [
    key,
    index === chosen ? edited(inner, { at: rest, ...change }) : inner,
  ]);
  return Array.isArray(value) ? next.map(([, inner]) => inner) : Object.fromEntries(next);
}

/** As JSON on the wire, numbers and depths included that JSON.stringify never writes. */
export function onTheWire(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return Object.entries(RAW).reduce((written, [mark, raw]) => written.replaceAll(JSON.stringify(mark), raw), text);
}

/** As a Lambda function or a file gets it: read from JSON. */
export function received(value: unknown): unknown {
  const text = onTheWire(value);
  return text === '' ? undefined : JSON.parse(text);
}

/** An answer of any HTTP service. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The connection breaks before the answer is complete. */
  readonly isCut?: boolean;
}

const ERROR_NAMES = [
  'ThrottlingException',
  'ResourceNotFoundException',
  'InternalFailureException',
  'InvalidRequestException',
  'AccessDeniedException',
  'ExpiredTokenException',
  '',
  '__proto__',
  'constructor',
  'Foo#Bar:http://evil.example/,x',
  'TypeError',
];
const STATUSES = [400, 401, 403, 404, 413, 429, 500, 502, 503, 599];

/** A header holds no control characters and no letters outside Latin 1: the servers of this test refuse to send them. */
const headerValue = hostileText.map((text) => text.replace(/[^\x20-\x7E]/g, '').trim());

/** Mostly 200 with this body; else an error, a body that is no JSON, or a broken connection. */
export function answers(body: fc.Arbitrary<unknown>): fc.Arbitrary<WireAnswer> {
  const json = { 'content-type': 'application/json' };
  const ok = mutated(body).map((value): WireAnswer => ({ status: 200, headers: json, body: onTheWire(value) }));
  const error = fc
    .record({
      status: fc.constantFrom(...STATUSES),
      name: fc.oneof(fc.constantFrom(...ERROR_NAMES), headerValue),
      content: mutated(fc.record({ message: hostileText, __type: fc.constantFrom(...ERROR_NAMES) })),
      isNamedInHeader: fc.boolean(),
    })
    .map(({ status, name, content, isNamedInHeader }) => ({
      status,
      headers: isNamedInHeader ? { ...json, 'x-amzn-errortype': name } : json,
      body: onTheWire(content),
    }));
  const garbage = fc.record({
    status: fc.constantFrom(200, 200, 204, 302, 500),
    headers: fc.constant(json),
    body: fc.oneof(
      hostileText,
      fc.constantFrom('<html><body>502 Bad Gateway</body></html>', '{"a":', 'null', '[]', '7'),
    ),
  });
  const cut = ok.map((answer) => ({ ...answer, isCut: true }));
  return fc.oneof(
    { weight: 12, arbitrary: ok },
    { weight: 2, arbitrary: error },
    { weight: 1, arbitrary: garbage },
    { weight: 1, arbitrary: cut },
  );
}

const taskId = fc.stringMatching(/^[a-zA-Z0-9-]{1,40}$/);
const count = fc.nat(20);
const epochSeconds = fc.integer({ min: 1_790_000_000_000, max: 1_791_000_000_000 }).map((time) => time / 1000);
const maybe = { requiredKeys: [] };
const CHECKS = ['LOGGING_DISABLED_CHECK', 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK', 'DEVICE_CERTIFICATE_SHARED_CHECK', 'A'];
const checkName = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...CHECKS) }, { weight: 1, arbitrary: hostileText });
const scheduleName = fc.constantFrom('Nightly', 'Weekly', '__proto__', 'constructor', 'a'.repeat(128));

const checkDetails = fc.record(
  {
    checkRunStatus: fc.constantFrom(
      ...['IN_PROGRESS', 'WAITING_FOR_DATA_COLLECTION', 'CANCELED', 'FAILED', 'LATER'],
      ...['COMPLETED_COMPLIANT', 'COMPLETED_NON_COMPLIANT'],
    ),
    checkCompliant: fc.boolean(),
    totalResourcesCount: count,
    nonCompliantResourcesCount: count,
    suppressedNonCompliantResourcesCount: count,
    errorCode: fc.constantFrom('INSUFFICIENT_PERMISSIONS', 'AUDIT_CHECK_DISABLED'),
    message: hostileText,
  },
  maybe,
);

/** DescribeAuditTask. */
export const auditAnswer = fc.record(
  {
    taskStatus: fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELED', 'LATER'),
    taskType: fc.constantFrom('ON_DEMAND_AUDIT_TASK', 'SCHEDULED_AUDIT_TASK'),
    taskStartTime: epochSeconds,
    taskStatistics: fc.record(
      {
        totalChecks: count,
        inProgressChecks: count,
        waitingForDataCollectionChecks: count,
        compliantChecks: count,
        nonCompliantChecks: count,
        failedChecks: count,
        canceledChecks: count,
      },
      maybe,
    ),
    scheduledAuditName: scheduleName,
    auditDetails: fc
      .array(fc.tuple(checkName, checkDetails), { maxLength: 6 })
      .map((checks) => Object.fromEntries(checks)),
  },
  maybe,
);

const CERTIFICATE = '3f9c'.repeat(16);
const resourceIdentifier = fc.oneof(
  fc.record({ deviceCertificateId: fc.constant(CERTIFICATE) }),
  fc.record({ deviceCertificateArn: fc.constant(`arn:aws:iot:eu-west-1:123456789012:cert/${CERTIFICATE}`) }),
  fc.record({ caCertificateId: fc.constant(CERTIFICATE) }),
  fc.record({ cognitoIdentityPoolId: fc.constant('eu-west-1:9f71b6e9-0cfb-57d4-ac67-1be3a4898e6a') }),
  fc.record({ clientId: hostileText }),
  fc.record({
    policyVersionIdentifier: fc.record({ policyName: hostileText, policyVersionId: fc.constant('7') }, maybe),
  }),
  fc.record({ account: fc.constant('123456789012') }),
  fc.record({ iamRoleArn: fc.constant('arn:aws:iam::123456789012:role/service-role/Gateway') }),
  fc.record({ roleAliasArn: fc.constant('arn:aws:iot:eu-west-1:123456789012:rolealias/Camera') }),
  fc.record({
    issuerCertificateIdentifier: fc.record(
      { issuerCertificateSubject: hostileText, issuerId: hostileText, issuerCertificateSerialNumber: hostileText },
      maybe,
    ),
  }),
  fc.dictionary(hostileText, hostileValue, { maxKeys: 3 }),
);
const resource = fc.record(
  {
    resourceType: fc.constantFrom('DEVICE_CERTIFICATE', 'IOT_POLICY', 'CLIENT_ID', 'ACCOUNT_SETTINGS', 'LATER'),
    resourceIdentifier,
    additionalInfo: fc.dictionary(hostileText, hostileText, { maxKeys: 2 }),
  },
  maybe,
);

/** One entry of ListAuditFindings. */
const finding = fc.record(
  {
    findingId: taskId,
    taskId,
    checkName,
    taskStartTime: epochSeconds,
    findingTime: epochSeconds,
    severity: fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'LATER'),
    nonCompliantResource: resource,
    relatedResources: fc.array(resource, { maxLength: 2 }),
    reasonForNonCompliance: hostileText,
    reasonForNonComplianceCode: fc.oneof(fc.constant('POLICY_ALLOWS_BROAD_ACCESS'), hostileText),
    isSuppressed: fc.boolean(),
  },
  maybe,
);

const nextToken = fc.option(fc.constantFrom('next', 'after', 'next ', '\uD800'), { nil: undefined, freq: 2 });
export const findingsPage = fc.record({ findings: fc.array(finding, { maxLength: 5 }), nextToken });
export const thingsPage = fc.record({
  things: fc.array(fc.oneof(hostileText, fc.constant('Camera-7')), { maxLength: 5 }),
});
export const tasksPage = fc.record({
  tasks: fc.array(
    fc.record(
      {
        taskId: fc.oneof({ weight: 4, arbitrary: taskId }, { weight: 1, arbitrary: hostileText }),
        taskStatus: fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'LATER'),
        taskType: fc.constantFrom('ON_DEMAND_AUDIT_TASK', 'SCHEDULED_AUDIT_TASK'),
      },
      maybe,
    ),
    { maxLength: 12 },
  ),
  nextToken,
});
export const suppressionsPage = fc.record({
  suppressions: fc.array(
    fc.record(
      {
        checkName: fc.oneof(fc.constant('IOT_POLICY_OVERLY_PERMISSIVE_CHECK'), hostileText),
        resourceIdentifier,
        // Epoch seconds, some days after the fuzzed moment.
        expirationDate: fc.integer({ min: 1_790_000_000, max: 1_792_000_000 }),
        suppressIndefinitely: fc.boolean(),
        description: hostileText,
      },
      maybe,
    ),
    { maxLength: 4 },
  ),
  nextToken,
});
export const schedulesPage = fc.record({
  scheduledAudits: fc.array(
    fc.record(
      {
        scheduledAuditName: fc.oneof({ weight: 4, arbitrary: scheduleName }, { weight: 1, arbitrary: hostileText }),
        scheduledAuditArn: fc.constant('arn:aws:iot:eu-west-1:123456789012:scheduledaudit/Nightly'),
        frequency: fc.constantFrom('DAILY', 'WEEKLY', 'BIWEEKLY', 'MONTHLY', 'LATER'),
        dayOfWeek: fc.constantFrom('SUN', 'FRI'),
        dayOfMonth: fc.constantFrom('1', '31', 'LAST'),
      },
      { requiredKeys: ['scheduledAuditName', 'frequency'] },
    ),
    { maxLength: 4 },
  ),
  nextToken,
});

/** EventBridge's PutEvents: 200, also when it took no entry. */
export const putEventsAnswer = fc.record({
  FailedEntryCount: count,
  Entries: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ EventId: taskId }) },
      { weight: 1, arbitrary: fc.record({ ErrorCode: hostileText, ErrorMessage: hostileText }) },
    ),
    { maxLength: 10 },
  ),
});

/** The record of StartOnDemandAuditTask in CloudTrail, as EventBridge delivers it, and our own start event. */
export const startEvent = mutated(
  fc.oneof(
    fc.record({
      version: fc.constant('0'),
      id: taskId,
      'detail-type': fc.constant('AWS API Call via CloudTrail'),
      source: fc.constant('aws.iot'),
      account: fc.constant('123456789012'),
      region: fc.constant('eu-west-1'),
      detail: fc.record({
        eventSource: fc.constant('iot.amazonaws.com'),
        eventName: fc.constant('StartOnDemandAuditTask'),
        requestParameters: fc.record({ targetCheckNames: fc.array(checkName, { maxLength: 3 }) }),
        responseElements: fc.option(fc.record({ taskId })),
        errorCode: fc.option(hostileText, { nil: undefined }),
      }),
    }),
    fc.record({
      'detail-type': fc.constant('Device Defender Audit Started'),
      source: fc.constant('device-defender-audit-watcher'),
      detail: fc.record({ taskId }),
    }),
  ),
);

/** What the state machine hands to a function. */
export const functionPayload = mutated(
  fc.record(
    {
      input: fc.record(
        {
          account: fc.constant(PLACE.account),
          region: fc.constant(PLACE.region),
          taskId,
          waitSeconds: fc.nat(300),
          failure: fc.record({ Error: hostileText, Cause: hostileText }),
          findings: fc.oneof(
            fc.record({ taskId, complete: fc.constant(true), count }),
            fc.record({ Error: hostileText, Cause: hostileText }),
          ),
        },
        { requiredKeys: ['account', 'region', 'taskId'] },
      ),
      execution: fc.oneof(fc.constant(EXECUTION), hostileText),
    },
    { requiredKeys: ['input', 'execution'] },
  ),
);

/** One of our alerts, as SNS carries it. */
export const machineAlert = fc.record(
  {
    schemaVersion: fc.constant('1'),
    kind: fc.constantFrom('NON_COMPLIANT_DETECTED', 'WATCHER_GAVE_UP', 'LATER'),
    severity: fc.constantFrom('INFO', 'LOW', 'CRITICAL'),
    alertKey: taskId.map((id) => alertKey(id, 'TERMINAL')),
    accountId: fc.constant('123456789012'),
    region: fc.constantFrom('eu-west-1', 'cn-north-1'),
    taskId,
    checks: fc.constant([]),
    text: fc.record({
      title: fc.tuple(scheduleName, hostileText).map(([name, after]) => `:warning: HIGH: *${name}* ${after}`),
      description: fc.array(hostileText, { maxLength: 20 }).map((lines) => lines.join('\n')),
      nextSteps: fc.array(hostileText, { maxLength: 4 }),
    }),
  },
  {
    requiredKeys: ['schemaVersion', 'kind', 'severity', 'alertKey', 'accountId', 'region', 'taskId', 'checks', 'text'],
  },
);

/** What SNS hands to the webhook function. */
export const snsEvent = mutated(
  fc.record({
    Records: fc.array(
      fc.record({
        EventSource: fc.constant('aws:sns'),
        Sns: fc.record({
          MessageId: taskId,
          Message: fc.oneof(
            { weight: 9, arbitrary: mutated(machineAlert).map(onTheWire) },
            { weight: 1, arbitrary: hostileText },
          ),
        }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
);

const retryAfter = fc.oneof(
  fc.constantFrom('0', '1', '20', '21', '-1', '1e3', '999999', '9999999999', 'Infinity', 'NaN', ' 5 ', '5, 6', '0x10'),
  fc.constantFrom('Wed, 21 Oct 2026 07:28:00 GMT', ''),
  headerValue,
);

const anySlackAnswer: fc.Arbitrary<WireAnswer> = fc.record({
  status: fc.constantFrom(200, 200, 201, 204, 301, 302, 400, 403, 404, 410, 429, 429, 429, 500, 503),
  headers: fc.record(
    { 'retry-after': retryAfter, location: fc.constant('https://evil.example/'), 'content-type': headerValue },
    maybe,
  ),
  body: fc.oneof(fc.constantFrom('ok', 'no_service', 'invalid_payload', 'channel_is_archived'), hostileText),
  isCut: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** How Slack, or whatever stands between, answers a post. Only its own "ok" says that it has the message. */
export const slackAnswer: fc.Arbitrary<WireAnswer> = fc.oneof(
  { weight: 4, arbitrary: anySlackAnswer },
  { weight: 1, arbitrary: fc.constant<WireAnswer>({ status: 200, headers: {}, body: 'ok' }) },
);

const recordingStep = fc.record(
  {
    atSeconds: fc.nat(100),
    untilSeconds: fc.nat(200),
    response: auditAnswer,
    error: fc.record({ name: hostileText, statusCode: fc.integer({ min: 399, max: 600 }), message: hostileText }),
  },
  { requiredKeys: ['atSeconds'] },
);
const failure = fc.record({ name: fc.constantFrom('ThrottlingException', 'X'), statusCode: fc.constant(400) });

/** A file that a local run plays, or one bare answer. */
export const recording = mutated(
  fc.oneof(
    fc.record(
      {
        taskId,
        steps: fc.array(
          fc.oneof(
            { weight: 4, arbitrary: fc.record({ atSeconds: fc.nat(100), response: auditAnswer }) },
            { weight: 1, arbitrary: recordingStep },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        findings: fc.array(finding, { maxLength: 3 }),
        findingsError: failure,
        things: fc.dictionary(hostileText, fc.array(hostileText, { maxLength: 2 }), { maxKeys: 2 }),
      },
      { requiredKeys: ['steps'] },
    ),
    auditAnswer,
  ),
);

/** The context of the CDK app. */
export const configurationContext = mutated(
  fc.record(
    {
      auditWatcher: fc.record(
        {
          alertEmails: fc.array(fc.emailAddress(), { maxLength: 2 }),
          alertSubscriptions: fc.array(
            fc.record({
              protocol: fc.constantFrom('email', 'sqs', 'https', 'lambda'),
              endpoint: fc.oneof(
                fc.emailAddress(),
                fc.constantFrom('arn:aws:sqs:eu-west-1:123456789012:q', 'https://['),
              ),
              minSeverity: fc.constantFrom('LOW', 'CRITICAL'),
              auditNames: fc.array(scheduleName, { maxLength: 2 }),
            }),
            { maxLength: 2 },
          ),
          chatTopic: fc.boolean(),
          operationsEmails: fc.array(fc.emailAddress(), { maxLength: 2 }),
          repeat: fc.constantFrom('always', 'changes'),
          sweepMinutes: fc.integer({ min: 1, max: 60 }),
          watchLimitHours: fc.integer({ min: 1, max: 72 }),
          minWaitSeconds: fc.integer({ min: 1, max: 3600 }),
          maxWaitSeconds: fc.integer({ min: 1, max: 3600 }),
          logRetentionDays: fc.constantFrom(90, 91, 9999),
          slackWorkspaceId: fc.constant('T0123ABCDEF'),
          slackChannelId: fc.constant('C0123ABCDEF'),
          slackWebhookSecretName: fc.constantFrom('audit-watcher/slack', 'https://hooks.slack.com/services/T/B/SECRET'),
          slackWebhookMinSeverity: fc.constantFrom('LOW', 'CRITICAL'),
        },
        maybe,
      ),
      alertEmails: fc.constantFrom('a@example.com,b@example.com', ''),
      'aws:cdk:version': fc.constant('2'),
    },
    maybe,
  ),
);
