import type { CorrelationRule, CorrelationType } from '../../model/rule.js';
import type { CorrelationKind } from './correlation-kind.js';
import type { SieveForm } from './late-sieve.js';
import { type StatisticKind, StatisticWindow } from './statistic-window.js';
import { Mean, Quantile, Sum } from './statistics.js';
import { type Bound, thresholdOf } from './threshold.js';

/** Values kept of one group: sums are cheap, ranks are not. */
const KEPT_FOR_SUMS = 10_000;
const KEPT_FOR_RANKS = 1_000;

export const valueSum = kindOf('value_sum', (rule) => ({
  kept: KEPT_FOR_SUMS,
  make: () => new Sum(),
  sieve: sieveOf(rule, (bound) => ({ weightOf: (value, repeat) => value * repeat, bound })),
}));
export const valueAvg = kindOf('value_avg', (rule) => ({
  kept: KEPT_FOR_SUMS,
  make: () => new Mean(),
  // A mean is above a bound where the values together are more above it than below.
  sieve: sieveOf(rule, ({ op, value: mean }) => ({
    weightOf: (value, repeat) => (value - mean) * repeat,
    bound: { op, value: 0 },
  })),
}));
export const valueMedian = kindOf('value_median', (rule) => ranked(rule, 50));
export const valuePercentile = kindOf('value_percentile', (rule) =>
  ranked(rule, rule.condition?.percentile ?? 50),
);

/** What one of the bounds asks for; null = they ask for nothing that a sum tells. */
function sieveOf({ condition }: CorrelationRule, formOf: (bound: Bound) => SieveForm): SieveForm | null {
  const bound = condition?.bounds.find(({ op }) => op !== 'neq');
  return bound === undefined ? null : formOf(bound.op === 'eq' ? { ...bound, op: 'gte' } : bound);
}

/**
 * A quantile lies between two values next to each other in order: it reaches a bound only if at most so many are below that the
 * upper of the two is not, and stays under it only if so many are that the lower is.
 */
function ranked(rule: CorrelationRule, percentile: number): StatisticKind {
  return {
    kept: KEPT_FOR_RANKS,
    make: () => new Quantile(percentile / 100),
    sieve: sieveOf(rule, ({ op, value: limit }) => {
      const isBelow = op === 'gte' || op === 'lt' ? less : lessOrEqual;
      return {
        weightOf: (value) => (isBelow(value, limit) ? 100 : 0) - percentile,
        // Each one more than exact ranks need: theirs are rounded.
        bound:
          op === 'gte' || op === 'gt'
            ? { op: 'lte', value: 100 - percentile }
            : { op: 'gte', value: -percentile },
      };
    }),
  };
}

function less(a: number, b: number): boolean {
  return a < b;
}

function lessOrEqual(a: number, b: number): boolean {
  return a <= b;
}

/** A type that compares a statistic of a numeric field with bounds, at every hit. */
function kindOf(
  type: CorrelationType,
  statisticOf: (rule: CorrelationRule) => StatisticKind,
): CorrelationKind {
  return {
    type,
    fault(rule) {
      if (rule.condition === null || rule.condition.bounds.length === 0) {
        return `${type} needs a condition such as "gte: 10".`;
      }
      if (rule.condition.fields.length !== 1) return `${type} needs one "field" in its condition.`;
      if (type === 'value_percentile' && rule.condition.percentile === null) {
        return 'value_percentile needs "percentile", 0 to 100, in its condition.';
      }
      return null;
    },
    compile(rule, setting) {
      const { holds } = thresholdOf(rule, 0);
      const kind = statisticOf(rule);
      return (saved) => new StatisticWindow(setting, holds, kind, saved);
    },
  };
}
