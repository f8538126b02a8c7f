import { DAY_MINUTES } from '../model/entity-minute.js';
import { FEATURE_COUNT, FEATURES } from './features.js';
import { growForest, scoreOf } from './forest.js';
import type { Model } from './model.js';
import { quantile, robustQuantile } from './quantile.js';
import type { LearningSet } from './sample.js';

export interface TrainingOptions {
  readonly seed: number;
  /** At most this share of entity-minutes is to be anomalous. */
  readonly maxShare: number;
}

export interface Training {
  readonly model: Model;
  /** Features that are spread otherwise than in the reference, the most changed first. */
  readonly drift: readonly Drift[];
}

export interface Drift {
  readonly feature: string;
  /** Population stability index against the reference. */
  readonly index: number;
}

export const TREES = 128;
export const TREE_ROWS = 4096;
/** A reference is kept from the first model that has seen at least a day, also by receive time where that is known. */
const REFERENCE_MINUTES = DAY_MINUTES;
const REFERENCE_SIZE = 512;
/** From one model to the next the threshold rises by no more. */
const MAX_STEP = 0.02;
/** And never by more above that of the reference. */
const MAX_RISE = 0.06;
const MAX_DRIFT = 0.5;
const DRIFT_BINS = 10;

/** Learns a model from a sample and, when there is one, from the reference of the model in use. */
export function train(set: LearningSet, former: Model | null, { seed, maxShare }: TrainingOptions): Training {
  const reference = former?.reference ?? new Float32Array(0);
  const rows = new Float32Array(set.vectors.length + reference.length);
  rows.set(set.vectors);
  rows.set(reference, set.vectors.length);
  const forest = growForest(rows, FEATURE_COUNT, { trees: TREES, sampleSize: TREE_ROWS, seed });
  const scores = set.owners.map((_, i) => scoreOf(forest, set.vectors, i * FEATURE_COUNT));
  const found = robustQuantile(scores, set.owners, 1 - maxShare);
  const threshold = former === null ? found : Math.min(found, highestThreshold(former));
  const from = Math.min(...set.minutes);
  const to = Math.max(...set.minutes);
  const span = Math.min(to - from, set.watchedMinutes ?? Number.POSITIVE_INFINITY);
  const isReference = reference.length === 0 && span >= REFERENCE_MINUTES;
  return {
    model: {
      ...{ forest, threshold, trainedOn: set.owners.length, from, to, seed },
      reference: isReference ? everyNth(set.vectors, REFERENCE_SIZE) : reference,
      referenceThreshold: isReference ? threshold : (former?.referenceThreshold ?? Number.NaN),
    },
    drift: reference.length === 0 ? [] : driftOf(reference, set.vectors),
  };
}

/** The baseline's threshold says nothing of this network: the first model is free. */
function highestThreshold({ threshold, trainedOn, referenceThreshold }: Model): number {
  if (trainedOn === 0) return 1;
  return Math.min(threshold + MAX_STEP, Number.isNaN(referenceThreshold) ? 1 : referenceThreshold + MAX_RISE);
}

function everyNth(vectors: Float32Array, count: number): Float32Array {
  const rows = vectors.length / FEATURE_COUNT;
  const taken = Math.min(rows, count);
  const kept = new Float32Array(taken * FEATURE_COUNT);
  for (let i = 0; i < taken; i++) {
    const row = Math.floor((i * rows) / taken);
    kept.set(vectors.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT), i * FEATURE_COUNT);
  }
  return kept;
}

/** Flags tell of the calendar: they change from day to day. */
function driftOf(reference: Float32Array, vectors: Float32Array): Drift[] {
  return FEATURES.flatMap(({ name, kind }, feature) => {
    if (kind === 'flag') return [];
    const index = stabilityIndex(column(reference, feature).sort(), column(vectors, feature));
    return index > MAX_DRIFT ? [{ feature: name, index: Number(index.toFixed(3)) }] : [];
  }).sort((a, b) => b.index - a.index);
}

/** Σ (p − q) ln(p / q) over bins that hold equally much of the reference, as far as its values allow. */
function stabilityIndex(reference: Float32Array, values: Float32Array): number {
  const edges: number[] = [];
  for (let bin = 1; bin < DRIFT_BINS; bin++) {
    const edge = quantile(reference, bin / DRIFT_BINS);
    if (edge !== edges[edges.length - 1]) edges.push(edge);
  }
  const before = sharesOf(reference, edges);
  const now = sharesOf(values, edges);
  return before.reduce((sum, p, i) => sum + (now[i]! - p) * Math.log(now[i]! / p), 0);
}

/** Shares of what is at most each edge and above the one before; none is 0. */
function sharesOf(values: Float32Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0.5);
  for (const value of values) {
    let bin = 0;
    while (bin < edges.length && value > edges[bin]!) bin++;
    counts[bin] = counts[bin]! + 1;
  }
  return counts.map((count) => count / (values.length + counts.length / 2));
}

function column(rows: Float32Array, feature: number): Float32Array {
  const values = new Float32Array(rows.length / FEATURE_COUNT);
  for (let row = 0; row < values.length; row++) values[row] = rows[row * FEATURE_COUNT + feature]!;
  return values;
}
