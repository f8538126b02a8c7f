import type { CorrelationType, Level } from './rule.js';
import type { GroupValue } from './signal.js';

/** A correlation and the groups of it whose windows are open. */
export interface OpenCorrelation {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly type: CorrelationType;
  readonly timespanMs: number;
  /** All that are held, those not shown as well. */
  readonly groups: number;
  /** Those hit last first. */
  readonly open: readonly OpenGroup[];
}

/** What a correlation has seen of one group so far. */
export interface OpenGroup {
  /** Values of the group-by fields; none without group-by. */
  readonly group: readonly GroupValue[];
  /** Events that ever hit it. */
  readonly events: number;
  /** Event time of the newest one, ISO 8601. */
  readonly newest: string;
  /** What the window that ends there counts or computes; null where nothing is. */
  readonly observed: number | null;
  /** Rules seen in it, where several must hit. */
  readonly seen: readonly string[];
  /** What would make it fire, in words. */
  readonly missing: string;
  /** Event time, ISO 8601, up to which that counts; of what waits for silence the end of its next wait. */
  readonly until: string;
  /** The newest record that it keeps, cut; null where nobody would be shown one. */
  readonly record: string | null;
}
