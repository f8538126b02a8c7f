import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawBatch } from '../../src/model/raw-chunk.js';
import { ChunkBuilder } from '../../src/sources/chunk-builder.js';
import { Framer, type FramingMode } from '../../src/sources/framing.js';
import { recordsOf } from '../helpers/batches.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { naiveFrames } from './naive-framer.js';

interface Framed {
  readonly messages: string[];
  readonly truncated: number[];
  readonly codes: string[];
}

interface FramingOptions {
  readonly mode?: FramingMode;
  readonly maxMessage?: number;
  readonly end?: boolean;
}

function frame(reads: readonly Buffer[], options: FramingOptions = {}): Framed {
  const batches: RawBatch[] = [];
  const codes: string[] = [];
  const builder = new ChunkBuilder({
    source: 'test',
    transport: 'tcp',
    now: () => 0,
    emit: (batch) => batches.push(batch),
  });
  const framer = new Framer({ address: '192.0.2.1' }, builder, {
    mode: options.mode ?? 'auto',
    maxMessage: options.maxMessage ?? 8192,
    refuseTls: true,
    count: (code) => codes.push(code),
  });
  for (const read of reads) if (framer.read(read) !== null) break;
  if (options.end !== false) framer.end();
  builder.flush();
  const records = batches.flatMap(recordsOf);
  expect(batches.reduce((sum, batch) => sum + batch.records, 0)).toBe(records.length);
  return {
    messages: records.map((record) => record.text),
    truncated: records.flatMap((record, index) => (record.truncated ? [index] : [])),
    codes,
  };
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((at) => at % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end));
}

const bytewise = (bytes: Buffer): Buffer[] => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

interface CorpusRow {
  readonly id: string;
  readonly mode: FramingMode;
  readonly max_message: number;
  readonly chunks_b64: readonly string[];
  readonly end: 'eof' | 'open';
  readonly expect_messages_b64: readonly string[];
  readonly expect_flags: Readonly<Record<string, string>>;
  readonly expect_error: string | null;
  readonly alt_messages?: readonly (readonly string[])[];
}

const CODE_OF_ERROR: Record<string, string> = {
  'incomplete-frame': 'frame.incomplete',
  'bad-frame': 'frame.bad_octet_count',
  'tls-on-plain-port': 'frame.tls_on_plain_port',
};

describeShared('framing corpus', () => {
  for (const row of readJsonLines<CorpusRow>(sharedPath('corpus', 'framing.jsonl'))) {
    const given = row.chunks_b64.map((chunk) => Buffer.from(chunk, 'base64'));
    const whole = Buffer.concat(given);
    const expected = row.expect_messages_b64.map((text) => Buffer.from(text, 'base64').toString('latin1'));
    const accepted = [expected, ...(row.alt_messages ?? []).map((alt) => alt.map(utf8AsLatin1))];
    it.each([
      ['as given', given],
      ['in one read', [whole]],
      ['byte by byte', bytewise(whole)],
    ])(`${row.id}: ${'%s'}`, (_, reads) => {
      const options = { mode: row.mode, maxMessage: row.max_message, end: row.end === 'eof' };
      const { messages, truncated, codes } = frame(reads, options);
      expect(accepted).toContainEqual(messages);
      if (isSame(messages, expected)) expect(truncated).toEqual(Object.keys(row.expect_flags).map(Number));
      const wanted = row.expect_error === null ? [] : [CODE_OF_ERROR[row.expect_error]];
      expect(codes.filter((code) => code !== 'frame.truncated')).toEqual(wanted);
    });
  }
});

const utf8AsLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i]);

/** Streams made of what decides framing, so that short ones meet every branch. */
const stream = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\0',
        '\r',
        ' ',
        '1',
        '12 ',
        '3 ',
        '0 ',
        '9999999 ',
        '12345678 ',
        '<13>',
        'x',
        '\x16\x03\x01',
        '\t',
      ),
      fc.string({ unit: fc.constantFrom('a', 'b', '<', '\n', '7'), maxLength: 12 }),
      fc
        .string({ unit: fc.constantFrom('a', '\r', '\n', '\0'), maxLength: 10 })
        .map((body) => `${body.length} ${body}`),
    ),
    { maxLength: 30 },
  )
  .map((parts) => latin1(parts.join('')));
const modes = fc.constantFrom<FramingMode>('auto', 'lf', 'octet');

describe('framing', () => {
  it('does not depend on how the stream was cut', () => {
    fc.assert(
      fc.property(
        stream,
        modes,
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(400)),
        fc.boolean(),
        (bytes, mode, maxMessage, cuts, end) => {
          const options = { mode, maxMessage, end };
          const whole = frame([bytes], options);
          expect(frame(cut(bytes, cuts), options)).toEqual(whole);
          expect(frame(bytewise(bytes), options)).toEqual(whole);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('finds the same records as a framer that is written plainly', () => {
    fc.assert(
      fc.property(stream, modes, fc.integer({ min: 1, max: 20 }), (bytes, mode, maxMessage) => {
        const { messages, truncated } = frame([bytes], { mode, maxMessage });
        const naive = naiveFrames(bytes.toString('latin1'), mode, maxMessage);
        expect(messages).toEqual(naive.map((record) => record.text));
        expect(truncated).toEqual(naive.flatMap((record, i) => (record.truncated ? [i] : [])));
      }),
      { numRuns: 5000 },
    );
  });

  it('cuts digits that the end of the stream left without a count', () => {
    const { messages, truncated } = frame([latin1('77')], { mode: 'auto', maxMessage: 1 });
    expect(messages).toEqual(['7']);
    expect(truncated).toEqual([0]);
  });

  it('takes a line of exactly max_message that ends in CR LF whole', () => {
    const { messages, truncated } = frame([latin1('12345678a\r\n12345678ab\r\n')], {
      mode: 'lf',
      maxMessage: 9,
    });
    expect(messages).toEqual(['12345678a', '12345678a']);
    expect(truncated).toEqual([1]);
  });

  it('keeps a frame that the end of the stream cut, and counts it', () => {
    const { messages, codes } = frame([latin1('40 <13>half a mess')]);
    expect(messages).toEqual(['<13>half a mess']);
    expect(codes).toEqual(['frame.incomplete']);
  });

  it('reads lines that began with a number as lines when no frame of that length came', () => {
    const { messages, codes } = frame([latin1('2024 was a good year\n2025 was better\n')]);
    expect(messages).toEqual(['2024 was a good year', '2025 was better']);
    expect(codes).toEqual(['frame.incomplete']);
  });

  it('lets ISO-stamped lines through without taking the year for a count', () => {
    const lines = '2026-11-20T15:54:35Z h a: b\n2026 11\n'.repeat(3);
    expect(frame([latin1('2026-11-20T15:54:35Z h a: b\n'.repeat(3))]).messages).toHaveLength(3);
    expect(frame([latin1(lines)], { mode: 'lf' }).messages).toHaveLength(6);
  });

  it('reads a line of 100 MB without LF in time linear in its length and in the room of one message', () => {
    const read = Buffer.alloc(64 * 1024, 'y');
    const framer = new Framer(
      { address: '192.0.2.1' },
      { lines: () => {}, record: () => {} },
      {
        mode: 'auto',
        maxMessage: 64 * 1024,
        refuseTls: true,
        count: () => {},
      },
    );
    const before = process.memoryUsage().arrayBuffers;
    const start = process.cpuUsage();
    for (let i = 0; i < 1600; i++) framer.read(read);
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });
});
