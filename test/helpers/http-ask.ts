import { type Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** One request to loopback over a connection that only the test knows: `fetch` keeps its own for the whole process. */
export function httpAsk(
  port: number,
  method: string,
  path: string,
  body: string | Uint8Array | null = null,
  options: RequestOptions & { agent?: Agent; ca?: string; cert?: string; key?: string; isTls?: boolean } = {},
): Promise<HttpAnswer> {
  const ask = options.isTls ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, method, path, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}
