import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerAt } from '../../../local/recordings/playback.ts';
import { parseRecording, readRecording } from '../../../local/recordings/recording.ts';
import { epochSeconds } from '../../../local/recordings/recording-shape.ts';

const STARTED_AT = Date.parse('2026-11-01T10:00:00Z');

function parse(value: unknown) {
  return parseRecording(JSON.stringify(value), 'file.json');
}

function statusAt(recording: ReturnType<typeof parse>, seconds: number): unknown {
  const answer = answerAt(recording, seconds, STARTED_AT);
  return answer.type === 'response' ? answer.response.taskStatus : answer.name;
}

function messageOf(value: unknown): string {
  return messageOfText(JSON.stringify(value));
}

function messageOfText(text: string): string {
  try {
    parseRecording(text, 'file.json');
  } catch (error) {
    if (error instanceof Error && error.name === 'RecordingError') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a recording', () => {
  test('keeps its id, name, duration and findings', () => {
    const recording = parse({
      taskId: 'abc-1',
      steps: [
        { atSeconds: 0, response: { taskStatus: 'IN_PROGRESS' } },
        { atSeconds: 24.5, response: { taskStatus: 'COMPLETED', scheduledAuditName: 'Nightly' } },
      ],
      findings: [{ findingId: 'f' }],
    });

    expect(recording).toMatchObject({
      source: 'file.json',
      taskId: 'abc-1',
      auditName: 'Nightly',
      durationSeconds: 24.5,
      findings: [{ findingId: 'f' }],
    });
  });

  test('is a bare answer of describe-audit-task too, with one step', () => {
    const recording = parse({ taskStatus: 'COMPLETED', taskType: 'ON_DEMAND_AUDIT_TASK' });

    expect(recording.steps).toEqual([
      { atSeconds: 0, response: { taskStatus: 'COMPLETED', taskType: 'ON_DEMAND_AUDIT_TASK' } },
    ]);
    expect(recording).toMatchObject({ auditName: undefined, durationSeconds: 0, findings: [] });
  });

  test('is a bare answer under the task id that stands beside its fields', () => {
    const recording = parse({ taskId: 'task-7', taskStatus: 'CANCELED' });

    expect(recording).toMatchObject({
      taskId: 'task-7',
      steps: [{ atSeconds: 0, response: { taskStatus: 'CANCELED' } }],
    });
    expect(statusAt(recording, 0)).toBe('CANCELED');
  });

  test('gets an id from its content when it has none', () => {
    const [one, same, other] = ['COMPLETED', 'COMPLETED', 'FAILED'].map((taskStatus) => parse({ taskStatus }).taskId);

    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('may hold statuses, checks and fields that nobody knows yet', () => {
    const response = {
      taskStatus: 'PAUSED',
      taskPriority: { level: 1 },
      taskStatistics: { totalChecks: 1, skippedChecks: 1 },
      auditDetails: { NEW_CHECK: { checkRunStatus: 'SKIPPED', reason: null } },
    };

    expect(answerAt(parse({ steps: [{ atSeconds: 0, response }] }), 0, STARTED_AT)).toEqual({
      type: 'response',
      response,
    });
  });

  test('is not disturbed by keys named after the prototype', () => {
    const recording = parseRecording(
      '{"taskStatus":"X","__proto__":{"taskType":1},"auditDetails":{"__proto__":{"checkRunStatus":1},"constructor":{}}}',
      'file.json',
    );

    expect(answerAt(recording, 0, STARTED_AT)).toEqual({
      type: 'response',
      response: { taskStatus: 'X', auditDetails: { constructor: {} } },
    });
  });
});

describe('the answer at a time', () => {
  const failure = { name: 'ThrottlingException', statusCode: 400 };

  test('is the latest response, whatever the order in the file', () => {
    const recording = parse({
      steps: [
        { atSeconds: 10, response: { taskStatus: 'B' } },
        { atSeconds: 5, response: { taskStatus: 'A' } },
        { atSeconds: 10, response: { taskStatus: 'C' } },
      ],
    });

    expect([5, 9.99, 10, 1e9].map((seconds) => statusAt(recording, seconds))).toEqual(['A', 'A', 'C', 'C']);
  });

  test('is ResourceNotFoundException before the first response', () => {
    const recording = parse({ steps: [{ atSeconds: 5, response: {} }] });

    expect(answerAt(recording, 4.9, STARTED_AT)).toEqual({
      type: 'error',
      name: 'ResourceNotFoundException',
      statusCode: 404,
      message: 'Audit task not found.',
    });
  });

  test('is the error while a spell lasts, and the latest response after it', () => {
    const recording = parse({
      steps: [
        { atSeconds: 0, response: { taskStatus: 'A' } },
        { atSeconds: 2, untilSeconds: 6, error: { ...failure, message: 'slow' } },
        { atSeconds: 4, response: { taskStatus: 'B' } },
      ],
    });

    expect([0, 2, 4, 5.9, 6].map((seconds) => statusAt(recording, seconds))).toEqual([
      'A',
      'ThrottlingException',
      'ThrottlingException',
      'ThrottlingException',
      'B',
    ]);
    expect(answerAt(recording, 3, STARTED_AT)).toEqual({ type: 'error', ...failure, message: 'slow' });
  });

  test('is the error until the next step, or for ever, when the spell has no end', () => {
    const recording = parse({
      steps: [
        { atSeconds: 0, error: failure },
        { atSeconds: 0, response: { taskStatus: 'A' } },
        { atSeconds: 3, response: { taskStatus: 'B' } },
        { atSeconds: 5, error: { name: 'InternalFailureException', statusCode: 500 } },
      ],
    });

    expect([0, 2, 3, 5, 1e9].map((seconds) => statusAt(recording, seconds))).toEqual([
      'ThrottlingException',
      'ThrottlingException',
      'B',
      'InternalFailureException',
      'InternalFailureException',
    ]);
  });

  test('has its times shifted so that the audit starts now', () => {
    const recording = parse({
      steps: [
        { atSeconds: 0, response: {} },
        { atSeconds: 1, response: { taskStartTime: '2026-10-02T04:00:04.123000+02:00' } },
        { atSeconds: 2, response: { taskStartTime: 1790906406.623 } },
        { atSeconds: 3, response: { taskStartTime: '2026-10-02T02:00:04Z' } },
      ],
    });
    const startAt = (seconds: number) => {
      const answer = answerAt(recording, seconds, STARTED_AT);
      return answer.type === 'response' ? answer.response.taskStartTime : undefined;
    };

    const now = STARTED_AT / 1000;
    expect([0, 1, 2, 3].map(startAt)).toEqual([undefined, now, now + 2.5, now - 0.123]);
  });
});

describe('the findings', () => {
  const steps = [{ atSeconds: 0, response: { taskStatus: 'COMPLETED' } }];
  const ids = (recording: ReturnType<typeof parse>) => recording.findings.map(({ findingId }) => findingId);

  test('are those of the recorded task and those that name none', () => {
    const recording = parse({
      taskId: 'tuesday',
      steps,
      findings: [
        { findingId: 'a', taskId: 'monday' },
        { findingId: 'b', taskId: 'tuesday' },
        { findingId: 'c' },
        { findingId: 'd', taskId: 'wednesday' },
      ],
    });

    expect(ids(recording)).toEqual(['b', 'c']);
  });

  test('are all of them when they are of one task and the recording has no id', () => {
    const recording = parse({ steps, findings: [{ findingId: 'a', taskId: 'monday' }, { findingId: 'b' }] });

    expect(ids(recording)).toEqual(['a', 'b']);
  });

  test('of several tasks are refused when the recording has no id', () => {
    const findings = [{ taskId: 'monday' }, { taskId: 'tuesday' }, { taskId: 'monday' }];

    expect(messageOf({ steps, findings })).toBe(
      'file.json: findings: expected those of one audit, found those of 2; add the taskId of the recorded audit.',
    );
  });

  test('count once when they are equal', () => {
    const finding = { findingId: 'a', nonCompliantResource: { resourceType: 'ACCOUNT_SETTINGS' } };
    const recording = parse({ steps, findings: [finding, { ...finding, findingId: 'b' }, finding] });

    expect(ids(recording)).toEqual(['a', 'b']);
  });

  test.each(['findingTime', 'taskStartTime'])('with a %s that the SDK could not read are refused', (field) => {
    const findings = [{}, { [field]: '2026-11-03T04:05:06' }];

    expect(messageOf({ steps, findings })).toBe(
      `file.json: findings[1].${field}: expected a time as the AWS CLI prints it (ISO 8601 with offset, or epoch ` +
        'seconds), found the text "2026-11-03T04:05:06".',
    );
  });
});

describe('a time', () => {
  test.each([
    [1_793_678_706.5, 1_793_678_706.5],
    ['2026-11-03T04:05:06Z', 1_793_678_706],
    ['2026-11-03T04:05Z', 1_793_678_700],
    ['2026-11-03T04:05:06.250000+00:00', 1_793_678_706.25],
    ['2026-11-03 04:05:06.250000+00:00', 1_793_678_706.25],
    ['2026-11-02T20:05:06-08', 1_793_678_706],
    ['2026-11-03T09:35:06+0530', 1_793_678_706],
  ])('%j is read', (time, seconds) => {
    expect(epochSeconds(time)).toBe(seconds);
  });

  test.each([
    '2026-11-03',
    '2026-11-03T04:05:06',
    '2026-11-03 04:05:06.250000',
    '2026-13-03T04:05:06Z',
    '/Date(1793678706250)/',
    'Tue Nov  3 04:05:06 2026',
    '1793678706',
    1_793_678_706_250,
    -1,
    true,
    null,
  ])('%j is not read', (time) => {
    expect(epochSeconds(time)).toBeUndefined();
  });
});

describe('a malformed recording is refused', () => {
  const step = { atSeconds: 0, response: {} };
  const wrong: readonly [unknown, string][] = [
    [[], 'expected a recording, or one answer of aws iot describe-audit-task, found an empty list.'],
    [[1], 'expected a recording, or one answer of aws iot describe-audit-task, found a list.'],
    [null, 'expected a recording, or one answer of aws iot describe-audit-task, found null.'],
    [{}, 'steps: expected a list of steps, found nothing.'],
    [{ steps: {} }, 'steps: expected a list of steps, found an object.'],
    [{ steps: [] }, 'steps: expected at least one step, found an empty list.'],
    [
      { steps: [step], step: 1 },
      'expected only the keys taskId, steps, findings, findingsError, things, found "step".',
    ],
    [
      { taskId: 'abc', taskStatus: 'X', steps: [step] },
      'expected only the keys taskId, steps, findings, findingsError, things, found "taskStatus".',
    ],
    [
      { taskId: 'a b', steps: [step] },
      'taskId: expected a task id (1 to 40 letters, digits and hyphens), found the text "a b".',
    ],
    [
      { taskId: 'x'.repeat(41), steps: [step] },
      `taskId: expected a task id (1 to 40 letters, digits and hyphens), found the text "${'x'.repeat(40)}…".`,
    ],
    [{ steps: [step], findings: [1] }, 'findings[0]: expected a finding (an object), found the number 1.'],
    [
      { steps: [step], findings: {} },
      'findings: expected a list of findings, as under "findings" in the answer of aws iot list-audit-findings, found an object.',
    ],
    [{ steps: [5] }, 'steps[0]: expected an object with atSeconds and a response or an error, found the number 5.'],
    [{ steps: [{ atSeconds: 0 }] }, 'steps[0]: expected a response or an error, found neither.'],
    [
      { steps: [{ ...step, error: { name: 'E', statusCode: 400 } }] },
      'steps[0]: expected a response or an error, found both.',
    ],
    [{ steps: [{ response: {} }] }, 'steps[0].atSeconds: expected a number of seconds, 0 or more, found nothing.'],
    [
      { steps: [{ ...step, atSeconds: -1 }] },
      'steps[0].atSeconds: expected a number of seconds, 0 or more, found the number -1.',
    ],
    [
      { steps: [{ ...step, untilSeconds: 5 }] },
      'steps[0].untilSeconds: expected only beside an error: a response holds until the next.',
    ],
    [
      { steps: [{ atSeconds: 5, untilSeconds: 5, error: { name: 'E', statusCode: 400 } }] },
      'steps[0].untilSeconds: expected more than atSeconds (5), found the number 5.',
    ],
    [
      { steps: [{ ...step, note: '' }] },
      'steps[0]: expected only the keys atSeconds, untilSeconds, response, error, found "note".',
    ],
    [
      { steps: [{ atSeconds: 0, error: { name: '', statusCode: 400 } }] },
      'steps[0].error.name: expected a non-empty string, found the text "".',
    ],
    [
      { steps: [{ atSeconds: 0, error: { name: 'E', statusCode: 200 } }] },
      'steps[0].error.statusCode: expected an HTTP status from 400 to 599, found the number 200.',
    ],
    [
      { steps: [{ atSeconds: 0, error: { name: 'E', statusCode: 400, code: 1 } }] },
      'steps[0].error: expected only the keys name, statusCode, message, found "code".',
    ],
    [
      { steps: [step, step, { atSeconds: 1, response: { taskStatus: 5 } }] },
      'steps[2].response.taskStatus: expected a string, found the number 5.',
    ],
    [
      { taskStatistics: { totalChecks: '5' } },
      'taskStatistics.totalChecks: expected a whole number, 0 or more, found the text "5".',
    ],
    [{ taskStatistics: 5 }, 'taskStatistics: expected an object with numbers of checks, found the number 5.'],
    [{ auditDetails: [] }, 'auditDetails: expected an object of checks by their names, found an empty list.'],
    [
      { auditDetails: { 'A CHECK': true } },
      'auditDetails["A CHECK"]: expected an object with the details of one check, found true.',
    ],
    [
      { auditDetails: { A_CHECK: { checkCompliant: 'yes' } } },
      'auditDetails.A_CHECK.checkCompliant: expected true or false, found the text "yes".',
    ],
    [{ scheduledAuditName: null }, 'scheduledAuditName: expected a string, found null.'],
  ];

  test.each(wrong)('%j', (value, message) => {
    expect(messageOf(value)).toBe(`file.json: ${message}`);
  });

  test.each(['2026-10-02', 'yesterday', 1790906406623, -1, true])('with %j for a time', (taskStartTime) => {
    expect(messageOf({ taskStartTime })).toContain(
      'taskStartTime: expected a time as the AWS CLI prints it (ISO 8601 with offset, or epoch seconds), found',
    );
  });

  const notification = { taskId: 'task-1', taskStatus: 'COMPLETED', totalChecksCount: 2, auditDetails: [] };
  test.each([
    ['as it is', notification],
    ['in the envelope of SNS', { Type: 'Notification', TopicArn: 'arn', Message: JSON.stringify(notification) }],
  ])('when it is the completion notification %s, which the message names', (_, value) => {
    expect(messageOf(value)).toBe(
      'file.json: expected a recording, or one answer of aws iot describe-audit-task, found the notification that ' +
        'Device Defender publishes to SNS when an audit has ended, which holds less than the answer. Record what aws iot ' +
        'describe-audit-task --task-id TASK_ID --output json prints instead.',
    );
  });

  test('when the task id beside the fields of an answer is none', () => {
    expect(messageOf({ taskId: 5, taskStatus: 'COMPLETED' })).toBe(
      'file.json: taskId: expected a task id (1 to 40 letters, digits and hyphens), found the number 5.',
    );
  });

  test('with at most five problems, and the number of the others', () => {
    const steps = Array.from({ length: 7 }, () => ({ atSeconds: 'x', response: {} }));

    expect(messageOf({ steps }).split('\n')).toEqual([
      'file.json: not a recording that can be played:',
      ...[0, 1, 2, 3, 4].map(
        (index) => `  steps[${index}].atSeconds: expected a number of seconds, 0 or more, found the text "x"`,
      ),
      '  and 2 more',
    ]);
  });

  test.each([
    ['', 'file.json: expected a recording as JSON, found an empty file.'],
    ['{"taskStatus": tru}', 'file.json:1:16: not valid JSON: reading stopped at "tru}".'],
    ['{\n  "taskStatus": "X",\n}', 'file.json:3:1: not valid JSON: reading stopped at "}".'],
    ['{"steps": [', 'file.json:1:12: not valid JSON: reading stopped at the end of the file.'],
    ['{"steps": [1 2]}', 'file.json:1:14: not valid JSON: reading stopped at "2]}".'],
    ['{"taskStatus": "A", "taskStatus": "B"}', 'file.json:1:21: the key "taskStatus" is given twice in one object.'],
    [`{"steps": ${'['.repeat(100)}`, 'file.json:1:110: objects and lists nest more than 100 levels deep.'],
  ])('when its text is %j', (text, message) => {
    expect(messageOfText(text)).toBe(message);
  });
});

describe('a recording file', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'recording-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('is read', async () => {
    const file = join(directory, 'good.json');
    await writeFile(file, '{"taskStatus":"COMPLETED"}');

    expect(await readRecording(file)).toMatchObject({ source: file, durationSeconds: 0 });
  });

  test.each([
    ['UTF-8', Buffer.from('{"scheduledAuditName":"Süd"}')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFF{"scheduledAuditName":"Süd"}')],
    [
      'UTF-16 LE, as Windows PowerShell writes it',
      Buffer.from('\uFEFF{\r\n"scheduledAuditName":"Süd"}\r\n', 'utf16le'),
    ],
    ['UTF-16 BE', Buffer.from('\uFEFF{"scheduledAuditName":"Süd"}', 'utf16le').swap16()],
  ])('is read in %s', async (_, bytes) => {
    const file = join(directory, 'encoded.json');
    await writeFile(file, bytes);

    expect(await readRecording(file)).toMatchObject({ auditName: 'Süd' });
  });

  test.each([
    ['Latin-1', Buffer.from('{\n  "scheduledAuditName": "S\xfcd"\n}', 'latin1'), '2:27: the text is not valid UTF-8'],
    [
      'UTF-16 cut in the middle',
      Buffer.from('\uFEFF{"a": 1}', 'utf16le').subarray(0, -1),
      '1:8: the text is not valid UTF-16LE',
    ],
  ])('in %s is refused with the place', async (_, bytes, problem) => {
    const file = join(directory, 'broken.json');
    await writeFile(file, bytes);

    await expect(readRecording(file)).rejects.toMatchObject({
      name: 'RecordingError',
      message: `${file}:${problem} from here on. Save the file as UTF-8, or as UTF-16 with a byte order mark.`,
    });
  });

  test('that is missing, a directory, or cannot be read is refused by name', async () => {
    const missing = join(directory, 'missing.json');
    const named = { name: 'RecordingError' };

    await expect(readRecording(missing)).rejects.toMatchObject({
      ...named,
      message: `${missing}: no such file; give the path of a recording.`,
    });
    await expect(readRecording(directory)).rejects.toMatchObject({
      ...named,
      message: `${directory}: this is a directory; give the path of a recording.`,
    });
    await expect(readRecording('a\0b')).rejects.toMatchObject({
      ...named,
      message: expect.stringContaining('the file cannot be read'),
    });
  });
});
