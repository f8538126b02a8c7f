import type { AlertChange } from '../model/alert.js';
import { LEVELS, type Level, type Rule } from '../model/rule.js';
import type { RuleOutcome } from '../model/rule-outcome.js';
import type { RuleSignal } from '../model/signal.js';
import { Counts } from '../search/counts.js';

export interface TallyOptions {
  /** Of the pack, in its order. */
  readonly rules: readonly Rule[];
  readonly silenced: ReadonlySet<number>;
  readonly minSeverity: Level;
  readonly asked: ReadonlySet<string>;
  readonly samples: number;
  /** Who it was, as far as the hit itself says. */
  readonly entityOf: (signal: RuleSignal) => string;
}

/** Entities that are told of one rule. */
const MOST_ENTITIES = 10;

type Silent = RuleOutcome['silent'];

interface Count {
  readonly rule: Exclude<Rule, { kind: 'filter' }>;
  readonly silent: Silent;
  hits: number;
  alerts: number;
  first: number;
  last: number;
  readonly entities: Counts;
  samples: AlertChange[];
}

/** What each rule would have done. */
export class BacktestTally {
  readonly #options: TallyOptions;
  readonly #counts: readonly (Count | null)[];
  readonly #byId = new Map<string, Count>();
  /** Alerts that have not ended: who it was, and how many hits by the newest line. */
  readonly #open = new Map<string, { readonly count: Count; readonly entity: string; hits: number }>();
  #hits = 0;
  #alerts = 0;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#counts = options.rules.map((rule, index) =>
      rule.kind === 'filter' ? null : newCount(rule, this.#silentOf(rule, index)),
    );
    for (const count of this.#counts) if (count !== null) this.#byId.set(count.rule.id, count);
  }

  /** Hits, and firings that raised or went on with an alert. */
  get hits(): number {
    return this.#hits;
  }

  get alerts(): number {
    return this.#alerts;
  }

  addSignal(signal: RuleSignal): void {
    const count = this.#counts[signal.rule]!;
    const { hits } = signal;
    let n = 0;
    for (let at = 0; at < hits.length; at += 3) {
      n += hits[at + 2]!;
      seen(count!, hits[at + 1]!);
    }
    count!.hits += n;
    this.#hits += n;
    if (count!.silent !== null) count!.entities.add(this.#options.entityOf(signal), n);
  }

  addAlert(change: AlertChange): void {
    const { id, status, count: hits } = change.alert;
    const count = this.#byId.get(change.rule.id);
    if (count === undefined) return;
    if (status === 'opened') {
      count.alerts++;
      this.#alerts++;
      this.#open.set(id, { count, entity: change.entity, hits });
      count.samples.push(change);
      if (count.samples.length > this.#options.samples) count.samples.shift();
    }
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.hits = hits;
    seen(count, Date.parse(change.alert.first_seen));
    seen(count, Date.parse(change.alert.last_seen));
    if (status === 'ended') this.#close(id, open);
  }

  /** `firings`: of correlations, by rule id. */
  outcome(firings: ReadonlyMap<string, number>): RuleOutcome[] {
    for (const [id, open] of this.#open) this.#close(id, open);
    const outcomes = this.#counts
      .filter((count) => count !== null)
      .map((count) => this.#outcomeOf(count, firings));
    return outcomes.sort((a, b) => Number(b.asked) - Number(a.asked));
  }

  #outcomeOf(count: Count, firings: ReadonlyMap<string, number>): RuleOutcome {
    const { rule, silent, alerts, entities, samples } = count;
    const most = [...entities.byValue].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      ...{ id: rule.id, title: rule.title, level: rule.level, kind: rule.kind },
      ...{ file: rule.place.file, line: rule.place.line, asked: this.#options.asked.has(rule.id) },
      silent,
      hits: rule.kind === 'correlation' ? (firings.get(rule.id) ?? 0) : count.hits,
      alerts,
      first_seen: timeOf(count.first),
      last_seen: timeOf(count.last),
      entities: most.slice(0, MOST_ENTITIES).map(([entity, hits]) => ({ entity, hits })),
      entity_count: most.length,
      samples,
    };
  }

  #close(id: string, { count, entity, hits }: { count: Count; entity: string; hits: number }): void {
    this.#open.delete(id);
    count.entities.add(entity, hits);
  }

  #silentOf(rule: Rule, index: number): Silent {
    const { silenced, minSeverity } = this.#options;
    if (silenced.has(index)) return 'counted_by_correlation';
    return LEVELS.indexOf(rule.level) < LEVELS.indexOf(minSeverity) ? 'below_min_severity' : null;
  }
}

function newCount(rule: Count['rule'], silent: Silent): Count {
  return {
    ...{ rule, silent, hits: 0, alerts: 0, samples: [], entities: new Counts() },
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
}

function seen(count: Count, time: number): void {
  if (time < count.first) count.first = time;
  if (time > count.last) count.last = time;
}

function timeOf(time: number): string | null {
  return Number.isFinite(time) ? new Date(time).toISOString() : null;
}
