import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sieve } from '../../../src/sigma/index/sieve.js';
import { fold } from '../../../src/sigma/match/wildcard.js';

function sieveOf(texts: readonly string[]): Sieve | null {
  return Sieve.of(texts.map((text, mark) => ({ text, at: 'anywhere', mark })));
}

it('holds back texts without any of the patterns, and only those', () => {
  const letters = fc.constantFrom(...'abkisz:\\', '\u212a', '\u017f', '\u0130', 'é');
  const text = fc.array(letters, { maxLength: 40 }).map((parts) => parts.join(''));
  const pattern = fc.string({ unit: fc.constantFrom(...'abkisz:\\'), minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 5 }), text, text, (patterns, before, after) => {
      const sieve = sieveOf(patterns)!;
      const [first] = patterns;
      const disguised = first!.replaceAll('k', '\u212a').replaceAll('s', '\u017f');
      expect(fold(disguised).startsWith(first!)).toBe(true);
      for (const written of [first!.toUpperCase(), disguised])
        expect(sieve.mayHold(before + written + after)).toBe(true);
      const isThere = patterns.some((each) => fold(before + after).includes(each));
      if (isThere) expect(sieve.mayHold(before + after)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  const sieve = sieveOf(['sekurlsa::', 'privilege::debug'])!;
  expect(sieve.mayHold('C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s Schedule')).toBe(false);
});

it('is not for short patterns, nor for many', () => {
  expect(sieveOf([])).toBeNull();
  expect(sieveOf(['long enough', 'abc'])).toBeNull();
  // Indicators of two rules; a call does not take so many arguments.
  expect(sieveOf(Array.from({ length: 300_000 }, (_, i) => `indicator ${i}`))).toBeNull();
  expect(sieveOf(Array.from({ length: 65 }, (_, i) => `pattern ${i}`))).toBeNull();
});
