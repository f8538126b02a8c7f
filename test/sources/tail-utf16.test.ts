import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { FollowerOptions } from '../../src/sources/tail/follower.js';
import { LineCutter } from '../../src/sources/tail/line-cutter.js';
import { Harness } from './tail-harness.js';

const ORDERS = ['little', 'big'] as const;

type Order = (typeof ORDERS)[number];

/** Without a BOM, unless the text begins with one. */
function utf16(text: string, order: Order): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
}

const MAX = 40;

describe.each(ORDERS)('cutting UTF-16 (%s-endian) into lines', (order) => {
  const parts = ['a', 'é', '中', '😀', 'Ċ', '\u0a0a', '\u0d0a', '\r', '\n', '\r\n', '\n\n', ' b c'];

  function cut(bytes: Buffer, sizes: () => number, cutter: LineCutter, ended: boolean): string[] {
    let lines = '';
    for (let at = cutter.position; at < bytes.length; ) {
      const block = Buffer.from(bytes.subarray(at, at + sizes()));
      at += block.length;
      lines += textOf(cutter.feed(block));
      expect(cutter.position).toBe(at);
    }
    if (ended) lines += textOf(cutter.flush());
    return lines.split(/[\r\n]+/).filter((line) => line !== '');
  }

  it('gives the same lines as UTF-8, at its own offsets, however it is cut into blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...parts), { maxLength: 30 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        fc.boolean(),
        (pieces, sizes, ended) => {
          const text = `\ufeff${pieces.join('')}`;
          const bytes = utf16(text, order);
          const cutter = new LineCutter(MAX);
          const plain = new LineCutter(MAX);
          const wanted = cut(Buffer.from(text), () => 1000, plain, ended);
          expect(cut(bytes, () => sizes.next().value, cutter, ended)).toEqual(wanted);
          const end = ended ? text.length : text.lastIndexOf('\n') + 1;
          expect(cutter.offset).toBe(2 * end);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('goes on at any line, knowing the encoding by how the file begins', () => {
    const text = `\ufeff${['eins', 'zwei Ċ 中', '', '😀 vier'].join('\r\n')}\n`;
    const bytes = utf16(text, order);
    for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', lf + 1)) {
      const offset = 2 * (lf + 1);
      const cutter = new LineCutter(MAX, offset, bytes.subarray(0, offset), bytes.subarray(0, offset));
      const plain = new LineCutter(MAX);
      const rest = cut(Buffer.from(text.slice(lf + 1)), () => 1000, plain, false);
      expect(cut(bytes, () => 3, cutter, false)).toEqual(rest);
    }
  });

  it('reads an unfinished line again', () => {
    const bytes = utf16('\ufeffone\ntw', order);
    const cutter = new LineCutter(MAX);
    cutter.feed(bytes.subarray(0, -1));
    cutter.rewind(bytes.subarray(0, cutter.offset));
    expect(textOf(cutter.feed(utf16('tw\u0a0ao\n', order)))).toBe('tw\u0a0ao\n');
    // From its first byte, too.
    const begun = new LineCutter(MAX);
    begun.feed(bytes.subarray(0, 5));
    begun.rewind(Buffer.alloc(0));
    expect(textOf(begun.feed(bytes))).toBe('one\n');
  });

  it('cuts long lines by their bytes in UTF-8', () => {
    const cutter = new LineCutter(MAX);
    const lines = cutter.feed(utf16(`\ufeff${'x'.repeat(MAX + 1)}\n${'y'.repeat(MAX)}\n`, order));
    expect(textOf(lines)).toBe(`${'x'.repeat(MAX)}\n${'y'.repeat(MAX)}\n`);
    expect([...lines!.truncated!]).toEqual([MAX]);
  });
});

it('half a BOM is none', () => {
  const cutter = new LineCutter(MAX);
  expect(cutter.feed(Buffer.of(0xff))).toBeNull();
  expect([...cutter.feed(Buffer.of(0x41, 10))!.bytes]).toEqual([0xff, 0x41, 10]);
});

function textOf(lines: ReturnType<LineCutter['feed']>): string {
  return lines === null ? '' : Buffer.from(lines.bytes).toString();
}

describe.each(ORDERS)('a file in UTF-16 (%s-endian)', (order) => {
  let harness: Harness;

  function follow(options: Partial<FollowerOptions> = {}): Harness {
    harness = new Harness(options);
    return harness;
  }

  function append(text: string): void {
    appendFileSync(harness.path('app.log'), utf16(text, order));
  }

  afterEach(() => harness.end());

  it('is read as it grows, and after restarts each line once', async () => {
    follow();
    append('\ufeffeins\nzwe');
    expect(await harness.poll()).toEqual(['eins']);
    append('i é 中\r\n');
    expect(await harness.poll()).toEqual(['zwei é 中']);
    append('drei\nvier\n');
    await harness.poll();
    for (let keep = 0; keep <= harness.batches.length; keep++) {
      harness.restart(keep);
      await harness.poll();
      expect(harness.lines().filter((line) => line === 'eins')).toHaveLength(1);
    }
    expect(harness.lines()).toEqual(['eins', 'zwei é 中', 'drei', 'vier']);
  });

  it('is read from its end where that is asked for', async () => {
    writeFileSync(`${follow({ from: 'end' }).path('app.log')}`, utf16('\ufeffalt Ċ\nunfertig \u0a0a', order));
    harness.restart(0);
    expect(await harness.poll()).toEqual([]);
    append('!\nneu\n');
    expect(await harness.poll()).toEqual(['unfertig \u0a0a!', 'neu']);
  });

  it('is read through rotation, and packed', async () => {
    follow({ paths: ['app.log', 'app.log.gz'], backfillGz: true, once: true });
    writeFileSync(harness.path('app.log.gz'), gzipSync(utf16('\ufeffgepackt\nmehr', order)));
    append('\ufeffeins\n');
    expect((await harness.pollLater()).sort()).toEqual(['eins', 'gepackt', 'mehr']);
    truncateSync(harness.path('app.log'), 0);
    expect(await harness.poll()).toEqual([]);
    append('\ufeffwieder\n');
    expect(await harness.poll()).toEqual(['wieder']);
  });
});
