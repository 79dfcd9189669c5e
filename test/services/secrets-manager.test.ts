import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../local/services/endpoint.ts';
import { startSecretsManager } from './secrets-manager.ts';

const open: (Endpoint | SecretsManagerClient)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ('close' in one ? one.close() : one.destroy());
});

async function start() {
  const endpoint = await startSecretsManager({
    now: () => 1_700_000_000_000,
    secretOf: (name) => (name === 'team/slack' ? 'value' : undefined),
  });
  const client = new SecretsManagerClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(client, endpoint);
  return { client, get: (SecretId: string | undefined) => client.send(new GetSecretValueCommand({ SecretId })) };
}

describe('GetSecretValue', () => {
  test.each(['team/slack', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/slack-AbCdEf'])(
    'gives a secret by its name or ARN: %s',
    async (secretId) => {
      const { get } = await start();

      expect(await get(secretId)).toMatchObject({
        ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/slack-AbCdEf',
        Name: 'team/slack',
        SecretString: 'value',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date(1_700_000_000_000),
      });
    },
  );

  test.each([
    ['other', 'ResourceNotFoundException'],
    ['', 'ValidationException'],
    [undefined, 'ValidationException'],
  ])('refuses %j', async (secretId, name) => {
    const { get } = await start();

    await expect(get(secretId)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });
});

test('any other operation is refused', async () => {
  const { client } = await start();

  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    message: 'The local Secrets Manager knows GetSecretValue only; it was asked for ListSecrets.',
  });
});
