import { describe, expect, test } from '@jest/globals';
import { parseStartOptions, START_HELP } from '../../../cli/start/options.ts';

/** The sentence that a command line is refused with. */
function refusal(...argv: readonly string[]): string {
  try {
    parseStartOptions(argv);
  } catch (error) {
    if (error instanceof Error && error.name === 'UsageError') return error.message;
    throw error;
  }
  throw new Error('The command line was taken.');
}

describe('The options of npm start', () => {
  test('are the sample audit in real time, shown as text, when no option is given', () => {
    expect(parseStartOptions([])).toEqual({
      recordings: [],
      scheduled: false,
      speed: 1,
      json: false,
      data: '.audit-watcher',
      fresh: false,
      context: {},
      help: false,
    });
  });

  test.each([
    [['--recording', 'a.json'], { recordings: ['a.json'] }],
    [['--recording', 'a.json', '--recording=b.json'], { recordings: ['a.json', 'b.json'] }],
    [['--speed', '10'], { speed: 10 }],
    [['--speed', '0.5'], { speed: 0.5 }],
    [['--speed', 'max'], { speed: Number.POSITIVE_INFINITY }],
    [['--json'], { json: true }],
    [['--data', 'elsewhere'], { data: 'elsewhere' }],
    [['--fresh'], { fresh: true }],
    [['-c', 'repeat=changes', '--context', 'a=b=c'], { context: { repeat: 'changes', a: 'b=c' } }],
    [['-c', 'alertEmails='], { context: { alertEmails: '' } }],
    [['--help'], { help: true }],
    [['--scheduled'], { scheduled: true, speed: Number.POSITIVE_INFINITY }],
    [['--scheduled', '--speed', '3600', '--json'], { scheduled: true, speed: 3600, json: true }],
  ])('take %j', (argv, expected) => {
    expect(parseStartOptions(argv)).toEqual({ ...parseStartOptions([]), ...expected });
  });

  test.each(['', ' ', '0', 'fast', 'MAX', 'Infinity', 'NaN', '1e999', '10x'])('refuse the speed "%s"', (speed) => {
    expect(refusal('--speed', speed)).toBe(
      `--speed is "${speed}". Allowed: a number greater than 0, or max. For example: --speed 10`,
    );
  });

  test.each(['-1', '-0'])('refuse the speed "%s"', (speed) => {
    expect(refusal(`--speed=${speed}`)).toContain(`--speed is "${speed}". Allowed: a number greater than 0, or max.`);
  });

  test.each(['repeat', '=changes', ''])('refuse the setting "%s"', (setting) => {
    expect(refusal(`--context=${setting}`)).toBe(
      `--context is "${setting}". Allowed: key=value. For example: --context repeat=changes`,
    );
  });

  test.each([
    ['--recording', ['a.json']],
    ['--data', ['elsewhere']],
    ['--fresh', []],
  ])('refuse %s beside --scheduled', (option, values) => {
    expect(refusal('--scheduled', option, ...values)).toBe(
      `--scheduled plays audits of its own to tables of its own. Leave out ${option}. Try: npm start -- --help`,
    );
  });

  test('refuse an empty folder', () => {
    expect(refusal('--data', '')).toBe('--data is empty. Give the folder for the tables.');
  });

  test.each([
    [['--speed'], "Option '--speed <value>' argument missing. Try: npm start -- --help"],
    [['--recording'], "Option '--recording <value>' argument missing. Try: npm start -- --help"],
    [['--json=yes'], "Option '--json' does not take an argument. Try: npm start -- --help"],
    [['--sped', '10'], "Unknown option '--sped'. Try: npm start -- --help"],
    [
      ['sample.json'],
      "Unexpected argument 'sample.json'. This command does not take positional arguments. Try: npm start -- --help",
    ],
  ])('refuse %j in one sentence that names the remedy', (argv, sentence) => {
    expect(refusal(...argv)).toBe(sentence);
  });

  test('refuse an option where a value belongs on one line', () => {
    const sentence = refusal('--speed', '--json');

    expect(sentence).toMatch(/^Option '--speed' argument is ambiguous\..* Try: npm start -- --help$/);
  });

  test.each(['--recording', '--scheduled', '--speed', '--json', '--data', '--fresh', '--help'])(
    'are explained: %s',
    (option) => {
      expect(START_HELP).toContain(`\n  ${option}`);
    },
  );
});
