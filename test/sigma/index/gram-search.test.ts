import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pattern } from '../../../src/sigma/index/automaton-trie.js';
import { BEYOND_ASCII, GramSearch, LABORIOUS, READ } from '../../../src/sigma/index/gram-search.js';
import { Marks } from '../../../src/sigma/index/marks.js';
import { fold } from '../../../src/sigma/match/wildcard.js';

const PLACES = ['anywhere', 'start', 'end', 'whole'] as const;
const marks = new Marks(64, 1);

/** As a field index asks. */
function found(search: GramSearch, text: string): number[] {
  marks.begin([]);
  if (search.scan(text, marks, false) === BEYOND_ASCII)
    expect(search.scan(fold(text), marks, true)).toBe(READ);
  return Array.from({ length: 64 }, (_, mark) => mark).filter((mark) => marks.has(mark));
}

function stands({ text, at }: Pattern, folded: string): boolean {
  if (at === 'whole') return folded === text;
  if (at === 'start') return folded.startsWith(text);
  return at === 'end' ? folded.endsWith(text) : folded.includes(text);
}

function patternsOf(texts: readonly (readonly [string, Pattern['at']])[]): Pattern[] {
  return texts.map(([text, at], mark) => ({ text, at, mark }));
}

describe('a search by grams', () => {
  const letters = 'abk s:\\^~1';
  const texts = fc.array(
    fc.tuple(
      fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 9 }),
      fc.constantFrom(...PLACES),
    ),
    { minLength: 1, maxLength: 8 },
  );
  const read = fc
    .array(fc.constantFrom(...letters, 'A', 'K', 'S', 'Z', '\u212a', '\u017f', '\u0130', 'é', '中'), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));

  it('finds what stands there and nothing else', () => {
    fc.assert(
      fc.property(
        texts,
        fc.boolean(),
        fc.array(read, { minLength: 1, maxLength: 4 }),
        (sought, readsAll, others) => {
          const patterns = patternsOf(sought);
          const search = GramSearch.of(patterns, readsAll)!;
          const [first] = sought[0]!;
          const hidden = first.replaceAll('k', '\u212a').replaceAll('s', '\u017f');
          for (const text of [
            ...others,
            first.toUpperCase(),
            `${others[0]}${hidden}`,
            `${hidden}${others[0]}`,
          ]) {
            const folded = fold(text);
            const expected = patterns.filter((pattern) => stands(pattern, folded)).map(({ mark }) => mark);
            expect(found(search, text)).toEqual(expected);
          }
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('finds the same once it has learned what is usually read', () => {
    const patterns = patternsOf([
      ['c:\\windows\\system32\\evil.exe', 'anywhere'],
      ['\\system32\\', 'anywhere'],
      ['evil.exe', 'end'],
      ['c:\\', 'start'],
    ]);
    const search = GramSearch.of(patterns, false)!;
    for (let i = 0; i < 3000; i++) {
      const isEvil = i % 7 === 0;
      const name = isEvil ? 'Evil.exe' : `svc${i}.exe`;
      expect(found(search, `C:\\Windows\\System32\\${name}`)).toEqual(isEvil ? [0, 1, 2, 3] : [1, 3]);
    }
  });

  it('notices characters beyond ASCII wherever they stand, where it has to', () => {
    const search = GramSearch.of(patternsOf([['a long pattern', 'anywhere']]), true)!;
    for (let at = 0; at < 20; at++) {
      const text = `${'x'.repeat(at)}é${'x'.repeat(20 - at)}`;
      expect(search.scan(text, marks, false)).toBe(BEYOND_ASCII);
    }
  });

  it('gives up on a text that was made to be compared again and again', () => {
    const almost = `${'a'.repeat(60)}b`;
    const search = GramSearch.of(
      patternsOf([['a needle', 'anywhere'], [almost, 'anywhere'], ...many('aaaa', 40)]),
      false,
    )!;
    marks.begin([]);
    expect(search.scan('a'.repeat(65_536), marks, false)).toBe(LABORIOUS);
    expect(found(search, 'hay and a NEEDLE in it')).toEqual([0]);
  });

  it('is not for texts of no character, nor for none', () => {
    expect(GramSearch.of([], false)).toBeNull();
    expect(GramSearch.of(patternsOf([['', 'anywhere']]), false)).toBeNull();
  });
});

function many(start: string, count: number): [string, Pattern['at']][] {
  return Array.from({ length: count }, (_, i) => [
    `${start}${String.fromCharCode(97 + (i % 26)).repeat(9)}${i}`,
    'anywhere',
  ]);
}
