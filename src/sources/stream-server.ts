import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { freeBytes } from '../model/free-bytes.js';
import type { Peer, Transport } from '../model/raw-chunk.js';
import { durationField, type ListenAddress, listenField } from '../model/settings.js';
import { describeAddress, openPort, peerAddress, reason } from './address.js';
import { Admission, type AdmissionOptions } from './admission.js';
import { ChunkBuilder } from './chunk-builder.js';
import { Framer, type FramingFault, type FramingMode } from './framing.js';
import { RefusalLog } from './refusal-log.js';
import { networkOptions, type Source, type SourceContext } from './source.js';

/** Settings of the sources that take connections. */
export const streamOptions = {
  ...networkOptions,
  /** Address to listen on. */
  listen: listenField,
  /** Open connections at once; more are refused. */
  max_connections: z.number().int().min(1).max(1_000_000).default(10_000),
  /** Share of max_connections that one address may hold. */
  peer_share: z.number().gt(0).max(1).default(0.5),
  /** A connection without data for this long is closed; `0s` = never. */
  idle_timeout: durationField.default(10 * 60_000),
};

export interface StreamServerOptions extends AdmissionOptions {
  readonly listen: ListenAddress;
  readonly idle_timeout: number;
  readonly max_message: number;
  readonly transport: Extract<Transport, 'tcp' | 'tls'>;
  readonly framing: FramingMode;
}

/** Turns an admitted connection into one to read from (TLS); `open` takes it once the handshake is done. */
export type Handshake = (
  raw: Socket,
  open: (socket: Socket | TLSSocket, identity: string | undefined) => void,
) => void;

interface Connection {
  readonly socket: Socket | TLSSocket;
  readonly peer: Peer;
  readonly framer: Framer;
  ended: boolean;
}

/** On stop, open connections that are silent for this long have nothing more for us. */
const IDLE_AT_STOP_MS = 250;

/** Listens, admits, frames and applies backpressure; what syslog-tcp, syslog-tls and json-tcp have in common. */
export class StreamServer implements Source {
  /** A listener does not end by itself; what happens to a connection is that connection's affair. */
  readonly done: Promise<void> = new Promise(() => {});
  readonly refusals: RefusalLog;
  readonly #options: StreamServerOptions;
  readonly #context: SourceContext;
  readonly #handshake: Handshake | null;
  readonly #server: Server;
  readonly #admission: Admission;
  readonly #builder: ChunkBuilder;
  /** TCP sockets let in, handshakes included. */
  readonly #admitted = new Set<Socket>();
  readonly #connections = new Set<Connection>();
  readonly #paused = new Set<Connection>();
  #address: ListenAddress;
  #accepted = 0;
  #blocked = false;
  #stopped = false;
  #lastRead = 0;

  constructor(options: StreamServerOptions, context: SourceContext, handshake: Handshake | null = null) {
    this.#options = options;
    this.#context = context;
    this.#handshake = handshake;
    this.#address = options.listen;
    this.refusals = new RefusalLog(context);
    this.#admission = new Admission(options, this.refusals);
    this.#server = createServer({ keepAlive: true }, (socket) => this.#admit(socket));
    this.#builder = new ChunkBuilder({
      source: context.name,
      transport: options.transport,
      now: context.now,
      emit: (batch) => {
        if (!context.out.push(batch)) this.#block();
      },
    });
  }

  async start(): Promise<void> {
    const { listen, transport } = this.#options;
    this.#address = await openPort(this.#server, listen, transport, (error) => {
      this.refusals.refuse('source.too_many_connections', '', 'A connection could not be accepted.', {
        reason: reason(error),
      });
    });
    this.#context.log.info({ listen: this.describe() }, 'Listening.');
  }

  async stop(deadline: number): Promise<void> {
    // One turn of the loop takes in the connections that the kernel has accepted for us already.
    await pause(1);
    this.#server.close();
    this.#lastRead = this.#context.now();
    while (!this.#isIdle() && this.#context.now() < deadline) await pause(20);
    this.#stopped = true;
    for (const connection of this.#connections) {
      // What a paused socket has already taken from the kernel.
      while (connection.socket.read() !== null);
      this.#finish(connection);
    }
    this.#builder.flush();
    for (const socket of this.#admitted) socket.destroy();
  }

  describe(): string {
    return describeAddress(this.#address, this.#options.transport);
  }

  stats(): Record<string, number> {
    return {
      connections: this.#admitted.size,
      connections_accepted: this.#accepted,
      connections_paused: this.#paused.size,
      peers: this.#admission.peers,
    };
  }

  #admit(socket: Socket): void {
    // A socket without a listener for its errors ends the process; `#open` adds the one that counts them.
    socket.on('error', () => {});
    const address = peerAddress(socket.remoteAddress ?? '');
    const admitted = this.#admission.admit(address);
    if (admitted === null) {
      socket.destroy();
      return;
    }
    this.#accepted++;
    this.#admitted.add(socket);
    socket.on('close', () => {
      this.#admitted.delete(socket);
      admitted.leave();
    });
    if (this.#handshake === null) this.#open(socket, admitted.peer);
    else {
      this.#handshake(socket, (secured, identity) =>
        this.#open(secured, identity === undefined ? admitted.peer : { address, identity }),
      );
    }
  }

  #open(socket: Socket | TLSSocket, peer: Peer): void {
    const { framing, transport, max_message, idle_timeout } = this.#options;
    const framer = new Framer(peer, this.#builder, {
      mode: framing,
      maxMessage: max_message,
      refuseTls: transport === 'tcp',
      count: (code) => this.#context.counters.add(code),
    });
    const connection: Connection = { socket, peer, framer, ended: false };
    this.#connections.add(connection);
    socket.on('data', (bytes: Buffer) => this.#read(connection, bytes));
    socket.on('end', () => this.#finish(connection));
    socket.on('error', (error) => {
      const details = { reason: reason(error) };
      this.refusals.refuse(
        'source.connection_error',
        peer.address,
        'A connection ended with an error.',
        details,
      );
    });
    socket.on('close', () => {
      this.#finish(connection);
      this.#connections.delete(connection);
      this.#paused.delete(connection);
    });
    socket.setTimeout(idle_timeout, () => {
      // Silence that we asked for by not reading is not the sender's.
      if (this.#blocked) {
        socket.setTimeout(idle_timeout);
        return;
      }
      this.#context.counters.add('source.idle_timeout');
      this.#finish(connection);
      socket.destroy();
    });
  }

  #read(connection: Connection, bytes: Buffer): void {
    if (connection.ended) return;
    this.#lastRead = this.#context.now();
    const fault = connection.framer.read(bytes);
    freeBytes(bytes);
    if (fault !== null) this.#close(connection, fault);
    else if (this.#blocked && !this.#stopped) {
      connection.socket.pause();
      this.#paused.add(connection);
    }
  }

  #close(connection: Connection, fault: FramingFault): void {
    const message = 'A connection was closed, its bytes are not what this port takes.';
    this.refusals.say(fault, connection.peer.address, message);
    this.#finish(connection);
    connection.socket.destroy();
  }

  /** The last, unfinished record of a connection that is over. */
  #finish(connection: Connection): void {
    if (connection.ended) return;
    connection.ended = true;
    connection.framer.end();
  }

  /**
   * The queue is full. Sockets are paused as they deliver (each has one read in hand already) and until the queue
   * has room; sockets that are silent need no pause.
   */
  #block(): void {
    if (this.#blocked) return;
    this.#blocked = true;
    void this.#context.out.ready().then(() => {
      this.#blocked = false;
      this.#lastRead = this.#context.now();
      for (const connection of this.#paused) connection.socket.resume();
      this.#paused.clear();
    });
  }

  #isIdle(): boolean {
    if (this.#connections.size === 0) return true;
    return !this.#blocked && this.#context.now() - this.#lastRead >= IDLE_AT_STOP_MS;
  }
}
