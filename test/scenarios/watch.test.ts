import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answer, at, ScenarioStack } from './scenario-stack.ts';

let stack: ScenarioStack;

beforeAll(async () => {
  stack = await ScenarioStack.start();
});

afterAll(async () => {
  await stack.close();
});

const quietPoll = ['Check audit', 'What next?', 'Wait'];
const alertingPoll = ['Check audit', 'What next?', 'Send alerts', 'Finished?', 'Wait'];
const alertingLastPoll = ['Check audit', 'What next?', 'Send alerts', 'Finished?', 'Finished'];
const lastPollWithFindings = ['Check audit', 'What next?', 'Read findings', ...alertingLastPoll.slice(2)];

describe('An audit that goes to its end', () => {
  test('is watched without an alert when it is compliant', async () => {
    const { path, alerts, taskStatus, execution } = await stack.run({
      steps: [at(0, answer('IN_PROGRESS')), at(8, answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }))],
    });

    expect(path).toEqual([...quietPoll, ...quietPoll, ...alertingLastPoll]);
    expect(alerts).toEqual([]);
    expect(taskStatus).toBe('COMPLETED');
    expect(execution).toEqual({ status: 'SUCCEEDED', polls: 3 });
  });

  test('alerts at once when a check turns non-compliant midway, and once more at the end', async () => {
    const { path, alerts } = await stack.run({
      steps: [
        at(0, answer('IN_PROGRESS')),
        at(4, answer('IN_PROGRESS', { A: 'ok', B: 'bad' })),
        at(20, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' })),
      ],
    });

    expect(path).toEqual([...quietPoll, ...alertingPoll, ...quietPoll, ...lastPollWithFindings]);
    expect(alerts.map(({ kind, severity, atSeconds }) => [kind, severity, atSeconds])).toEqual([
      ['NON_COMPLIANT_DETECTED', 'CRITICAL', 5],
      ['COMPLETED_WITH_FINDINGS', 'CRITICAL', 22],
    ]);
  });

  test('alerts at once when a check fails', async () => {
    const { alerts } = await stack.run({
      steps: [
        at(0, answer('IN_PROGRESS', { A: 'failed' })),
        at(3, answer('COMPLETED', { A: 'failed', B: 'ok', C: 'ok' })),
      ],
    });

    expect(alerts.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['CHECK_FAILED', 'MEDIUM'],
      ['COMPLETED_WITH_FINDINGS', 'MEDIUM'],
    ]);
  });

  test('gives the closing message alone when all trouble is first seen at the end', async () => {
    const { alerts } = await stack.run({
      steps: [at(0, answer('IN_PROGRESS')), at(3, answer('COMPLETED', { A: 'failed', B: 'bad', C: 'ok' }))],
    });

    expect(alerts.map(({ kind }) => kind)).toEqual(['COMPLETED_WITH_FINDINGS']);
  });

  test('gives a recovery when trouble that was published is gone at the end', async () => {
    const { alerts } = await stack.run({
      steps: [at(0, answer('IN_PROGRESS', { B: 'bad' })), at(3, answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }))],
    });

    expect(alerts.map(({ kind }) => kind)).toEqual(['NON_COMPLIANT_DETECTED', 'RECOVERED']);
  });

  test.each(['CANCELED', 'FAILED'])('alerts when it ends as %s', async (taskStatus) => {
    const { alerts, path } = await stack.run({
      steps: [at(0, answer('IN_PROGRESS')), at(4, answer(taskStatus, { A: 'ok', B: 'canceled', C: 'canceled' }))],
    });

    expect(path).toEqual([...quietPoll, ...alertingLastPoll]);
    expect(alerts.map(({ kind, severity, machine }) => [kind, severity, machine.taskStatus])).toEqual([
      ['AUDIT_NOT_COMPLETED', 'HIGH', taskStatus],
    ]);
  });

  test('is closed with one poll when it was over before the event came', async () => {
    const { path, snapshots } = await stack.run({ steps: [at(0, answer('COMPLETED', { A: 'ok', B: 'ok', C: 'ok' }))] });

    expect(path).toEqual(alertingLastPoll);
    expect(snapshots).toHaveLength(1);
  });
});

describe('An answer that leaves things out', () => {
  test('is counted from the details when the statistics are missing', async () => {
    const { taskStatistics: _none, ...running } = answer('IN_PROGRESS', { B: 'bad' });
    const { taskStatistics: _gone, ...completed } = answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' });

    const { alerts, snapshots } = await stack.run({ steps: [at(0, running), at(3, completed)] });

    expect(alerts.map(({ kind }) => kind)).toEqual(['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS']);
    expect(snapshots[0]).not.toHaveProperty('taskStatistics.totalChecks');
  });

  test('is polled again when it is COMPLETED without a result, and the result is taken when it comes', async () => {
    const { alerts, execution } = await stack.run({
      steps: [at(0, { taskStatus: 'COMPLETED' }), at(4, answer('COMPLETED', { A: 'bad', B: 'ok', C: 'ok' }))],
    });

    expect(alerts.map(({ kind }) => kind)).toEqual(['COMPLETED_WITH_FINDINGS']);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('is never taken for a clean audit: a COMPLETED without a result for minutes is reported as incomplete', async () => {
    const { alerts, execution, snapshots } = await stack.run({ steps: [at(0, { taskStatus: 'COMPLETED' })] });

    expect(alerts.map(({ kind, severity, atSeconds }) => [kind, severity, atSeconds])).toEqual([
      ['COMPLETED_INCOMPLETE', 'MEDIUM', 225],
    ]);
    expect(snapshots).toHaveLength(5);
    expect(execution.status).toBe('SUCCEEDED');
  });

  test('under an unknown status is not the end: trouble is published, and the watch goes on', async () => {
    const { alerts, taskStatus } = await stack.run({
      steps: [at(0, answer('PAUSED', { B: 'bad' })), at(600, answer('COMPLETED', { A: 'ok', B: 'bad', C: 'ok' }))],
    });

    expect(alerts.map(({ kind }) => kind)).toEqual(['NON_COMPLIANT_DETECTED', 'COMPLETED_WITH_FINDINGS']);
    expect(taskStatus).toBe('COMPLETED');
  });
});

describe('An audit that never ends', () => {
  test('is given up at the watch limit, with a message and a failed execution', async () => {
    const { alerts, execution, snapshots, transitions } = await stack.run({
      steps: [at(0, answer('IN_PROGRESS', { A: 'ok' }))],
    });

    expect(alerts.map(({ kind, atSeconds }) => [kind, atSeconds])).toEqual([['WATCHER_GAVE_UP', 24 * 3600]]);
    expect(alerts[0]?.machine.gaveUp).toMatchObject({ reason: 'MAX_WATCH_TIME', watchLimitHours: 24 });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'WatchLimitReachedError' });
    expect(snapshots.length).toBeLessThan(620);
    expect(transitions).toBeLessThan(1900);
  });
});
