import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { z } from 'zod';
import { durationField } from '../model/settings.js';
import { errorCode, peerAddress, reason } from './address.js';
import { defineSource, type Source, type SourceContext, SourceError } from './source.js';
import { type Handshake, StreamServer, streamOptions } from './stream-server.js';
import { readTlsFiles, type TlsPems } from './tls-files.js';

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
    const server = createServer(tlsOptions(this.#options));
    server.on('secureConnection', (socket) => this.#secured(socket));
    server.on('tlsClientError', (error, socket) => this.#refused(error, socket));
    this.#tls = server;
    await this.#streams.start();
  }

  /** Connections that are open stay as they are. */
  reload(): void {
    this.#tls?.setSecureContext(tlsOptions(this.#options));
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
    else open(socket, socket.authorized ? subjectOf(socket) : undefined);
  }

  /**
   * With TLS 1.3 a sender without an acceptable certificate sees its handshake and first write succeed; its first
   * message is lost and nothing on its side says so. That is why it is said here, with address and reason.
   */
  #refused(error: Error, socket: TLSSocket): void {
    // A socket that is closed already no longer knows its peer, the TCP socket below it (Node's _parent) does.
    const raw = (socket as TLSSocket & { readonly _parent?: Socket })._parent;
    // Who hangs up without a word is no sender: health checks do, and the doctor.
    if (errorCode(error) === 'ECONNRESET' && raw?.bytesRead === 0) return;
    const unauthorized = socket.authorizationError as unknown;
    const cause = unauthorized ? String(unauthorized) : (errorCode(error) ?? reason(error));
    const address = peerAddress(socket.remoteAddress ?? raw?.remoteAddress ?? 'unknown');
    this.#streams.refusals.refuse('source.tls_refused', address, 'A TLS sender was refused.', {
      reason: cause,
    });
    socket.destroy();
    raw?.destroy();
  }
}

type OpenConnection = Parameters<Handshake>[1];

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

/** Common name of the verified client certificate; its alternative names when it has none. */
function subjectOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerCertificate();
  const name: unknown = certificate.subject?.CN ?? certificate.subjectaltname;
  return name === undefined ? undefined : String(name);
}

function tlsOptions(options: Options): TlsOptions {
  const { cert, key, clientCa } = readFiles(options);
  return {
    cert,
    key,
    ...(clientCa !== null && { ca: clientCa }),
    requestCert: clientCa !== null,
    rejectUnauthorized: clientCa !== null,
    minVersion: 'TLSv1.2',
    handshakeTimeout: options.handshake_timeout,
  };
}

function readFiles(options: Options): TlsPems {
  try {
    return readTlsFiles(options);
  } catch (cause) {
    throw new SourceError(reason(cause), { retryable: false, cause });
  }
}
