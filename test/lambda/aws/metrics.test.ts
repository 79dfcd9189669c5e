import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { AuditReading, CheckCounts } from '../../../lambda/audit/answer/reading.ts';
import {
  countAlert,
  countAlertDelay,
  countEnded,
  countPollNumber,
  countSweep,
  countThrottling,
  countUncertainAlert,
  countUnreadableItem,
} from '../../../lambda/aws/metrics.ts';

const environment = { ...process.env };
let printed: string[] = [];

beforeEach(() => {
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'a-function';
  printed = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockReturnValue(true); // no namespace: the stack gives it
  jest.spyOn(console, 'log').mockImplementation((text: unknown) => printed.push(String(text)));
});

afterEach(() => {
  process.env = { ...environment };
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** What was written, without the envelope. */
function written(): Record<string, unknown>[] {
  return printed.map((line) => JSON.parse(line)).map(({ _aws, service, ...values }) => values);
}

test('An alert that is uncertain is counted by function', () => {
  countUncertainAlert();

  expect(written()).toEqual([{ function: 'a-function', UncertainAlerts: 1 }]);
});

describe('The end of an audit', () => {
  const ended = (phase: AuditReading['phase'], counts: CheckCounts = {}, checks: AuditReading['checks'] = []) =>
    countEnded({ phase, counts, checks });

  test.each([
    ['COMPLETED', { total: 3, compliant: 3, nonCompliant: 0, failed: 0 }, 'COMPLIANT'],
    ['COMPLETED', {}, 'INCOMPLETE'],
    ['COMPLETED', { total: 0, compliant: 0, nonCompliant: 0, failed: 0 }, 'INCOMPLETE'],
    ['COMPLETED', { total: 3, compliant: 2, nonCompliant: 0, failed: 0, canceled: 1 }, 'INCOMPLETE'],
    ['COMPLETED', { nonCompliant: 2, failed: 0 }, 'WITH_FINDINGS'],
    ['COMPLETED', { nonCompliant: 0, failed: 1 }, 'WITH_FINDINGS'],
    ['FAILED', {}, 'FAILED'],
    ['CANCELED', {}, 'CANCELED'],
  ] as const)('%s with %j is counted as %s', (phase, counts, outcome) => {
    ended(phase, counts);

    expect(written()).toEqual([{ outcome, AuditsEnded: 1 }]);
  });

  test('is INCOMPLETE when the details of a check give no result, whatever the counts say', () => {
    const checks = [{ name: 'LOGGING_DISABLED_CHECK', outcome: 'CANCELED', details: {} }] as const;

    ended('COMPLETED', { total: 1, compliant: 1, nonCompliant: 0, failed: 0 }, checks);

    expect(written()).toEqual([{ outcome: 'INCOMPLETE', AuditsEnded: 1 }]);
  });

  test.each(['RUNNING', 'UNKNOWN'] as const)('is not counted while it is %s', (phase) => {
    ended(phase);

    expect(written()).toEqual([]);
  });

  test('that nobody saw is counted when its alert is published', () => {
    countAlert('Nightly', 'WATCHER_GAVE_UP');

    expect(written()).toEqual([
      { auditName: 'Nightly', kind: 'WATCHER_GAVE_UP', Alerts: 1 },
      { outcome: 'GAVE_UP', AuditsEnded: 1 },
    ]);
  });
});

describe('The metrics of a function', () => {
  test('are the number of a poll and the seconds from a poll to its alert', () => {
    jest.useFakeTimers({ now: Date.parse('2026-10-02T02:00:12.500Z') });

    countPollNumber(7);
    countAlertDelay('2026-10-02T02:00:00.000Z');

    expect(written()).toEqual([
      { function: 'a-function', Poll: 7 },
      { function: 'a-function', AlertDelay: 12.5 },
    ]);
  });

  test('count an item that could not be read', () => {
    countUnreadableItem();

    expect(written()).toEqual([{ function: 'a-function', UnreadableItems: 1 }]);
  });

  test('count an error that is throttling, and no other', () => {
    countThrottling(Object.assign(new Error(), { name: 'ThrottledError' }));
    countThrottling(Object.assign(new Error(), { name: 'DeniedError' }));
    countThrottling('ThrottledError');

    expect(written()).toEqual([{ function: 'a-function', ThrottledCalls: 1 }]);
  });

  test('count what a sweep found, and nothing when it found nothing', () => {
    countSweep({ found: 2, takenOver: 0, missedRuns: 1, openWatches: 3, oldestPending: 4000, oldestUnwatched: 5000 });
    countSweep({ found: 0, takenOver: 0, missedRuns: 0, openWatches: 0, oldestPending: 0, oldestUnwatched: 0 });

    expect(written()).toEqual([
      {
        function: 'a-function',
        AuditsFound: 2,
        RunsMissed: 1,
        OpenWatches: 3,
        OldestPendingAlert: 4000,
        OldestUnwatched: 5000,
      },
    ]);
  });
});
