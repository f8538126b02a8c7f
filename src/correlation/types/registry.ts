import type { CorrelationType } from '../../model/rule.js';
import type { CorrelationKind } from './correlation-kind.js';
import { eventCount } from './event-count.js';
import { temporal } from './temporal.js';
import { temporalOrdered } from './temporal-ordered.js';
import { valueCount } from './value-count.js';
import { valueAvg, valueMedian, valuePercentile, valueSum } from './value-statistics.js';

/** Every type of the Sigma correlation specification that can run. */
export const CORRELATION_KINDS: ReadonlyMap<CorrelationType, CorrelationKind> = new Map(
  [eventCount, valueCount, temporal, temporalOrdered, valueSum, valueAvg, valuePercentile, valueMedian].map(
    (kind) => [kind.type, kind],
  ),
);
