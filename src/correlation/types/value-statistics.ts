import type { CorrelationRule, CorrelationType } from '../../model/rule.js';
import type { CorrelationKind } from './correlation-kind.js';
import { StatisticWindow } from './statistic-window.js';
import { Mean, Quantile, type Statistic, Sum } from './statistics.js';
import { thresholdOf } from './threshold.js';

/** Values kept of one group: sums are cheap, ranks are not. */
const KEPT_FOR_SUMS = 10_000;
const KEPT_FOR_RANKS = 1_000;

export const valueSum = kindOf('value_sum', KEPT_FOR_SUMS, () => new Sum());
export const valueAvg = kindOf('value_avg', KEPT_FOR_SUMS, () => new Mean());
export const valueMedian = kindOf('value_median', KEPT_FOR_RANKS, () => new Quantile(0.5));
export const valuePercentile = kindOf(
  'value_percentile',
  KEPT_FOR_RANKS,
  ({ condition }) => new Quantile((condition?.percentile ?? 50) / 100),
);

/** A type that compares a statistic of a numeric field with bounds, at every hit. */
function kindOf(
  type: CorrelationType,
  kept: number,
  statisticOf: (rule: CorrelationRule) => Statistic,
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
      return (saved) => new StatisticWindow(setting, holds, () => statisticOf(rule), kept, saved);
    },
  };
}
