import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { answerAt } from '../../../local/recordings/playback.ts';
import { type Recording, readRecording } from '../../../local/recordings/recording.ts';

const DIRECTORY = join(import.meta.dirname, '../../../recordings');
const COUNTED_BY = {
  inProgressChecks: 'IN_PROGRESS',
  waitingForDataCollectionChecks: 'WAITING_FOR_DATA_COLLECTION',
  compliantChecks: 'COMPLETED_COMPLIANT',
  nonCompliantChecks: 'COMPLETED_NON_COMPLIANT',
  failedChecks: 'FAILED',
  canceledChecks: 'CANCELED',
};

const files = (await readdir(DIRECTORY, { recursive: true })).filter((file) => file.endsWith('.json'));

function responsesOf(recording: Recording) {
  return recording.steps.flatMap((step) => ('response' in step ? [step.response] : []));
}

describe.each(files)('recordings/%s', (file) => {
  test('has statistics that agree with its details', async () => {
    for (const { taskStatistics, auditDetails = {} } of responsesOf(await readRecording(join(DIRECTORY, file)))) {
      const statuses = Object.values(auditDetails).map(({ checkRunStatus }) => checkRunStatus);
      const counted = Object.entries(COUNTED_BY).map(
        ([count, status]) => [count, statuses.filter((other) => other === status).length] as const,
      );

      expect(taskStatistics).toEqual({ totalChecks: statuses.length, ...Object.fromEntries(counted) });
    }
  });

  test('never takes back the result of a check', async () => {
    const responses = responsesOf(await readRecording(join(DIRECTORY, file)));
    const unfinished = ['IN_PROGRESS', 'WAITING_FOR_DATA_COLLECTION'];

    for (const [index, { auditDetails = {} }] of responses.entries()) {
      for (const [name, details] of Object.entries(auditDetails)) {
        if (unfinished.includes(details.checkRunStatus ?? '')) continue;
        for (const later of responses.slice(index)) expect(later.auditDetails?.[name]).toEqual(details);
      }
    }
  });
});

describe('recordings/sample.json', () => {
  test('reports trouble midway, a throttled spell, a failed check, and the end, within half a minute', async () => {
    const sample = await readRecording(join(DIRECTORY, 'sample.json'));
    const story = [0, 3, 8.4, 8.5, 16.9, 17, 22, 23.9, 24].map((seconds) => {
      const answer = answerAt(sample, seconds, 0);
      if (answer.type === 'error') return [seconds, answer.name];
      const { nonCompliantChecks, failedChecks } = answer.response.taskStatistics ?? {};
      return [seconds, answer.response.taskStatus, nonCompliantChecks, failedChecks];
    });

    expect(sample).toMatchObject({ auditName: 'NightlyFleetAudit', durationSeconds: 24 });
    expect(story).toEqual([
      [0, 'IN_PROGRESS', 0, 0],
      [3, 'ThrottlingException'],
      [8.4, 'ThrottlingException'],
      [8.5, 'IN_PROGRESS', 1, 0],
      [16.9, 'IN_PROGRESS', 1, 0],
      [17, 'IN_PROGRESS', 1, 1],
      [22, 'IN_PROGRESS', 2, 1],
      [23.9, 'IN_PROGRESS', 2, 1],
      [24, 'COMPLETED', 2, 1],
    ]);
  });
});
