import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerAt } from '../../../local/recordings/playback.ts';
import { parseRecording, type Recording, RecordingError } from '../../../local/recordings/recording.ts';
import { findJsonFlaw } from '../../../local/recordings/recording-json.ts';

const KEYS = [
  ...['taskId', 'steps', 'findings', 'atSeconds', 'untilSeconds', 'response', 'error', 'name', 'statusCode'],
  ...['taskStatus', 'taskStartTime', 'taskStatistics', 'totalChecks', 'auditDetails', 'A_CHECK', '__proto__'],
];

/** JSON of the keys that matter, at any depth and with any values. */
const familiar = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, 0, 1, -1, 400, 'COMPLETED', '2026-10-02T02:00:04Z', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Steps that are nearly right, so that many of them are. */
const spell = fc.record(
  {
    atSeconds: fc.nat(20),
    untilSeconds: fc.nat(40),
    error: fc.record({ name: fc.constant('ThrottlingException'), statusCode: fc.integer({ min: 400, max: 599 }) }),
  },
  { requiredKeys: ['atSeconds', 'error'] },
);
const moment = fc.record({ atSeconds: fc.nat(20), response: fc.record({ taskStatus: fc.string() }) });
const nearlyRight = fc.record({ steps: fc.array(fc.oneof(spell, moment), { minLength: 1, maxLength: 6 }) });

function parsed(text: string): Recording | undefined {
  try {
    return parseRecording(text, 'file.json');
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    expect(error.message).toMatch(/^file\.json:/);
    return undefined;
  }
}

test('any JSON is a recording with an answer at every time, or refused with a RecordingError', () => {
  const texts = fc.oneof(
    nearlyRight.map((value) => JSON.stringify(value)),
    familiar.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  );

  fc.assert(
    fc.property(texts, fc.double({ noNaN: true }), (text, seconds) => {
      const recording = parsed(text);
      if (recording === undefined) return;

      expect(recording.taskId).toMatch(/^[a-zA-Z0-9-]{1,40}$/);
      expect(['response', 'error']).toContain(answerAt(recording, seconds, 0).type);
    }),
    { numRuns: 1000 },
  );
});

test('at any time the latest response holds unless an error spell covers it', () => {
  fc.assert(
    fc.property(nearlyRight, fc.nat(45), (value, seconds) => {
      const recording = parsed(JSON.stringify(value));
      if (recording === undefined) return;

      const answer = answerAt(recording, seconds, 0);
      const covering = recording.steps.filter(
        (step) => 'error' in step && step.atSeconds <= seconds && seconds < step.untilSeconds,
      );
      const begun = recording.steps.flatMap((step) =>
        'response' in step && step.atSeconds <= seconds ? [step.response] : [],
      );
      if (covering.length > 0) expect(answer).toMatchObject({ name: 'ThrottlingException' });
      else if (begun.length > 0) expect(answer).toEqual({ type: 'response', response: begun.at(-1) });
      else expect(answer).toMatchObject({ name: 'ResourceNotFoundException' });
    }),
  );
});

test('the place finder and JSON.parse agree on what is JSON', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\u00e9\\n"',
    '"\\x"',
    '"\u007f"',
    '"\t"',
    '1',
    '-',
    '01',
    '1e5',
    'true',
    'nul',
    ' ',
    '\n',
  ];
  const broken = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((tokens) => tokens.join('')),
    fc.json(),
    fc.tuple(fc.json(), fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  );
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  fc.assert(
    fc.property(broken, (text) => {
      const flaw = findJsonFlaw(text);

      expect(flaw === undefined || flaw.duplicateKey !== undefined).toBe(isJson(text));
    }),
    { numRuns: 3000 },
  );
});
