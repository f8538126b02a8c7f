import { type MessagePort, Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.js';
import type { OpenCorrelation } from '../model/open-group.js';
import type { RawChunk } from '../model/raw-chunk.js';
import type {
  AnomalyStats,
  FromKeeper,
  KeeperStart,
  KeeperStats,
  RuleStats,
  SenderStatsBySource,
  ToKeeper,
} from '../protocol.js';
import type { RulePack } from '../rule-pack.js';
import type { Stdout } from './stdout.js';

/**
 * What of signals outlives their chunk lives for long: more room only lets it be copied later. With much less, the keeper of
 * lines that are all hits does nothing but collect.
 */
const YOUNG_MB = 18;

export interface KeeperEvents {
  readonly onReplay: (chunk: RawChunk) => void;
  readonly onApplied: (seq: number, dueAt: number) => void;
  /** A model is to be trained; `trained` says what came of it. */
  readonly onTrain: (request: Extract<FromKeeper, { type: 'train' }>) => void;
  readonly onFailed: (error: unknown, exitCode: number) => void;
}

export type KeeperReady = Extract<FromKeeper, { type: 'ready' }>;

/** Main's end of the line to the keeper thread. */
export class KeeperLink {
  readonly #worker: Worker;
  readonly #stdout: Stdout;
  readonly #events: KeeperEvents;
  readonly opened: Promise<{ replay: number }>;
  readonly ready: Promise<KeeperReady>;
  readonly stopped: Promise<void>;
  #markOpened: (value: { replay: number }) => void = () => {};
  #markReady: (value: KeeperReady) => void = () => {};
  #markStopped: () => void = () => {};
  readonly #waitingForCommit: (() => void)[] = [];
  readonly #waitingForStats: ((stats: KeeperStats) => void)[] = [];
  readonly #waitingForRules: ((rules: readonly RuleStats[]) => void)[] = [];
  readonly #waitingForAnomaly: ((stats: AnomalyStats | null) => void)[] = [];

  readonly #waitingForOpen: ((correlations: readonly OpenCorrelation[]) => void)[] = [];
  readonly #waitingForSenders: ((stats: SenderStatsBySource) => void)[] = [];

  constructor(start: KeeperStart, stdout: Stdout, events: KeeperEvents) {
    this.#stdout = stdout;
    this.#events = events;
    this.opened = new Promise((resolve) => {
      this.#markOpened = resolve;
    });
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.stopped = new Promise((resolve) => {
      this.#markStopped = resolve;
    });
    this.#worker = new Worker(new URL('../keeper.js', import.meta.url), {
      workerData: start,
      name: 'keeper',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (message: FromKeeper) => this.#receive(message));
    this.#worker.on('error', (error) => events.onFailed(error, 70));
  }

  addDetector(port: MessagePort): void {
    this.#worker.postMessage({ type: 'detector', port } satisfies ToKeeper, [port]);
  }

  /** `bytes` are transferred. */
  append(chunk: RawChunk): void {
    this.#worker.postMessage({ type: 'chunk', chunk } satisfies ToKeeper, [chunk.bytes.buffer]);
  }

  useRules(seq: number, pack: RulePack, config: Config): void {
    this.#post({ type: 'rules', seq, pack, config });
  }

  reopenSinks(): void {
    this.#post({ type: 'reopen' });
  }

  /** Resolves when everything up to `seq` is applied and state.db, as far as the disk takes it, holds the effects. */
  committed(seq: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waitingForCommit.push(resolve);
      this.#post({ type: 'commit', seq });
    });
  }

  stats(): Promise<KeeperStats> {
    return new Promise((resolve) => {
      this.#waitingForStats.push(resolve);
      if (this.#waitingForStats.length === 1) this.#post({ type: 'stats' });
    });
  }

  ruleStats(): Promise<readonly RuleStats[]> {
    return new Promise((resolve) => {
      this.#waitingForRules.push(resolve);
      if (this.#waitingForRules.length === 1) this.#post({ type: 'rule-stats' });
    });
  }

  anomalyStats(): Promise<AnomalyStats | null> {
    return new Promise((resolve) => {
      this.#waitingForAnomaly.push(resolve);
      if (this.#waitingForAnomaly.length === 1) this.#post({ type: 'anomaly-stats' });
    });
  }

  senderStats(): Promise<SenderStatsBySource> {
    return new Promise((resolve) => {
      this.#waitingForSenders.push(resolve);
      if (this.#waitingForSenders.length === 1) this.#post({ type: 'sender-stats' });
    });
  }

  openCorrelations(): Promise<readonly OpenCorrelation[]> {
    return new Promise((resolve) => {
      this.#waitingForOpen.push(resolve);
      if (this.#waitingForOpen.length === 1) this.#post({ type: 'open-correlations' });
    });
  }

  train(): void {
    this.#post({ type: 'train' });
  }

  trained(ok: boolean, drift: number): void {
    this.#post({ type: 'trained', ok, drift });
  }

  stop(deadline: number): Promise<void> {
    this.#post({ type: 'stop', deadline });
    return this.stopped;
  }

  #post(message: ToKeeper): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromKeeper): void {
    switch (message.type) {
      case 'opened':
        this.#markOpened(message);
        break;
      case 'replay':
        this.#events.onReplay(message.chunk);
        break;
      case 'ready':
        this.#markReady(message);
        break;
      case 'applied':
        this.#events.onApplied(message.seq, message.dueAt);
        break;
      case 'committed':
        this.#waitingForCommit.shift()?.();
        break;
      case 'stats':
        for (const resolve of this.#waitingForStats.splice(0)) resolve(message.stats);
        break;
      case 'rule-stats':
        for (const resolve of this.#waitingForRules.splice(0)) resolve(message.rules);
        break;
      case 'anomaly-stats':
        for (const resolve of this.#waitingForAnomaly.splice(0)) resolve(message.stats);
        break;
      case 'sender-stats':
        for (const resolve of this.#waitingForSenders.splice(0)) resolve(message.stats);
        break;
      case 'open-correlations':
        for (const resolve of this.#waitingForOpen.splice(0)) resolve(message.correlations);
        break;
      case 'train':
        this.#events.onTrain(message);
        break;
      case 'stdout':
        void this.#stdout
          .write(message.text)
          .then((ok) => this.#post({ type: 'stdout-taken', id: message.id, ok }));
        break;
      case 'failed':
        this.#events.onFailed(new Error(message.message), message.exitCode);
        break;
      case 'stopped':
        this.#markStopped();
        break;
    }
  }
}
