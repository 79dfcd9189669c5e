import { describe, expect, test } from '@jest/globals';
import { playCommand, playOptions } from '../../../cli/play/command.ts';
import { testIo } from '../terminal.ts';

function parse(...argv: readonly string[]) {
  return playOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse([...argv], { from: 'user' })
    .opts();
}

describe('The options of npm start', () => {
  test('are the sample audit in real time, shown as text, when no option is given', () => {
    expect(parse()).toEqual({
      recording: [],
      context: {},
    });
  });

  test.each([
    [['--recording', 'a.json'], { recording: ['a.json'] }],
    [['--recording', 'a.json', '--recording=b.json'], { recording: ['a.json', 'b.json'] }],
    [['--speed', '10'], { speed: 10 }],
    [['--speed', '0.5'], { speed: 0.5 }],
    [['--speed', 'max'], { speed: Number.POSITIVE_INFINITY }],
    [['--json'], { json: true }],
    [['--data', 'elsewhere'], { data: 'elsewhere' }],
    [['--fresh'], { fresh: true }],
    [['--show-alerts'], { showAlerts: true }],
    [['-c', 'repeat=changes', '--context', 'a=b=c'], { context: { repeat: 'changes', a: 'b=c' } }],
    [['-c', 'alertEmails='], { context: { alertEmails: '' } }],
    [['--scheduled'], { scheduled: true }],
    [['--history', '--fresh'], { history: true, fresh: true }],
    [['--scheduled', '--speed', '3600', '--json'], { scheduled: true, speed: 3600, json: true }],
  ])('take %j', (argv, expected) => {
    expect(parse(...argv)).toEqual({ ...parse(), ...expected });
  });

  test.each(['', ' ', '0', 'fast', 'MAX', 'Infinity', 'NaN', '1e999', '10x', '-1'])(
    'refuse the speed "%s"',
    (speed) => {
      expect(() => parse(`--speed=${speed}`)).toThrow(
        `argument '${speed}' is invalid. Allowed: a number greater than 0, or max. For example: 10`,
      );
    },
  );

  test.each(['repeat', '=changes', ''])('refuse the setting "%s"', (setting) => {
    expect(() => parse(`--context=${setting}`)).toThrow(
      `argument '${setting}' is invalid. Allowed: key=value. For example: repeat=changes`,
    );
  });

  test.each([
    ['--recording', ['a.json']],
    ['--data', ['elsewhere']],
    ['--fresh', []],
  ])('refuse %s beside --scheduled', (option, values) => {
    expect(() => parse('--scheduled', option, ...values)).toThrow(
      new RegExp(`option '--scheduled' cannot be used with option '${option}`),
    );
  });

  test('refuse an empty folder', () => {
    expect(() => parse('--data', '')).toThrow('Give the folder for the tables.');
  });

  test.each([
    [['--speed'], "option '--speed <n|max>' argument missing"],
    [['--recording'], "option '--recording <file>' argument missing"],
    [['--sped', '10'], "unknown option '--sped'\n(Did you mean --speed?)"],
    [['sample.json'], 'too many arguments'],
  ])('refuse %j in one sentence', (argv, sentence) => {
    expect(() => parse(...argv)).toThrow(sentence);
  });

  test.each(['--recording', '--scheduled', '--speed', '--json', '--data', '--fresh', '--help'])(
    'are explained: %s',
    (option) => {
      expect(playCommand(testIo()).helpInformation()).toContain(option);
    },
  );
});
