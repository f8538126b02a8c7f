import type { Forest } from './forest.js';

/** What scores entity-minutes: the forest, where anomalies begin, and what it was grown from. */
export interface Model {
  readonly forest: Forest;
  /** A minute is an anomaly when its score is higher. */
  readonly threshold: number;
  /** Vectors it learned from; 0 for the baseline that comes with the program. */
  readonly trainedOn: number;
  /** First and last minute (since the epoch) of what it learned from. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** Vectors of the first good model, for all later ones to learn from as well: a slow drift does not carry it away. */
  readonly reference: Float32Array;
  /** Threshold of that model; NaN before there is one. */
  readonly referenceThreshold: number;
}
