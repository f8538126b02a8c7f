import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { readingsBySource } from './config/reading.js';
import type { Config } from './config/schema.js';
import { configuredExplainer } from './explainer.js';
import { type Core, createCore } from './keep.js';
import { AppliedTeller } from './keeper/applied-teller.js';
import { startDeliveries } from './keeper/deliveries.js';
import { DemoStage } from './keeper/demo-stage.js';
import { Inbox } from './keeper/inbox.js';
import { type ChunkMeta, LogOrder } from './keeper/log-order.js';
import { type LogWriter, openLogWriter } from './keeper/log-writer.js';
import { endedOrphans } from './keeper/orphans.js';
import { Replay } from './keeper/replay.js';
import { Retention } from './keeper/retention.js';
import { SnapshotClock } from './keeper/snapshot-clock.js';
import { SnapshotWriter } from './keeper/snapshot-writer.js';
import { restoredStages, type Stages } from './keeper/stages.js';
import { StdoutLink } from './keeper/stdout-link.js';
import { KeeperTally } from './keeper/tally.js';
import { Unstored } from './keeper/unstored.js';
import { type Change, isIncident } from './model/change.js';
import { DEMO_SOURCE } from './model/event.js';
import { freeBytes } from './model/free-bytes.js';
import type { ControlRecord, Cursor, RawChunk } from './model/raw-chunk.js';
import type { DetectorToKeeper, FromKeeper, KeeperStart, ToKeeper } from './protocol.js';
import { renderAlert } from './report/alert-text.js';
import { renderIncidentNews } from './report/incident-text.js';
import { type KeptPack, openForKeeping } from './rule-pack.js';
import type { KeptRules } from './ruleset.js';
import { decodeSignals } from './signal-codec.js';
import { Caretaker } from './storage/caretaker.js';
import { WHEN_DAMAGED } from './storage/damage.js';
import type { ChunkDigest } from './storage/log/digests.js';
import type { EventLog } from './storage/log/event-log.js';
import { StateStore } from './storage/state.js';
import { createLogger } from './telemetry/log.js';
import { faultLine, ofFile, outsideFault } from './telemetry/outside-fault.js';

/**
 * The keeper thread: the one owner of state. It writes the log, merges what detectors found strictly in log order,
 * applies it, and commits: first the log, then in one transaction of state.db the alert changes, source cursors and
 * applied position. So state is never ahead of the log, and a restart re-runs the log from the last snapshot.
 */
const COMMIT_MS = 200;
const RETAIN_MS = 60_000;
/** Senders told of, of each source. */
const SHOWN_SENDERS = 200;
/** Groups told of, of each correlation. */
const SHOWN_GROUPS = 100;

/** At the start a snapshot goes with it, and after the one at the end one is begun, so that nothing has to be run again. */
type Occasion = 'timer' | 'asked' | 'start' | 'end';

/** What a detector made of a chunk. */
interface Found {
  readonly type: 'found';
  readonly message: DetectorToKeeper;
}

class Keeper {
  #config: Config;
  #built: KeptRules;
  #readingOf: (source: string) => number;
  readonly #log: ReturnType<typeof createLogger>;
  readonly #unstored: Unstored;
  readonly #caretaker: Caretaker;
  readonly #eventLog: EventLog | null;
  readonly #writer: LogWriter | null;
  readonly #state: StateStore;
  readonly #core: Core;
  readonly #senders: Stages['senders'];
  readonly #anomaly: Stages['anomaly'];
  readonly #demo = new DemoStage(() =>
    createCore(
      this.#config,
      this.#built,
      () => {},
      (built) => configuredExplainer(this.#config)(built),
    ),
  );
  readonly #tally = new KeeperTally();
  readonly #deliveries: ReturnType<typeof startDeliveries>;
  readonly #order: LogOrder;
  readonly #rules = new Map<number, { pack: KeptPack; config: Config }>();
  readonly #stdout = new StdoutLink(post);
  readonly #retention: Retention;
  readonly #timers: NodeJS.Timeout[];
  #appliedSeq: number;
  #changes: Change[] = [];
  #cursors = new Map<string, { source: string; cursor: Cursor }>();
  readonly #snapshots: SnapshotClock;
  readonly #snapshotWriter: SnapshotWriter;
  #committedSeq: number;
  /** Positions after which a commit was asked for, ascending. */
  readonly #commitAt: number[] = [];
  /** The newest chunk that the log had given up when a commit was last asked for. */
  #lostTold = 0;
  /** While the log is re-run. */
  #replay: Replay | null = null;
  /** From then on. */
  #teller: AppliedTeller | null = null;
  readonly #inbox = new Inbox<ToKeeper | Found>((message) => this.#handle(message));

  constructor(start: KeeperStart) {
    const { config } = start;
    this.#config = config;
    this.#readingOf = readingsBySource(config);
    this.#log = createLogger({ level: start.logLevel, pretty: start.logPretty, colour: start.logPretty });
    mkdirSync(config.data_dir, { recursive: true, mode: 0o750 });
    this.#caretaker = new Caretaker((error) =>
      this.#log.warn({ err: error }, 'The caretaker of the data has ended; the keeper does its work.'),
    );
    const statePath = join(config.data_dir, 'state.db');
    this.#unstored = new Unstored({
      path: statePath,
      log: this.#log,
      now: Date.now,
      tellSinks: (changes) => this.#deliveries.tellUnstored(changes),
    });
    this.#state = ofFile(
      statePath,
      () => new StateStore(statePath, { isTended: true }),
      WHEN_DAMAGED['state.db'],
    );
    this.#caretaker.tend(statePath);
    this.#writer = openLogWriter(config, {
      caretaker: this.#caretaker,
      fault: (code, n) => this.#tally.fault(code, n),
      log: this.#log,
      keepAfter: () => this.#snapshots.seq,
    });
    this.#eventLog = this.#writer?.eventLog ?? null;
    this.#built = openForKeeping(start.pack);
    const snapshot = this.#state.snapshot();
    this.#snapshots = new SnapshotClock(snapshot?.seq ?? 0);
    this.#snapshotWriter = new SnapshotWriter({
      state: this.#state,
      onWritten: ({ seq, costMs }) => this.#snapshots.taken(seq, costMs),
      onFailed: (error) => this.#tellUnwritten(error),
    });
    const stages = restoredStages(
      {
        config: () => this.#config,
        built: this.#built,
        count: (code, n) => this.#tally.fault(code, n),
        log: this.#log,
      },
      snapshot?.parts ?? null,
    );
    this.#core = stages.core;
    this.#senders = stages.senders;
    this.#anomaly = stages.anomaly;
    this.#appliedSeq = this.#snapshots.seq;
    this.#committedSeq = this.#appliedSeq;
    this.#order = new LogOrder(this.#appliedSeq + 1);
    this.#deliveries = startDeliveries({
      config,
      alertsToStdout: start.alertsToStdout,
      state: this.#state,
      log: this.#log,
      counters: this.#tally.counters,
      stdout: (text) => this.#stdout.write(text),
      textOf: (change) =>
        isIncident(change) ? renderIncidentNews(change, start.terminal) : renderAlert(change, start.terminal),
    });
    this.#retention = new Retention({
      limits: () => this.#config.storage,
      eventLog: this.#eventLog,
      state: this.#state,
      sinks: this.#deliveries.names,
      keepAfter: () => this.#snapshots.seq,
      log: this.#log,
    });
    this.#timers = [
      setInterval(() => this.#commit('timer'), COMMIT_MS),
      setInterval(() => this.#retention.begin(), RETAIN_MS),
    ];
  }

  /** Re-runs the log after the snapshot, then reports ready. */
  async recover(): Promise<void> {
    const { seq } = this.#snapshots;
    const chunks = this.#writer?.read(seq, this.#state.appliedSeq());
    post({ type: 'opened', replay: Math.max(0, (this.#eventLog?.lastSeq ?? 0) - seq) });
    if (chunks !== undefined) await this.#rerun(chunks);
    const lastSeq = Math.max(this.#eventLog?.lastSeq ?? 0, this.#appliedSeq, this.#state.appliedSeq());
    this.#order.skipTo(lastSeq + 1);
    this.#appliedSeq = lastSeq;
    this.#commit('start');
    this.#endOrphans();
    post({ type: 'ready', nextSeq: this.#order.nextSeq, cursors: this.#state.cursors() });
    this.#teller = new AppliedTeller(lastSeq, (seq) =>
      post({ type: 'applied', seq, dueAt: Math.min(this.#core.dueAt, this.#core.incidentDueAt) }),
    );
  }

  #endOrphans(): void {
    const orphans = [...endedOrphans(this.#state.open(), this.#core.openIds())];
    if (orphans.length === 0) return;
    this.#log.warn(
      { count: orphans.length },
      'Alerts and incidents that nothing is known of any more have ended.',
    );
    this.#collect(orphans);
    this.#commit('asked');
  }

  receive(message: ToKeeper): void {
    this.#inbox.add(message);
  }

  #handle(message: ToKeeper | Found): void {
    switch (message.type) {
      case 'found':
        this.#order.answer(message.message);
        this.#advance();
        break;
      case 'chunk':
        this.#append(message.chunk);
        break;
      case 'detector':
        this.#addDetector(message.port);
        break;
      case 'rules':
        this.#rules.set(message.seq, message);
        break;
      case 'commit':
        this.#commitAt.push(message.seq);
        this.#commitAsAsked();
        break;
      case 'stats':
        post({ type: 'stats', stats: this.#stats() });
        break;
      case 'rule-stats':
        post({ type: 'rule-stats', rules: this.#ruleStats() });
        break;
      case 'anomaly-stats':
        post({ type: 'anomaly-stats', stats: this.#anomaly?.stats() ?? null });
        break;
      case 'sender-stats':
        post({ type: 'sender-stats', stats: this.#senders.stats(SHOWN_SENDERS, Date.now()) });
        break;
      case 'open-correlations':
        post({
          type: 'open-correlations',
          correlations: this.#core.openCorrelations(SHOWN_GROUPS, Date.now()),
        });
        break;
      case 'train':
        this.#train();
        break;
      case 'trained':
        this.#anomaly?.trained(message.ok, message.drift);
        break;
      case 'reopen':
        this.#deliveries.reopen();
        break;
      case 'stdout-taken':
        this.#stdout.taken(message.id, message.ok);
        break;
      case 'stop':
        void this.#stop(message.deadline);
        break;
    }
  }

  #append(chunk: RawChunk): void {
    this.#writer?.append(chunk);
    this.#order.expect(chunk);
    freeBytes(chunk.bytes);
    this.#advance();
    if (chunk.transport === 'control' && this.#anomaly?.watch.isDueForTraining) this.#train();
  }

  #addDetector(port: MessagePort): void {
    port.on('message', (message: DetectorToKeeper) => this.#inbox.add({ type: 'found', message }));
  }

  /** Applies whatever is next in log order and complete. */
  #advance(): void {
    const before = this.#appliedSeq;
    for (let turn = this.#order.take(); turn !== null; turn = this.#order.take()) {
      const { meta, found, control } = turn;
      if (control === null) this.#applyFound(found, meta);
      else this.#applyControl(meta, control);
      if (meta.cursor !== null) {
        const { source, cursor } = meta;
        this.#cursors.set(`${source}\0${cursor.key}`, { source, cursor });
      }
      this.#appliedSeq = meta.seq;
    }
    if (this.#appliedSeq === before) return;
    this.#replay?.applied(this.#appliedSeq);
    this.#teller?.applied(this.#appliedSeq);
    this.#commitAsAsked();
  }

  #commitAsAsked(): void {
    while (this.#commitAt.length > 0 && this.#commitAt[0]! <= this.#appliedSeq) {
      this.#commitAt.shift();
      const isStored = this.#commit('asked');
      const lostSeq = this.#writer?.lostSeq ?? 0;
      this.#teller?.tellNow();
      post({ type: 'committed', stored: isStored && lostSeq === this.#lostTold });
      this.#lostTold = lostSeq;
    }
  }

  #applyFound({ result, signals, minutes }: DetectorToKeeper, meta: ChunkMeta): void {
    const { rules } = this.#built.ruleset;
    const { times, keys, sent } = result;
    const isDemo = meta.source === DEMO_SOURCE;
    this.#eventLog?.addDigest(
      meta.seq,
      keys === null ? null : { times, keys, reading: this.#readingOf(meta.source) },
    );
    this.#tally.add(result);
    this.#tally.addRules(result.ruleCounts, rules);
    this.#core.count(result.records, meta.receivedAt);
    if (sent !== null && !isDemo)
      this.#collect(this.#core.hear(meta.source, sent, meta.seq, meta.receivedAt));
    if (signals.count === 0 && minutes === null) return;
    const decoded = decodeSignals(signals, {
      seq: meta.seq,
      source: meta.source,
      clock: meta.clock,
      ruleId: (rule) => rules[rule]!.id,
    });
    this.#tally.addSignals(decoded.length);
    if (isDemo) {
      this.#collect(this.#demo.apply(result.seq, decoded, meta.receivedAt));
      return;
    }
    this.#collect(
      this.#core.apply(
        result.seq,
        decoded,
        meta.receivedAt,
        minutes === null ? null : { source: meta.source, minutes },
      ),
    );
  }

  #applyControl({ seq, receivedAt }: ChunkMeta, record: ControlRecord): void {
    this.#eventLog?.addDigest(seq, NO_EVENTS);
    if (record.kind === 'listening') this.#core.listen(record.sources, receivedAt);
    if (record.kind === 'tick')
      this.#collect([...this.#core.tick(record.now), ...this.#demo.tick(record.now)]);
    if (record.kind === 'forget-demo') this.#forgetDemo();
    if (record.kind === 'model') this.#anomaly?.watch.useModel(record.id);
    if (record.kind === 'silences') this.#core.useSilences(record.silences);
    const rules = this.#rules.get(seq);
    if (rules === undefined) return;
    this.#rules.delete(seq);
    this.#config = rules.config;
    this.#readingOf = readingsBySource(rules.config);
    this.#built = openForKeeping(rules.pack);
    this.#core.useRules(this.#built);
    this.#demo.useRules(this.#built);
  }

  #forgetDemo(): void {
    this.#demo.forget();
    this.#changes = this.#changes.filter(({ labels }) => !labels?.demo);
    this.#state.forgetDemo();
  }

  #collect(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#tally.addChange(change);
    }
  }

  /** True = it is on the disk, in the log, too, if there is one. */
  #commit(occasion: Occasion): boolean {
    const changed = this.#appliedSeq > this.#committedSeq || (this.#eventLog?.pendingBytes ?? 0) > 0;
    if (occasion === 'timer' && !changed) return true;
    const logged = this.#writer?.commit(occasion === 'end') ?? false;
    const canRerun = logged && this.#snapshots.seq >= this.#writer!.lostSeq;
    const snapshotDue = this.#snapshots.isDue(this.#appliedSeq, canRerun);
    // What cannot be re-run from the log is not lost: effects and cursors wait for a snapshot and go with it.
    if (!canRerun && !snapshotDue && occasion === 'timer') return false;
    const wholeSnapshot = !canRerun || occasion === 'start';
    const startedAt = Date.now();
    if (wholeSnapshot || occasion === 'end') this.#snapshotWriter.abandon();
    try {
      this.#state.commit({
        appliedSeq: this.#appliedSeq,
        changes: this.#changes,
        cursors: [...this.#cursors.values()],
        ...(wholeSnapshot && { snapshot: serializedParts(this.#core.snapshot()) }),
      });
    } catch (error) {
      this.#tellUnwritten(error);
      return false;
    }
    this.#unstored.stored();
    const deliver = this.#changes.length > 0;
    this.#changes = [];
    this.#cursors.clear();
    this.#committedSeq = this.#appliedSeq;
    if (deliver) this.#deliveries.wake();
    if (wholeSnapshot) this.#snapshots.taken(this.#appliedSeq, Date.now() - startedAt);
    else if ((snapshotDue || occasion === 'end') && !this.#snapshotWriter.isBusy)
      this.#snapshotWriter.begin(this.#core.snapshot());
    return logged || this.#writer === null;
  }

  #tellUnwritten(error: unknown): void {
    this.#tally.fault('state.write_failed');
    this.#unstored.failed(error, this.#changes);
  }

  async #rerun(chunks: Iterable<RawChunk>): Promise<void> {
    this.#replay = new Replay(this.#appliedSeq, {
      send: (chunk) => {
        this.#order.expect(chunk);
        if (chunk.transport === 'control') this.#advance();
        else post({ type: 'replay', chunk }, [chunk.bytes.buffer]);
      },
      skipTo: (seq) => this.#order.skipTo(seq),
    });
    await this.#replay.run(chunks);
    this.#replay = null;
  }

  async #stop(deadline: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#commit('end');
    if (this.#unstored.isFailing) this.#unstored.tell(this.#changes);
    await Promise.all([this.#deliveries.stop(deadline), this.#snapshotWriter.ended(deadline)]);
    this.#retention.finish();
    this.#writer?.finish();
    this.#state.close();
    await this.#caretaker.stop();
    // What the log holds is re-run.
    const isLost = this.#writer === null || this.#snapshots.seq < this.#writer.lostSeq;
    post({ type: 'stopped', lost: isLost ? this.#unstored.tellLost(this.#changes) : 0 });
    parentPort?.close();
  }

  #stats() {
    return this.#tally.stats({
      core: this.#core.stats(Date.now()),
      anomaly: this.#anomaly?.watch.stats() ?? null,
      stored: this.#state.counts(),
      senders: this.#senders.size,
      log: this.#eventLog?.stats() ?? null,
      unwritable: [
        ...(this.#writer?.isFailing ? (['log'] as const) : []),
        ...(this.#unstored.isFailing ? (['state'] as const) : []),
      ],
      unstored: this.#unstored.isFailing ? this.#changes.length : 0,
      sinks: this.#deliveries.stats(),
      appliedSeq: this.#appliedSeq,
    });
  }

  #ruleStats() {
    return this.#tally.ruleStats(this.#built.ruleset.rules, this.#core.correlationStats());
  }

  #train(): void {
    const request = this.#anomaly?.training(this.#appliedSeq) ?? null;
    if (request !== null) post(request);
  }
}

/** Control records drive time and rules; nobody searches for them. */
const NO_EVENTS: ChunkDigest = { times: null, keys: new Uint32Array(0), reading: 0 };

function* serializedParts(parts: Iterable<unknown>): Generator<Uint8Array> {
  for (const part of parts) yield serialize(part);
}

function failure(error: Error, exitCode: number): FromKeeper {
  const isOutside = outsideFault(error) !== null;
  const stack = isOutside ? null : (error.stack ?? '');
  return { type: 'failed', message: faultLine(error), stack, exitCode };
}

function post(message: FromKeeper, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

try {
  const keeper = new Keeper(workerData as KeeperStart);
  parentPort!.on('message', (message: ToKeeper) => keeper.receive(message));
  keeper.recover().catch((error: Error) => post(failure(error, 70)));
} catch (error) {
  post(failure(error as Error, 74));
}
