import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { CidrSet } from '../model/cidr-set.js';
import { bytesField, type ListenAddress, listenField } from '../model/settings.js';
import { formatBytes } from '../model/units.js';
import { bindTo, describeAddress, listenError, peerAddress } from './address.js';
import { ChunkBuilder, trimmedEnd } from './chunk-builder.js';
import { kernelDrops } from './kernel-drops.js';
import { PeerTable } from './peer-table.js';
import { RefusalLog } from './refusal-log.js';
import { defineSource, networkOptions, type Source, type SourceContext, type SourceError } from './source.js';

const optionsSchema = z.strictObject({
  type: z.literal('syslog-udp'),
  ...networkOptions,
  /** Address to listen on; `:5140` takes IPv4 and IPv6. */
  listen: listenField,
  /** Socket buffer to ask the kernel for; on Linux net.core.rmem_max caps it. */
  receive_buffer: bytesField.default(8 * 1024 * 1024),
  /**
   * Once the queue is over half full, peers above this share of recent bytes are dropped first; 1 = never. Who is
   * alone for 5 s is not limited.
   */
  peer_share: z.number().gt(0).max(1).default(0.5),
});

type Options = z.output<typeof optionsSchema>;

export const syslogUdp = defineSource({
  type: 'syslog-udp',
  summary: 'Syslog over UDP (RFC 5426), one message a datagram.',
  options: optionsSchema,
  create: (options, context) => new SyslogUdp(options, context),
});

const LF = 10;
const EACH_SECOND = 1000;
const IDLE_AT_STOP_MS = 250;

class SyslogUdp implements Source {
  readonly done: Promise<void>;
  readonly #options: Options;
  readonly #context: SourceContext;
  readonly #refusals: RefusalLog;
  readonly #builder: ChunkBuilder;
  readonly #peers: PeerTable;
  #socket: Socket | null = null;
  #address: ListenAddress;
  #timer: NodeJS.Timeout | null = null;
  #receiveBuffer = 0;
  #kernelDrops = 0;
  #lastRead = 0;
  #fail: (error: SourceError) => void = () => {};

  constructor(options: Options, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#address = options.listen;
    this.#refusals = new RefusalLog(context);
    this.done = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.done.catch(() => {});
    const allow = new CidrSet(options.allow);
    this.#peers = new PeerTable((text) => {
      const address = peerAddress(text);
      return { peer: { address }, allowed: allow.has(address) };
    });
    this.#builder = new ChunkBuilder({
      source: context.name,
      transport: 'udp',
      now: context.now,
      emit: (batch) => {
        if (!context.out.tryPush(batch)) context.counters.add('source.queue_full', batch.records);
      },
    });
  }

  async start(): Promise<void> {
    const { listen } = this.#options;
    try {
      await bindTo(listen, (host) => this.#bind(host, listen.port));
    } catch (error) {
      throw listenError(error, listen, 'udp');
    }
    this.#timer = setInterval(() => {
      this.#peers.age();
      void this.#countKernelDrops();
    }, EACH_SECOND);
    this.#logBuffer();
  }

  /** A datagram has no connection to close: what the kernel holds is read until none came for 250 ms. */
  async stop(deadline: number): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#lastRead = this.#context.now();
    while (this.#context.now() < Math.min(deadline, this.#lastRead + IDLE_AT_STOP_MS)) await pause(20);
    await this.#countKernelDrops();
    this.#socket?.removeAllListeners('message');
    this.#builder.flush();
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(resolve));
  }

  describe(): string {
    return describeAddress(this.#address, 'udp');
  }

  stats(): Record<string, number> {
    return {
      kernel_drops: this.#kernelDrops,
      receive_buffer: this.#receiveBuffer,
      peers: this.#peers.size,
    };
  }

  async #bind(host: string, port: number): Promise<void> {
    const type = isIP(host) === 6 ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: this.#options.receive_buffer });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: host, port, exclusive: true }, resolve);
    });
    socket.removeAllListeners('error');
    socket.on('error', (cause) => this.#broken(socket, cause));
    socket.on('message', (bytes, from) => this.#receive(bytes, from));
    this.#socket = socket;
    this.#address = { host: socket.address().address, port: socket.address().port };
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    const { max_message, peer_share } = this.#options;
    const sender = this.#peers.get(from.address);
    if (!sender.allowed) {
      this.#refusals.refuse('source.denied', sender.peer.address, 'A sender outside allow was refused.');
      return;
    }
    this.#lastRead = this.#context.now();
    const { fill } = this.#context.out;
    if (fill.bytes * 2 > fill.maxBytes && this.#peers.share(sender) > peer_share) {
      this.#context.counters.add('source.peer_share');
      return;
    }
    const truncated = bytes.length > max_message && trimmedEnd(bytes, 0, bytes.length) > max_message;
    if (truncated) this.#context.counters.add('frame.truncated');
    const end = trimmedEnd(bytes, 0, Math.min(bytes.length, max_message));
    if (end === 0) return;
    this.#peers.add(sender, end);
    const lf = bytes.indexOf(LF);
    this.#builder.record(sender.peer, bytes, 0, end, { multiline: lf !== -1 && lf < end, truncated });
  }

  async #countKernelDrops(): Promise<void> {
    const drops = await kernelDrops(this.#address);
    if (drops === null || drops <= this.#kernelDrops) return;
    const more = drops - this.#kernelDrops;
    this.#kernelDrops = drops;
    const message = 'The kernel dropped datagrams; raise receive_buffer and net.core.rmem_max.';
    this.#refusals.say('source.kernel_drops', '', message, { drops: more });
    this.#context.counters.add('source.kernel_drops', more);
  }

  /**
   * Linux grants twice what is asked, to pay for its own bookkeeping (socket(7)). Less than asked is what every stock
   * Linux grants and no fault yet: it is one when the kernel drops, which is counted and warned of.
   */
  #logBuffer(): void {
    this.#receiveBuffer = this.#socket?.getRecvBufferSize() ?? 0;
    const asked = this.#options.receive_buffer;
    const wanted = process.platform === 'linux' ? asked * 2 : asked;
    const details = { listen: this.describe(), receive_buffer: formatBytes(this.#receiveBuffer) };
    const hint =
      this.#receiveBuffer >= wanted
        ? ''
        : ` The kernel caps the receive buffer; for bursts, run: sysctl -w net.core.rmem_max=${asked}`;
    this.#context.log.info(details, `Listening.${hint}`);
  }

  #broken(socket: Socket, cause: unknown): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#socket = null;
    this.#builder.flush();
    socket.close();
    this.#fail(listenError(cause, this.#address, 'udp'));
  }
}
