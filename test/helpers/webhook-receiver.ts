import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificates } from './certificates.js';

export interface Taken {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A server on a free port of loopback that keeps what it answered with 2xx; gone with the test. */
export interface Receiver {
  readonly url: string;
  readonly taken: Taken[];
  /** Requests in all. */
  requests: number;
  answer: Answer;
  /** Answers instead of `answer`. */
  respond: ((request: IncomingMessage, response: ServerResponse) => void) | null;
}

export async function startReceiver(tls: Certificates | null = null): Promise<Receiver> {
  const listener: RequestListener = (request, response) => {
    receiver.requests++;
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      if (receiver.respond !== null) {
        receiver.respond(request, response);
        return;
      }
      const { status, headers } = receiver.answer;
      if (status < 300) receiver.taken.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(status, headers).end('thanks');
    });
  };
  const server =
    tls === null
      ? createServer(listener)
      : createTlsServer({ cert: readFileSync(tls.serverCert), key: readFileSync(tls.serverKey) }, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/hook/T0KEN`,
    taken: [],
    requests: 0,
    answer: { status: 200 },
    respond: null,
  };
  return receiver;
}
