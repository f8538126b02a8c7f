import { MessageChannel, Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.js';
import type { RawChunk } from '../model/raw-chunk.js';
import type { DetectorStart, FromDetector, ToDetector } from '../protocol.js';
import type { RulePack } from '../rule-pack.js';

/** Chunks a detector may have before it gets no more: enough to stay busy, few enough to switch rules soon. */
const MAX_IN_FLIGHT = 4;

/** What a chunk needs dies with it: half of V8's usual room costs nothing, a quarter would double the collections. */
const YOUNG_MB = 24;

interface Detector {
  readonly worker: Worker;
  inFlight: number;
  retired: boolean;
}

export interface DispatcherOptions {
  readonly withEvents: boolean;
  /** The keeper's end of a new detector's line. */
  readonly onPort: (port: MessagePort) => void;
  readonly onDone: (seq: number, events: Uint8Array | null) => void;
  readonly onFailed: (error: unknown) => void;
  /** A detector has room again. */
  readonly onRoom: () => void;
}

type MessagePort = MessageChannel['port1'];

/** The detector threads: gives each chunk to the one with least to do, and swaps all of them on a reload. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #count: number;
  #detectors: Detector[] = [];

  constructor(options: DispatcherOptions, count: number) {
    this.#options = options;
    this.#count = count;
  }

  /** Starts a set of detectors with these rules beside the running one; `activate` makes it the one in use. */
  async prepare(config: Config, pack: RulePack): Promise<PreparedDetectors> {
    const detectors = await Promise.all(Array.from({ length: this.#count }, () => this.#spawn(config, pack)));
    return {
      activate: () => this.#replace(detectors),
    };
  }

  get hasRoom(): boolean {
    return this.#detectors.some((detector) => detector.inFlight < MAX_IN_FLIGHT);
  }

  /** `bytes` of the chunk are transferred: the caller keeps none of them. */
  dispatch(chunk: RawChunk): void {
    let best = this.#detectors[0]!;
    for (const detector of this.#detectors) if (detector.inFlight < best.inFlight) best = detector;
    best.inFlight++;
    post(best.worker, { type: 'chunk', chunk }, [chunk.bytes.buffer]);
  }

  stop(): void {
    this.#replace([]);
  }

  async #spawn(config: Config, pack: RulePack): Promise<Detector> {
    const { port1, port2 } = new MessageChannel();
    const { withEvents } = this.#options;
    const worker = new Worker(new URL('../detector.js', import.meta.url), {
      workerData: { config, pack, withEvents, keeper: port1 } satisfies DetectorStart,
      transferList: [port1],
      name: 'detector',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    return await new Promise((resolve, reject) => {
      let detector: Detector | null = null;
      worker.on('error', (error) => {
        if (detector === null) reject(error);
        else this.#options.onFailed(error);
      });
      worker.on('message', (message: FromDetector) => {
        if (message.type === 'ready') {
          detector = { worker, inFlight: 0, retired: false };
          this.#options.onPort(port2);
          resolve(detector);
          return;
        }
        if (detector === null) return;
        detector.inFlight--;
        this.#options.onDone(message.seq, message.events);
        if (detector.retired && detector.inFlight === 0) post(worker, { type: 'stop' });
        else this.#options.onRoom();
      });
    });
  }

  /** The old ones finish what they have. */
  #replace(detectors: Detector[]): void {
    for (const old of this.#detectors) {
      old.retired = true;
      if (old.inFlight === 0) post(old.worker, { type: 'stop' });
    }
    this.#detectors = detectors;
  }
}

export interface PreparedDetectors {
  activate(): void;
}

function post(worker: Worker, message: ToDetector, transfer: ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}
