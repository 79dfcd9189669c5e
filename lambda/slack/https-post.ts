import https from 'node:https';

/** What came back of a call. */
export interface PostAnswer {
  readonly status: number;
  /** As the header `Retry-After` has it. */
  readonly retryAfter?: string;
  readonly text: string;
}

/**
 * Posts JSON, over a connection of its own: one that was kept may have died while the function was frozen. Follows no redirect,
 * which could take the message anywhere. With the client that the SDK has loaded already; `fetch` brings one of its
 * own, which takes longer to load than all the rest.
 *
 * @param timeoutMs after which the call counts as lost, the answer's body included
 * @throws whatever breaks the connection, with its `code`; TimeoutError
 */
export function postJson(url: URL, body: string, timeoutMs: number): Promise<PostAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) },
    agent: false,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error);
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({
          status: statusCode,
          retryAfter: headers['retry-after'],
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    request.on('error', fail);
    request.end(body);
  });
}
