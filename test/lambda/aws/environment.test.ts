import { afterEach, describe, expect, test } from '@jest/globals';
import { choiceSetting, flagSetting, positiveNumberSetting, textSetting } from '../../../lambda/aws/environment.ts';

const variable = 'TEST_SETTING';

afterEach(() => {
  delete process.env[variable];
});

describe('A setting', () => {
  test.each([textSetting, positiveNumberSetting, flagSetting])('%p that is missing or empty is named', (setting) => {
    const missing = { name: 'MissingSettingError', message: expect.stringContaining(variable) };

    expect(() => setting(variable)).toThrow(expect.objectContaining(missing));
    process.env[variable] = '';
    expect(() => setting(variable)).toThrow(expect.objectContaining(missing));
  });

  test.each(['0', '-1', 'ten', 'NaN', 'Infinity'])('that must be a positive number is not %s', (value) => {
    process.env[variable] = value;

    expect(() => positiveNumberSetting(variable)).toThrow(
      expect.objectContaining({
        name: 'MalformedSettingError',
        message: `The environment variable ${variable} is "${value}". Allowed: a number greater than 0.`,
      }),
    );
  });

  test('that must be a flag is not a word', () => {
    process.env[variable] = 'yes';

    expect(() => flagSetting(variable)).toThrow(/Allowed: true or false/);
  });

  test('that must be one of a few words is named with them', () => {
    process.env[variable] = 'never';

    expect(() => choiceSetting(variable, ['always', 'changes'])).toThrow(/"never"\. Allowed: always or changes\./);
    process.env[variable] = 'changes';
    expect(choiceSetting(variable, ['always', 'changes'])).toBe('changes');
  });

  test('is read by its type', () => {
    process.env[variable] = '24';
    expect(textSetting(variable)).toBe('24');
    expect(positiveNumberSetting(variable)).toBe(24);

    process.env[variable] = 'true';
    expect(flagSetting(variable)).toBe(true);
    process.env[variable] = 'false';
    expect(flagSetting(variable)).toBe(false);
  });
});
