import { describe, expect, it } from 'vitest';
import { freeBytes } from '../../src/model/free-bytes.js';

const MIB = 1024 ** 2;

describe('freeBytes', () => {
  it('gives the memory back at once', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 16; i++) {
      const bytes = Buffer.allocUnsafeSlow(MIB);
      freeBytes(bytes);
      expect(bytes).toHaveLength(0);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
  });

  it('leaves what others may look at', () => {
    const whole = Buffer.allocUnsafeSlow(MIB);
    const part = whole.subarray(1);
    const shared = new Uint8Array(new SharedArrayBuffer(MIB));
    const small = Buffer.allocUnsafeSlow(64);
    for (const bytes of [part, shared, small]) freeBytes(bytes);
    expect([whole, part, shared, small].map(({ length }) => length)).toEqual([MIB, MIB - 1, MIB, 64]);
  });
});
