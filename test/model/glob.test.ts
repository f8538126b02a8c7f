import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DASH, Glob, joinPieces, MANY, ONE, type Piece } from '../../src/model/glob.js';
import { fold, literalText, parseWildcards } from '../../src/sigma/match/wildcard.js';

/** The same pattern for a backtracking engine; safe on texts this short. */
function naive(pieces: readonly Piece[]): RegExp {
  const source = pieces.map((piece) => {
    if (piece === MANY) return '[^]*';
    if (piece === ONE) return '[^]';
    if (piece === DASH) return '[-/–—―]';
    return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^(?:${source.join('')})$`, 'u');
}

const letter = fc.constantFrom('a', 'b', '-', '–', '\n', '😀');
const text = fc.array(letter, { maxLength: 10 }).map((letters) => letters.join(''));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(letter, { minLength: 1, maxLength: 3 }).map((letters) => letters.join('')),
  },
  { weight: 2, arbitrary: fc.constantFrom<Piece>(MANY, ONE) },
  { weight: 1, arbitrary: fc.constant<Piece>(DASH) },
);

describe('the glob matcher', () => {
  it('agrees with a regular expression of the same meaning', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), text, (pieces, subject) => {
        const joined = joinPieces(pieces);
        expect(new Glob(joined).test(subject)).toBe(naive(joined).test(subject));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes time that grows with the text, not with the ways to split it', () => {
    const pieces = joinPieces(
      Array.from({ length: 40 }, (): Piece[] => [MANY, 'a', ONE])
        .flat()
        .concat('b'),
    );
    const subject = 'a'.repeat(65_536);
    const start = performance.now();
    expect(new Glob(pieces).test(subject)).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('wildcards and escapes', () => {
  it('give back any text whose special characters were escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\\', '*', '?'), { maxLength: 8 }), (letters) => {
        const plain = letters.join('');
        const escaped = plain.replace(/[\\*?]/g, '\\$&');
        expect(literalText(parseWildcards(escaped))).toBe(plain);
      }),
    );
  });

  it('never throw away a character that is no escape', () => {
    expect(parseWildcards('C:\\Temp\\')).toEqual(['C:\\Temp\\']);
    expect(parseWildcards('\\\\*\\?')).toEqual(['\\', MANY, '?']);
  });
});

describe('case folding', () => {
  it('keeps the length of each character there is, by which texts are compared first', () => {
    const changed: number[] = [];
    for (let code = 0; code <= 0x10_ffff; code++) {
      const one = String.fromCodePoint(code);
      if (fold(one).length !== one.length) changed.push(code);
    }
    expect(changed).toEqual([]);
  });

  it('folds a part of a text as it folds the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('Σ', 'A', 'ς', 'ſ', 'ß', ' '), { maxLength: 8 }), (letters) => {
        expect(fold(letters.join(''))).toBe(letters.map(fold).join(''));
      }),
    );
  });

  it('does not mistake one long text for another', () => {
    const long = 'X'.repeat(100);
    expect(fold(long)).toBe('x'.repeat(100));
    expect(fold(`${long.slice(1)}Y`)).toBe(`${'x'.repeat(99)}y`);
    expect(fold(long)).toBe('x'.repeat(100));
  });
});
