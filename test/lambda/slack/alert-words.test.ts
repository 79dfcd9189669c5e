import { describe, expect, test } from '@jest/globals';
import { parseAlertWords } from '../../../lambda/slack/alert-words.ts';

const TEXT = { title: 'A title', description: 'What it is', nextSteps: ['Do this', 'Do that'] };
const ALERT = { schemaVersion: '1', kind: 'RECOVERED', alertKey: 'abc#TERMINAL', taskId: 'abc', text: TEXT };

describe('The words of a machine-readable alert', () => {
  test('are those of its text, with what the log and the footer need', () => {
    expect(parseAlertWords(JSON.stringify(ALERT))).toEqual({
      ...TEXT,
      alertKey: 'abc#TERMINAL',
      taskId: 'abc',
      kind: 'RECOVERED',
    });
  });

  test.each([
    ['kind', { kind: 'AUDIT_POSTPONED' }],
    ['severity', { severity: 'FATAL' }],
    ['schema version', { schemaVersion: '2' }],
    ['field', { postponedUntil: { day: '2026-11-22' }, text: { ...TEXT, color: 'red' } }],
  ])('are read though a later version has another %s', (_, news) => {
    expect(parseAlertWords(JSON.stringify({ ...ALERT, ...news }))).toMatchObject(TEXT);
  });

  test('may be a title only; what has another type than expected is taken as missing', () => {
    const text = { title: 'A title', description: 7, nextSteps: 'Do this' };

    expect(parseAlertWords(JSON.stringify({ ...ALERT, text, alertKey: {}, taskId: null, kind: ' ' }))).toEqual({
      title: 'A title',
      description: '',
      nextSteps: [],
    });
  });

  test('leave out a next step that is no text', () => {
    const text = { ...TEXT, nextSteps: ['Do this', 7, '', null] };

    expect(parseAlertWords(JSON.stringify({ ...ALERT, text })).nextSteps).toEqual(['Do this']);
  });

  test.each([
    ['no JSON', 'hello', 'it is not a JSON object'],
    ['no object', '[]', 'it is not a JSON object'],
    ['no object', 'null', 'it is not a JSON object'],
    ['without text', JSON.stringify({ ...ALERT, text: undefined }), 'it has no text.title'],
    ['with a text that is a list', JSON.stringify({ ...ALERT, text: [] }), 'it has no text.title'],
    ['with an empty title', JSON.stringify({ ...ALERT, text: { ...TEXT, title: '\n' } }), 'it has no text.title'],
  ])('are refused by name in a message that is %s: %s', (_case, message, why) => {
    expect(() => parseAlertWords(message)).toThrow(
      expect.objectContaining({
        name: 'MalformedAlertError',
        message: `The message is not an alert of the audit watcher: ${why} (see docs/alert-schema.json).`,
      }),
    );
  });
});
