import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { requiredTexts } from '../../../src/sigma/regex/alternatives.js';
import { readRegex } from '../../../src/sigma/regex/syntax.js';

function textsOf(pattern: string, ignoreCase = false): readonly string[] | null {
  return requiredTexts(readRegex(pattern, ignoreCase)!);
}

describe('texts of which a regular expression needs one', () => {
  it.each<[string, readonly string[] | null]>([
    ['\\\\[a-z0-9]{1,32}\\.[a-z]{1,6}\\.[ "\']{1}', ['. ', '."', ".'"]],
    ['(?:net|netsh)\\s+config', ['config']],
    ['(foo|bar)baz', ['foobaz', 'barbaz']],
    ['ab+c', ['b']],
    ['x(ab|cd){2,3}y', ['ab', 'cd']],
    ['(abc|d*)', null],
    ['[0-9]{5}', null],
    ['\\s', null],
    ['POWERSHELL', ['powershell']],
    ['^start', ['start']],
    ['end$', ['end']],
    ['a?bcd', ['bcd']],
    ['.*', null],
    ['(a|b|c|d|e|f|g|h)(1|2|3|4|5)(6|7|8|9|0)zzz', ['6zzz', '7zzz', '8zzz', '9zzz', '0zzz']],
    ['[^a]bcd', ['bcd']],
    ['h\u00e9llo', ['llo']],
  ])('%s', (pattern, expected) => {
    expect(textsOf(pattern)).toEqual(expected);
  });

  it('are folded, also where case is left aside', () => {
    expect(textsOf('Kill', true)).toEqual(['kill']);
    expect(RE2JS.compile('Kill', RE2JS.CASE_INSENSITIVE).test('\u212aILL')).toBe(true);
  });
});
