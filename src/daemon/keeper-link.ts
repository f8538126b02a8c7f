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
import { keptPart, type RulePack } from '../rule-pack.js';
import { ClearError } from '../telemetry/outside-fault.js';
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
  /** With how many alerts are lost. */
  readonly stopped: Promise<number>;
  #markOpened: (value: { replay: number }) => void = () => {};
  #markReady: (value: KeeperReady) => void = () => {};
  #markStopped: (lost: number) => void = () => {};
  readonly #waitingForCommit: ((stored: boolean) => void)[] = [];
  readonly #stats = this.#question<KeeperStats>('stats');
  readonly #ruleStats = this.#question<readonly RuleStats[]>('rule-stats');
  readonly #anomalyStats = this.#question<AnomalyStats | null>('anomaly-stats');
  readonly #openCorrelations = this.#question<readonly OpenCorrelation[]>('open-correlations');
  readonly #senderStats = this.#question<SenderStatsBySource>('sender-stats');

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
    this.#post({ type: 'rules', seq, pack: keptPart(pack), config });
  }

  reopenSinks(): void {
    this.#post({ type: 'reopen' });
  }

  /** Resolves when everything up to `seq` is applied; true = the log and state.db hold it and its effects, as far as they are on. */
  committed(seq: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waitingForCommit.push(resolve);
      this.#post({ type: 'commit', seq });
    });
  }

  stats(): Promise<KeeperStats> {
    return this.#stats.ask();
  }

  ruleStats(): Promise<readonly RuleStats[]> {
    return this.#ruleStats.ask();
  }

  anomalyStats(): Promise<AnomalyStats | null> {
    return this.#anomalyStats.ask();
  }

  senderStats(): Promise<SenderStatsBySource> {
    return this.#senderStats.ask();
  }

  openCorrelations(): Promise<readonly OpenCorrelation[]> {
    return this.#openCorrelations.ask();
  }

  train(): void {
    this.#post({ type: 'train' });
  }

  trained(ok: boolean, drift: number): void {
    this.#post({ type: 'trained', ok, drift });
  }

  stop(deadline: number): Promise<number> {
    this.#post({ type: 'stop', deadline });
    return this.stopped;
  }

  #question<T>(type: QuestionType): Question<T> {
    return new Question(() => this.#post({ type }));
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
        this.#waitingForCommit.shift()?.(message.stored);
        break;
      case 'stats':
        this.#stats.answer(message.stats);
        break;
      case 'rule-stats':
        this.#ruleStats.answer(message.rules);
        break;
      case 'anomaly-stats':
        this.#anomalyStats.answer(message.stats);
        break;
      case 'sender-stats':
        this.#senderStats.answer(message.stats);
        break;
      case 'open-correlations':
        this.#openCorrelations.answer(message.correlations);
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
        this.#events.onFailed(failureOf(message), message.exitCode);
        break;
      case 'stopped':
        this.#markStopped(message.lost);
        break;
    }
  }
}

/** As it was over there: its stack of here would lead nowhere. */
function failureOf({ message, stack }: Extract<FromKeeper, { type: 'failed' }>): Error {
  return stack === null ? new ClearError(message) : Object.assign(new Error(message), { stack });
}

type QuestionType = 'stats' | 'rule-stats' | 'anomaly-stats' | 'sender-stats' | 'open-correlations';

/** Many may wait for one answer: it is asked for once. */
class Question<T> {
  readonly #post: () => void;
  readonly #waiting: ((answer: T) => void)[] = [];

  constructor(post: () => void) {
    this.#post = post;
  }

  ask(): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#post();
    });
  }

  answer(answer: T): void {
    for (const resolve of this.#waiting.splice(0)) resolve(answer);
  }
}
