import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as giveWay, setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import type { Peer } from '../model/raw-chunk.js';
import { bytesField, type ListenAddress } from '../model/settings.js';
import { describeAddress, openPort, peerAddress, reason } from './address.js';
import { Admission } from './admission.js';
import { ChunkBuilder, trimmedEnd } from './chunk-builder.js';
import { BodyRefused, HeldBytes, readBody } from './http/body.js';
import { type Answer, type Asked, type Dialect, Malformed, type Refusal } from './http/dialect.js';
import { dialectOf } from './http/dialects.js';
import { Tokens } from './http/tokens.js';
import { RefusalLog } from './refusal-log.js';
import { defineSource, type Source, type SourceContext } from './source.js';
import { streamOptions } from './stream-server.js';
import { Breath } from './tail/breath.js';
import { identityOf, refuseTls, tlsServerOptions } from './tls-server.js';

const optionsSchema = z
  .strictObject({
    type: z.literal('http'),
    ...streamOptions,
    /** Of one request, unpacked. */
    max_body: bytesField.default(16 * 1024 ** 2),
    /** Of all requests at once, unpacked; beyond it senders are told to come again. */
    max_bodies: bytesField.default(64 * 1024 ** 2),
    /** A file of tokens, one a line. Set = senders must show one of them. */
    token_file: z.string().min(1).optional(),
    /** PEM files: the server's certificate (with intermediates) and its private key. Set = HTTPS. */
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    /** PEM file. Set = senders must show a certificate that one of these authorities signed. */
    client_ca: z.string().min(1).optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    path: ['key'],
    message: 'expected cert and key together',
  })
  .refine(({ cert, client_ca }) => client_ca === undefined || cert !== undefined, {
    path: ['client_ca'],
    message: 'expected cert and key beside client_ca: without them there is no TLS',
  });

type Options = z.output<typeof optionsSchema>;

export const http = defineSource({
  type: 'http',
  summary:
    'Events over HTTP or HTTPS: lines, JSON, Splunk’s HEC, Elasticsearch’s _bulk, OTLP; answered once they are stored.',
  options: optionsSchema,
  create: (options, context) => new HttpSource(options, context),
});

/** A sender waits so long for room in the queue before it is told to come again, ms. */
const ROOM_MS = 10_000;
const RETRY_AFTER = { 'retry-after': '5' };
const REQUEST_MS = 120_000;
const HEADERS_MS = 20_000;
/** Of a body that is not taken. */
const MOST_READ_ON = 1024 ** 2;
const HANDSHAKE_MS = 10_000;

/**
 * Requests are answered once what they hold is in the log and its effects are in state.db, so that a sender which comes again until it is
 * told so loses nothing. What was taken without an answer, as by a kill in between, comes twice.
 */
class HttpSource implements Source {
  readonly done: Promise<void> = new Promise(() => {});
  readonly #options: Options;
  readonly #context: SourceContext;
  readonly #refusals: RefusalLog;
  readonly #admission: Admission;
  readonly #builder: ChunkBuilder;
  readonly #held: HeldBytes;
  readonly #peers = new WeakMap<Socket, Peer>();
  #server: Server | null = null;
  #tokens: Tokens | null = null;
  #address: ListenAddress;
  #accepted = 0;
  #connections = 0;
  #requests = 0;
  /** Requests that are being worked on. */
  #open = 0;
  #room: Promise<void> | null = null;
  #handingOver: Promise<void> | null = null;
  #stopping = false;
  #stopped = false;

  constructor(options: Options, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#address = options.listen;
    this.#refusals = new RefusalLog(context);
    this.#admission = new Admission(options, this.#refusals);
    this.#held = new HeldBytes(options.max_bodies);
    this.#builder = new ChunkBuilder({
      source: context.name,
      transport: 'http',
      now: context.now,
      emit: (batch) => {
        if (!context.out.push(batch)) this.#waitForRoom();
      },
    });
  }

  async start(): Promise<void> {
    const { listen, token_file } = this.#options;
    this.#tokens = token_file === undefined ? null : new Tokens(token_file);
    const server = this.#create();
    this.#server = server;
    this.#address = await openPort(server, listen, 'tcp', (error) => {
      this.#refusals.refuse('source.too_many_connections', '', 'A connection could not be accepted.', {
        reason: reason(error),
      });
    });
    this.#context.log.info({ listen: this.describe() }, 'Listening.');
  }

  /** Connections that are open stay as they are. */
  reload(): void {
    this.#tokens?.reload();
    const { cert, key, client_ca } = this.#options;
    if (cert !== undefined && key !== undefined)
      (this.#server as ReturnType<typeof createHttpsServer>).setSecureContext(
        tlsServerOptions({ cert, key, client_ca }),
      );
  }

  /** Requests that have begun are finished; senders keep what was not answered. */
  async stop(deadline: number): Promise<void> {
    // One turn of the loop takes in the requests that have arrived already.
    await pause(1);
    this.#stopping = true;
    this.#server?.close();
    this.#server?.closeIdleConnections();
    while (this.#open > 0 && this.#context.now() < deadline) await pause(20);
    this.#stopped = true;
    this.#builder.flush();
    this.#server?.closeAllConnections();
  }

  describe(): string {
    return describeAddress(this.#address, this.#options.cert === undefined ? 'http' : 'https');
  }

  stats(): Record<string, number> {
    return {
      connections: this.#connections,
      connections_accepted: this.#accepted,
      peers: this.#admission.peers,
      requests: this.#requests,
      body_bytes: this.#held.now,
    };
  }

  #create(): Server {
    const { cert, key, client_ca, idle_timeout } = this.#options;
    const settings = {
      keepAlive: true,
      keepAliveTimeout: idle_timeout,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
    };
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    const server =
      cert === undefined || key === undefined
        ? createHttpServer(settings, serve)
        : createHttpsServer(
            { ...settings, ...tlsServerOptions({ cert, key, client_ca }), handshakeTimeout: HANDSHAKE_MS },
            serve,
          );
    server.on('connection', (socket: Socket) => this.#admit(socket));
    server.on('tlsClientError', (error: Error, socket: TLSSocket) =>
      refuseTls(this.#refusals, error, socket),
    );
    server.on('clientError', (error: Error, socket: Socket) => this.#unreadable(error, socket));
    return server;
  }

  #admit(socket: Socket): void {
    socket.on('error', () => {});
    const admitted = this.#admission.admit(peerAddress(socket.remoteAddress ?? ''));
    if (admitted === null) {
      socket.destroy();
      return;
    }
    this.#accepted++;
    this.#connections++;
    socket.on('close', () => {
      this.#connections--;
      admitted.leave();
    });
  }

  /** What came is no HTTP, or not all of it in time. */
  #unreadable(error: Error & { code?: string }, socket: Socket): void {
    const peer = peerAddress(socket.remoteAddress ?? '');
    // Who breaks off is counted with the request, if there is one.
    if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
      socket.destroy();
      return;
    }
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const details = { reason: error.code ?? error.message };
    this.#refusals.refuse('source.bad_request', peer, 'A request was not taken.', details);
    socket.end(`HTTP/1.1 ${isLate ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#requests++;
    this.#open++;
    const asked = askedOf(request);
    const dialect = dialectOf(asked);
    const peer = this.#peerOf(request.socket);
    try {
      this.#send(response, asked, await this.#answer(request, asked, dialect, peer));
    } catch (error) {
      const refusal = this.#refusalFor(error);
      if (refusal === null) {
        this.#context.counters.add('source.connection_error');
        request.destroy();
      } else {
        this.#tell(refusal, asked, peer);
        this.#send(response, asked, dialect.refuse(refusal));
      }
    } finally {
      this.#open--;
    }
  }

  async #answer(request: IncomingMessage, asked: Asked, dialect: Dialect, peer: Peer): Promise<Answer> {
    // Some ask without a token whether somebody is there, and learn nothing else.
    const known = dialect.answer(asked);
    if (known !== null) return known;
    const refusal = this.#refusalOf(asked);
    if (refusal !== null) throw new BodyRefused(refusal);
    if (!dialect.methods.includes(asked.method))
      throw new BodyRefused({ status: 405, reason: 'Events come by POST.' });
    if (this.#stopping) throw new BodyRefused(STOPPING);
    await this.#roomInTime();
    const { body, release } = readBody(request, this.#options.max_body, this.#held);
    try {
      const delivery = dialect.open(asked, await body);
      const records = await this.#take(delivery.records, peer);
      return delivery.answer({ records, stored: await this.#context.committed() });
    } finally {
      release();
    }
  }

  /** Who asks is not one who may. */
  #refusalOf({ headers }: Asked): Refusal | null {
    if (this.#tokens !== null)
      return this.#tokens.admit(headers.authorization)
        ? null
        : { status: 401, reason: 'Show a token of token_file: Authorization: Bearer …' };
    // A page that somebody here looks at could send events in their name; no sender of logs is a page.
    if (headers.origin !== undefined)
      return { status: 403, reason: 'Browsers need a token; set token_file.' };
    return null;
  }

  async #take(records: Iterable<Uint8Array>, peer: Peer): Promise<number> {
    const breath = new Breath();
    let count = 0;
    try {
      for (const record of records) {
        if (this.#add(record, peer)) count++;
        if (this.#room !== null) await this.#room;
        else if (breath.isDue) await breath.take();
        if (this.#stopped) throw new BodyRefused(STOPPING);
      }
    } finally {
      if (!this.#stopped) await this.#handOver();
    }
    return count;
  }

  #add(record: Uint8Array, peer: Peer): boolean {
    const { max_message } = this.#options;
    const length = trimmedEnd(record, 0, record.length);
    if (length === 0) return false;
    const end = Math.min(length, max_message);
    const truncated = end < length;
    if (truncated) this.#context.counters.add('frame.truncated');
    this.#builder.record(peer, record, 0, end, { multiline: false, truncated });
    return true;
  }

  /** What all requests of this turn have given goes together. */
  #handOver(): Promise<void> {
    this.#handingOver ??= giveWay().then(() => {
      this.#handingOver = null;
      if (!this.#stopped) this.#builder.flush();
    });
    return this.#handingOver;
  }

  #waitForRoom(): void {
    this.#room ??= this.#context.out.ready().then(() => {
      this.#room = null;
    });
  }

  async #roomInTime(): Promise<void> {
    if (this.#room === null) return;
    const late = pause(ROOM_MS, true, { ref: false });
    if (await Promise.race([late, this.#room])) throw new BodyRefused(BUSY);
  }

  /** Null = nobody is there to be told. */
  #refusalFor(error: unknown): Refusal | null {
    if (error instanceof BodyRefused) return error.refusal;
    if (error instanceof Malformed) return { status: 400, reason: error.message };
    this.#context.log.error({ err: error }, 'A request could not be worked on.');
    return { status: 500, reason: 'Something went wrong here; the log of the daemon says what.' };
  }

  #tell({ status, reason }: Refusal, { path, headers }: Asked, { address }: Peer): void {
    if (status === 503) {
      this.#context.counters.add('source.told_to_wait');
      return;
    }
    const isStranger = status === 401 || status === 403;
    this.#refusals.refuse(
      isStranger ? 'source.unauthorized' : 'source.bad_request',
      address,
      isStranger ? 'A sender without a token was refused.' : 'A request was not taken.',
      { status, reason, path: path.slice(0, 200), agent: headers['user-agent']?.slice(0, 200) },
    );
  }

  #send(response: ServerResponse, { method }: Asked, { status, body, headers = {} }: Answer): void {
    if (response.destroyed) return;
    const { complete, headers: asked } = response.req;
    const isUnread = !complete && !(Number(asked['content-length']) <= MOST_READ_ON);
    const isText = typeof body === 'string';
    const text = isText ? body : JSON.stringify(body);
    response.writeHead(status, {
      'content-type': isText ? 'text/plain' : 'application/json',
      'content-length': Buffer.byteLength(text),
      // A body that is not taken is read to its end by Node, so that its sender sees the answer; but not any length.
      ...((isUnread || this.#stopping) && { connection: 'close' }),
      ...(status === 405 && { allow: 'POST' }),
      ...((status === 503 || status === 429) && RETRY_AFTER),
      ...headers,
    });
    response.end(method === 'HEAD' ? undefined : text);
  }

  #peerOf(socket: Socket): Peer {
    const known = this.#peers.get(socket);
    if (known !== undefined) return known;
    const address = peerAddress(socket.remoteAddress ?? '');
    const identity = 'encrypted' in socket ? identityOf(socket as TLSSocket) : undefined;
    const peer = identity === undefined ? { address } : { address, identity };
    this.#peers.set(socket, peer);
    return peer;
  }
}

const BUSY: Refusal = { status: 503, reason: 'The queue is full; come again.' };
const STOPPING: Refusal = { status: 503, reason: 'Vedette is being stopped; come again.' };

function askedOf({ method = 'GET', url = '/', headers }: IncomingMessage): Asked {
  return { method, path: url.split('?', 1)[0]!, headers };
}
