import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Peer, RawBatch } from '../../src/model/raw-chunk.js';
import { ChunkBuilder } from '../../src/sources/chunk-builder.js';
import { recordsOf } from '../helpers/batches.js';

const A: Peer = { address: '192.0.2.1' };
const B: Peer = { address: '2001:db8::2', identity: 'web-01' };

function building(): { builder: ChunkBuilder; batches: RawBatch[] } {
  const batches: RawBatch[] = [];
  const builder = new ChunkBuilder({
    source: 'test',
    transport: 'udp',
    now: () => 7,
    emit: (batch) => batches.push(batch),
  });
  return { builder, batches };
}

function addRecord(builder: ChunkBuilder, peer: Peer, text: string, truncated = false): void {
  const bytes = Buffer.from(text, 'latin1');
  builder.record(peer, bytes, 0, bytes.length, { multiline: text.includes('\n'), truncated });
}

function addLines(builder: ChunkBuilder, peer: Peer, lines: readonly string[]): void {
  const bytes = Buffer.from(`??${lines.join('\n')}\n`, 'latin1');
  builder.lines(peer, bytes, 2, bytes.length, lines.length);
}

describe('a batch', () => {
  it('of one sender has one peer and no runs', () => {
    const { builder, batches } = building();
    addRecord(builder, A, 'one');
    addLines(builder, A, ['two', 'three\r']);
    builder.flush();
    expect(batches).toMatchObject([
      { records: 3, ends: null, peers: [A], peerRuns: null, truncated: null, receivedAt: 7 },
    ]);
    expect(recordsOf(batches[0]!).map((record) => record.text)).toEqual(['one', 'two', 'three']);
  });

  it('of several senders tells whose each record is', () => {
    const { builder, batches } = building();
    for (const peer of [A, B, B, A]) addRecord(builder, peer, 'x');
    builder.flush();
    expect(batches[0]).toMatchObject({ peers: [A, B] });
    expect(recordsOf(batches[0]!).map((record) => record.peer)).toEqual([
      A.address,
      B.address,
      B.address,
      A.address,
    ]);
  });

  it('of lines ends before a record that holds LF, one of records takes both', () => {
    const { builder, batches } = building();
    addRecord(builder, A, 'one');
    addRecord(builder, A, 'two\nlines');
    addLines(builder, B, ['three', 'four\r']);
    addRecord(builder, A, 'five\nlines');
    builder.flush();
    expect(batches.map((batch) => batch.ends === null)).toEqual([true, false]);
    expect(recordsOf(batches[1]!).map((record) => record.text)).toEqual([
      'two\nlines',
      'three',
      'four',
      'five\nlines',
    ]);
  });

  it('is handed on at 128 KiB without waiting', () => {
    const { builder, batches } = building();
    for (let i = 0; i < 140; i++) addRecord(builder, A, 'x'.repeat(1023));
    expect(batches.map((batch) => batch.bytes.length)).toEqual([131_072]);
    builder.flush();
  });

  it('does not end among records that belong together, and ends behind them when it is full', () => {
    const { builder, batches } = building();
    const seen: number[] = [];
    addRecord(builder, A, 'before');
    builder.together(() => {
      for (let i = 0; i < 3; i++) addRecord(builder, A, 'x'.repeat(60_000));
      addLines(builder, B, ['y'.repeat(60_000), 'last']);
      seen.push(batches.length);
    });
    addRecord(builder, A, 'after');
    builder.flush();
    expect(seen).toEqual([0]);
    expect(batches.map(({ records }) => records)).toEqual([6, 1]);
    builder.together(() => addRecord(builder, A, 'small'));
    expect(batches).toHaveLength(2);
    builder.flush();
    expect(batches).toHaveLength(3);
  });

  it('hands on what was there before a record with LF, before what is done with that counts', () => {
    const { builder, batches } = building();
    let position = 1;
    const positions: number[] = [];
    const emitted = batches.push.bind(batches);
    batches.push = (...args) => {
      positions.push(position);
      return emitted(...args);
    };
    addRecord(builder, A, 'one');
    builder.together(() => {
      addRecord(builder, A, 'two\nlines');
      position = 2;
    });
    builder.flush();
    expect(positions).toEqual([1, 2]);
  });

  it('waits 100 ms for company, from its first record on, and not for more', () => {
    vi.useFakeTimers();
    try {
      const { builder, batches } = building();
      for (const text of ['one', 'two', 'three']) {
        addRecord(builder, A, text);
        vi.advanceTimersByTime(33);
      }
      expect(batches).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(batches.map(({ records }) => records)).toEqual([3]);
      addRecord(builder, A, 'four');
      vi.advanceTimersByTime(100);
      expect(batches.map(({ records }) => records)).toEqual([3, 1]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('grows for a record that is larger than a batch', () => {
    const { builder, batches } = building();
    addRecord(builder, A, `<13>${'y'.repeat(1_000_000)}`);
    addRecord(builder, A, 'next');
    builder.flush();
    expect(batches.map((batch) => batch.records)).toEqual([1, 1]);
    expect(recordsOf(batches[0]!)[0]!.text).toHaveLength(1_000_004);
  });

  it('is never empty', () => {
    const { builder, batches } = building();
    builder.flush();
    expect(batches).toEqual([]);
  });

  it('gives back what went in, whatever the mix', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '<', ' '), minLength: 1, maxLength: 9 });
    const piece = fc.oneof(
      fc.record({ lines: fc.array(text, { minLength: 1, maxLength: 5 }) }),
      fc.record({ record: fc.tuple(text, text), truncated: fc.boolean() }),
      fc.record({ record: fc.tuple(text), truncated: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 40 }), (pieces) => {
        const { builder, batches } = building();
        const wanted: [string, string, boolean][] = [];
        for (const [given, isA] of pieces) {
          const peer = isA ? A : B;
          if ('lines' in given) {
            addLines(builder, peer, given.lines);
            for (const line of given.lines) wanted.push([line, peer.address, false]);
          } else {
            addRecord(builder, peer, given.record.join('\n'), given.truncated);
            wanted.push([given.record.join('\n'), peer.address, given.truncated]);
          }
        }
        builder.flush();
        const found = batches.flatMap(recordsOf);
        expect(found.map((record) => [record.text, record.peer, record.truncated])).toEqual(wanted);
        expect(batches.reduce((sum, batch) => sum + batch.records, 0)).toBe(wanted.length);
      }),
    );
  });
});
