import type { Config } from '../config/schema.js';
import { entityOf } from '../correlation/sessions.js';
import { configuredExplainer } from '../explainer.js';
import { type Core, createCore } from '../keep.js';
import type { AlertChange } from '../model/alert.js';
import { type Change, isIncident } from '../model/change.js';
import type { RuleOutcome } from '../model/rule-outcome.js';
import { openForKeeping } from '../rule-pack.js';
import { decodeSignals } from '../signal-codec.js';
import type { Prepared } from './asked-rules.js';
import type { ReadChunk, ReadResult, ReadTask } from './messages.js';
import { BacktestTally } from './tally.js';

/** The keeper's core over what readers found, in log order, with nothing behind it: no state, no sinks. */
export class Trial {
  readonly #core: Core;
  readonly #tally: BacktestTally;
  readonly #ruleIds: readonly string[];
  readonly #dedupMs: number;
  readonly #counts = new Map<string, number>();
  /** Chunks up to here were read or left out. */
  #seq = 0;
  /** Something was left out, which may have held ticks. */
  #hasGap = false;
  #lastReceivedAt = 0;

  constructor(config: Config, { pack, asked }: Prepared, samples: number) {
    const kept = openForKeeping(pack);
    this.#ruleIds = kept.ruleset.rules.map(({ id }) => id);
    this.#dedupMs = config.alerts.dedup_window;
    this.#core = createCore(
      config,
      kept,
      (code, n) => this.#counts.set(code, (this.#counts.get(code) ?? 0) + n),
      configuredExplainer(config),
    );
    this.#tally = new BacktestTally({
      ...{ rules: kept.ruleset.rules, silenced: kept.silenced, asked, samples },
      minSeverity: config.alerts.min_severity,
      entityOf: ({ subject }) => entityOf(subject, null),
    });
  }

  get hits(): number {
    return this.#tally.hits;
  }

  get alerts(): number {
    return this.#tally.alerts;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Alert lines that this makes, in order. */
  take(task: ReadTask, { chunks }: ReadResult): AlertChange[] {
    const alerts: AlertChange[] = [];
    const spans =
      task.kind === 'blocks' ? [...task.blocks] : [{ firstSeq: task.after + 1, lastSeq: task.upTo }];
    let span = spans.shift();
    for (const chunk of chunks) {
      for (; span !== undefined && span.firstSeq <= chunk.seq; span = spans.shift()) this.#enter(span);
      alerts.push(...this.#takeChunk(chunk));
    }
    for (; span !== undefined; span = spans.shift()) this.#enter(span);
    return alerts;
  }

  /** Ends what is open. Nothing may be taken afterwards. */
  outcome(): RuleOutcome[] {
    const firings = new Map(this.#core.correlationStats().map(({ id, firings }) => [id, firings]));
    // What silence would raise now is not known yet.
    for (const change of this.#core.tick(this.#lastReceivedAt + this.#dedupMs + 1))
      if (!isIncident(change) && change.alert.status !== 'opened') this.#tally.addAlert(change);
    return this.#tally.outcome(firings);
  }

  #enter({ firstSeq, lastSeq }: { readonly firstSeq: number; readonly lastSeq: number }): void {
    if (firstSeq > this.#seq + 1) this.#hasGap = true;
    this.#seq = lastSeq;
  }

  #takeChunk({ seq, source, receivedAt, clock, signals, tick }: ReadChunk): AlertChange[] {
    if (tick !== null) return this.#told(this.#core.tick(tick));
    if (signals === null) return [];
    // A daemon that runs ticks every second while an alert is open.
    const before = this.#hasGap ? this.#told(this.#core.tick(receivedAt)) : [];
    this.#hasGap = false;
    this.#lastReceivedAt = Math.max(this.#lastReceivedAt, receivedAt);
    const ids = this.#ruleIds;
    const decoded = decodeSignals(signals, { seq, source, clock, ruleId: (rule) => ids[rule]! });
    for (const signal of decoded) if (signal.kind === 'rule') this.#tally.addSignal(signal);
    return [...before, ...this.#told(this.#core.apply(seq, decoded, receivedAt))];
  }

  #told(changes: readonly Change[]): AlertChange[] {
    const alerts = changes.filter((change) => !isIncident(change));
    for (const alert of alerts) this.#tally.addAlert(alert);
    return alerts;
  }
}
