import { IoTClient, ListAuditTasksCommand } from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultProvider } from '../../../lambda/aws/environment-credentials.ts';

const VARIABLES = { AWS_ACCESS_KEY_ID: 'AKIAFIRST', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };

let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  Object.assign(process.env, VARIABLES);
});
afterEach(() => {
  for (const name of Object.keys(VARIABLES)) delete process.env[name];
  Object.assign(process.env, before);
});

describe('the credentials of the environment', () => {
  it('are those of the role', async () => {
    const credentials = await defaultProvider()();

    expect(credentials).toEqual({ accessKeyId: 'AKIAFIRST', secretAccessKey: 'secret', sessionToken: 'token' });
  });

  it('need no session token', async () => {
    process.env.AWS_SESSION_TOKEN = '';

    expect(await defaultProvider()()).toMatchObject({ accessKeyId: 'AKIAFIRST', sessionToken: undefined });
  });

  it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])(
    'are refused by name when %s is missing or empty',
    async (name) => {
      for (const value of [undefined, '']) {
        delete process.env[name];
        if (value !== undefined) process.env[name] = value;

        await expect(defaultProvider()()).rejects.toMatchObject({
          name: 'CredentialsProviderError',
          message: `The environment variable ${name} is not set. Lambda sets it from the function's role; elsewhere set it yourself.`,
        });
      }
    },
  );

  it('are read anew for each call of a client', async () => {
    const signed: (string | undefined)[] = [];
    const client = new IoTClient({
      region: 'eu-west-1',
      credentialDefaultProvider: defaultProvider,
      requestHandler: {
        handle: async ({ headers }: { headers: Record<string, string> }) => {
          signed.push(/Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]);
          throw Object.assign(new Error('Nobody answers.'), { name: 'NobodyAnswers' });
        },
      } as never,
    });
    const call = () => client.send(new ListAuditTasksCommand({ startTime: new Date(0), endTime: new Date(1) }));

    await expect(call()).rejects.toThrow('Nobody answers.');
    process.env.AWS_ACCESS_KEY_ID = 'AKIASECOND';
    await expect(call()).rejects.toThrow('Nobody answers.');

    expect(signed).toEqual(['AKIAFIRST', 'AKIASECOND']);
  });
});
