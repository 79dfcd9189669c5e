import { describe, expect, test } from '@jest/globals';
import { parseMachineAlert } from '../../../lambda/slack/machine-alert.ts';

const ALERT = {
  schemaVersion: '1',
  kind: 'RECOVERED',
  severity: 'HIGH',
  alertKey: 'abc#TERMINAL',
  accountId: '123456789012',
  region: 'eu-west-1',
  taskId: 'abc',
  checks: [],
};
const CHECK = { checkName: 'A_CHECK', title: 'A check', severity: 'LOW' };

describe('a machine-readable alert', () => {
  test('needs no more than what the schema requires', () => {
    expect(parseMachineAlert(JSON.stringify(ALERT))).toMatchObject({ kind: 'RECOVERED', checks: [], statistics: {} });
  });

  test('may hold what nobody knows yet; what has another type than expected is taken as missing', () => {
    const strange = { taskStatus: 7, statistics: [], gaveUp: 'x', omittedChecks: -1, news: {} };
    const text = JSON.stringify({
      ...ALERT,
      ...strange,
      checks: [{ ...CHECK, totalResourcesCount: 1.5, message: {} }],
    });

    const { taskStatus, statistics, gaveUp, omittedChecks, checks } = parseMachineAlert(text);

    expect({ taskStatus, gaveUp, omittedChecks }).toEqual({});
    expect(statistics).toEqual({});
    expect(checks).toEqual([CHECK]);
  });

  test('about an audit that did not run has no task id', () => {
    const alertKey = 'Nightly_Fleet-Audit#AUDIT_OVERDUE#2026-11-22';
    const overdue = { day: '2026-11-22', isLearned: true, lastTaskId: '../evil', frequency: 7 };
    const text = JSON.stringify({ ...ALERT, kind: 'AUDIT_OVERDUE', alertKey, taskId: undefined, overdue });

    expect(parseMachineAlert(text)).toMatchObject({
      alertKey,
      taskId: undefined,
      overdue: { day: '2026-11-22', isLearned: true, lastTaskId: undefined, frequency: undefined },
    });
  });

  test('about an audit that seems stuck has numbers, or none', () => {
    const stuck = { usualSeconds: 2493.5, audits: 1.5, unchangedSince: 7, watchLimitHours: -1 };

    expect(parseMachineAlert(JSON.stringify({ ...ALERT, kind: 'AUDIT_STUCK', stuck })).stuck).toEqual({
      usualSeconds: 2493.5,
    });
  });

  test.each([
    ['no JSON', 'hello', 'it is no JSON'],
    ['no object', '[]', 'the message is no object'],
    ['without checks', JSON.stringify({ ...ALERT, checks: undefined }), 'checks is no list'],
    ['with a check that is none', JSON.stringify({ ...ALERT, checks: [null] }), 'checks[0] is no object'],
    [
      'with a nameless check',
      JSON.stringify({ ...ALERT, checks: [CHECK, { ...CHECK, checkName: '' }] }),
      'checks[1] has no usable checkName',
    ],
    [
      'with a severity that nobody knows',
      JSON.stringify({ ...ALERT, severity: 'FATAL' }),
      'the message has a severity that nobody knows',
    ],
    ...['kind', 'severity', 'alertKey', 'accountId', 'region', 'taskId'].map((name): [string, string, string] => [
      `without ${name}`,
      JSON.stringify({ ...ALERT, [name]: undefined }),
      `the message has no usable ${name}`,
    ]),
  ])('%s is refused', (_case, text, why) => {
    expect(() => parseMachineAlert(text)).toThrow(
      expect.objectContaining({
        name: 'MalformedAlertError',
        message: `The message is no alert of the audit watcher: ${why} (see docs/alert-schema.json).`,
      }),
    );
  });

  test.each([
    ['"2"', '2'],
    ['missing', undefined],
    ['1', 1],
  ])('of the version %s is refused by name', (shown, schemaVersion) => {
    expect(() => parseMachineAlert(JSON.stringify({ ...ALERT, schemaVersion }))).toThrow(
      expect.objectContaining({
        name: 'UnknownAlertVersionError',
        message: expect.stringContaining(`has the schema version ${shown}.`),
      }),
    );
  });

  test('of a version nested too deep to be shown is refused by name', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(() => parseMachineAlert(`{"schemaVersion":${deep}}`)).toThrow(
      expect.objectContaining({ name: 'UnknownAlertVersionError' }),
    );
  });
});
