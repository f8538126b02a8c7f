import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, parseBytes, parseDuration } from '../../src/model/units.js';

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['64', 64],
    ['64B', 64],
    ['64KiB', 65_536],
    ['64 kib', 65_536],
    ['1.5MiB', 1_572_864],
    ['10 MB', 10_000_000],
    ['2GiB', 2 * 1024 ** 3],
    ['1TiB', 1024 ** 4],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['', 'KiB', '-1', '1e3', '1,5MiB', '5 apples', '1KiBs', '0x10', 'Infinity', '__proto__'])(
    '%j is none',
    (text) => {
      expect(parseBytes(text)).toBeNull();
    },
  );

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [10 * 1024 ** 3, '10 GiB'],
    [3 * 1024 ** 4, '3 TiB'],
  ])('%d bytes are shown as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
    expect(parseBytes(text)).toBe(bytes);
  });
});

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['4h', 14_400_000],
    ['30 d', 30 * 86_400_000],
    ['2w', 14 * 86_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', '5M', '-5s', 's', '5 minutes', '1h30m', 'constructor'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1000, '1s'],
    [61_000, '1m1s'],
    [3_725_000, '1h2m'],
    [90_061_000, '1d1h'],
    [86_400_000 * 400, '400d'],
    [59_999, '1m'],
  ])('%d ms are shown as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('are read in time linear in the text', () => {
    fc.assert(
      fc.property(fc.constantFrom('1', ' ', '1.', 'ms'), (unit) => {
        const started = performance.now();
        parseDuration(unit.repeat(100_000));
        parseBytes(unit.repeat(100_000));
        expect(performance.now() - started).toBeLessThan(200);
      }),
    );
  });
});
