import type { Server } from 'node:net';
import { availableParallelism } from 'node:os';
import type { Config } from './config/schema.js';
import { ChunkFlow } from './daemon/chunk-flow.js';
import { type Answers, answerCommand } from './daemon/commands.js';
import { Commits } from './daemon/commits.js';
import { serveControl } from './daemon/control-socket.js';
import { Dispatcher } from './daemon/dispatcher.js';
import { changedFixedSettings } from './daemon/fixed-settings.js';
import { Front } from './daemon/front.js';
import { History, STEP_MS } from './daemon/history.js';
import { INTAKE_NAME, Intake } from './daemon/intake.js';
import { KeeperLink } from './daemon/keeper-link.js';
import { type DataDirLock, lockDataDir } from './daemon/lock.js';
import { ModelLife } from './daemon/model-life.js';
import { RuleLife } from './daemon/rule-life.js';
import { type SourceCursor, SourceSet } from './daemon/source-set.js';
import { type DaemonStats, daemonStats, type SourceStats } from './daemon/stats.js';
import { writeStatsFile } from './daemon/stats-file.js';
import { Stdout } from './daemon/stdout.js';
import { openAfterLast, TICK_MS, Ticker } from './daemon/ticker.js';
import type { DaemonView, ServeApi } from './daemon/view.js';
import { refusedRules } from './model/rule.js';
import type { BoundedQueue } from './queue/bounded-queue.js';
import { keptPart } from './rule-pack.js';
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
  /** Serves the API and the page, when the configuration enables them. */
  readonly serveApi: ServeApi;
  /** Sources are open, and where they stand is stored. */
  readonly onWatching: () => void;
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
 * Config → running process: owns every thread, timer and lifetime. The way of the data is daemon/chunk-flow.ts.
 */
export class Daemon {
  #config: Config;
  readonly #options: DaemonOptions;
  readonly #log: Logger;
  readonly #stdout: Stdout;
  readonly #startedAt = Date.now();
  readonly #timers: NodeJS.Timeout[] = [];
  #sources!: SourceSet;
  #lock: DataDirLock | null = null;
  #keeper!: KeeperLink;
  #dispatcher!: Dispatcher;
  #flow!: ChunkFlow;
  #queue!: BoundedQueue;
  #intake!: Intake;
  #control: Server | null = null;
  #front!: Front;
  readonly #history = new History();
  #statsWritten = Promise.resolve();
  readonly #ticker: Ticker;
  readonly #rules: RuleLife;
  readonly #models: ModelLife;
  #finish: (exitCode: number) => void = () => {};
  #failure: DaemonFailure | null = null;
  #markStarted: () => void = () => {};
  /** One reload at a time, none before the start is done. */
  #reloading = new Promise<void>((resolve) => {
    this.#markStarted = resolve;
  });
  readonly #finished: Promise<number>;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#log = options.log;
    this.#rules = new RuleLife(options.log);
    this.#models = new ModelLife(options.config, options.log, {
      onModel: (id) => this.#flow.pushControl({ kind: 'model', id }),
      onTrained: (ok, drift) => this.#keeper.trained(ok, drift),
    });
    this.#ticker = new Ticker({
      openMs: openAfterLast(options.config),
      lastSeen: () => Math.max(this.#intake.lastSeen, this.#sources.lastSeen),
      onTick: (now) => this.#flow.pushControl({ kind: 'tick', now }),
      onAwake: () => {
        this.#tellListening([]);
        this.#tellListening(this.#sources.listening);
      },
    });
    this.#stdout = new Stdout((exitCode) => this.#finish(exitCode));
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Runs until a signal, the end of finite input, or a failure. Resolves with the exit code. */
  async run(): Promise<number> {
    await this.#start();
    const exitCode = await this.#finished;
    this.#log.info('Stopping: reading what has arrived, then closing.');
    const lost = await this.#shutDown();
    this.#log.info('Stopped.');
    return exitCode === 0 && lost > 0 ? 74 : exitCode;
  }

  /** SIGTERM, SIGINT: stop accepting, drain, snapshot, exit 0; 74 when a full disk cost alerts. */
  stop(): void {
    this.#finish(0);
  }

  /** SIGHUP: sinks reopen their files; rules, extractors, sources and certificates are read again, the old ones kept on error. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#reload());
  }

  #inTurn(reload: () => Promise<void>): Promise<void> {
    this.#reloading = this.#reloading.then(reload).catch((error: unknown) => {
      this.#log.error({ err: error }, 'The configuration was not reloaded; the old one stays.');
    });
    return this.#reloading;
  }

  async stats(): Promise<DaemonStats> {
    return daemonStats({
      version: this.#options.version,
      startedAt: this.#startedAt,
      page: this.#front.api?.url ?? null,
      sources: this.#sourceStats(),
      queue: this.#queue.stats(),
      rules: this.#rules.figures,
      keeper: await this.#keeper.stats(),
    });
  }

  #sourceStats(): Record<string, SourceStats> {
    const stats = this.#sources.stats();
    if (this.#intake.isUsed) stats[INTAKE_NAME] = this.#intake.stats(this.#front.api?.url ?? '');
    return stats;
  }

  async #start(): Promise<void> {
    const config = this.#config;
    this.#lock = lockDataDir(config.data_dir);
    this.#front = new Front(config.data_dir, this.#options.serveApi, this.#log);
    this.#rules.startCompiler();
    await this.#watchRules();
    const pack = await this.#rules.compile(this.#withSwitches(config));
    if (pack === null) throw new DaemonFailure('No rule could be loaded; see the messages above.', 78);
    this.#rules.use(pack, config);
    this.#keeper = new KeeperLink(
      {
        config,
        pack: keptPart(pack),
        alertsToStdout: this.#options.alertsToStdout,
        logLevel: this.#log.level,
        logPretty: this.#options.pretty,
        terminal: this.#options.terminal,
      },
      this.#stdout,
      {
        onReplay: (chunk) => this.#flow.replay(chunk),
        onApplied: (seq, dueAt) => {
          this.#ticker.dueAt = dueAt;
          this.#flow.applied(seq);
        },
        onTrain: (request) => void this.#models.train(request),
        onFailed: (error, exitCode) => this.#fail(error, exitCode),
      },
    );
    const detectors =
      config.engine.detectors === 'auto' ? Math.max(1, availableParallelism() - 1) : config.engine.detectors;
    this.#dispatcher = new Dispatcher(
      {
        withEvents: this.#options.eventsToStdout,
        onPort: (port) => this.#keeper.addDetector(port),
        onDone: (seq, events) => this.#flow.detected(seq, events),
        onFailed: (error) => this.#fail(error, 70),
        onRoom: () => this.#flow.pump(),
      },
      detectors,
    );
    this.#flow = new ChunkFlow(this.#keeper, this.#dispatcher);
    const prepared = await this.#orFailure(this.#dispatcher.prepare(config, pack));
    prepared.activate();
    this.#flow.pump();
    const { replay } = await this.#orFailure(this.#keeper.opened);
    if (replay > 0) this.#log.info({ chunks: replay }, 'Detecting again what the last run had not finished.');
    const ready = await this.#orFailure(this.#keeper.ready);
    await this.#open(ready.nextSeq, ready.cursors);
  }

  /** Everything behind the sources runs: let them in. */
  async #open(nextSeq: number, cursors: readonly SourceCursor[]): Promise<void> {
    const config = this.#config;
    this.#queue = this.#flow.open({
      nextSeq,
      maxBytes: config.queue.max_bytes,
      maxRecords: config.queue.max_records,
      eventsTo: this.#options.eventsToStdout ? this.#stdout : null,
    });
    const commits = new Commits(this.#queue, this.#keeper);
    this.#intake = new Intake(this.#queue, commits);
    this.#flow.pushControl({ kind: 'ruleset', hash: 'start', rules: this.#rules.count });
    if (this.#front.desk.silences.list(1).length > 0) this.#useSilences();
    // What came to an end without a word begins anew: nobody listened since.
    this.#tellListening([]);
    const model = config.anomaly.enabled ? this.#models.takeNext() : null;
    if (model !== null) this.#flow.pushControl({ kind: 'model', id: model });
    this.#sources = new SourceSet(config.sources, cursors, {
      out: this.#queue,
      committed: () => commits.all(),
      log: this.#log,
      onListening: (sources) => this.#tellListening(sources),
      onFinished: () => this.#finish(0),
    });
    try {
      await this.#sources.start();
    } catch (error) {
      await this.#shutDown();
      throw new DaemonFailure((error as Error).message, 74);
    }
    // Where tailed files stand is known before anybody is told to rely on it.
    await this.#orFailure(this.#keeper.committed(this.#queue.lastSeq));
    this.#control = await serveControl(config.data_dir, (command) => answerCommand(this.#answers(), command));
    this.#timers.push(
      setInterval(() => this.#ticker.tick(), TICK_MS),
      setInterval(() => void this.#writeStats(), STEP_MS),
    );
    this.#log.info(
      { sources: this.#sources.describe(), rules: this.#rules.count, dataDir: config.data_dir },
      'Vedette is watching.',
    );
    this.#options.onWatching();
    void this.#inTurn(() => this.#rules.keep(config.data_dir));
    this.#markStarted();
    void this.#writeStats();
    if (config.api.enabled) void this.#front.open(this.#view(this.#front));
    this.#sources.watchEnds();
  }

  /** Into the log, so that a replay knows as well whose silence says something. */
  #tellListening(sources: readonly string[]): void {
    this.#flow.pushControl({ kind: 'listening', sources });
  }

  async #reload(): Promise<void> {
    this.#keeper.reopenSinks();
    this.#front.reload();
    const config = this.#options.reloadConfig();
    this.#warnOfRestart(config);
    this.#config = {
      ...this.#config,
      rules: config.rules,
      extractors: config.extractors,
      business_hours: config.business_hours,
      sources: config.sources,
    };
    await this.#watchRules();
    await this.#reloadRules();
    await this.#sources.replace(config.sources);
  }

  #watchRules(): Promise<void> {
    return this.#rules.watch(this.#config, () => this.#inTurn(() => this.#reloadRules()));
  }

  /** The new rules are compiled and warmed beside the old ones, which stay in use till then. */
  async #reloadRules(): Promise<void> {
    const config = this.#config;
    const pack = await this.#rules.compile(this.#withSwitches(config));
    if (pack === null) {
      this.#log.error('No rule could be loaded; the old rules stay.');
      return;
    }
    const told = { rules: pack.count, refused: refusedRules(pack.faults) };
    if (!this.#rules.isNews(pack, config)) {
      this.#rules.use(pack, config);
      this.#log.info(told, 'The rules are the same as before.');
      await this.#rules.keep(config.data_dir);
      return;
    }
    const detectors = await this.#dispatcher.prepare(config, pack);
    this.#rules.use(pack, config);
    this.#flow.switchRules(`${pack.hash}-${Date.now()}`, pack.count, (seq) => {
      this.#keeper.useRules(seq, pack, config);
      detectors.activate();
    });
    this.#log.info(told, 'Rules reloaded.');
    await this.#rules.keep(config.data_dir);
  }

  #warnOfRestart(config: Config): void {
    const changed = changedFixedSettings(this.#config, config);
    if (changed.length > 0)
      this.#log.warn({ keys: changed }, 'These settings take effect at the next start.');
  }

  #withSwitches(config: Config): Config {
    return this.#front.withSwitches(config);
  }

  #view({ desk }: Front): DaemonView {
    return {
      version: this.#options.version,
      log: this.#log,
      desk,
      history: this.#history,
      intake: this.#intake,
      config: () => this.#config,
      rules: () => this.#rules.pack,
      stats: () => this.stats(),
      ruleStats: () => this.#keeper.ruleStats(),
      anomalyStats: () => this.#keeper.anomalyStats(),
      senderStats: () => this.#keeper.senderStats(),
      train: () => this.#train(),
      useSilences: () => void this.#useSilences(),
      forgetDemo: () => {
        this.#flow.pushControl({ kind: 'forget-demo' });
        return this.#queue.lastSeq;
      },
      reloadRules: () => this.#inTurn(() => this.#reloadRules()),
    };
  }

  #answers(): Answers {
    return {
      stats: () => this.stats(),
      rules: () => this.#keeper.ruleStats(),
      anomaly: () => this.#keeper.anomalyStats(),
      senders: () => this.#keeper.senderStats(),
      correlations: () => this.#keeper.openCorrelations(),
      train: () => this.#train(),
      login: () => ({ url: this.#front.api?.loginUrl() ?? null }),
      silences: () => ({ used: this.#useSilences() }),
      model: (id) => this.#useModel(id),
    };
  }

  /** Those in force now, by the log. Returns how many there are. */
  #useSilences(): number {
    const silences = this.#front.desk.silences.inForce(Date.now());
    this.#flow.pushControl({ kind: 'silences', silences });
    return silences.length;
  }

  #train(): { started: boolean } {
    if (this.#config.anomaly.enabled) this.#keeper.train();
    return { started: this.#config.anomaly.enabled };
  }

  /** A file that is not what its name says is counted by the keeper. */
  #useModel(id: string): { used: boolean } {
    const used = this.#config.anomaly.enabled && /^[0-9a-f]{64}$/.test(id);
    if (used) this.#flow.pushControl({ kind: 'model', id });
    return { used };
  }

  /** One at a time: two would fight for the temporary file. */
  #writeStats(): Promise<void> {
    this.#statsWritten = this.#statsWritten.then(() => this.#writeStatsNow());
    return this.#statsWritten;
  }

  async #writeStatsNow(): Promise<void> {
    try {
      const stats = await this.stats();
      this.#history.add(stats);
      await writeStatsFile(this.#config.data_dir, stats);
    } catch (error) {
      this.#log.warn({ path: this.#config.data_dir, err: error }, 'stats.json could not be written.');
    }
  }

  /** Resolves with how many alerts are lost. */
  async #shutDown(): Promise<number> {
    const { shutdown_timeout } = this.#config;
    const deadline = Date.now() + shutdown_timeout;
    let lost = 0;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#front.close();
    await this.#rules.close();
    await this.#sources.stop(Date.now() + shutdown_timeout / 2);
    await this.#flow.drained(deadline, () => this.#failure !== null);
    if (this.#failure === null) {
      this.#flow.close();
      if (this.#control !== null) await this.#writeStats();
      lost = await this.#keeper.stop(Math.max(deadline, Date.now() + 2000));
    }
    this.#dispatcher.stop();
    this.#control?.close();
    this.#lock?.release();
    return lost;
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
