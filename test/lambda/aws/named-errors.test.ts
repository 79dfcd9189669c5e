import { createServer, type ServerResponse } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeAuditTaskCommand, IoTClient } from '@aws-sdk/client-iot';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withNamedErrors } from '../../../lambda/aws/named-errors.ts';
import { listen, urlOf } from '../../../local/services/endpoint.ts';

type Answer = (response: ServerResponse) => void;

let answer: Answer;
let requests = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    requests += 1;
    answer(response);
  });
});
let clients: { readonly iot: IoTClient; readonly dynamodb: DynamoDBClient };

beforeAll(async () => {
  await listen(server);
  const options = {
    endpoint: urlOf(server),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 2,
  };
  clients = { iot: withNamedErrors(new IoTClient(options)), dynamodb: withNamedErrors(new DynamoDBClient(options)) };
});

afterAll(() => {
  clients.iot.destroy();
  clients.dynamodb.destroy();
  server.closeAllConnections();
  server.close();
});

const HTML = '<html><body>Service temporarily una';
const json = (status: number, name: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'x-amzn-errortype': name }).end(JSON.stringify({ __type: name, message: 'No.' }));
};
const plain =
  (status: number, body = '') =>
  (response: ServerResponse) => {
    response.writeHead(status).end(body);
  };
const cut = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-length': 500 });
  response.write(body, () => response.socket?.resetAndDestroy());
};

async function failure(of: Answer): Promise<{ readonly name: string; readonly message: string }> {
  answer = of;
  requests = 0;
  const named = await clients.iot.send(new DescribeAuditTaskCommand({ taskId: 'a' })).catch((error: unknown) => error);
  const alike = await clients.dynamodb
    .send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))
    .catch((error: unknown) => error);
  if (!(named instanceof Error && alike instanceof Error)) throw new Error('A call did not fail.');
  expect(alike.name).toBe(named.name);
  return named;
}

describe('An error of any service is named by its nature', () => {
  test.each<[string, string, Answer]>([
    ['ThrottledError', 'throttling with 400', json(400, 'ThrottlingException')],
    ['ThrottledError', '429 with HTML', plain(429, HTML)],
    ['DeniedError', 'a denial with 400', json(400, 'AccessDeniedException')],
    ['DeniedError', 'an expired token', json(400, 'ExpiredTokenException')],
    ['DeniedError', '403 with HTML', plain(403, HTML)],
    ['DeniedError', '401 with nothing', plain(401)],
    ['NotFoundError', 'not found with 400', json(400, 'ResourceNotFoundException')],
    ['NotFoundError', '404 with nothing', plain(404)],
    ['UnavailableError', 'a server error', json(500, 'InternalFailureException')],
    ['UnavailableError', '503 with HTML', plain(503, HTML)],
    ['UnavailableError', '503 with nothing', plain(503)],
    ['UnavailableError', '503 cut off', cut(503, '{"__ty')],
    ['UnavailableError', '200 with HTML', plain(200, HTML)],
    ['UnavailableError', '200 cut off', cut(200, '{"taskStatus": "COMP')],
    ['UnavailableError', 'a reset after the headers', cut(200, '')],
    ['UnavailableError', 'a reset connection', ({ socket }) => socket?.resetAndDestroy()],
    ['MalformedAnswerError', '200 with an empty body', plain(200)],
    ['RefusedError', 'a request that is not valid', json(400, 'ValidationException')],
  ])('%s: %s', async (name, _, given) => {
    expect(await failure(given)).toMatchObject({ name });
  });

  test('and says what the service, or the SDK, said', async () => {
    const { message } = await failure(json(400, 'ThrottlingException'));

    expect(message).toBe('DescribeAuditTask answered 400: ThrottlingException: No.');
  });

  test('even where the message is no text', async () => {
    const { message } = await failure((response) => {
      response.writeHead(400).end(JSON.stringify({ __type: 'ValidationException', message: { toString: 1 } }));
    });

    expect(message).toBe('DescribeAuditTask answered 400: ValidationException: no text');
  });

  test('and quotes nothing of an answer that cannot be parsed', async () => {
    const error = await failure(plain(200, HTML));

    expect(error).toMatchObject({ message: 'DescribeAuditTask answered 200: the answer cannot be parsed.' });
    expect(error).not.toHaveProperty('cause');
  });

  test('and an answer that is cut off is asked for again by the SDK', async () => {
    await failure(cut(200, '{"taskStatus": "COMP'));

    expect(requests).toBe(4);
  });

  test('but for a condition that does not hold, which is an answer', async () => {
    expect(await failure(json(400, 'ConditionalCheckFailedException'))).toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  test('also where nothing listens', async () => {
    const options = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', maxAttempts: 1 };
    const client = withNamedErrors(
      new IoTClient({ ...options, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
    );

    const call = client.send(new DescribeAuditTaskCommand({ taskId: 'a' }));

    await expect(call).rejects.toMatchObject({ name: 'UnavailableError' });
    client.destroy();
  });
});
