import { afterEach, describe, expect, test } from '@jest/globals';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../../local/services/endpoint.ts';
import { type Call, type Service, ServiceError } from '../../../local/services/service.ts';

const json = { 'content-type': 'application/json' };

/** Echoes the request; refuses the path /refused, and breaks at /broken. */
const echo: Service = {
  read: ({ path, body }): Call => ({ service: 'iot', operation: path.slice(1), parameters: body }),
  answer: ({ operation, parameters }, { method, path }) => {
    if (operation === 'refused') throw new ServiceError('RefusedException', 409, 'No.');
    if (operation === 'broken') throw new TypeError('a mistake');
    return { statusCode: operation === 'notFound' ? 404 : 200, headers: json, body: `${method} ${path} ${parameters}` };
  },
  renderError: ({ name, statusCode, message }) => ({ statusCode, headers: json, body: `${name}: ${message}` }),
};

/** Notes each operation that takes effect. */
function recordingEffects(operations: string[]): Service {
  return {
    ...echo,
    answer: (call, request) => {
      operations.push(call.operation);
      return echo.answer(call, request);
    },
  };
}

let open: Endpoint | undefined;
afterEach(() => open?.close());

async function start(hooks: Partial<EndpointOptions> = {}, service = echo) {
  const endpoint = await startEndpoint(service, { now: () => 0, ...hooks });
  open = endpoint;
  return {
    endpoint,
    post: async (path: string, body = 'é') => {
      const response = await fetch(endpoint.url + path, { method: 'POST', body });
      return `${response.status} ${await response.text()}`;
    },
  };
}

describe('an endpoint', () => {
  test('listens on 127.0.0.1 and answers with what the service answers', async () => {
    const { endpoint, post } = await start();

    expect(endpoint.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await post('/hello?x=1')).toBe('200 POST /hello é');
  });

  test('words a refusal as the service does', async () => {
    const { post } = await start();

    expect(await post('/refused')).toBe('409 RefusedException: No.');
  });

  test('answers a mistake of its own with 500 and the reason', async () => {
    const { post } = await start({ onCall: ({ operation }) => (operation === 'thrown' ? thrown() : undefined) });

    expect(await post('/broken')).toBe('500 InternalFailure: a mistake');
    expect(await post('/thrown')).toBe('500 InternalFailure: not an error');
  });

  test('refuses a request beyond any size', async () => {
    const { post } = await start();

    expect(await post('/hello', 'x'.repeat(17 * 1024 * 1024)).catch(() => '413')).toMatch(/^413/);
  });
});

describe('a fault', () => {
  test('before a call takes its place', async () => {
    const performed: string[] = [];
    const { post } = await start(
      { onCall: () => ({ type: 'error', name: 'Slow', statusCode: 429 }) },
      recordingEffects(performed),
    );

    expect(await post('/hello')).toBe('429 Slow: Slow (made by the local endpoint)');
    expect(performed).toEqual([]);
  });

  test('after a call hides that it took effect', async () => {
    const order: string[] = [];
    const { post } = await start(
      {
        onCall: async () => {
          order.push('before');
          return undefined;
        },
        afterCall: async () => {
          order.push('after');
          return { type: 'error', name: 'Lost', statusCode: 500, message: 'gone' };
        },
      },
      recordingEffects(order),
    );

    expect(await post('/hello')).toBe('500 Lost: gone');
    expect(order).toEqual(['before', 'hello', 'after']);
  });

  test('after a call is not asked for when the call was refused', async () => {
    const { post } = await start({ afterCall: () => ({ type: 'reset' }) });

    expect(await post('/refused')).toBe('409 RefusedException: No.');
    expect(await post('/notFound')).toBe('404 POST /notFound é');
    await expect(post('/hello')).rejects.toThrow();
  });

  test('may reset the connection', async () => {
    const { post } = await start({ onCall: () => ({ type: 'reset' }) });

    await expect(post('/hello')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  test.each([503, 200])('may answer %i with anything, in the place of the service', async (statusCode) => {
    const performed: string[] = [];
    const { post } = await start(
      { onCall: () => ({ type: 'answer', statusCode, body: '<html>' }) },
      recordingEffects(performed),
    );

    expect(await post('/hello')).toBe(`${statusCode} <html>`);
    expect(performed).toEqual([]);
  });

  test.each(['', '{"taskStat'])('may end the connection after the headers and "%s"', async (body) => {
    const { endpoint } = await start({ afterCall: () => ({ type: 'cut', statusCode: 200, body }) });

    const response = await fetch(`${endpoint.url}/hello`);
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of response.body ?? []) chunks.push(chunk);
    })();

    expect(response.status).toBe(200);
    await expect(reading).rejects.toThrow('terminated');
    expect(Buffer.concat(chunks).toString()).toBe(body);
  });

  test('may refuse the connection', async () => {
    const performed: string[] = [];
    const { post } = await start({ onCall: () => ({ type: 'refuse' }) }, recordingEffects(performed));

    await expect(post('/hello')).rejects.toThrow('fetch failed');
    expect(performed).toEqual([]);
  });

  test('may hold the call until the endpoint closes', async () => {
    const { endpoint, post, held } = await startHolding();
    const outcome = post('/hello').catch(() => 'ended');
    await held;

    await endpoint.close();
    await endpoint.close();

    expect(await outcome).toBe('ended');
  });

  async function startHolding() {
    const { promise: held, resolve } = Promise.withResolvers<void>();
    const started = await start({
      onCall: () => {
        resolve();
        return { type: 'hold' };
      },
    });
    return { ...started, held };
  }
});

test('a call that is still undecided when the endpoint closes takes no effect', async () => {
  const performed: string[] = [];
  const asked = Promise.withResolvers<void>();
  const decision = Promise.withResolvers<undefined>();
  const { endpoint, post } = await start(
    {
      onCall: () => {
        asked.resolve();
        return decision.promise;
      },
    },
    recordingEffects(performed),
  );
  const outcome = post('/hello').catch(() => 'ended');
  await asked.promise;

  await endpoint.close();
  decision.resolve(undefined);

  expect(await outcome).toBe('ended');
  expect(performed).toEqual([]);
});

function thrown(): never {
  throw 'not an error';
}
