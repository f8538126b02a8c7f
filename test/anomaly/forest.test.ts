import { describe, expect, it } from 'vitest';
import { depthGained } from '../../src/anomaly/attribution.js';
import { type Forest, growForest, meanPath, scoreOf, usualPath } from '../../src/anomaly/forest.js';
import { seededRandom } from '../../src/anomaly/random.js';

const FEATURES = 6;

/** Gaussian rows, then some far off in one feature. */
function planted(rows: number, outliers: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const values = new Float32Array(rows * FEATURES);
  for (let i = 0; i < values.length; i++) values[i] = normal();
  for (let i = 0; i < outliers; i++) values[(rows - 1 - i) * FEATURES + (i % FEATURES)] = 7 + i / 10;
  return values;
}

interface Node {
  readonly size: number;
  readonly feature?: number;
  readonly threshold?: number;
  readonly left?: Node;
  readonly right?: Node;
}

/** An isolation tree as the paper has it: recursive, on arrays of rows. */
function naiveTree(rows: number[][], depth: number, limit: number, random: () => number): Node {
  const open = rows[0]!.map((_, f) => f).filter((f) => new Set(rows.map((row) => row[f])).size > 1);
  if (rows.length <= 1 || depth >= limit || open.length === 0) return { size: rows.length };
  const feature = open[Math.floor(random() * open.length)]!;
  const column = rows.map((row) => row[feature]!);
  const [least, greatest] = [Math.min(...column), Math.max(...column)];
  const threshold = Math.max(least + random() * (greatest - least), least + 1e-6);
  const side = (high: boolean): Node =>
    naiveTree(
      rows.filter((row) => row[feature]! >= threshold === high),
      depth + 1,
      limit,
      random,
    );
  return { size: rows.length, feature, threshold, left: side(false), right: side(true) };
}

function naivePath(node: Node, row: number[], depth = 0): number {
  if (node.feature === undefined) return depth + usualPath(node.size);
  return naivePath(row[node.feature]! >= node.threshold! ? node.right! : node.left!, row, depth + 1);
}

/** The same, but with the tree read out of the forest's nodes by plain recursion. */
function recursivePath({ nodes, thresholds }: Forest, node: number, row: Float32Array, depth = 0): number {
  const feature = nodes[node * 4]!;
  if (feature < 0) return depth + usualPath(nodes[node * 4 + 3]!);
  const next = row[feature]! >= thresholds[node * 4 + 1]! ? nodes[node * 4 + 2]! / 4 : node + 1;
  return recursivePath({ nodes, thresholds } as Forest, next, row, depth + 1);
}

function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const order = values.map((_, i) => i).sort((x, y) => values[x]! - values[y]!);
    const out = new Array<number>(values.length);
    order.forEach((i, rank) => {
      out[i] = rank;
    });
    return out;
  };
  const [ra, rb] = [ranks(a), ranks(b)];
  const n = a.length;
  const sum = ra.reduce((total, rank, i) => total + (rank - rb[i]!) ** 2, 0);
  return 1 - (6 * sum) / (n * (n * n - 1));
}

const ROWS = planted(1000, 12, 3);
const forest = growForest(ROWS, FEATURES, { trees: 100, sampleSize: 256, seed: 9 });
const rowAt = (i: number): Float32Array => ROWS.subarray(i * FEATURES, (i + 1) * FEATURES);

describe('usualPath', () => {
  it('is the mean depth of a search that fails', () => {
    expect([0, 1, 2, 3, 4].map(usualPath)).toEqual([0, 0, 1, 5 / 3, 13 / 6]);
    const exact = (n: number): number => {
      let harmonic = 0;
      for (let i = 1; i < n; i++) harmonic += 1 / i;
      return 2 * harmonic - (2 * (n - 1)) / n;
    };
    for (const n of [256, 1024, 1025, 5000]) expect(usualPath(n)).toBeCloseTo(exact(n), 2);
  });
});

describe('growForest', () => {
  it('scores as a walk by plain recursion does', () => {
    for (let i = 0; i < 1000; i += 7) {
      const paths = [...forest.roots].map((root) => recursivePath(forest, root, rowAt(i)));
      const mean = paths.reduce((sum, path) => sum + path, 0) / paths.length;
      expect(meanPath(forest, ROWS, i * FEATURES)).toBeCloseTo(mean, 10);
    }
  });

  it('ranks as naive recursive trees do', () => {
    const random = seededRandom(4);
    const lists = Array.from({ length: 1000 }, (_, i) => [...rowAt(i)]);
    const trees = Array.from({ length: 100 }, () => {
      const drawn = [...lists].sort(() => random() - 0.5).slice(0, 256);
      return naiveTree(drawn, 0, 8, random);
    });
    const naive = lists.map((row) => -trees.reduce((sum, tree) => sum + naivePath(tree, row), 0));
    const own = lists.map((_, i) => scoreOf(forest, ROWS, i * FEATURES));
    expect(rankCorrelation(naive, own)).toBeGreaterThan(0.9);
  });

  it('finds planted outliers', () => {
    const scores = Array.from({ length: 1000 }, (_, i) => scoreOf(forest, ROWS, i * FEATURES));
    const below = scores
      .slice(988)
      .map((high) => scores.slice(0, 988).filter((score) => score < high).length);
    expect(below.reduce((sum, n) => sum + n, 0) / (988 * 12)).toBeGreaterThan(0.97);
    expect(scores[0]).toBeGreaterThan(0.3);
    expect(scores[0]).toBeLessThan(0.6);
  });

  it('is the same for the same seed and another for another', () => {
    const grow = (seed: number): Forest => growForest(ROWS, FEATURES, { trees: 10, sampleSize: 64, seed });
    expect(grow(5).nodes).toEqual(grow(5).nodes);
    expect(grow(5).nodes).not.toEqual(grow(6).nodes);
  });

  it('takes rows that are all alike, and one row', () => {
    for (const rows of [new Float32Array(50 * FEATURES), new Float32Array(FEATURES)]) {
      const flat = growForest(rows, FEATURES, { trees: 3, sampleSize: 256, seed: 1 });
      expect(scoreOf(flat, new Float32Array(FEATURES))).toBe(0.5);
    }
    expect(() => growForest(new Float32Array(0), FEATURES, { trees: 3, sampleSize: 2, seed: 1 })).toThrow(
      RangeError,
    );
  });
});

describe('depthGained', () => {
  it('adds up to what the score says', () => {
    for (let i = 0; i < 1000; i += 13) {
      const gained = depthGained(forest, ROWS, i * FEATURES).reduce((sum, gain) => sum + gain, 0);
      expect(gained).toBeCloseTo(usualPath(256) - meanPath(forest, ROWS, i * FEATURES), 9);
    }
  });

  it('names the feature that was planted', () => {
    for (let i = 0; i < 12; i++) {
      const gained = [...depthGained(forest, ROWS, (999 - i) * FEATURES)];
      expect(gained.indexOf(Math.max(...gained))).toBe(i % FEATURES);
    }
  });
});
