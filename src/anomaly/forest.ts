import { seededRandom } from './random.js';

/**
 * Isolation forest (Liu, Ting, Zhou: Isolation Forest, ICDM 2008) on typed arrays. A node is four 32-bit numbers, a tree
 * its nodes in preorder, so that the left child stands behind its parent:
 *
 *   feature, or LEAF · threshold (float) · right child · rows of the sample that came here
 */
export interface Forest {
  readonly features: number;
  /** Rows that each tree was grown from. */
  readonly sampleSize: number;
  /** Where each tree begins, in nodes. */
  readonly roots: Uint32Array;
  readonly nodes: Int32Array;
  /** The same memory, for the thresholds. */
  readonly thresholds: Float32Array;
}

export const NODE_WIDTH = 4;
export const LEAF = -1;
export const FEATURE = 0;
export const THRESHOLD = 1;
export const RIGHT = 2;
export const ROWS = 3;

const EULER = 0.5772156649015329;

export interface ForestOptions {
  readonly trees: number;
  readonly sampleSize: number;
  readonly seed: number;
}

/** Grows a forest from `rows.length / features` rows. Same rows, options: same forest. */
export function growForest(rows: Float32Array, features: number, options: ForestOptions): Forest {
  const count = Math.floor(rows.length / features);
  if (count === 0) throw new RangeError('A forest needs at least one row to grow from.');
  const sampleSize = Math.min(options.sampleSize, count);
  const grower = new Grower(rows, features, sampleSize, options.seed);
  const roots = new Uint32Array(options.trees);
  for (let tree = 0; tree < options.trees; tree++) roots[tree] = grower.growTree();
  return { features, sampleSize, roots, ...grower.nodes() };
}

/** A forest over memory that holds nodes. */
export function forestOf(
  features: number,
  sampleSize: number,
  roots: Uint32Array,
  memory: ArrayBuffer,
): Forest {
  return { features, sampleSize, roots, nodes: new Int32Array(memory), thresholds: new Float32Array(memory) };
}

/** How strange the row is, from 0 to 1; about 0.5 = as others. NaN counts as smaller than every threshold. */
export function scoreOf(forest: Forest, row: Float32Array, at = 0): number {
  const usual = usualPath(forest.sampleSize);
  return usual === 0 ? 0.5 : 2 ** (-meanPath(forest, row, at) / usual);
}

/** Mean length of the row's paths, those of crowded leaves as long as they would have become. */
export function meanPath({ roots, nodes, thresholds }: Forest, row: Float32Array, at = 0): number {
  let total = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]! * NODE_WIDTH;
    let depth = 0;
    for (let feature = nodes[node]!; feature !== LEAF; feature = nodes[node]!) {
      node = row[at + feature]! >= thresholds[node + THRESHOLD]! ? nodes[node + RIGHT]! : node + NODE_WIDTH;
      depth++;
    }
    total += depth + usualPath(nodes[node + ROWS]!);
  }
  return total / roots.length;
}

/** Mean length of an unsuccessful search in a binary search tree of n keys: 2 H(n − 1) − 2 (n − 1) / n. */
export function usualPath(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return n < PATHS.length ? PATHS[n]! : 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/** Leaves are small and met for every tree: what they add is looked up, with exact harmonic numbers. */
const PATHS = new Float64Array(1025);
for (let n = 3, harmonic = 1; n < PATHS.length; n++) {
  harmonic += 1 / (n - 1);
  PATHS[n] = 2 * harmonic - (2 * (n - 1)) / n;
}

class Grower {
  readonly #rows: Float32Array;
  readonly #features: number;
  readonly #sampleSize: number;
  readonly #maxDepth: number;
  readonly #random: () => number;
  readonly #order: Uint32Array;
  /** All features, in whatever order. */
  readonly #candidates: Uint32Array;
  #memory = new ArrayBuffer(1024 * NODE_WIDTH * 4);
  #nodes = new Int32Array(this.#memory);
  #thresholds = new Float32Array(this.#memory);
  #count = 0;

  constructor(rows: Float32Array, features: number, sampleSize: number, seed: number) {
    this.#rows = rows;
    this.#features = features;
    this.#sampleSize = sampleSize;
    this.#maxDepth = Math.ceil(Math.log2(Math.max(sampleSize, 2)));
    this.#random = seededRandom(seed);
    this.#order = Uint32Array.from({ length: Math.floor(rows.length / features) }, (_, i) => i);
    this.#candidates = Uint32Array.from({ length: features }, (_, i) => i);
  }

  /** The node that the new tree begins with. */
  growTree(): number {
    const root = this.#count;
    this.#drawSample();
    this.#grow(0, this.#sampleSize, 0);
    return root;
  }

  nodes(): Pick<Forest, 'nodes' | 'thresholds'> {
    const memory = this.#memory.slice(0, this.#count * NODE_WIDTH * 4);
    return { nodes: new Int32Array(memory), thresholds: new Float32Array(memory) };
  }

  /** Puts a sample without repetition in front: the first steps of a Fisher-Yates shuffle. */
  #drawSample(): void {
    const order = this.#order;
    for (let i = 0; i < this.#sampleSize; i++) {
      const other = i + Math.floor(this.#random() * (order.length - i));
      const moved = order[i]!;
      order[i] = order[other]!;
      order[other] = moved;
    }
  }

  /** Grows the node of the rows at `from` to `to` of the order, and all below it. */
  #grow(from: number, to: number, depth: number): void {
    const node = this.#add(to - from);
    if (to - from <= 1 || depth >= this.#maxDepth) return;
    const feature = this.#chooseFeature(from, to);
    if (feature < 0) return;
    const threshold = this.#chooseThreshold(feature, from, to);
    const middle = this.#partition(feature, threshold, from, to);
    this.#nodes[node + FEATURE] = feature;
    this.#thresholds[node + THRESHOLD] = threshold;
    this.#grow(from, middle, depth + 1);
    this.#nodes[node + RIGHT] = this.#count * NODE_WIDTH;
    this.#grow(middle, to, depth + 1);
  }

  /**
   * One of those in which the rows differ, each as likely: a split on another tells nothing and only costs depth.
   * -1: there is none.
   */
  #chooseFeature(from: number, to: number): number {
    const candidates = this.#candidates;
    for (let left = candidates.length; left > 0; left--) {
      const place = Math.floor(this.#random() * left);
      const feature = candidates[place]!;
      if (this.#differs(feature, from, to)) return feature;
      candidates[place] = candidates[left - 1]!;
      candidates[left - 1] = feature;
    }
    return -1;
  }

  #differs(feature: number, from: number, to: number): boolean {
    const value = this.#value(from, feature);
    for (let i = from + 1; i < to; i++) if (this.#value(i, feature) !== value) return true;
    return false;
  }

  /** Above the least value and at most the greatest, so that both sides have rows. */
  #chooseThreshold(feature: number, from: number, to: number): number {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const value = this.#value(i, feature);
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    const threshold = Math.fround(least + this.#random() * (greatest - least));
    return threshold > least ? threshold : greatest;
  }

  #partition(feature: number, threshold: number, from: number, to: number): number {
    const order = this.#order;
    let middle = from;
    for (let i = from; i < to; i++) {
      if (this.#value(i, feature) >= threshold) continue;
      const moved = order[i]!;
      order[i] = order[middle]!;
      order[middle] = moved;
      middle++;
    }
    return middle;
  }

  #value(place: number, feature: number): number {
    return this.#rows[this.#order[place]! * this.#features + feature]!;
  }

  #add(rows: number): number {
    const node = this.#count++ * NODE_WIDTH;
    if (node === this.#nodes.length) this.#enlarge();
    this.#nodes[node + FEATURE] = LEAF;
    this.#nodes[node + ROWS] = rows;
    return node;
  }

  #enlarge(): void {
    const memory = new ArrayBuffer(2 * this.#memory.byteLength);
    new Int32Array(memory).set(this.#nodes);
    this.#memory = memory;
    this.#nodes = new Int32Array(memory);
    this.#thresholds = new Float32Array(memory);
  }
}
