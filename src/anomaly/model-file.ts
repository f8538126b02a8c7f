import { createHash } from 'node:crypto';
import { ClearError } from '../telemetry/outside-fault.js';
import { FEATURE_COUNT, FEATURES } from './features.js';
import { type Forest, forestOf, LEAF, NODE_WIDTH, RIGHT, ROWS, THRESHOLD } from './forest.js';
import type { Model } from './model.js';

/**
 * A model as a file. Little-endian, every part at a multiple of 8:
 *
 *   0   `VEDFRST1`                      8   format (u32) · header length (u32)
 *   16  features · trees · nodes · rows per tree · vectors of the reference · seed (u32 each)
 *   40  trained on · first minute · last minute (u32 each) · 0
 *   56  threshold · threshold of the reference (f64)
 *   72  SHA-256 (first 8 bytes) of the features' names, by line
 *   80  reference (f32 each) · roots (u32 each) · nodes (16 bytes each)
 *   end SHA-256 of all before (32 bytes), which is also the model's name
 *
 * A file is an attacker's once it lies on a disk: nothing in it is believed before it is looked at, and a forest whose paths
 * could leave the file or go round in circles is refused.
 */
const MAGIC = Buffer.from('VEDFRST1');
const FORMAT = 1;
const HEADER_LENGTH = 80;
const HASH_LENGTH = 32;
const MAX_TREES = 4096;
const MAX_NODES = 1 << 22;
const MAX_TREE_ROWS = 1 << 20;
const MAX_REFERENCE = 1 << 16;
const MAX_DEPTH = 64;

export class ModelFileError extends ClearError {
  constructor(message: string) {
    super(message);
    this.name = 'ModelFileError';
  }
}

/** The file's bytes. Same model, same bytes. */
export function encodeModel(model: Model): Uint8Array<ArrayBuffer> {
  const { forest, reference } = model;
  const references = reference.length / FEATURE_COUNT;
  const length = bodyLength(forest.roots.length, forest.nodes.length / NODE_WIDTH, references);
  const bytes = Buffer.alloc(length + HASH_LENGTH);
  MAGIC.copy(bytes);
  const numbers = [
    ...[FORMAT, HEADER_LENGTH],
    ...[FEATURE_COUNT, forest.roots.length, forest.nodes.length / NODE_WIDTH, forest.sampleSize, references],
    ...[model.seed >>> 0, model.trainedOn, model.from, model.to],
  ];
  numbers.forEach((number, i) => {
    bytes.writeUInt32LE(number, 8 + 4 * i);
  });
  bytes.writeDoubleLE(model.threshold, 56);
  bytes.writeDoubleLE(model.referenceThreshold, 64);
  featuresHash().copy(bytes, 72);
  let at = HEADER_LENGTH;
  for (const value of reference) at = bytes.writeFloatLE(value, at);
  for (const root of forest.roots) at = bytes.writeUInt32LE(root, at);
  for (const number of forest.nodes) at = bytes.writeInt32LE(number, at);
  hashOf(bytes.subarray(0, length)).copy(bytes, length);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) as Uint8Array<ArrayBuffer>;
}

/** What names a model: the SHA-256 at its end, as hex. */
export function modelId(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(-HASH_LENGTH)).toString('hex');
}

/** Reads a file, which must be the one called `id` where that is given. Throws a ModelFileError that says what is wrong. */
export function decodeModel(file: Uint8Array, id?: string): Model {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const end = bytes.length - HASH_LENGTH;
  if (end < HEADER_LENGTH || !bytes.subarray(0, 8).equals(MAGIC)) refuse('is no model file');
  if (!hashOf(bytes.subarray(0, end)).equals(bytes.subarray(end)))
    refuse('is damaged: its checksum is wrong');
  if (id !== undefined && modelId(file) !== id) refuse('is another one than its name says');
  const word = (i: number): number => bytes.readUInt32LE(8 + 4 * i);
  if (word(0) !== FORMAT) refuse(`is of format ${word(0)}, not ${FORMAT}`);
  if (word(1) !== HEADER_LENGTH) refuse('has a header of another length');
  const [trees, nodes, sampleSize, references] = [word(3), word(4), word(5), word(6)];
  if (word(2) !== FEATURE_COUNT || !featuresHash().equals(bytes.subarray(72, 80)))
    refuse('is of other features than this version computes');
  if (trees < 1 || trees > MAX_TREES || nodes < trees || nodes > MAX_NODES) refuse('has no forest');
  if (sampleSize < 1 || sampleSize > MAX_TREE_ROWS || references > MAX_REFERENCE)
    refuse('has sizes that cannot be');
  if (end !== bodyLength(trees, nodes, references)) refuse('is longer or shorter than it says');
  const threshold = bytes.readDoubleLE(56);
  const referenceThreshold = bytes.readDoubleLE(64);
  if (!(threshold >= 0 && threshold <= 1) || referenceThreshold < 0 || referenceThreshold > 1)
    refuse('has a threshold outside 0 to 1');

  const reference = new Float32Array(references * FEATURE_COUNT);
  for (let i = 0; i < reference.length; i++) reference[i] = bytes.readFloatLE(HEADER_LENGTH + 4 * i);
  if (!reference.every(Number.isFinite)) refuse('holds a number that is none');
  const forest = readForest(bytes, HEADER_LENGTH + 4 * reference.length, trees, nodes, sampleSize);
  return {
    ...{ forest, threshold, referenceThreshold, reference },
    ...{ seed: word(7), trainedOn: word(8), from: word(9), to: word(10) },
  };
}

function readForest(bytes: Buffer, from: number, trees: number, nodes: number, sampleSize: number): Forest {
  const roots = Uint32Array.from({ length: trees }, (_, i) => bytes.readUInt32LE(from + 4 * i));
  const memory = new ArrayBuffer(nodes * NODE_WIDTH * 4);
  const numbers = new Int32Array(memory);
  for (let i = 0; i < numbers.length; i++) numbers[i] = bytes.readInt32LE(from + 4 * (trees + i));
  const forest = forestOf(FEATURE_COUNT, sampleSize, roots, memory);
  for (let tree = 0; tree < trees; tree++) {
    const end = tree + 1 < trees ? roots[tree + 1]! : nodes;
    if ((tree === 0 && roots[0] !== 0) || end <= roots[tree]! || end > nodes)
      refuse('has trees out of order');
    checkTree(forest, roots[tree]!, end);
  }
  return forest;
}

/** In preorder a right child is what comes when its sister's nodes are through: nothing else is accepted. */
function checkTree({ nodes, thresholds, sampleSize }: Forest, root: number, end: number): void {
  /** Right children that are still to come, innermost last, with their depth. */
  const expected: [node: number, depth: number][] = [];
  let depth = 0;
  for (let node = root; node < end; node++) {
    const at = node * NODE_WIDTH;
    const feature = nodes[at]!;
    if (nodes[at + ROWS]! < 1 || nodes[at + ROWS]! > sampleSize) refuse('has a node of no rows');
    if (feature === LEAF) {
      const next = expected.pop() ?? [end, 0];
      if (next[0] !== node + 1) refuse('has a branch that leads astray');
      depth = next[1];
      continue;
    }
    if (feature < 0 || feature >= FEATURE_COUNT) refuse('splits on a feature that there is not');
    if (!Number.isFinite(thresholds[at + THRESHOLD]!)) refuse('splits at a number that is none');
    depth++;
    if (depth > MAX_DEPTH) refuse('has a tree that is too deep');
    expected.push([nodes[at + RIGHT]! / NODE_WIDTH, depth]);
  }
  if (expected.length > 0) refuse('has a tree without end');
}

function bodyLength(trees: number, nodes: number, references: number): number {
  return HEADER_LENGTH + 4 * (FEATURE_COUNT * references + trees + nodes * NODE_WIDTH);
}

function featuresHash(): Buffer {
  return hashOf(Buffer.from(FEATURES.map(({ name }) => name).join('\n'))).subarray(0, 8);
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function refuse(what: string): never {
  throw new ModelFileError(`The model ${what}.`);
}
