import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { requiredLiteral } from '../../../src/sigma/modifiers/required-literal.js';

describe('the literal that a regular expression requires', () => {
  it.each([
    ['Failed password for .* from', 'Failed password for '],
    ['ab+c', 'ab'],
    ['abc?d', 'ab'],
    ['a{2}bcd', 'bcd'],
    ['\\\\Temp\\\\[a-z]{2}\\.exe$', '\\Temp\\'],
    ['(?:x|y)needle', 'needle'],
    ['[]|]needle', 'needle'],
    ['one|two', null],
    ['x(?i)yz', null],
    ['\\Qa|b\\E', null],
    ['\\x41bc', null],
    ['.*', null],
  ])('of %s is %s', (pattern, literal) => {
    expect(requiredLiteral(pattern)).toBe(literal);
  });

  it('is in every text that the expression matches', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^]a]',
      '(?:ab)',
      '(a|b)',
      '\\.',
      '\\w',
      '^',
      'a{',
      '}',
    );
    const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '+?', '{2}', '{0,1}', '{,2}');
    const pattern = fc
      .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map((part) => part.join('')).join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '.', '{', '}', ',', '2'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, letters) => {
        let regex: RE2JS;
        try {
          regex = RE2JS.compile(source);
        } catch {
          return;
        }
        const subject = letters.join('');
        const literal = requiredLiteral(source);
        if (literal !== null && !subject.includes(literal)) expect(regex.test(subject)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
