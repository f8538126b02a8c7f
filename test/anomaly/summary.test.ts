import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsIn, hashNumber, hashText, sketch, valuesOf } from '../../src/anomaly/sketch.js';
import { MAX_ROWS } from '../../src/anomaly/summarizer.js';
import { mergeRow } from '../../src/anomaly/summary.js';
import {
  DENIALS,
  ENTITY,
  EVENTS,
  FAILURES,
  FIRST_SKETCH,
  IS_SOURCE,
  LAST,
  LONGEST_OBJECT,
  MINUTE,
  MINUTE_MS,
  ORIGINAL,
  PORTS,
  ROW_WIDTH,
  USERS,
} from '../../src/model/entity-minute.js';
import { failure, line, START, summarized } from './helpers.js';

const row = fc
  .array(fc.oneof(fc.nat(50), fc.nat(0xffffffff), fc.constant(0xffffffff)), {
    minLength: ROW_WIDTH,
    maxLength: ROW_WIDTH,
  })
  .map((words) => Uint32Array.from(words));

function merged(...rows: Uint32Array[]): number[] {
  const into = rows[0]!.slice();
  for (const other of rows.slice(1)) mergeRow(into, 0, other, 0);
  return [...into.subarray(EVENTS)];
}

describe('mergeRow', () => {
  it('gives the same in any order and grouping', () => {
    fc.assert(
      fc.property(row, row, row, (a, b, c) => {
        const right = b.slice();
        mergeRow(right, 0, c, 0);
        expect(merged(a, b)).toEqual(merged(b, a));
        expect(merged(a, right)).toEqual(merged(a, b, c));
      }),
    );
  });

  it('keeps sketches and marks when a row is merged with itself', () => {
    fc.assert(
      fc.property(row, (a) => {
        expect(merged(a, a).slice(FIRST_SKETCH - EVENTS)).toEqual([...a.subarray(FIRST_SKETCH)]);
      }),
    );
  });
});

const LINES = fc.array(
  fc
    .record({
      second: fc.nat(200),
      user: fc.constantFrom('root', 'alice', 'bob'),
      ip: fc.constantFrom('203.0.113.7', '10.1.0.5', '2001:db8::1'),
      host: fc.constantFrom('web-01', 'db-01'),
    })
    .map(({ second, user, ip, host }) => failure(second, user, ip, host)),
  { maxLength: 30 },
);

/** Rows by entity and minute, as one text each. */
function byMinute(parts: readonly (readonly string[])[]): Map<string, number[]> {
  const all = new Map<string, Uint32Array>();
  for (const part of parts) {
    const { rows, texts, count } = summarized(part);
    for (let i = 0; i < count; i++) {
      const at = i * ROW_WIDTH;
      const key = `${texts[rows[at + ENTITY]!]} ${rows[at + MINUTE]}`;
      const known = all.get(key);
      if (known === undefined) all.set(key, rows.slice(at, at + ROW_WIDTH));
      else mergeRow(known, 0, rows, at);
    }
  }
  return new Map([...all].sort().map(([key, words]) => [key, [...words.subarray(EVENTS)]]));
}

describe('Summarizer', () => {
  it('sums up the same however lines are spread over chunks', () => {
    fc.assert(
      fc.property(LINES, fc.nat(30), (lines, cut) => {
        expect(byMinute([lines.slice(0, cut), lines.slice(cut)])).toEqual(byMinute([lines]));
        expect(byMinute(lines.map((one) => [one]))).toEqual(byMinute([lines]));
      }),
    );
  });

  it('counts what an address did, else what a host did', () => {
    const { rows, texts, count } = summarized([
      failure(0, 'root', '203.0.113.7'),
      failure(10, 'admin', '203.0.113.7'),
      line(59, 'web-01', 'CRON', '(root) CMD (/usr/local/bin/job --all)', 78),
      failure(61, 'root', '203.0.113.7'),
    ]);
    expect(count).toBe(3);
    expect([...texts].filter((text) => text.length < 20)).toEqual([
      '203.0.113.7',
      'web-01',
      'web-01',
      '203.0.113.7',
    ]);
    expect(rows[IS_SOURCE]).toBe(1);
    expect(rows[MINUTE]).toBe(START / MINUTE_MS);
    expect([rows[EVENTS], rows[FAILURES], rows[LAST]]).toEqual([2, 2, 10_000]);
    expect(bitsIn(rows, USERS)).toBe(2);
    expect(texts[rows[ORIGINAL]!]).toContain('for root from');
    expect(rows[ROW_WIDTH + IS_SOURCE]).toBe(0);
    expect(rows[ROW_WIDTH + LONGEST_OBJECT]).toBe('/usr/local/bin/job --all'.length);
    expect(rows[2 * ROW_WIDTH + MINUTE]).toBe(START / MINUTE_MS + 1);
  });

  it('counts repetitions and denied connections', () => {
    const { rows } = summarized([
      line(
        0,
        'web-01',
        'sshd',
        'message repeated 5 times: [ Failed password for root from 203.0.113.7 port 22 ssh2]',
      ),
      line(
        1,
        'fw',
        'kernel',
        '[UFW BLOCK] IN=e OUT= SRC=203.0.113.7 DST=192.0.2.1 PROTO=TCP SPT=4 DPT=3389',
        4,
      ),
    ]);
    expect([rows[EVENTS], rows[FAILURES], rows[DENIALS]]).toEqual([6, 6, 1]);
    expect(bitsIn(rows, PORTS)).toBe(1);
  });

  it('holds no more rows than its limit and counts the rest', () => {
    const lines = Array.from({ length: MAX_ROWS + 5 }, (_, i) =>
      failure(0, 'x', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`),
    );
    const { count, skipped } = summarized(lines);
    expect([count, skipped]).toEqual([MAX_ROWS, 5]);
  });

  it('keeps nothing for the next chunk', () => {
    const names = ['__proto__', 'constructor', 'web-01'];
    for (const name of names) {
      const { count, texts } = summarized([line(0, name, 'sshd', 'x')]);
      expect([count, texts[0]]).toEqual([1, name]);
    }
  });
});

describe('sketches', () => {
  it('count about as many values as were put in', () => {
    for (const values of [1, 5, 20, 60, 150]) {
      const words = new Uint32Array(4);
      for (let i = 0; i < values; i++) sketch(words, 0, hashText(`value ${i}`));
      expect(Math.abs(valuesOf(bitsIn(words, 0)) - values)).toBeLessThan(1 + values / 5);
    }
  });

  it('spread numbers as well', () => {
    const words = new Uint32Array(4);
    for (let port = 1; port <= 60; port++) sketch(words, 0, hashNumber(port));
    expect(valuesOf(bitsIn(words, 0))).toBeGreaterThan(45);
  });
});
