import { describe, expect, test } from '@jest/globals';
import { type AuditProgress, clockText, pollLine, progressLines } from '../../../cli/play/progress.ts';
import { buildPoll } from './reports.ts';

const STARTED_AT = Date.parse('2026-10-02T02:00:00.000Z');

function build(overrides: Partial<AuditProgress> = {}): AuditProgress {
  return {
    name: 'Nightly',
    startedAt: STARTED_AT,
    alerts: 1,
    poll: buildPoll(),
    polledAt: STARTED_AT + 10_000,
    ...overrides,
  };
}

const at = (seconds: number) => STARTED_AT + seconds * 1000;

describe('The live lines of an audit', () => {
  test('show how far it is, what was found, and when the next poll is due', () => {
    expect(progressLines(build(), at(12))).toEqual([
      '00:12  Nightly  IN_PROGRESS  ██████████████░░░░░░░░░░░░░░ 7/14',
      '       7 of 14 checks finished: 5 compliant, 1 non-compliant, 1 failed, 6 running, 1 waiting for data',
      '       poll 3  1 alert sent  next poll in 3 s',
    ]);
  });

  test('are one line before the first poll', () => {
    expect(progressLines(build({ poll: undefined }), at(0))).toEqual(['00:00  Nightly  starting']);
  });

  test('show how it ended before a poll succeeded', () => {
    const progress = build({ poll: undefined, ended: { error: 'ResourceNotFoundException', at: at(70) } });

    expect(progressLines(progress, at(90))).toEqual(['01:10  Nightly  ResourceNotFoundException']);
  });

  test('show the error that is waited out', () => {
    const [, , last] = progressLines(build({ alerts: 2, retrying: 'ThrottlingException' }), at(12));

    expect(last).toBe('       poll 3  2 alerts sent  ThrottlingException, trying again');
  });

  test('never count below zero', () => {
    const [, , last] = progressLines(build(), at(60));

    expect(last).toBe('       poll 3  1 alert sent  next poll in 0 s');
  });

  test('name the checks in trouble, in their colours', () => {
    const trouble = [
      { title: 'Policies', severity: 'CRITICAL', outcome: 'NON_COMPLIANT' },
      { title: 'Logging', severity: 'LOW', outcome: 'FAILED' },
    ] as const;

    const lines = progressLines(build({ trouble }), at(12), (style, text) => `<${String(style)}>${text}`);

    expect(lines[2]).toBe('       <red>non-compliant: Policies; <yellow>failed: Logging');
  });

  test('show no next poll once it ended, and a clock that stands still', () => {
    const poll = buildPoll({ taskStatus: 'COMPLETED' });
    const lines = progressLines(build({ poll, ended: { at: at(24) }, alerts: 0 }), at(99));

    expect(lines[0]).toMatch(/^00:24 {2}Nightly {2}COMPLETED {2}█/);
    expect(lines[2]).toBe('       poll 3  0 alerts sent');
  });

  test.each([
    ['no counts', {}],
    ['no total', { compliant: 3 }],
    ['no checks', { total: 0, compliant: 0 }],
  ])('draw no bar with %s', (_, counts) => {
    const [head] = progressLines(build({ poll: buildPoll({ counts }) }), at(12));

    expect(head).toBe('00:12  Nightly  IN_PROGRESS  ');
  });

  test('draw a full bar, and no more, when more checks have finished than there are', () => {
    const [head] = progressLines(build({ poll: buildPoll({ counts: { total: 2, compliant: 3 } }) }), at(12));

    expect(head).toBe(`00:12  Nightly  IN_PROGRESS  ${'█'.repeat(28)} 3/2`);
  });
});

describe('The plain line of a poll', () => {
  test('shows what was seen and when the next poll is', () => {
    expect(pollLine(build(), buildPoll(), at(10))).toBe(
      '00:10  Nightly  poll 3  IN_PROGRESS  7 of 14 checks finished: 5 compliant, 1 non-compliant, 1 failed, 6 running, ' +
        '1 waiting for data; next poll in 5 s',
    );
  });

  test('says that it was the last', () => {
    const poll = buildPoll({ taskStatus: 'COMPLETED', counts: { total: 1, compliant: 1 }, waitSeconds: 0 });

    expect(pollLine(build(), poll, at(24))).toBe(
      '00:24  Nightly  poll 3  COMPLETED  1 of 1 checks finished: 1 compliant; last poll',
    );
  });

  test.each([
    ['nothing is known', {}, 'checks unknown'],
    ['the total is not known', { compliant: 0, nonCompliant: 2 }, '2 of ? checks finished: 2 non-compliant'],
    ['nothing has finished', { total: 3, compliant: 0, canceled: 0 }, '0 of 3 checks finished'],
    [
      'checks were canceled',
      { total: 3, compliant: 1, canceled: 2 },
      '1 of 3 checks finished: 1 compliant, 2 canceled',
    ],
  ])('says so when %s', (_, counts, expected) => {
    const line = pollLine(build(), buildPoll({ taskStatus: undefined, counts }), at(0));

    expect(line).toBe(`00:00  Nightly  poll 3  no status  ${expected}; next poll in 5 s`);
  });
});

test.each([
  [0, '00:00'],
  [-3, '00:00'],
  [59.9, '00:59'],
  [61, '01:01'],
  [3_599, '59:59'],
  [3_600, '01:00:00'],
  [90_061, '25:01:01'],
])('%d seconds read %s', (seconds, expected) => {
  expect(clockText(seconds)).toBe(expected);
});
