import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCutter, type Lines } from '../../src/sources/tail/line-cutter.js';

const MAX = 6;

/** What the cutter has to give, said simply: split all at once, trim, cut. */
function expected(text: string, ended: boolean): { line: string; cut: boolean }[] {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  return [...lines, ...(ended ? [rest] : [])]
    .map((line) => line.replace(/^\0+/, '').replace(/[\r\0]+$/, ''))
    .filter((line) => line !== '')
    .map((line) => ({ line: line.slice(0, MAX).replace(/[\r\0]+$/, ''), cut: line.length > MAX }))
    .filter(({ line }) => line !== '');
}

function read({ bytes, records, truncated }: Lines): { line: string; cut: boolean }[] {
  const cuts = new Set(truncated);
  const lines: { line: string; cut: boolean }[] = [];
  let start = 0;
  for (const part of Buffer.from(bytes).toString('latin1').split('\n')) {
    const line = part.replace(/[\r\0]+$/, '');
    if (line !== '') lines.push({ line, cut: cuts.has(start + line.length) });
    start += part.length + 1;
  }
  expect(lines).toHaveLength(records);
  expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
  return lines;
}

describe('cutting blocks into lines', () => {
  it('gives the same lines however the bytes are cut into blocks', () => {
    const piece = fc.constantFrom('a', 'bc', '\n', '\r\n', '\0', '\n\n', 'long line', '\r');
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        fc.boolean(),
        (pieces, sizes, ended) => {
          const text = pieces.join('');
          const cutter = new LineCutter(MAX);
          const lines: { line: string; cut: boolean }[] = [];
          for (let at = 0; at < text.length; ) {
            const block = Buffer.from(text.slice(at, at + sizes.next().value));
            at += block.length;
            const fed = cutter.feed(block);
            if (fed !== null) lines.push(...read(fed));
            expect(cutter.position).toBe(at);
            expect(cutter.offset).toBe(text.lastIndexOf('\n', at - 1) + 1);
          }
          const last = ended ? cutter.flush() : null;
          if (last !== null) lines.push(...read(last));
          // Of a line over the limit nobody can tell whether its far end is only CRs and NULs.
          const wanted = expected(text, ended);
          expect(lines.map(({ line }) => line)).toEqual(wanted.map(({ line }) => line));
          for (const [i, { cut }] of wanted.entries()) if (cut) expect(lines[i]?.cut).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('remembers head and tail of the file as they stand there, whatever was left out of the lines', () => {
    const text = `\ufeff${'\0'.repeat(300)}${'x'.repeat(2000)}\r\nend\npartial`;
    const whole = new LineCutter(100);
    whole.feed(Buffer.from(text));
    const pieces = new LineCutter(100);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) pieces.feed(bytes.subarray(at, at + 7));
    expect(pieces.head).toEqual(whole.head);
    expect(pieces.tail).toEqual(whole.tail);
    expect(pieces.offset).toBe(whole.offset);
    expect(whole.head.bytes).toBe(1024);
    expect(whole.tail.bytes).toBe(256);
  });
});
