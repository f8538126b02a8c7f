import { parentPort, workerData } from 'node:worker_threads';
import { ConfigError, faultText } from '../config/errors.js';
import { readConfiguredRules } from '../config/rule-files.js';
import { hintsBySource } from '../config/source-hints.js';
import type { AlertChange } from '../model/alert.js';
import { sessionKey } from '../model/event-keys.js';
import '../normalizers/normalize.js';
import type { Need } from '../query/need.js';
import { openForKeeping } from '../rule-pack.js';
import { currentReadings } from '../search/segment.js';
import { decodeSignals } from '../signal-codec.js';
import { stepBack } from '../telemetry/priority.js';
import { AskedRulesError, type Prepared, prepareRules } from './asked-rules.js';
import type {
  BacktestOutcome,
  BacktestProgress,
  BacktestStart,
  FromBacktest,
  ReadResult,
  ReadTask,
  ToBacktest,
} from './messages.js';
import { needOfRules, waitForSilence } from './need.js';
import { Readers } from './readers.js';
import { LogTasks, newPlanned } from './tasks.js';
import { Trial } from './trial.js';

/**
 * The thread of a backtest: it finds the rules, lets readers go through the log, and runs the keeper's core over what they find.
 *
 * Where filters can rule much of the log out, it looks round first: at what may hold hits, for the hosts of those that name no
 * source. Then it reads with these what may hold sessions on these hosts, for the core to know where such hits came from.
 */
const start = workerData as BacktestStart;

/** More is read at once than looked round for. */
const WORTH_SKIPPING = 0.3;
const MOST_HOSTS = 1000;
/** Numbers and texts of signals that are kept from looking round, so as not to read them again. */
const MOST_KEPT = 4_000_000;
const PROGRESS_MS = 100;

class Backtest {
  readonly #prepared: Prepared;
  readonly #tasks: LogTasks;
  readonly #readers: Readers;
  readonly #trial: Trial;
  #planned = newPlanned();
  #records = 0;
  readonly #damage: BacktestOutcome['damage'][number][] = [];
  #toldAt = 0;
  #taken: () => void = () => {};

  constructor(prepared: Prepared) {
    const { config, dir, from, until, threads, samples } = start;
    this.#prepared = prepared;
    this.#tasks = new LogTasks(dir, currentReadings(config));
    this.#readers = new Readers(
      { config, pack: prepared.pack, from, until, noDemoUpTo: start.noDemoUpTo ?? 0 },
      threads,
    );
    this.#trial = new Trial(config, prepared, samples);
  }

  receive(message: ToBacktest): void {
    if (message.type === 'taken') this.#taken();
    else {
      this.#readers.stop();
      this.#taken();
    }
  }

  async run(): Promise<BacktestOutcome> {
    try {
      await this.#read();
      const rules = this.#trial.outcome();
      const { skipped, unfiltered, damage } = this.#planned;
      return {
        ...this.#progress(),
        ...{ rules, skipped, unfiltered },
        damage: distinct([...damage, ...this.#damage]),
        faults: this.#prepared.faults,
        counts: this.#trial.counts,
        stopped: this.#readers.isStopped,
      };
    } finally {
      await this.#readers.close();
    }
  }

  async #read(): Promise<void> {
    const times = timesNeed();
    const { rules } = openForKeeping(this.#prepared.pack).ruleset;
    const hits = start.skip && !waitForSilence(rules) ? needOfRules(rules) : NOTHING;
    const narrow: Need = { kind: 'all', needs: [times, hits] };
    if (hits.kind === 'nothing' || !this.#isWorthSkipping(narrow)) return this.#readAll(times);
    const { hosts, kept } = await this.#lookRound(narrow);
    if (kept !== null && (hosts?.size === 0 || this.#readers.isStopped)) return this.#takeAll(kept);
    if (hosts === null) return this.#readAll(times);
    const sessions = [...hosts].map((host): Need => ({ kind: 'key', key: sessionKey(host) }));
    return this.#readAll({ kind: 'all', needs: [times, { kind: 'any', needs: [hits, ...sessions] }] });
  }

  #isWorthSkipping(need: Need): boolean {
    const { records, skipped } = this.#tasks.extent(need);
    return skipped > WORTH_SKIPPING * (records + skipped);
  }

  /** Hosts of hits without a source, null = too many; and what was found, null = too much. */
  async #lookRound(need: Need): Promise<{
    readonly hosts: ReadonlySet<string> | null;
    readonly kept: readonly (readonly [ReadTask, ReadResult])[] | null;
  }> {
    const hosts = new Set<string>();
    let kept: [ReadTask, ReadResult][] | null = [];
    let size = 0;
    this.#planned = newPlanned();
    await this.#readers.read(this.#tasks.tasks(need, this.#planned), (task, result) => {
      this.#count(result);
      for (const { seq, source, clock, signals } of result.chunks) {
        if (signals === null) continue;
        size += signals.numbers.length + signals.texts.length;
        for (const signal of decodeSignals(signals, { seq, source, clock, ruleId: () => '' }))
          if (signal.kind === 'rule' && signal.subject.sourceIp === null && signal.subject.host !== null)
            hosts.add(signal.subject.host);
      }
      if (size > MOST_KEPT) kept = null;
      kept?.push([task, result]);
    });
    return { hosts: hosts.size > MOST_HOSTS ? null : hosts, kept };
  }

  async #takeAll(kept: readonly (readonly [ReadTask, ReadResult])[]): Promise<void> {
    for (const [task, result] of kept) await this.#take(task, result);
  }

  async #readAll(need: Need): Promise<void> {
    this.#planned = newPlanned();
    await this.#readers.read(this.#tasks.tasks(need, this.#planned), async (task, result) => {
      this.#count(result);
      await this.#take(task, result);
    });
  }

  async #take(task: ReadTask, result: ReadResult): Promise<void> {
    const alerts = this.#trial.take(task, result);
    if (start.wantsAlerts && alerts.length > 0) await this.#tell(alerts);
  }

  /** Whoever is told sets the pace. */
  async #tell(alerts: readonly AlertChange[]): Promise<void> {
    post({ type: 'alerts', alerts });
    await new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
  }

  #count({ records, damage }: ReadResult): void {
    this.#records += records;
    this.#damage.push(...damage);
    const now = Date.now();
    if (now - this.#toldAt < PROGRESS_MS) return;
    this.#toldAt = now;
    post({ type: 'progress', progress: this.#progress() });
  }

  #progress(): BacktestProgress {
    const { skipped, segments } = this.#planned;
    return {
      ...{ records: this.#records, skipped },
      ...{ segments: this.#tasks.segments, segmentsDone: segments },
      ...{ hits: this.#trial.hits, alerts: this.#trial.alerts },
    };
  }
}

const NOTHING: Need = { kind: 'nothing' };

function timesNeed(): Need {
  const { from, until } = start;
  if (from === null && until === null) return NOTHING;
  return {
    kind: 'times',
    from: from ?? Number.NEGATIVE_INFINITY,
    until: until ?? Number.POSITIVE_INFINITY,
  };
}

/** What is damaged is met again by each look at it. */
function distinct(damage: BacktestOutcome['damage']): BacktestOutcome['damage'] {
  return [...new Map(damage.map((one) => [JSON.stringify(one), one])).values()];
}

function post(message: FromBacktest): void {
  parentPort!.postMessage(message);
}

function prepare(): Prepared | null {
  try {
    // Sources may name logsources of their own; the normalizers' are known since they were loaded.
    hintsBySource(start.config.sources);
    const { files } = readConfiguredRules(start.config.rules);
    return prepareRules(start.rules, files, start.config.rules);
  } catch (error) {
    if (error instanceof AskedRulesError)
      post({ type: 'refused', reason: error.message, faults: error.faults });
    else if (error instanceof ConfigError)
      post({ type: 'refused', reason: error.faults.map(faultText).join('\n'), faults: [] });
    else throw error;
    return null;
  }
}

stepBack();
const prepared = prepare();
if (prepared === null) parentPort!.close();
else {
  const backtest = new Backtest(prepared);
  parentPort!.on('message', (message: ToBacktest) => backtest.receive(message));
  const outcome = await backtest.run();
  post({ type: 'done', outcome });
  parentPort!.close();
}
