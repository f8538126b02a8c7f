import { type Forest, LEAF, NODE_WIDTH, RIGHT, ROWS, THRESHOLD, usualPath } from './forest.js';

/**
 * By how much each feature shortened the row's paths, mean over all trees. A split of n rows that leaves m with the row
 * shortens the way to go from usualPath(n) to 1 + usualPath(m): the difference is the feature's. Along a path these
 * differences add up to usualPath(sample) less the path's length, so the whole attribution is exactly what the score says.
 */
export function depthGained(forest: Forest, row: Float32Array, at = 0): Float64Array {
  const { roots, nodes, thresholds } = forest;
  const gained = new Float64Array(forest.features);
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]! * NODE_WIDTH;
    let toGo = usualPath(nodes[node + ROWS]!);
    for (let feature = nodes[node]!; feature !== LEAF; feature = nodes[node]!) {
      node = row[at + feature]! >= thresholds[node + THRESHOLD]! ? nodes[node + RIGHT]! : node + NODE_WIDTH;
      const next = usualPath(nodes[node + ROWS]!);
      gained[feature] = gained[feature]! + toGo - next - 1;
      toGo = next;
    }
  }
  for (let feature = 0; feature < gained.length; feature++) gained[feature] = gained[feature]! / roots.length;
  return gained;
}
