import { writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readConfiguredRules } from './config/rule-files.js';
import type { Config } from './config/schema.js';
import { serveControl } from './daemon/control-socket.js';
import { Dispatcher, type PreparedDetectors } from './daemon/dispatcher.js';
import { EventStream } from './daemon/event-stream.js';
import { KeeperLink } from './daemon/keeper-link.js';
import { type DataDirLock, lockDataDir } from './daemon/lock.js';
import { SourceSupervisor } from './daemon/source-supervisor.js';
import { Stdout } from './daemon/stdout.js';
import type { ControlRecord, RawChunk } from './model/raw-chunk.js';
import type { RuleFault } from './model/rule.js';
import type { RuleFile } from './protocol.js';
import { BoundedQueue } from './queue/bounded-queue.js';
import type { Logger } from './telemetry/log.js';

export interface DaemonOptions {
  readonly config: Config;
  /** Reads the configuration again on SIGHUP; throws with every fault. */
  readonly reloadConfig: () => Config;
  readonly log: Logger;
  readonly pretty: boolean;
  /** What stdout is, for alerts shown to people. */
  readonly terminal: { readonly colour: boolean; readonly width: number };
  readonly version: string;
  /** Normalized events as NDJSON on stdout. */
  readonly eventsToStdout: boolean;
  /** Alert lines on stdout. */
  readonly alertsToStdout: boolean;
  /** Called when everything listens. */
  readonly onStarted?: (addresses: readonly string[]) => void;
}

/** A failure that ends the daemon, with the exit code it deserves (DESIGN: command line). */
export class DaemonFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'DaemonFailure';
    this.exitCode = exitCode;
  }
}

/**
 * Chunks that may be between the queue and the keeper's last application at once, besides what detectors hold: what
 * detectors find in them waits in memory for its turn, and of a flood of hits that is far more than the chunks' bytes.
 */
const MAX_UNAPPLIED_CHUNKS = 24;
const TICK_MS = 1000;
const STATS_MS = 5000;

/**
 * Config → running process. Owns every thread, timer and lifetime; the data path is short:
 *
 *   sources → queue → `#pump` → keeper (log) and a detector (copy) → keeper applies → `#release`
 */
export class Daemon {
  #config: Config;
  readonly #options: DaemonOptions;
  readonly #log: Logger;
  readonly #stdout: Stdout;
  readonly #startedAt = Date.now();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #reloads = new Map<
    string,
    { detectors: PreparedDetectors; ruleFiles: readonly RuleFile[]; config: Config }
  >();
  /** Chunks that wait for something besides the keeper before they are released. */
  readonly #unreleased = new Map<number, number>();
  #supervisors: SourceSupervisor[] = [];
  #lock: DataDirLock | null = null;
  #keeper!: KeeperLink;
  #dispatcher: Dispatcher | undefined;
  #queue!: BoundedQueue;
  #events: EventStream | null = null;
  #control: Server | null = null;
  readonly #replayQueue: RawChunk[] = [];
  #sentSeq = 0;
  #appliedSeq = 0;
  #lastActivity = Date.now();
  #rules = 0;
  #faults: readonly RuleFault[] = [];
  #accepting = false;
  #finish: (exitCode: number) => void = () => {};
  #failure: DaemonFailure | null = null;
  readonly #finished: Promise<number>;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#log = options.log;
    this.#stdout = new Stdout(() => this.#finish(0));
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Runs until a signal, the end of finite input, or a failure. Resolves with the exit code. */
  async run(): Promise<number> {
    await this.#start();
    const exitCode = await this.#finished;
    await this.#shutDown();
    return exitCode;
  }

  /** SIGTERM, SIGINT: stop accepting, drain, snapshot, exit 0. */
  stop(): void {
    this.#finish(0);
  }

  /** SIGHUP: sinks reopen their files; rules, extractors and sources are read again, the old ones kept on error. */
  async reload(): Promise<void> {
    this.#keeper.reopenSinks();
    let config: Config;
    try {
      config = this.#options.reloadConfig();
    } catch (error) {
      this.#log.error({ err: error }, 'The configuration was not reloaded; the old one stays.');
      return;
    }
    this.#warnOfRestart(config);
    this.#config = {
      ...this.#config,
      rules: config.rules,
      extractors: config.extractors,
      sources: config.sources,
    };
    await this.#reloadRules();
    await this.#reloadSources(config);
  }

  async stats(): Promise<Record<string, unknown>> {
    const keeper = await this.#keeper.stats();
    const memory = process.memoryUsage();
    return {
      version: this.#options.version,
      pid: process.pid,
      started: new Date(this.#startedAt).toISOString(),
      at: new Date().toISOString(),
      uptime_seconds: Math.round((Date.now() - this.#startedAt) / 1000),
      sources: Object.fromEntries(
        this.#supervisors.map((one) => [one.name, { ...one.stats(), ...keeper.bySource[one.name] }]),
      ),
      queue: this.#queue.stats(),
      detection: {
        records: keeper.records,
        signals: keeper.signals,
        formats: keeper.formats,
        counts: keeper.faults,
      },
      rules: { loaded: this.#rules, refused: this.#faults.length },
      alerts: { ...keeper.alerts, by_severity: keeper.bySeverity },
      correlation: keeper.correlation,
      log: keeper.log,
      sinks: keeper.sinks,
      process: { rss_bytes: memory.rss, applied_seq: keeper.appliedSeq },
    };
  }

  async #start(): Promise<void> {
    const config = this.#config;
    this.#lock = lockDataDir(config.data_dir);
    const ruleFiles = this.#readRules();
    this.#keeper = new KeeperLink(
      {
        config,
        ruleFiles,
        alertsToStdout: this.#options.alertsToStdout,
        logLevel: this.#log.level,
        logPretty: this.#options.pretty,
        terminal: this.#options.terminal,
      },
      this.#stdout,
      {
        onReplay: (chunk) => this.#replay(chunk),
        onApplied: (seq) => this.#applied(seq),
        onFailed: (error, exitCode) => this.#fail(error, exitCode),
      },
    );
    const detectors =
      config.engine.detectors === 'auto' ? Math.max(1, availableParallelism() - 1) : config.engine.detectors;
    this.#dispatcher = new Dispatcher(
      {
        withEvents: this.#options.eventsToStdout,
        onPort: (port) => this.#keeper.addDetector(port),
        onDone: (seq, events) => this.#detected(seq, events),
        onFailed: (error) => this.#fail(error, 70),
        onRoom: () => this.#pump(),
      },
      detectors,
    );
    const prepared = await this.#orFailure(this.#dispatcher!.prepare(this.#config, ruleFiles));
    this.#useRules(prepared);
    prepared.activate();
    this.#pumpReplay();
    const { replay } = await this.#orFailure(this.#keeper.opened);
    if (replay > 0) this.#log.info({ chunks: replay }, 'Detecting again what the last run had not finished.');
    const ready = await this.#orFailure(this.#keeper.ready);
    await this.#open(ready.nextSeq, ready.cursors);
  }

  /** Everything behind the sources runs: let them in. */
  async #open(
    nextSeq: number,
    cursors: readonly { source: string; key: string; value: string }[],
  ): Promise<void> {
    const config = this.#config;
    this.#sentSeq = nextSeq - 1;
    this.#appliedSeq = nextSeq - 1;
    this.#queue = new BoundedQueue({
      maxBytes: config.queue.max_bytes,
      maxRecords: config.queue.max_records,
      firstSeq: nextSeq,
    });
    if (this.#options.eventsToStdout)
      this.#events = new EventStream(this.#stdout, nextSeq, (seq) => this.#release(seq));
    this.#queue.onItem(() => this.#pump());
    this.#accepting = true;
    this.#pushControl({ kind: 'ruleset', hash: 'start', rules: this.#rules });
    this.#supervisors = config.sources.map((source) => this.#supervise(source, cursors));
    const results = await Promise.allSettled(this.#supervisors.map((one) => one.start()));
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    if (failed.length > 0) {
      await this.#shutDown();
      throw new DaemonFailure(failed.map((error) => error.message).join('\n'), 74);
    }
    this.#control = await serveControl(config.data_dir, (command) => this.#answer(command));
    this.#timers.push(
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => void this.#writeStats(), STATS_MS),
    );
    const addresses = this.#supervisors.map((one) => one.describe());
    this.#log.info(
      { sources: addresses, rules: this.#rules, dataDir: config.data_dir },
      'Vedette is watching.',
    );
    this.#options.onStarted?.(addresses);
    this.#finishWithSources();
  }

  /** Finite input only (stdin, files read once): done when it is. */
  #finishWithSources(): void {
    const supervisors = this.#supervisors;
    void Promise.all(supervisors.map((one) => one.finished)).then(() => {
      if (supervisors === this.#supervisors) this.#finish(0);
    });
  }

  #supervise(
    source: Config['sources'][number],
    cursors: readonly { source: string; key: string; value: string }[],
  ): SourceSupervisor {
    const own = cursors.filter((cursor) => cursor.source === source.name);
    return new SourceSupervisor({
      config: source,
      out: this.#queue,
      log: this.#log,
      cursors: new Map(own.map((cursor) => [cursor.key, cursor.value])),
    });
  }

  /** Moves chunks from the queue to the threads while there is room. */
  #pump(): void {
    if (!this.#accepting) return;
    for (const dispatcher = this.#dispatcher!; ; ) {
      if (!dispatcher.hasRoom || this.#sentSeq - this.#appliedSeq >= MAX_UNAPPLIED_CHUNKS) return;
      const chunk = this.#queue.take();
      if (chunk === null) return;
      if (chunk.transport === 'control') this.#sendControl(chunk);
      else this.#send(chunk);
    }
  }

  #send(chunk: RawChunk): void {
    this.#sentSeq = chunk.seq;
    if (this.#events !== null) this.#unreleased.set(chunk.seq, 2);
    const copy = { ...chunk, bytes: new Uint8Array(chunk.bytes) };
    this.#dispatcher!.dispatch(copy);
    this.#keeper.append(chunk);
  }

  #sendControl(chunk: RawChunk): void {
    this.#sentSeq = chunk.seq;
    const record = JSON.parse(Buffer.from(chunk.bytes).toString()) as ControlRecord;
    const reload = record.kind === 'ruleset' ? this.#reloads.get(record.hash) : undefined;
    if (reload !== undefined && record.kind === 'ruleset') {
      this.#reloads.delete(record.hash);
      this.#keeper.useRules(chunk.seq, reload.ruleFiles, reload.config);
      this.#useRules(reload.detectors);
      reload.detectors.activate();
    }
    if (this.#events !== null) {
      this.#unreleased.set(chunk.seq, 2);
      this.#events.add(chunk.seq, null);
    }
    this.#keeper.append(chunk);
  }

  #detected(seq: number, events: Uint8Array | null): void {
    this.#events?.add(seq, events);
    this.#pumpReplay();
  }

  /** The keeper is done with everything up to `seq`. */
  #applied(seq: number): void {
    while (this.#appliedSeq < seq) this.#release(++this.#appliedSeq);
    this.#pump();
  }

  /** Called once per party that has to be done with a chunk. */
  #release(seq: number): void {
    const left = (this.#unreleased.get(seq) ?? 1) - 1;
    if (left > 0) {
      this.#unreleased.set(seq, left);
      return;
    }
    this.#unreleased.delete(seq);
    this.#queue?.release(seq);
  }

  /** Chunks of the last run to detect again; they may come before the detectors are up. */
  #replay(chunk: RawChunk): void {
    this.#replayQueue.push(chunk);
    this.#pumpReplay();
  }

  #pumpReplay(): void {
    while (this.#replayQueue.length > 0 && this.#dispatcher?.hasRoom) {
      this.#dispatcher.dispatch(this.#replayQueue.shift()!);
    }
  }

  /** Drives what ends by silence. Only while something may still end: an idle daemon writes nothing. */
  #tick(): void {
    const now = Date.now();
    const received = Math.max(0, ...this.#supervisors.map((one) => one.lastSeen));
    if (received > this.#lastActivity) this.#lastActivity = received;
    if (now - this.#lastActivity > this.#config.alerts.dedup_window + 10 * TICK_MS) return;
    this.#pushControl({ kind: 'tick', now });
  }

  #pushControl(record: ControlRecord): void {
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(record)));
    const now = Date.now();
    this.#queue.push({
      source: 'vedette',
      transport: 'control',
      receivedAt: now,
      clock: now,
      cursor: null,
      records: 0,
      bytes,
      ends: null,
      peers: [],
      peerRuns: null,
      truncated: null,
    });
  }

  #readRules(): readonly RuleFile[] {
    const { files, faults } = readConfiguredRules(this.#config.rules);
    this.#faults = faults;
    for (const fault of faults) this.#logFault(fault);
    return files;
  }

  #useRules(prepared: PreparedDetectors): void {
    this.#rules = prepared.rules;
    this.#faults = [...this.#faults, ...prepared.faults];
    for (const fault of prepared.faults) this.#logFault(fault);
    const wanted = this.#config.rules.builtin || this.#config.rules.paths.length > 0;
    if (prepared.rules === 0 && wanted && !this.#accepting) {
      throw new DaemonFailure('No rule could be loaded; see the messages above.', 78);
    }
  }

  #logFault({ place, code, message }: RuleFault): void {
    this.#log.warn({ rule: `${place.file}:${place.line}`, code, reason: message }, 'A rule was refused.');
  }

  async #reloadRules(): Promise<void> {
    const config = this.#config;
    const ruleFiles = this.#readRules();
    const detectors = await this.#dispatcher!.prepare(config, ruleFiles);
    if (detectors.rules === 0 && ruleFiles.length > 0) {
      detectors.discard();
      this.#log.error('No rule could be loaded; the old rules stay.');
      return;
    }
    const id = `${detectors.hash}-${Date.now()}`;
    this.#reloads.set(id, { detectors, ruleFiles, config });
    this.#pushControl({ kind: 'ruleset', hash: id, rules: detectors.rules });
    this.#log.info({ rules: detectors.rules, refused: detectors.faults.length }, 'Rules reloaded.');
  }

  async #reloadSources(config: Config): Promise<void> {
    const wanted = new Map(config.sources.map((source) => [source.name!, JSON.stringify(source)]));
    const gone = this.#supervisors.filter((one) => wanted.get(one.name) !== one.settings);
    await Promise.all(gone.map((one) => one.stop(Date.now() + 1000)));
    const kept = this.#supervisors.filter((one) => !gone.includes(one));
    const cursors = gone.flatMap((one) => one.cursors());
    for (const source of config.sources) {
      if (kept.some((one) => one.name === source.name)) continue;
      const made = this.#supervise(source, cursors);
      kept.push(made);
      await made.startOrRetry();
    }
    this.#supervisors = kept;
    this.#finishWithSources();
  }

  #warnOfRestart(config: Config): void {
    const fixed = [
      'data_dir',
      'engine',
      'queue',
      'correlation',
      'alerts',
      'sinks',
      'storage',
      'shutdown_timeout',
      'log',
    ] as const;
    const changed = fixed.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(this.#config[key]));
    if (changed.length > 0)
      this.#log.warn({ keys: changed }, 'These settings take effect at the next start.');
  }

  async #answer(command: string): Promise<unknown> {
    if (command === 'stats') return await this.stats();
    return { error: `unknown command ${command}` };
  }

  async #writeStats(): Promise<void> {
    const path = join(this.#config.data_dir, 'stats.json');
    try {
      await writeFile(`${path}.tmp`, `${JSON.stringify(await this.stats(), null, 2)}\n`);
      await rename(`${path}.tmp`, path);
    } catch (error) {
      this.#log.warn({ err: error }, 'stats.json could not be written.');
    }
  }

  async #shutDown(): Promise<void> {
    const { shutdown_timeout, data_dir } = this.#config;
    const deadline = Date.now() + shutdown_timeout;
    for (const timer of this.#timers) clearInterval(timer);
    this.#log.info('Stopping: reading what has arrived, then closing.');
    await Promise.all(this.#supervisors.map((one) => one.stop(Date.now() + shutdown_timeout / 2)));
    await this.#drained(deadline);
    this.#accepting = false;
    if (this.#failure === null) {
      // What could not be detected in time is written to the log; the next start detects it.
      for (let chunk = this.#queue?.take() ?? null; chunk !== null; chunk = this.#queue.take())
        this.#keeper.append(chunk);
      const stats = this.#control === null ? null : await this.stats();
      await this.#keeper.stop(Math.max(deadline, Date.now() + 2000));
      if (stats !== null) writeFileSync(join(data_dir, 'stats.json'), `${JSON.stringify(stats, null, 2)}\n`);
    }
    this.#dispatcher?.stop();
    this.#control?.close();
    this.#lock?.release();
    this.#log.info('Stopped.');
  }

  async #drained(deadline: number): Promise<void> {
    while (
      this.#failure === null &&
      this.#queue !== undefined &&
      !this.#queue.isIdle &&
      Date.now() < deadline
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #fail(error: unknown, exitCode: number): void {
    if (this.#failure !== null) return;
    this.#failure = new DaemonFailure((error as Error).message, exitCode);
    this.#log.fatal({ err: error }, 'A thread of the daemon failed.');
    this.#rejectStart(this.#failure);
    this.#finish(exitCode);
  }

  #rejectStart: (failure: DaemonFailure) => void = () => {};

  /** While starting, a failed thread must not leave us waiting for its answer. */
  #orFailure<T>(promise: Promise<T>): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#rejectStart = reject;
      promise.then(resolve, reject);
    });
  }
}
