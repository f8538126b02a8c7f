import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { z } from 'zod';
import { durationField } from '../model/settings.js';
import { defineSource, type Source, type SourceContext } from './source.js';
import { type Handshake, StreamServer, streamOptions } from './stream-server.js';
import { identityOf, refuseTls, tlsServerOptions } from './tls-server.js';

const optionsSchema = z.strictObject({
  type: z.literal('syslog-tls'),
  ...streamOptions,
  framing: z.enum(['auto', 'lf', 'octet']).default('auto'),
  /** PEM files: the server's certificate (with intermediates) and its private key. */
  cert: z.string().min(1),
  key: z.string().min(1),
  /** PEM file. Set = senders must show a certificate that one of these authorities signed. */
  client_ca: z.string().min(1).optional(),
  /** A connection that has not finished its handshake by then is closed. */
  handshake_timeout: durationField.default(10_000),
});

type Options = z.output<typeof optionsSchema>;

export const syslogTls = defineSource({
  type: 'syslog-tls',
  summary:
    'Syslog over TLS (RFC 5425), octet-counted or one message a line, with client certificates if asked.',
  options: optionsSchema,
  create: (options, context) => new SyslogTls(options, context),
});

/** A StreamServer whose connections pass through a TLS server first. */
class SyslogTls implements Source {
  readonly done: Promise<void>;
  readonly #options: Options;
  readonly #streams: StreamServer;
  /** Connections in their handshake, by remote address and port. */
  readonly #handshakes = new Map<string, OpenConnection>();
  #tls: Server | null = null;

  constructor(options: Options, context: SourceContext) {
    this.#options = options;
    this.#streams = new StreamServer({ ...options, transport: 'tls' }, context, (raw, open) => {
      const key = remoteOf(raw);
      this.#handshakes.set(key, open);
      raw.once('close', () => this.#handshakes.delete(key));
      this.#tls?.emit('connection', raw);
    });
    this.done = this.#streams.done;
  }

  async start(): Promise<void> {
    const server = createServer({
      ...tlsServerOptions(this.#options),
      handshakeTimeout: this.#options.handshake_timeout,
    });
    server.on('secureConnection', (socket) => this.#secured(socket));
    server.on('tlsClientError', (error, socket) => refuseTls(this.#streams.refusals, error, socket));
    this.#tls = server;
    await this.#streams.start();
  }

  /** Connections that are open stay as they are. */
  reload(): void {
    this.#tls?.setSecureContext(tlsServerOptions(this.#options));
  }

  stop(deadline: number): Promise<void> {
    return this.#streams.stop(deadline);
  }

  describe(): string {
    return this.#streams.describe();
  }

  stats(): Record<string, number> {
    return { ...this.#streams.stats(), handshakes: this.#handshakes.size };
  }

  #secured(socket: TLSSocket): void {
    const key = remoteOf(socket);
    const open = this.#handshakes.get(key);
    this.#handshakes.delete(key);
    if (open === undefined) socket.destroy();
    else open(socket, identityOf(socket));
  }
}

type OpenConnection = Parameters<Handshake>[1];

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
