import { MessageChannel, Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.js';
import type { RawChunk } from '../model/raw-chunk.js';
import type { RuleFault } from '../model/rule.js';
import type { DetectorStart, FromDetector, RuleFile, ToDetector } from '../protocol.js';

/** Chunks a detector may have before it gets no more: enough to stay busy, few enough to switch rules soon. */
const MAX_IN_FLIGHT = 6;

/** What a chunk needs dies with it: half of V8's usual room costs nothing, a quarter would double the collections. */
const YOUNG_MB = 24;

interface Detector {
  readonly worker: Worker;
  readonly hash: string;
  readonly rules: number;
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
  async prepare(config: Config, ruleFiles: readonly RuleFile[]): Promise<PreparedDetectors> {
    const started = await Promise.all(
      Array.from({ length: this.#count }, () => this.#spawn(config, ruleFiles)),
    );
    const detectors = started.map((one) => one.detector);
    return {
      hash: detectors[0]!.hash,
      rules: detectors[0]!.rules,
      faults: started[0]!.faults,
      warnings: started[0]!.warnings,
      activate: () => this.#replace(detectors),
      discard: () => {
        for (const { worker } of detectors) post(worker, { type: 'stop' });
      },
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

  async #spawn(
    config: Config,
    ruleFiles: readonly RuleFile[],
  ): Promise<{ detector: Detector; faults: readonly RuleFault[]; warnings: readonly string[] }> {
    const { port1, port2 } = new MessageChannel();
    const { withEvents } = this.#options;
    const worker = new Worker(new URL('../detector.js', import.meta.url), {
      workerData: { config, ruleFiles, withEvents, keeper: port1 } satisfies DetectorStart,
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
          detector = { worker, hash: message.hash, rules: message.rules, inFlight: 0, retired: false };
          this.#options.onPort(port2);
          resolve({ detector, faults: message.faults, warnings: message.warnings });
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
  readonly hash: string;
  readonly rules: number;
  readonly faults: readonly RuleFault[];
  /** Settings of rules that have no effect. */
  readonly warnings: readonly string[];
  activate(): void;
  discard(): void;
}

function post(worker: Worker, message: ToDetector, transfer: ArrayBuffer[] = []): void {
  worker.postMessage(message, transfer);
}
