import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableEngine } from '../local/services/dynalite-engine.ts';
import type { ServiceAnswer, ServiceRequest } from '../local/services/service.ts';

/** DynamoDB Local keeps tables apart by access key and Region. */
const REGION = 'local';

/** Headers of a connection rather than of a message. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/**
 * What the tests of the table's code run against: the engine at TEST_DYNAMODB_URL (`npm run test:dynamodb-local`), each time
 * with no tables yet; without that, dynalite.
 */
export function tableEngine(): TableEngine | undefined {
  const url = process.env.TEST_DYNAMODB_URL;
  if (url === undefined) return undefined;
  const accessKeyId = randomBytes(8).toString('hex');
  const agent = new Agent({ keepAlive: true });
  return {
    answer: (request) => forward(signedBy(accessKeyId, request), url, agent),
    client: () =>
      new DynamoDBClient({
        endpoint: url,
        region: REGION,
        credentials: { accessKeyId, secretAccessKey: 'local' },
      }),
    close: async () => agent.destroy(),
  };
}

/** Whatever access key a function has, its calls go to the tables of this test. */
function signedBy(accessKeyId: string, request: ServiceRequest): ServiceRequest {
  const { host: _host, ...headers } = request.headers;
  if (headers.authorization !== undefined) {
    const scope = `${accessKeyId}/20260101/${REGION}/dynamodb/aws4_request`;
    headers.authorization = headers.authorization.replace(/Credential=[^, ]+/, `Credential=${scope}`);
  }
  return { ...request, headers };
}

function forward({ method, path, headers, body }: ServiceRequest, url: string, agent: Agent): Promise<ServiceAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${url}${path}`, { method, headers, agent });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () =>
        resolve({
          statusCode: incoming.statusCode ?? 500,
          headers: Object.fromEntries(
            Object.entries(incoming.headers).flatMap(([name, value]) =>
              HOP_HEADERS.includes(name) ? [] : [[name, String(value)]],
            ),
          ),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(body);
  });
}
