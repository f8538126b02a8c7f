import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_COUNT } from '../../src/anomaly/features.js';
import { scoreOf } from '../../src/anomaly/forest.js';
import { decodeModel, encodeModel, ModelFileError, modelId } from '../../src/anomaly/model-file.js';
import { someModel } from './helpers.js';

const MODEL = someModel();
const FILE = encodeModel(MODEL);
const HASH = 32;

/** The file with a checksum that fits what is in it: what somebody who means harm would write. */
function sealed(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, bytes.length - HASH);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** Reads the file or refuses it; a forest that was accepted scores anything and comes to an end. */
function tried(bytes: Uint8Array): 'read' | 'refused' {
  try {
    const { forest, threshold } = decodeModel(bytes);
    for (const value of [0, 1, -1e30, 1e30, Number.NaN]) {
      const score = scoreOf(forest, new Float32Array(FEATURE_COUNT).fill(value));
      expect(Number.isFinite(score)).toBe(true);
    }
    expect(threshold).toBeGreaterThanOrEqual(0);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    return 'refused';
  }
}

describe('a model file', () => {
  it('holds a model whole', () => {
    const read = decodeModel(FILE, modelId(FILE));
    expect(read).toEqual({ ...MODEL, referenceThreshold: read.referenceThreshold });
    expect(encodeModel(read)).toEqual(FILE);
    const row = Float32Array.from({ length: FEATURE_COUNT }, (_, i) => (i % 3) / 2);
    expect(scoreOf(read.forest, row)).toBe(scoreOf(MODEL.forest, row));
  });

  it('keeps the reference', () => {
    const reference = Float32Array.from({ length: 3 * FEATURE_COUNT }, (_, i) => i / 7);
    const read = decodeModel(encodeModel({ ...MODEL, reference, referenceThreshold: 0.61 }));
    expect(read.reference).toEqual(reference);
    expect(read.referenceThreshold).toBe(0.61);
  });

  it('is refused under the name of another', () => {
    const other = modelId(encodeModel(someModel(2)));
    expect(() => decodeModel(FILE, other)).toThrow('is another one than its name says');
  });

  it('is refused when it is cut, wherever', () => {
    fc.assert(
      fc.property(fc.nat(FILE.length - 1), (length) => {
        expect(tried(FILE.subarray(0, length))).toBe('refused');
      }),
    );
    for (const length of [0, 1, 8, 79, 80, 111, 112]) expect(tried(FILE.subarray(0, length))).toBe('refused');
  });

  it('is refused when a bit is flipped', () => {
    fc.assert(
      fc.property(fc.nat(FILE.length - 1), fc.nat(7), (at, bit) => {
        const bytes = FILE.slice();
        bytes[at]! ^= 1 << bit;
        expect(tried(bytes)).toBe('refused');
      }),
    );
  });

  it('does no harm when it is made to, with a checksum that fits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(FILE.length / 4 - 9), fc.oneof(fc.nat(64), fc.integer(), fc.constant(-1))), {
          minLength: 1,
          maxLength: 6,
        }),
        (changes) => {
          const bytes = Buffer.from(FILE.slice());
          for (const [word, value] of changes) bytes.writeInt32LE(value | 0, word * 4);
          tried(sealed(bytes));
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['is of format 2', 8, 2],
    ['has a header of another length', 12, 81],
    ['is of other features', 16, FEATURE_COUNT + 1],
    ['has no forest', 20, 0],
    ['has no forest', 24, 0x7fffffff],
    ['has sizes that cannot be', 28, 0],
    ['is longer or shorter than it says', 32, 1],
  ])('%s: word at %i is %i', (message, at, value) => {
    const bytes = Buffer.from(FILE.slice());
    bytes.writeUInt32LE(value, at);
    expect(() => decodeModel(sealed(bytes))).toThrow(message);
  });

  it('refuses a branch back', () => {
    const bytes = Buffer.from(FILE.slice());
    const nodes = 80 + 4 * (MODEL.reference.length + MODEL.forest.roots.length);
    expect(bytes.readInt32LE(nodes)).toBeGreaterThanOrEqual(0);
    bytes.writeInt32LE(0, nodes + 8);
    expect(() => decodeModel(sealed(bytes))).toThrow('leads astray');
  });
});
