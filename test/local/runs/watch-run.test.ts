import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parseRecording, type Recording } from '../../../local/recordings/recording.ts';
import type { AuditReport } from '../../../local/runs/audit-report.ts';
import { startEvent, type WatchListener, watchRecordings } from '../../../local/runs/watch-run.ts';
import { alertKey } from '../../builders.ts';
import { answer, at } from '../../scenarios/scenario-stack.ts';
import { copyAssembly, readTestAssembly } from '../assembly/assembly-copy.ts';

const STARTS_AT = Date.parse('2026-10-02T02:00:00.000Z');
const running = answer('IN_PROGRESS');
const trouble = answer('IN_PROGRESS', { A: 'ok', B: 'bad' });
const done = answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' });
const clean = answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' });
const SCHEDULED = { taskType: 'SCHEDULED_AUDIT_TASK', scheduledAuditName: 'Nightly' };

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

function record(taskId: string, ...steps: readonly Readonly<Record<string, unknown>>[]): Recording {
  return parseRecording(JSON.stringify({ taskId, steps }), 'test');
}

/** Every call of a listener, in order, as short texts. */
function listen() {
  const seen: string[] = [];
  const listener: WatchListener = {
    onReady: (now) => seen.push(`ready at ${now() - STARTS_AT}`),
    onStart: ({ taskId }, event) => seen.push(`${taskId} starts by ${event}`),
    onPoll: ({ taskId, poll, taskStatus }, moment) =>
      seen.push(`${taskId} ${poll} ${taskStatus} ${moment - STARTS_AT}`),
    onFailure: (taskId, state, error) => seen.push(`${taskId} ${state}: ${error}`),
    onAlert: ({ kind, atSeconds }) => seen.push(`${kind} after ${atSeconds}`),
    onEnd: (taskId, { status }) => seen.push(`${taskId} ${status}`),
    onProblem: (message) => seen.push(`problem: ${message}`),
  };
  return { listener, seen };
}

async function run(recordings: readonly Recording[], listener?: WatchListener, dataDirectory?: string) {
  const assembly = await readTestAssembly();
  const options = { assembly, speed: Number.POSITIVE_INFINITY, startsAt: STARTS_AT, dataDirectory };
  return watchRecordings(recordings, options, listener);
}

describe('A recording', () => {
  test('of an on-demand audit is watched from the record of CloudTrail to its end, and reported as it happens', async () => {
    const { listener, seen } = listen();

    await run([record('a1', at(0, running), at(4, trouble), at(20, done))], listener);

    expect(seen).toEqual([
      'ready at 0',
      'a1 starts by AWS API Call via CloudTrail',
      'a1 1 IN_PROGRESS 0',
      'a1 2 IN_PROGRESS 5000',
      'NON_COMPLIANT_DETECTED after 5',
      'a1 3 IN_PROGRESS 12000',
      'a1 4 COMPLETED 22000',
      'COMPLETED_WITH_FINDINGS after 22',
      'a1 SUCCEEDED',
    ]);
  });

  test('gives a report of all that was stored, sent and used', async () => {
    const [report] = await run([record('a1', at(0, { ...trouble, ...SCHEDULED }), at(3, { ...done, ...SCHEDULED }))]);

    expect(report).toMatchObject({
      taskId: 'a1',
      auditName: 'Nightly',
      taskStatus: 'COMPLETED',
      execution: { status: 'SUCCEEDED', polls: 2 },
      snapshots: [
        {
          poll: 1,
          capturedAt: '2026-10-02T02:00:00.000Z',
          taskStatus: 'IN_PROGRESS',
          taskStatistics: { totalChecks: 3 },
        },
        {
          poll: 2,
          capturedAt: '2026-10-02T02:00:05.000Z',
          taskStatus: 'COMPLETED',
          taskStatistics: { totalChecks: 3 },
        },
      ],
      alerts: [
        {
          kind: 'NON_COMPLIANT_DETECTED',
          severity: 'CRITICAL',
          key: alertKey('a1', 'NON_COMPLIANT_DETECTED'),
          atSeconds: 0,
        },
        { kind: 'COMPLETED_WITH_FINDINGS', severity: 'CRITICAL', key: alertKey('a1', 'TERMINAL'), atSeconds: 5 },
      ],
      calls: { DescribeAuditTask: 2, PutItem: 4, Publish: 2 },
      transitions: 11,
    });
    expect(report?.calls).not.toHaveProperty('Query');
  });

  test('that Device Defender never answers for ends as a failed watch without snapshots', async () => {
    const missing = { name: 'ResourceNotFoundException', statusCode: 404 };

    const [report] = await run([record('a1', at(0, clean), { atSeconds: 0, error: missing })]);

    expect(report).toMatchObject({
      execution: { status: 'FAILED', error: 'NotFoundError', polls: 0 },
      snapshots: [],
      alerts: [{ kind: 'WATCHER_GAVE_UP' }],
    });
    expect(report?.taskStatus).toBeUndefined();
  });

  test('runs without anybody listening', async () => {
    const reports = await run([record('a1', at(0, answer('PAUSED', { B: 'bad' })), at(3, clean))]);

    expect(reports.map(({ execution }) => execution.status)).toEqual(['SUCCEEDED']);
  });
});

describe('Three recordings played together', () => {
  const { listener, seen } = listen();
  let reports: readonly AuditReport[] = [];
  beforeAll(async () => {
    const refused = { name: 'ThrottlingException', statusCode: 400 };
    reports = await run(
      [
        record('scheduled', at(0, { ...clean, ...SCHEDULED })),
        record('refused', at(0, running), { atSeconds: 2, untilSeconds: 20, error: refused }, at(20, clean)),
        record('paused', at(0, answer('PAUSED')), at(3, clean)),
      ],
      listener,
    );
  });

  test('have the scheduled audit watched from our own event', () => {
    expect(seen).toContain('scheduled starts by Device Defender Audit Started');
  });

  test('report the one that is refused for a while as failures of the state that polls', () => {
    expect(seen).toContain('refused Check audit: ThrottledError');
    expect(reports[1]?.execution.status).toBe('SUCCEEDED');
  });

  test('report only the one under a status that nobody knows as a problem', () => {
    expect(seen.filter((line) => line.startsWith('problem'))).toEqual([
      'problem: WARN: Unknown task status: watching on until the watch limit',
    ]);
  });
});

describe('Two recordings', () => {
  test('are watched side by side, each from its own start, and reported in the order given', async () => {
    const { listener, seen } = listen();

    const reports = await run(
      [record('slow', at(0, running), at(60, clean)), record('fast', at(0, trouble), at(4, done))],
      listener,
    );

    // They have the same checks, so the one that ends last and clean ends the trouble of the other.
    expect(reports.map(({ taskId, alerts }) => [taskId, alerts.map(({ kind }) => kind)])).toEqual([
      ['slow', ['RECOVERED']],
      ['fast', ['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS']],
    ]);
    expect(seen.filter((line) => line.endsWith('SUCCEEDED'))).toEqual(['fast SUCCEEDED', 'slow SUCCEEDED']);
    expect(reports.every(({ snapshots, execution }) => snapshots.length === execution.polls)).toBe(true);
  });

  test('of one task id are two audits: the second gets a new id', async () => {
    const same = record('a1', at(0, clean));

    const [first, second] = await run([same, same]);

    expect(first?.taskId).toBe('a1');
    expect(second?.taskId).toMatch(/^[\da-f]{32}$/);
    expect([first, second].map((report) => report?.snapshots.length)).toEqual([1, 1]);
  });
});

describe('A recording played again', () => {
  test('is a new audit under a new id when the table holds its own', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'watch-run-'));
    directories.push(directory);
    const recording = record('a1', at(0, clean));
    const renamed: (string | undefined)[] = [];
    const listener: WatchListener = { onStart: ({ renamedFrom }) => renamed.push(renamedFrom) };

    const [first] = await run([recording], listener, directory);
    const [second] = await run([recording], listener, directory);

    expect(renamed).toEqual([undefined, 'a1']);
    expect(second?.taskId).not.toBe(first?.taskId);
    expect(second?.execution).toEqual({ status: 'SUCCEEDED', polls: 1 });
  });
});

describe('The start event', () => {
  test('is not taken when the pattern of the rule in the template is changed', async () => {
    const assembly = await copyAssembly((template) => template.replace('"StartOnDemandAuditTask"', '"StopAudit"'));
    directories.push(assembly.directory);

    const watching = watchRecordings([record('a1', at(0, clean))], { assembly, speed: 1, startsAt: STARTS_AT });

    await expect(watching).rejects.toMatchObject({
      name: 'EventNotTakenError',
      message: expect.stringContaining(
        'No rule of the stack takes the event "AWS API Call via CloudTrail" from aws.iot.',
      ),
    });
  });

  test('of an on-demand audit is as CloudTrail records the call', () => {
    const recording = record('a1', at(0, clean));

    const event = startEvent({ taskId: 'b2', recording, startedAt: STARTS_AT }, new Date(STARTS_AT));

    expect(event).toMatchObject({
      source: 'aws.iot',
      time: '2026-10-02T02:00:00.000Z',
      detail: { eventName: 'StartOnDemandAuditTask', responseElements: { taskId: 'b2' } },
    });
  });
});
