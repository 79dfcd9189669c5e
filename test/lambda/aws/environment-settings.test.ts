import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../lambda/aws/environment-settings.ts';

const NAME = 'AWS_WATCHER_TEST';
const setting = { environmentVariableSelector: (environment: NodeJS.ProcessEnv) => environment[NAME] };

beforeEach(() => {
  process.env[NAME] = 'first';
});
afterEach(() => {
  delete process.env[NAME];
});

describe('a setting of the SDK', () => {
  it('is read from the environment, once', async () => {
    const read = loadConfig({ ...setting, default: 'otherwise' });

    expect(await read()).toBe('first');
    process.env[NAME] = 'second';
    expect(await read()).toBe('first');
    expect(await loadConfig(setting)()).toBe('second');
  });

  it.each([
    ['a value', 'otherwise'],
    ['what makes it', () => 'otherwise'],
    ['what makes it in time', async () => 'otherwise'],
  ])('is the default when it is not there: %s', async (_, otherwise) => {
    delete process.env[NAME];

    expect(await loadConfig<string>({ ...setting, default: otherwise })()).toBe('otherwise');
  });

  it('may be neither there nor have a default', async () => {
    delete process.env[NAME];

    expect(await loadConfig(setting)()).toBeUndefined();
  });

  it('is refused when it cannot be used', async () => {
    const environmentVariableSelector = (): string => {
      throw new TypeError('neither true nor false');
    };

    await expect(loadConfig({ environmentVariableSelector, default: 'otherwise' })()).rejects.toThrow('neither');
  });

  it('is asked for with the options of its client', async () => {
    const environmentVariableSelector = (_: NodeJS.ProcessEnv, options: object) => JSON.stringify(options);

    expect(await loadConfig({ environmentVariableSelector }, { signingName: 'iot' })()).toBe('{"signingName":"iot"}');
  });
});
