import { type AlertBookSnapshot, createAlertBook } from './alerts/alert-book.js';
import type { AlertCause, AlertingRule } from './alerts/alert-cause.js';
import type { Config } from './config/schema.js';
import { type Correlator, type CorrelatorSnapshot, createCorrelator } from './correlation/correlate.js';
import type { Hit } from './correlation/hit.js';
import {
  createSessionTable,
  entityOf,
  SESSION_DEFAULTS,
  type SessionSnapshot,
} from './correlation/sessions.js';
import type { AlertChange } from './model/alert.js';
import type { RuleSignal, Signal } from './model/signal.js';
import type { DetectedChunk } from './pipeline.js';
import type { BuiltRuleset } from './ruleset.js';
import type { Code } from './telemetry/codes.js';

/**
 * The second half of the line: pure, but with memory. Fed with the chunks' signals strictly in log order, so that the
 * same log gives byte-identical alerts whatever the number of detectors:
 *
 *   signals → record order → sessions → entity → correlate → alerts
 */
export interface Core {
  /** Alert changes that the signals of one chunk make, in order. `receivedAt` is the chunk's, ms. */
  apply(result: DetectedChunk, receivedAt: number): AlertChange[];
  /** Time has come to `now` (ms) without more input: ends what is quiet. */
  tick(now: number): AlertChange[];
  /** Other rules from here on. What did not change keeps its state. */
  useRules(built: BuiltRuleset): void;
  /** Everything it knows, as structured-cloneable data. */
  snapshot(): unknown;
  restore(snapshot: unknown): void;
  stats(): { open: number; suppressed: number };
}

interface CoreSnapshot {
  readonly sessions: SessionSnapshot;
  readonly correlator: CorrelatorSnapshot;
  readonly alerts: AlertBookSnapshot;
}

type CoreConfig = Pick<Config, 'alerts' | 'correlation'>;

export function createCore(
  config: CoreConfig,
  initial: BuiltRuleset,
  count: (code: Code, n: number) => void,
): Core {
  const sessions = createSessionTable({ ...SESSION_DEFAULTS, onEvicted: () => count('session.evicted', 1) });
  const alerts = createAlertBook({
    minSeverity: config.alerts.min_severity,
    dedupWindowMs: config.alerts.dedup_window,
    repeatIntervalMs: config.alerts.repeat_interval,
    maxOpen: config.alerts.max_open,
  });
  let built = initial;
  let correlator = newCorrelator(config, built, count);

  const onHit = (signal: RuleSignal, at: number, seq: number, receivedAt: number): AlertChange[] => {
    const { subject, values, evidence } = signal;
    const time = signal.hits[at + 1]!;
    const attributedIp = sessions.attribute(subject, time)?.sourceIp ?? null;
    const hit: Hit = {
      rule: signal.rule,
      time,
      receivedAt,
      seq,
      index: signal.hits[at]!,
      repeat: signal.hits[at + 2]!,
      entity: entityOf(subject, attributedIp),
      subject,
      attributedIp,
      values,
      evidence,
    };
    const changes: AlertChange[] = [];
    if (!built.silenced.has(hit.rule))
      changes.push(...alerts.raise(ruleAt(built, hit.rule), causeOfHit(hit)));
    for (const firing of correlator.feed(hit)) {
      if (!built.silenced.has(firing.rule)) changes.push(...alerts.raise(ruleAt(built, firing.rule), firing));
    }
    return changes;
  };

  return {
    apply(result, receivedAt) {
      const changes: AlertChange[] = [];
      for (const { signal, at } of inRecordOrder(result.signals)) {
        if (signal.kind === 'session') sessions.apply(signal);
        else changes.push(...onHit(signal, at, result.seq, receivedAt));
      }
      return changes;
    },
    tick: (now) => [...alerts.tick(now)],
    useRules(next) {
      const before = correlator.snapshot();
      built = next;
      correlator = newCorrelator(config, next, count);
      correlator.restore(before);
    },
    snapshot: () =>
      ({
        sessions: sessions.snapshot(),
        correlator: correlator.snapshot(),
        alerts: alerts.snapshot(),
      }) satisfies CoreSnapshot,
    restore(data) {
      const snapshot = data as CoreSnapshot;
      sessions.restore(snapshot.sessions);
      correlator.restore(snapshot.correlator);
      alerts.restore(snapshot.alerts);
    },
    stats: () => ({ open: alerts.open, suppressed: alerts.suppressed }),
  };
}

function newCorrelator(
  config: CoreConfig,
  built: BuiltRuleset,
  count: (code: Code, n: number) => void,
): Correlator {
  return createCorrelator(built.ruleset.rules, {
    allowedLatenessMs: config.correlation.allowed_lateness,
    maxGroups: config.correlation.max_groups,
    neededFields: built.neededFields,
    onLate: () => count('correlation.late', 1),
    onEvicted: () => count('correlation.evicted', 1),
  });
}

function ruleAt(built: BuiltRuleset, index: number): AlertingRule {
  return built.ruleset.rules[index] as AlertingRule;
}

/** A single detection is its own beginning, and its group is the entity. */
function causeOfHit(hit: Hit): AlertCause {
  return { ...hit, since: hit.time, group: [], value: null, evidence: [hit.evidence] };
}

interface Step {
  readonly signal: Signal;
  /** Offset of the hit in `signal.hits`. */
  readonly at: number;
  readonly index: number;
}

/** Unfolds the signals of a chunk. In one record a session opens before its rules are looked at. */
function inRecordOrder(signals: readonly Signal[]): readonly Step[] {
  const steps: Step[] = [];
  for (const signal of signals) {
    if (signal.kind === 'session') steps.push({ signal, at: 0, index: signal.index });
    else
      for (let at = 0; at < signal.hits.length; at += 3) steps.push({ signal, at, index: signal.hits[at]! });
  }
  return signals.length === 1 ? steps : steps.sort((a, b) => a.index - b.index);
}
