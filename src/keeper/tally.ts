import type { CorrelationStats } from '../correlation/correlation-counts.js';
import type { CoreStats } from '../keep.js';
import { type Change, isIncident } from '../model/change.js';
import type { Rule } from '../model/rule.js';
import { MEASURED } from '../pipeline.js';
import type { DetectorToKeeper, KeeperStats, RuleStats, SourceTally } from '../protocol.js';
import { COUNTS_WIDTH } from '../sigma/rule-counts.js';
import type { Code } from '../telemetry/codes.js';
import { Counters } from '../telemetry/counters.js';

/** Running totals of what the keeper applied, for `stats`. */
export class KeeperTally {
  readonly counters = new Counters();
  readonly #formats = new Map<string, number>();
  readonly #sources = new Map<string, SourceTally>();
  readonly #bySeverity = new Map<string, number>();
  #records = 0;
  #signals = 0;
  #opened = 0;
  #incidents = 0;
  /** By rule id, of rules that were in use before as well. */
  readonly #rules = new Map<string, RuleTally>();

  add(result: DetectorToKeeper['result']): void {
    this.#records += result.records;
    for (const [format, n] of Object.entries(result.formats))
      this.#formats.set(format, (this.#formats.get(format) ?? 0) + n);
    this.counters.merge(result.faults);
    const before = this.#sources.get(result.source);
    this.#sources.set(result.source, {
      records: (before?.records ?? 0) + result.records,
      unrecognized: (before?.unrecognized ?? 0) + result.unrecognized,
    });
  }

  /** `rules`: those of the detector that counted. */
  addRules(counts: Float64Array, rules: readonly Rule[]): void {
    for (let at = 0; at < counts.length; at += COUNTS_WIDTH) {
      const { id } = rules[counts[at]!]!;
      let tally = this.#rules.get(id);
      if (tally === undefined) {
        tally = { candidates: 0, matches: 0, milliseconds: 0 };
        this.#rules.set(id, tally);
      }
      tally.candidates += counts[at + 1]!;
      tally.matches += counts[at + 2]!;
      tally.milliseconds += (counts[at + 3]! * MEASURED) / 1e6;
    }
  }

  /** Of rules in use: detections, the dearest first, then correlations, those with most groups first. */
  ruleStats(rules: readonly Rule[], correlations: readonly CorrelationStats[]): RuleStats[] {
    const detections = rules
      .filter(({ kind }) => kind === 'detection')
      .map((rule) => {
        const { candidates, matches, milliseconds } = this.#rules.get(rule.id) ?? UNTRIED;
        const spent = Math.round(milliseconds);
        return { kind: 'detection', ...named(rule), candidates, matches, milliseconds: spent } as const;
      })
      .sort((a, b) => b.milliseconds - a.milliseconds || b.candidates - a.candidates);
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const counted = correlations
      .map((stats) => ({ kind: 'correlation', ...named(byId.get(stats.id)!), ...stats }) as const)
      .sort((a, b) => b.groups - a.groups || b.firings - a.firings);
    return [...detections, ...counted];
  }

  addSignals(count: number): void {
    this.#signals += count;
  }

  addChange(change: Change): void {
    if (isIncident(change)) {
      if (change.incident.status === 'opened') this.#incidents++;
      return;
    }
    if (change.alert.status !== 'opened') return;
    this.#opened++;
    this.#bySeverity.set(change.severity, (this.#bySeverity.get(change.severity) ?? 0) + 1);
  }

  fault(code: Code, n = 1): void {
    this.counters.add(code, n);
  }

  stats(rest: {
    core: CoreStats;
    anomaly: KeeperStats['anomaly'];
    stored: { readonly alerts: number; readonly incidents: number };
    senders: number;
    log: Record<string, number> | null;
    unwritable: KeeperStats['unwritable'];
    unstored: number;
    sinks: KeeperStats['sinks'];
    appliedSeq: number;
  }): KeeperStats {
    return {
      records: this.#records,
      today: rest.core.today,
      signals: this.#signals,
      formats: Object.fromEntries(this.#formats),
      faults: this.counters.toJson(),
      bySource: Object.fromEntries(this.#sources),
      alerts: {
        opened: this.#opened,
        open: rest.core.open,
        suppressed: rest.core.suppressed,
        stored: rest.stored.alerts,
      },
      incidents: {
        opened: this.#incidents,
        open: rest.core.incidents,
        stored: rest.stored.incidents,
      },
      correlation: { groups: rest.core.groups },
      senders: rest.senders,
      anomaly: rest.anomaly,
      bySeverity: Object.fromEntries(this.#bySeverity),
      log: rest.log,
      unwritable: rest.unwritable,
      unstored: rest.unstored,
      sinks: rest.sinks,
      appliedSeq: rest.appliedSeq,
    };
  }
}

function named({ id, title, level, place: { file } }: Rule) {
  return { id, title, level, file };
}

interface RuleTally {
  candidates: number;
  matches: number;
  milliseconds: number;
}

const UNTRIED: Readonly<RuleTally> = { candidates: 0, matches: 0, milliseconds: 0 };
