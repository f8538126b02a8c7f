import { createHash } from 'node:crypto';
import type { Match } from '../model/detection.js';
import type { Logsource } from '../model/logsource.js';
import type { Rule, RuleFault } from '../model/rule.js';
import type { EventView } from './event-view.js';

/**
 * Rules compiled for matching: the seam between the language and the engine. The naive evaluator implements it now
 * and stays as the oracle of any faster one. One thread at a time; no match leaves a trace for the next.
 */
export interface Ruleset {
  /** All rules that loaded, of every kind; `match` reports indexes into it. */
  readonly rules: readonly Rule[];
  /** Rules that loaded but cannot match, such as those with a placeholder that has no values. */
  readonly faults: readonly RuleFault[];
  /** SHA-256 (hex) over the rules' hashes in order. */
  readonly hash: string;
  /** Does now what events of these logsources would otherwise wait for. */
  prepare(logsources: readonly Logsource[]): void;
  /**
   * Appends to `hits` the indexes, ascending, of the detection rules that match. `logsource` null = no routing.
   */
  match(event: EventView, logsource: Logsource | null, hits: number[]): void;
  /** Why `rules[rule]` matched this event: every positive item that was true. Slow; called for evidence only. */
  explain(rule: number, event: EventView): Match[];
  /** What the rules did since the last call: see RuleCounts. */
  takeCounts(): Float64Array<ArrayBuffer>;
  /** Nanoseconds from some start, to measure the tries of the next event; null = they are not measured. */
  clock: (() => number) | null;
  /** Records since the last call whose regex budget was spent (`sigma.regex_budget`). */
  takeBudgetSpent(): number;
}

export function rulesetHash(rules: readonly Rule[]): string {
  return createHash('sha256')
    .update(rules.map((rule) => rule.hash).join('\n'))
    .digest('hex');
}
