import { createServer } from 'node:http';
import { listen, urlOf } from '../../local/services/endpoint.ts';

/** A port that the system holds free now. Another process could take it first: who is to listen there then fails to start. */
export async function freePort(): Promise<{ url: string; port: string }> {
  const server = createServer();
  await listen(server);
  const url = urlOf(server);
  await new Promise((resolve) => server.close(resolve));
  return { url, port: new URL(url).port };
}
