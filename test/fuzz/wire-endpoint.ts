import { createServer } from 'node:http';
import { type Endpoint, listen, urlOf } from '../../local/services/endpoint.ts';
import type { ServiceRequest } from '../../local/services/service.ts';
import type { WireAnswer } from './models.ts';

/** Serves on 127.0.0.1 any answer that it is given, however wrong: nothing here behaves like a service of AWS. */
export async function startWire(answerTo: (request: ServiceRequest) => WireAnswer): Promise<Endpoint> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = 'GET', url = '/', headers } = incoming;
    const [path = '/', query] = url.split('?');
    const body = Buffer.concat(chunks).toString('utf8');
    const answer = answerTo({ method, path, query: new URLSearchParams(query), headers, body });
    const length = Buffer.byteLength(answer.body);
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.status === 204 ? {} : { 'content-length': length + (answer.isCut ? 10 : 0) }),
    });
    if (answer.isCut) response.write(answer.body, () => response.socket?.destroy());
    else response.end(answer.status === 204 ? undefined : answer.body);
  });
  await listen(server);
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
