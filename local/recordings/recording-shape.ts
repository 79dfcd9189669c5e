import * as z from 'zod';
import { TASK_ID_PATTERN } from '../../lambda/contract.ts';

/** Date and time apart as in ISO 8601, or by a space as Python prints them; the offset in hours, or with minutes. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)$/;
/** Above it a number of seconds is in fact milliseconds. */
const YEAR_10000 = 253_402_300_800;

const text = z.string(expected('a string')).optional();
const flag = z.boolean(expected('true or false')).optional();
const count = check<number>('a whole number, 0 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const counts = count.optional();
/** Becomes epoch seconds, as on the wire. */
const time = check<string | number>(
  'a time as the AWS CLI prints it (ISO 8601 with offset, or epoch seconds)',
  (value) => epochSeconds(value) !== undefined,
)
  .transform((value) => epochSeconds(value))
  .optional();
const taskId = check<string>(
  'a task id (1 to 40 letters, digits and hyphens)',
  (value) => typeof value === 'string' && TASK_ID_PATTERN.test(value),
).optional();

/** Known fields have their types; names, statuses and further fields are open, as AWS may add to them. */
const checkDetails = z.looseObject(
  {
    checkRunStatus: text,
    checkCompliant: flag,
    totalResourcesCount: counts,
    nonCompliantResourcesCount: counts,
    suppressedNonCompliantResourcesCount: counts,
    errorCode: text,
    message: text,
  },
  expected('an object with the details of one check'),
);

const statistics = z.looseObject(
  {
    totalChecks: counts,
    inProgressChecks: counts,
    waitingForDataCollectionChecks: counts,
    compliantChecks: counts,
    nonCompliantChecks: counts,
    failedChecks: counts,
    canceledChecks: counts,
  },
  expected('an object with numbers of checks'),
);

/** One answer as the AWS CLI prints it. */
const response = z.looseObject(
  {
    taskStatus: text,
    taskType: text,
    taskStartTime: time,
    taskStatistics: statistics.optional(),
    scheduledAuditName: text,
    auditDetails: z.record(z.string(), checkDetails, expected('an object of checks by their names')).optional(),
  },
  expected('an answer of aws iot describe-audit-task (an object)'),
);

const failure = z.strictObject(
  {
    name: check<string>('a non-empty string', (value) => typeof value === 'string' && value !== ''),
    statusCode: check<number>(
      'an HTTP status from 400 to 599',
      (value) => Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599,
    ),
    message: text,
  },
  expected('an object with name and statusCode', ['name', 'statusCode', 'message']),
);

const seconds = check<number>(
  'a number of seconds, 0 or more',
  (value) => Number.isFinite(value) && Number(value) >= 0,
);

const step = z
  .strictObject(
    { atSeconds: seconds, untilSeconds: seconds.optional(), response: response.optional(), error: failure.optional() },
    expected('an object with atSeconds and a response or an error', ['atSeconds', 'untilSeconds', 'response', 'error']),
  )
  .superRefine((value, context) => {
    const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
    if (value.response === undefined && value.error === undefined)
      refuse('expected a response or an error, found neither');
    if (value.response !== undefined && value.error !== undefined)
      refuse('expected a response or an error, found both');
    if (value.untilSeconds === undefined) return;
    if (value.error === undefined)
      refuse('expected only beside an error: a response holds until the next', 'untilSeconds');
    else if (value.untilSeconds <= value.atSeconds) {
      refuse(
        `expected more than atSeconds (${value.atSeconds}), found the number ${value.untilSeconds}`,
        'untilSeconds',
      );
    }
  });

/** The SDK fails at a time that it cannot read; the other fields are the watcher's to judge. */
const finding = z.looseObject(
  { taskId: text, taskStartTime: time, findingTime: time },
  expected('a finding (an object)'),
);

const recording = z.strictObject(
  {
    taskId,
    steps: z
      .array(step, expected('a list of steps'))
      .refine((steps) => steps.length > 0, expected('at least one step')),
    findings: z
      .array(finding, expected('a list of findings, as under "findings" in the answer of aws iot list-audit-findings'))
      .optional(),
    findingsError: failure.optional(),
    things: z
      .record(
        z.string(),
        z.array(z.string(expected('the name of a thing')), expected('a list of names of things')),
        expected('an object: names of things by certificate id'),
      )
      .optional(),
  },
  expected('a recording, or one answer of aws iot describe-audit-task', [
    'taskId',
    'steps',
    'findings',
    'findingsError',
    'things',
  ]),
);

export type RecordingShape = z.infer<typeof recording>;
export type ResponseShape = z.infer<typeof response>;
export type FindingShape = z.infer<typeof finding>;

/** An answer is recognized by its fields, because each of them is optional and AWS may add others. */
const ANSWER_FIELDS = Object.keys(response.shape);
/** Fields that only a recording has. */
const RECORDING_FIELDS = Object.keys(recording.shape).filter((field) => field !== 'taskId');

/** A saved answer, perhaps with the id of its task beside the fields. */
const bareAnswer = response.extend({ taskId });

/** Checks parsed JSON. Each problem names its path, what was expected, and what was found. */
export function checkRecording(value: unknown): RecordingShape | { readonly problems: readonly string[] } {
  if (isNotification(value)) return { problems: [NOT_A_NOTIFICATION] };
  if (isBareAnswer(value)) {
    const answer = bareAnswer.safeParse(value);
    return answer.success ? toRecording(answer.data) : problemsOf(answer.error);
  }
  const whole = recording.safeParse(value);
  if (!whole.success) return problemsOf(whole.error);
  const problem = problemOfTasks(whole.data);
  return problem === undefined ? whole.data : { problems: [problem] };
}

function toRecording({ taskId, ...answer }: z.infer<typeof bareAnswer>): RecordingShape {
  return { taskId, steps: [{ atSeconds: 0, response: answer }] };
}

function isBareAnswer(value: unknown): boolean {
  return hasAny(value, ANSWER_FIELDS) && !hasAny(value, RECORDING_FIELDS);
}

const NOT_A_NOTIFICATION =
  'expected a recording, or one answer of aws iot describe-audit-task, found the notification that Device Defender ' +
  'publishes to SNS when an audit has ended, which holds less than the answer. ' +
  'Record what aws iot describe-audit-task --task-id TASK_ID --output json prints instead';

/** By the counts, which an answer has under other names; also inside the envelope that SNS puts around a message. */
function isNotification(value: unknown): boolean {
  if (hasAny(value, ['totalChecksCount', 'compliantChecksCount', 'nonCompliantChecksCount'])) return true;
  const envelope = z.object({ TopicArn: z.string(), Message: z.string() }).safeParse(value);
  return envelope.success && /"(?:totalChecksCount|nonCompliantChecksCount)"/.test(envelope.data.Message);
}

function hasAny(value: unknown, fields: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && fields.some((field) => Object.hasOwn(value, field));
}

/** Without an id of its own, a recording cannot say which of several audits a finding belongs to. */
function problemOfTasks({ taskId, findings = [] }: RecordingShape): string | undefined {
  const tasks = new Set(findings.flatMap((finding) => finding.taskId ?? []));
  if (taskId !== undefined || tasks.size <= 1) return undefined;
  return `findings: expected those of one audit, found those of ${tasks.size}; add the taskId of the recorded audit`;
}

function problemsOf(error: z.ZodError): { readonly problems: readonly string[] } {
  return {
    problems: error.issues.map(({ path, message }) => (path.length === 0 ? message : `${pathText(path)}: ${message}`)),
  };
}

function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`;
  });
  return parts.join('').replace(/^\./, '');
}

function check<T>(what: string, accepts: (value: unknown) => boolean) {
  return z.custom<T>(accepts, expected(what));
}

function expected(what: string, allowedKeys?: readonly string[]) {
  return {
    error: (issue: { code?: string | undefined; keys?: unknown; input?: unknown }) =>
      issue.code === 'unrecognized_keys' && allowedKeys !== undefined
        ? `expected only the keys ${allowedKeys.join(', ')}, found ${[issue.keys]
            .flat()
            .map((key) => JSON.stringify(key))
            .join(', ')}`
        : `expected ${what}, found ${found(issue.input)}`,
  };
}

function found(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'list') return Array.isArray(value) && value.length === 0 ? 'an empty list' : 'a list';
  if (kind === 'object') return 'an object';
  if (value === undefined) return 'nothing';
  if (typeof value !== 'string') return typeof value === 'number' ? `the number ${value}` : String(value);
  return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

/** Epoch seconds of a time as the AWS CLI prints it; undefined for anything else. */
export function epochSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? isoSeconds(value) : value;
  return typeof seconds === 'number' && seconds >= 0 && seconds < YEAR_10000 ? seconds : undefined;
}

function isoSeconds(text: string): number | undefined {
  const [, date, time, offset = ''] = ISO_TIME.exec(text) ?? [];
  // Date.parse does not know an offset in hours only.
  return date === undefined
    ? undefined
    : Date.parse(`${date}T${time}${offset.length === 3 ? `${offset}:00` : offset}`) / 1000;
}
