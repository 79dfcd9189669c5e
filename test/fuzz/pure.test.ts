import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertInput } from '../../lambda/audit/alert/alert-input.ts';
import { composeDigest } from '../../lambda/audit/alert/digest/message.ts';
import { composeAlert, composeMissedRun } from '../../lambda/audit/alert/message.ts';
import { identityOf, readFinding } from '../../lambda/audit/answer/finding.ts';
import { auditNameOf, readAudit } from '../../lambda/audit/answer/reading.ts';
import { marksOf } from '../../lambda/audit/ledger/check-mark.ts';
import { moveLedger } from '../../lambda/audit/ledger/comparison.ts';
import type { CheckEntry } from '../../lambda/audit/ledger/entry.ts';
import { compareFindings } from '../../lambda/audit/ledger/finding-changes.ts';
import { judgeRecord, updateRecords } from '../../lambda/audit/sweep/schedule-records.ts';
import { planSweep } from '../../lambda/audit/sweep/sweep.ts';
import { ALERT_SLOTS } from '../../lambda/audit/watch/alert-kinds.ts';
import { alertsDue } from '../../lambda/audit/watch/alerts-due.ts';
import { toAuditAnswer, toFindings, toSchedules } from '../../lambda/aws/iot-answers.ts';
import { ALERT_KIND } from '../../lambda/contract.ts';
import { InvalidInputError } from '../../lambda/errors.ts';
import { parseFunctionInput } from '../../lambda/function-input.ts';
import { parseAlertWords } from '../../lambda/slack/alert-words.ts';
import { slackMessage } from '../../lambda/slack/block-kit.ts';
import { MalformedAlertError } from '../../lambda/slack/slack-errors.ts';
import { readConfiguration } from '../../lib/configuration/configuration.ts';
import { ConfigurationError } from '../../lib/configuration/problem.ts';
import { targetInput } from '../../local/compute/target-input.ts';
import { PLACE } from '../../local/place.ts';
import { answerAt } from '../../local/recordings/playback.ts';
import { parseRecording, RecordingError } from '../../local/recordings/recording.ts';
import { expectAlertWithinLimits } from '../alert-limits.ts';
import { buildReadFindings } from '../builders.ts';
import { expectSlackMessageWithinLimits, expectSlackTakes } from '../lambda/slack/slack-limits.ts';
import { inheritedKeys } from './function-world.ts';
import {
  auditAnswer,
  configurationContext,
  EXECUTION,
  findingsPage,
  functionPayload,
  hostileText,
  machineAlert,
  mutated,
  onTheWire,
  received,
  recording,
  runs,
  schedulesPage,
  startEvent,
} from './models.ts';

const keysBefore = inheritedKeys();
afterAll(() => {
  expect(inheritedKeys()).toEqual(keysBefore);
});

/** What it gives, or the error if it is of a class that it may throw. */
function totalFor<T>(classes: readonly (abstract new (...args: never[]) => Error)[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (classes.some((known) => error instanceof known)) return undefined;
    throw error;
  }
}

const KINDS = Object.values(ALERT_KIND).filter((kind) => kind !== 'AUDIT_OVERDUE' && kind !== 'DIGEST');
/** As the SDK gives it: a time is a Date, if it was a time. */
const poll = mutated(auditAnswer).map((given) => toAuditAnswer(withDate(received(given))));
const found = mutated(findingsPage).map((page) => toFindings(received(page)).map(readFinding));

/** What is known after a move. */
function mergedEntries(before: readonly CheckEntry[], moved: readonly CheckEntry[]): CheckEntry[] {
  const isMoved = ({ checkName, auditName }: CheckEntry) =>
    moved.some((entry) => entry.checkName === checkName && entry.auditName === auditName);
  return [...before.filter((entry) => !isMoved(entry)), ...moved];
}

const moment = fc.date({ noInvalidDate: false });
const iso = fc.oneof(
  fc
    .date({ min: new Date('2026-06-01'), max: new Date('2026-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  hostileText,
);

function withDate(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('taskStartTime' in given)) return given;
  const { taskStartTime: seconds } = given;
  return { ...given, taskStartTime: typeof seconds === 'number' ? new Date(seconds * 1000) : seconds };
}

describe('Any answer of AWS IoT', () => {
  test('is read, compared and written within every limit', () => {
    const input = fc.record({
      now: poll,
      before: poll,
      found,
      kind: fc.constantFrom(...KINDS),
      slot: fc.constantFrom(...ALERT_SLOTS),
      text: hostileText,
    });
    fc.assert(
      fc.property(input, ({ now, before, found: list, kind, slot, text }) => {
        const [reading, earlier] = [readAudit(now), readAudit(before)];
        for (const { slot: due } of alertsDue(reading, {}, true)) expect(ALERT_SLOTS).toContain(due);
        const known = new Map(list.map((finding) => [identityOf(finding), { since: text, suppressed: false }]));
        const changes = compareFindings(known, new Map([...known].slice(1)));
        const audit = { taskId: 'b-1', auditName: text, startedAt: text };
        const { entries } = moveLedger(earlier, audit, { entries: [] });
        const { comparison, entries: moved } = moveLedger(
          reading,
          { taskId: 'a-1', auditName: auditNameOf(now), startedAt: '2026-10-02T02:00:04.000Z' },
          {
            entries,
            previousChecks: earlier.checks.map(({ name }) => name),
            findings: new Map(reading.checks.map(({ name }) => [name, changes])),
          },
        );
        const snapshot = { taskId: 'a-1', poll: 1, capturedAt: '2026-10-02T02:00:04.000Z', answer: now };
        const alert: AlertInput = {
          kind,
          slot,
          taskId: 'a-1',
          accountId: '123456789012',
          region: 'eu-west-1',
          snapshot,
          findings: buildReadFindings(list),
          comparison,
        };

        const message = composeAlert(alert);

        const [day, end] = ['2026-10-01T06:00:00.000Z', '2026-10-02T06:00:00.000Z'];
        const digest = composeDigest({
          accountId: '123456789012',
          region: 'eu-west-1',
          cadence: 'daily',
          periodEnd: end,
          from: day,
          to: end,
          watchingSince: text,
          marks: marksOf(entries, []),
          entries: mergedEntries(entries, moved),
          audits: {
            ended: { [text]: 2 },
            running: 1,
            givenUp: [{ taskId: 'a-1', auditName: text, gaveUpAt: end, errorName: text, hasEnded: false }],
          },
          missedRuns: [{ auditName: text, days: ['2026-10-01'] }],
          suppressions: {
            status: 'READ',
            suppressions: [{ checkName: text, resource: text, endsAt: '2026-10-03T00:00:00.000Z' }],
          },
        });

        for (const written of [message, digest]) {
          expectAlertWithinLimits(written);
          expectSlackMessageWithinLimits(slackMessage(parseAlertWords(written.machine)));
        }
      }),
      runs(150),
    );
  });

  test('about schedules becomes records that can be judged, and an alert within every limit', () => {
    const run = fc.record({ taskId: hostileText, startedAt: iso });
    fc.assert(
      fc.property(mutated(schedulesPage), fc.option(run, { nil: undefined }), (page, last) => {
        const now = new Date('2026-11-22T12:00:00.000Z');
        const records = updateRecords({}, toSchedules(received(page)), now);
        for (const [name, record] of Object.entries(records)) {
          const known = {
            ...record,
            knownSince: '2026-06-01T00:00:00.000Z',
            runsCountFrom: '2026-06-01T00:00:00.000Z',
          };
          const { missed, frequency, dayOfWeek, dayOfMonth } = judgeRecord(known, last, now);
          if (missed === undefined) continue;
          const schedule = { name, frequency, dayOfWeek, dayOfMonth };
          const { status: _, ...facts } = missed;
          const message = composeMissedRun({ schedule, ...facts, accountId: '123456789012', region: 'eu-west-1' });
          expectAlertWithinLimits(message);
          expectSlackMessageWithinLimits(slackMessage(parseAlertWords(message.machine)));
        }
      }),
      runs(150),
    );
  });
});

test('Any start event, and any payload, is a task id that can be asked for, or InvalidInputError', () => {
  const paths = fc.constantFrom('$.detail', '$.detail.responseElements');
  const event = fc.tuple(startEvent, paths).map(([given, path]): unknown => ({
    input: { ...PLACE, detail: targetInput({ InputPath: path }, received(given)) },
    execution: EXECUTION,
  }));
  fc.assert(
    fc.property(fc.oneof(event, functionPayload.map(received)), (payload) => {
      const parsed = totalFor([InvalidInputError], () => parseFunctionInput(payload, PLACE));

      if (parsed !== undefined) expect(parsed.input.taskId).toMatch(/^[a-zA-Z0-9-]{1,40}$/);
    }),
    runs(500),
  );
});

test('Any message is an alert that Slack takes, or is refused by name', () => {
  const texts = fc.oneof(mutated(machineAlert).map(onTheWire), hostileText);
  fc.assert(
    fc.property(texts, (text) => {
      const alert = totalFor([MalformedAlertError], () => parseAlertWords(text));

      if (alert !== undefined) expectSlackTakes(slackMessage(alert));
    }),
    runs(300),
  );
});

test('Any file is a recording with an answer at every time, or RecordingError', () => {
  fc.assert(
    fc.property(recording.map(onTheWire), fc.nat(300), (text, seconds) => {
      const played = totalFor([RecordingError], () => parseRecording(text, 'file.json'));

      if (played !== undefined) expect(['response', 'error']).toContain(answerAt(played, seconds, 0).type);
    }),
    runs(500),
  );
});

test('Any context is a configuration, or ConfigurationError without the URL of a webhook', () => {
  fc.assert(
    fc.property(configurationContext, (given) => {
      const context = received(given);
      if (typeof context !== 'object' || context === null || Array.isArray(context)) return;
      try {
        readConfiguration(context as Record<string, unknown>);
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        expect(error.message).not.toContain('/T/B/SECRET');
      }
    }),
    runs(300),
  );
});

test('A sweep has windows that AWS takes, whatever the one before left behind', () => {
  const state = fc.record(
    { firstSweepAt: iso, lastSweepAt: iso, coveredUntil: iso, historyUntil: iso },
    { requiredKeys: [] },
  );
  const now = moment.filter(
    (at) => at.getTime() >= Date.parse('2020-01-01') && at.getTime() < Date.parse('9999-01-01'),
  );
  fc.assert(
    fc.property(state, now, (left, at) => {
      const { recent, running, history, reached } = planSweep(left, at);
      const { historyListed: _, ...moments } = reached;

      for (const window of [...recent, running, history]) {
        if (window !== undefined) expect(window.from.getTime()).toBeLessThanOrEqual(window.to.getTime());
      }
      for (const moment of Object.values(moments)) expect(moment).toBe(new Date(moment).toISOString());
    }),
    runs(300),
  );
});
