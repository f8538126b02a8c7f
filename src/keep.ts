import { type AlertBook, createAlertBook } from './alerts/alert-book.js';
import type { AlertCause, AlertingRule } from './alerts/alert-cause.js';
import { createIncidentBook, type IncidentBook } from './alerts/incident-book.js';
import type { OpenAlert } from './alerts/open-alert.js';
import { createSilencer, type Silencer, silenceable } from './alerts/silences.js';
import { ANOMALY_RULE } from './anomaly/rule.js';
import type { Anomaly, AnomalyWatch } from './anomaly/watch.js';
import type { Config } from './config/schema.js';
import { type Correlator, createCorrelator } from './correlation/correlate.js';
import { CorrelationCounts, type CorrelationStats } from './correlation/correlation-counts.js';
import type { Firing, Hit } from './correlation/hit.js';
import { createSessionTable, entityOf, SESSION_DEFAULTS, type SessionTable } from './correlation/sessions.js';
import { createExplainer, type ExplainerOf } from './explainer.js';
import { causeOfAnomaly, causeOfHit, causeOfSilence } from './keep/causes.js';
import { DayCount } from './keep/day-count.js';
import { partsOf, savedCore } from './keep/snapshot-parts.js';
import type { AlertChange } from './model/alert.js';
import type { Change } from './model/change.js';
import type { EntityMinutes } from './model/entity-minute.js';
import type { OpenCorrelation } from './model/open-group.js';
import { LEVELS, type Rule } from './model/rule.js';
import type { Sent } from './model/sent.js';
import type { MatchesOf, RuleSignal, Signal } from './model/signal.js';
import type { Silence } from './model/silence.js';
import type { KeptRules } from './ruleset.js';
import { SILENCE_RULE } from './senders/rule.js';
import type { SilenceNews } from './senders/silence.js';
import type { SenderWatch } from './senders/watch.js';
import type { Code } from './telemetry/codes.js';

/**
 * The second half of the line: pure, but with memory. Fed with the chunks' signals strictly in log order, so that the
 * same log gives byte-identical alerts whatever the number of detectors:
 *
 *   signals → record order → sessions → entity → correlate → alerts → incidents
 *   entity-minutes → open minutes → features → forest ──────────┤
 *   who sent → learned gaps → silence ──────────────────────────┘
 */
export interface Core {
  /**
   * Changes that the signals of the chunk at `seq` make, in order. `receivedAt` is the chunk's, ms; `minutes` what entities did
   * in it, and by which source it came.
   */
  apply(
    seq: number,
    signals: readonly Signal[],
    receivedAt: number,
    minutes?: SourceMinutes | null,
  ): Change[];
  /** So many records came in a chunk, at `receivedAt`, ms. */
  count(records: number, receivedAt: number): void;
  /** Who sent the chunk at `seq`, which came by that source at `receivedAt`, ms. Before `apply` of the same chunk. */
  hear(source: string, sent: Sent, seq: number, receivedAt: number): Change[];
  /** Sources that listen from `now` on, ms; no other does. */
  listen(sources: readonly string[], now: number): void;
  /** Time has come to `now` (ms) without more input: ends what is quiet, and raises what silence makes true. */
  tick(now: number): Change[];
  /** Receive time, ms, after which a tick is needed to judge silence; Infinity = nothing waits for it. */
  readonly dueAt: number;
  /** Receive time, ms, after which a tick is needed to end an incident that people were told of; Infinity = there is none. */
  readonly incidentDueAt: number;
  /** Other rules from here on. What did not change keeps its state. */
  useRules(built: KeptRules): void;
  /** Hits that these hide make alerts of their own, which are stored and nothing else. */
  useSilences(silences: readonly Silence[]): void;
  /**
   * Everything it knows at this call, as structured-cloneable parts, whatever is applied in between: each is made when it is asked
   * for, and to be copied at once, so that the whole is never in memory twice. The one before must be over, or returned from.
   */
  snapshot(): Generator<unknown, void>;
  /** Takes over the parts of a snapshot; throws on those of another format. The core must be new. */
  restore(parts: Iterable<unknown>): void;
  /** Ids of alerts and incidents that have not ended. */
  openIds(): ReadonlySet<string>;
  /** `now`: ms. */
  stats(now: number): CoreStats;
  correlationStats(): CorrelationStats[];
  /** What correlations have seen of at most `limit` groups each, those hit last. `now`: ms. */
  openCorrelations(limit: number, now: number): OpenCorrelation[];
}

/** Entity-minutes and the name of the source that they came by. */
export interface SourceMinutes {
  readonly source: string;
  readonly minutes: EntityMinutes;
}

export interface CoreStats {
  /** Alerts, and incidents people were told of, open now. */
  readonly open: number;
  readonly incidents: number;
  /** Hits of rules below min_severity. */
  readonly suppressed: number;
  /** Of correlations. */
  readonly groups: number;
  /** Records since midnight UTC. */
  readonly today: number;
}

/** A clock that tells so much less than before, ms, was set back. */
const SET_BACK_MS = 30_000;

type CoreConfig = Pick<Config, 'alerts' | 'correlation' | 'incidents'>;
type Count = (code: Code, n: number) => void;

export function createCore(
  config: CoreConfig,
  built: KeptRules,
  count: Count,
  explainerOf = plainExplainer,
  anomaly: AnomalyWatch | null = null,
  senders: SenderWatch | null = null,
): Core {
  return new KeeperCore(config, built, count, explainerOf, anomaly, senders);
}

/** For records of sources without hints and enrichment. */
const plainExplainer: ExplainerOf = ({ ruleset }) =>
  createExplainer({ ruleset, hints: new Map(), enrichment: () => null });

class KeeperCore implements Core {
  readonly #config: CoreConfig;
  readonly #count: Count;
  readonly #explainerOf: ExplainerOf;
  readonly #sessions: SessionTable;
  readonly #alerts: AlertBook;
  readonly #incidents: IncidentBook;
  readonly #anomaly: AnomalyWatch | null;
  readonly #senders: SenderWatch | null;
  #rules: readonly Rule[] = [];
  /** By rule: its hits or firings raise alerts. */
  #raises: readonly boolean[] = [];
  #correlator: Correlator;
  readonly #correlationCounts = new CorrelationCounts();
  #matchesOf: MatchesOf = () => [];
  /** Hits of rules below min_severity. */
  #suppressed = 0;
  #silences: readonly Silence[] = [];
  #silencerOf: Silencer = () => null;
  readonly #day = new DayCount();
  /** What the daemon's clock told last, ms: chunks may have waited, ticks have not. */
  #clock = Number.NEGATIVE_INFINITY;

  constructor(
    config: CoreConfig,
    built: KeptRules,
    count: Count,
    explainerOf: ExplainerOf,
    anomaly: AnomalyWatch | null,
    senders: SenderWatch | null,
  ) {
    this.#anomaly = anomaly;
    this.#senders = senders;
    this.#config = config;
    this.#count = count;
    this.#explainerOf = explainerOf;
    this.#sessions = createSessionTable({
      ...SESSION_DEFAULTS,
      onEvicted: () => count('session.evicted', 1),
    });
    this.#alerts = createAlertBook({
      minSeverity: config.alerts.min_severity,
      dedupWindowMs: config.alerts.dedup_window,
      repeatIntervalMs: config.alerts.repeat_interval,
      maxOpen: config.alerts.max_open,
      matchesOf: (evidence) => this.#matchesOf(evidence),
    });
    this.#incidents = createIncidentBook({
      minRisk: config.incidents.min_risk,
      quietAfterMs: config.incidents.quiet_after,
      repeatIntervalMs: config.alerts.repeat_interval,
      maxOpen: config.incidents.max_open,
      onEvicted: () => count('incidents.evicted', 1),
    });
    this.#correlator = this.#adopt(built);
  }

  apply(
    seq: number,
    signals: readonly Signal[],
    receivedAt: number,
    minutes: SourceMinutes | null = null,
  ): Change[] {
    const changes: Change[] = [];
    if (this.#anomaly !== null && minutes !== null)
      this.#raiseAnomalies(
        this.#anomaly.apply(seq, minutes.source, minutes.minutes, receivedAt),
        receivedAt,
        changes,
      );
    let record = -1;
    for (const { signal, at, index } of this.#inRecordOrder(signals)) {
      if (index !== record) this.#raiseFirings(this.#correlator.endEvent(), changes);
      record = index;
      if (signal.kind === 'session') this.#sessions.apply(signal);
      else this.#applyHit(signal, at, seq, receivedAt, changes);
    }
    this.#raiseFirings(this.#correlator.endEvent(), changes);
    return changes;
  }

  count(records: number, receivedAt: number): void {
    this.#day.add(records, receivedAt);
  }

  hear(source: string, sent: Sent, seq: number, receivedAt: number): Change[] {
    const changes: Change[] = [];
    if (this.#senders !== null)
      this.#tellOfSilence(this.#senders.hear(source, sent, seq, receivedAt), receivedAt, changes);
    return changes;
  }

  listen(sources: readonly string[], now: number): void {
    this.#lookAtClock(now);
    this.#senders?.listen(sources, now);
  }

  tick(now: number): Change[] {
    this.#lookAtClock(now);
    const changes: Change[] = [];
    if (this.#anomaly !== null) this.#raiseAnomalies(this.#anomaly.tick(now), now, changes);
    this.#raiseFirings([...this.#correlator.tick(now)], changes);
    if (this.#senders !== null) this.#tellOfSilence(this.#senders.tick(now), now, changes);
    this.#tell(this.#alerts.tick(now), now, changes);
    changes.push(...this.#incidents.tick(now));
    return changes;
  }

  get dueAt(): number {
    return Math.min(this.#correlator.dueAt, this.#senders?.dueAt ?? Number.POSITIVE_INFINITY);
  }

  get incidentDueAt(): number {
    return this.#incidents.dueAt;
  }

  useRules(built: KeptRules): void {
    const before = this.#correlator.snapshot();
    this.#correlator = this.#adopt(built);
    this.#correlator.restore(before);
  }

  useSilences(silences: readonly Silence[]): void {
    this.#silences = silences;
    this.#silencerOf = createSilencer(silences);
  }

  snapshot(): Generator<unknown, void> {
    return partsOf({
      sessions: this.#sessions.snapshot(),
      heavyOwners: this.#correlator.heavyOwners,
      alerts: this.#alerts.snapshot(),
      incidents: this.#incidents.snapshot(),
      anomaly: this.#anomaly?.snapshot() ?? null,
      senders: this.#senders?.snapshot() ?? null,
      suppressed: this.#suppressed,
      silences: this.#silences,
      day: this.#day.snapshot(),
      clock: this.#clock,
      groups: this.#correlator.savedGroups(),
    });
  }

  restore(parts: Iterable<unknown>): void {
    const saved = savedCore(parts);
    this.#sessions.restore(saved.sessions);
    this.#correlator.restore({ correlations: saved.groups, heavyOwners: saved.heavyOwners });
    this.#alerts.restore(saved.alerts);
    this.#incidents.restore(saved.incidents);
    if (saved.anomaly !== null) this.#anomaly?.restore(saved.anomaly);
    if (saved.senders !== null) this.#senders?.restore(saved.senders);
    this.#suppressed = saved.suppressed;
    this.useSilences(saved.silences);
    this.#day.restore(saved.day);
    this.#clock = saved.clock;
  }

  openIds(): ReadonlySet<string> {
    return new Set([...this.#alerts.ids(), ...this.#incidents.ids()]);
  }

  stats(now: number): CoreStats {
    return {
      open: this.#alerts.open,
      incidents: this.#incidents.open,
      suppressed: this.#suppressed,
      groups: this.#correlator.groups,
      today: this.#day.recordsAt(now),
    };
  }

  correlationStats(): CorrelationStats[] {
    return this.#correlator.stats();
  }

  openCorrelations(limit: number, now: number): OpenCorrelation[] {
    return this.#correlator.open(limit, now);
  }

  /** What was received by a clock that was ahead would otherwise be waited for until that time comes again. */
  #lookAtClock(now: number): void {
    if (now < this.#clock - SET_BACK_MS) {
      this.#count('clock.set_back', 1);
      this.#day.setBack(now);
      this.#correlator.setBack(now);
      this.#alerts.setBack(now);
      this.#incidents.setBack(now);
      this.#senders?.setBack(now);
      this.#anomaly?.setBack(now);
      this.#clock = now;
    }
    if (now > this.#clock) this.#clock = now;
  }

  #adopt(built: KeptRules): Correlator {
    const { ruleset, neededFields, silenced } = built;
    const { alerts, correlation } = this.#config;
    const lowest = LEVELS.indexOf(alerts.min_severity);
    this.#rules = ruleset.rules;
    this.#matchesOf = this.#explainerOf(built);
    this.#raises = ruleset.rules.map((rule, i) => !silenced.has(i) && LEVELS.indexOf(rule.level) >= lowest);
    return createCorrelator(ruleset.rules, {
      allowedLatenessMs: correlation.allowed_lateness,
      maxGroups: correlation.max_groups,
      neededFields,
      isTold: (rule) => this.#raises[rule]!,
      onLate: () => this.#count('correlation.late', 1),
      onEvicted: () => this.#count('correlation.evicted', 1),
      counts: this.#correlationCounts,
    });
  }

  #applyHit(signal: RuleSignal, at: number, seq: number, receivedAt: number, changes: Change[]): void {
    const { rule, subject, values, evidence, hits } = signal;
    const time = hits[at + 1]!;
    const attributedIp = this.#sessions.attribute(subject, time)?.sourceIp ?? null;
    const hit: Hit = {
      rule,
      time,
      receivedAt,
      seq,
      index: hits[at]!,
      repeat: hits[at + 2]!,
      entity: entityOf(subject, attributedIp),
      subject,
      attributedIp,
      values,
      evidence,
    };
    if (this.#raises[rule]) this.#raise(rule, causeOfHit(hit), changes);
    this.#raiseFirings(this.#correlator.feed(hit), changes);
  }

  #raiseFirings(firings: readonly Firing[], changes: Change[]): void {
    for (const firing of firings) {
      if (this.#raises[firing.rule]) this.#raise(firing.rule, firing, changes);
    }
  }

  #raiseAnomalies(anomalies: readonly Anomaly[], receivedAt: number, changes: Change[]): void {
    for (const anomaly of anomalies)
      this.#raiseBy(ANOMALY_RULE, causeOfAnomaly(anomaly, receivedAt), changes);
  }

  #tellOfSilence(news: readonly SilenceNews[], now: number, changes: Change[]): void {
    for (const one of news) {
      if (one.kind === 'begun') this.#raiseBy(SILENCE_RULE, causeOfSilence(one, now), changes);
      else this.#tell(this.#alerts.end(SILENCE_RULE, one.group, now), now, changes);
    }
  }

  #raise(rule: number, cause: AlertCause, changes: Change[]): void {
    this.#raiseBy(this.#rules[rule] as AlertingRule, cause, changes);
  }

  #raiseBy(rule: AlertingRule, cause: AlertCause, changes: Change[]): void {
    const evicted = this.#alerts.evicted;
    const lines = this.#alerts.raise(rule, cause, this.#silencedBy(rule, cause));
    this.#tell(lines, cause.receivedAt, changes);
    if (this.#alerts.evicted > evicted) this.#count('alerts.evicted', this.#alerts.evicted - evicted);
  }

  #silencedBy(rule: AlertingRule, cause: AlertCause): OpenAlert['silenced'] {
    if (this.#silences.length === 0) return null;
    const silence = this.#silencerOf(silenceable(rule, cause), cause.receivedAt);
    return silence === null ? null : { id: silence.id, reason: silence.reason };
  }

  /** Adds what became of alerts, each followed by what became of its incident; of what is silenced there is none. */
  #tell(alerts: readonly AlertChange[], receivedAt: number, changes: Change[]): void {
    for (const change of alerts) {
      changes.push(change);
      if (change.silenced !== undefined) continue;
      changes.push(...this.#incidents.take(change, receivedAt));
    }
  }

  /**
   * Unfolds the signals of a chunk. In one record a session opens before its rules are looked at. Hits that nobody
   * waits for and that are below min_severity are only counted.
   */
  #inRecordOrder(signals: readonly Signal[]): readonly Step[] {
    const steps: Step[] = [];
    let ordered = true;
    let last = -1;
    for (const signal of signals) {
      if (signal.kind === 'rule' && !this.#raises[signal.rule] && !this.#correlator.awaits(signal.rule)) {
        for (let at = 2; at < signal.hits.length; at += 3) this.#suppressed += signal.hits[at]!;
        continue;
      }
      const count = signal.kind === 'session' ? 1 : signal.hits.length / 3;
      for (let i = 0; i < count; i++) {
        const index = signal.kind === 'session' ? signal.index : signal.hits[i * 3]!;
        ordered &&= index >= last;
        last = index;
        steps.push({ signal, at: i * 3, index });
      }
    }
    return ordered ? steps : steps.sort((a, b) => a.index - b.index);
  }
}

interface Step {
  readonly signal: Signal;
  /** Offset of the hit in `signal.hits`. */
  readonly at: number;
  readonly index: number;
}
