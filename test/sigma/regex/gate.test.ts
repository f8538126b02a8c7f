import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/sigma/match/wildcard.js';
import { requiredTexts } from '../../../src/sigma/regex/alternatives.js';
import { RegexGate } from '../../../src/sigma/regex/gate.js';
import { readRegex } from '../../../src/sigma/regex/syntax.js';

function mayMatch(pattern: string, text: string, ignoreCase = false): boolean {
  const regex = readRegex(pattern, ignoreCase);
  return regex === null || new RegexGate(regex).mayMatch(text);
}

/** What `requiredTexts` says of it, as the index looks for it. */
function hasRequired(pattern: string, text: string, ignoreCase: boolean): boolean {
  const regex = readRegex(pattern, ignoreCase);
  const texts = regex === null ? null : requiredTexts(regex);
  return texts === null || texts.some((each) => fold(text).includes(each));
}

describe('the gate of a regular expression', () => {
  it.each([
    ['.{10,}', 'too short', false],
    ['.{10,}', 'long enough', true],
    ['\\s[a-f0-9]{40}\\s', `no run ${'x'.repeat(60)}`, false],
    ['\\s[a-f0-9]{40}\\s', `a ${'0'.repeat(40)} b`, true],
    ['\\\\[a-z]{1,32}\\.[a-z]{1,6}\\.["\' ]', '"C:\\a\\b.exe" c:\\d.txt', false],
    ['\\\\[a-z]{1,32}\\.[a-z]{1,6}\\.["\' ]', '"C:\\a\\b.exe." c', true],
    ['net\\s+config', 'netconfig and net.config', false],
    ['(?:ab|cd)+[0-9]x', 'abx', false],
    ['(?:ab|cd)+[0-9]x', 'ab1x', true],
    ['[^a]b', 'xb', true],
  ])('of %s lets %s through: %s', (pattern, text, passes) => {
    expect(mayMatch(pattern, text)).toBe(passes);
  });

  it('lets everything through that the expression matches, which has the required texts, too', () => {
    const atom = fc.constantFrom(
      ...[
        'a',
        'b',
        'k',
        'S',
        '.',
        '[ab]',
        '[^]a]',
        '(?i:B)',
        '[^é]',
        '[Z-b]',
        '[[:^alpha:]]',
        '[[:digit:]x]',
        'é',
        '\\x{1F600}',
      ],
      ...[
        '(?:ab)',
        '(a|b)',
        '(?:a2|)',
        '(?:[ab]2){2}',
        '\\.',
        '\\w',
        '\\W',
        '\\s',
        '[\\S2]',
        '\\b',
        '^',
        '$',
        'a{',
        '}',
      ],
    );
    const quantifier = fc.constantFrom(
      '',
      '',
      '',
      '',
      '?',
      '*',
      '+',
      '+?',
      '{2}',
      '{3,}',
      '{1,2}',
      '{0,1}',
      '{,2}',
    );
    const pattern = fc
      .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map((part) => part.join('')).join(''));
    const letters = [...'aAbBkKsS_.^{},2 \n\v', '\u212a', '\u017f', 'é', '\u{1F600}', '\ud83d'];
    const text = fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((parts) => parts.join(''));
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.boolean(), text, (source, ignoreCase, subject) => {
        let regex: RE2JS;
        try {
          regex = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
        } catch {
          return;
        }
        if (!regex.test(subject)) return;
        matched++;
        expect(mayMatch(source, subject, ignoreCase)).toBe(true);
        expect(hasRequired(source, subject, ignoreCase)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(matched).toBeGreaterThan(2000);
  });

  it('finds a run wherever it stands, over any lengths', () => {
    const set = fc.constantFrom('a', 'b', '[ab]', '[abc]');
    const run = fc.array(set, { minLength: 2, maxLength: 40 });
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 120 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(run, text, text, (classes, before, after) => {
        const inside = classes
          .map((each, at) => each.replace(/[[\]]/g, '')[at % (each.length > 2 ? 2 : 1)])
          .join('');
        expect(mayMatch(classes.join(''), before + inside + after)).toBe(true);
        if (classes.length <= 32) {
          const subject = before + after;
          expect(mayMatch(classes.join(''), subject)).toBe(new RegExp(classes.join('')).test(subject));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
