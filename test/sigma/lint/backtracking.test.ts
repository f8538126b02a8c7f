import { expect, it } from 'vitest';
import { backtracking } from '../../../src/sigma/lint/regex/backtracking.js';
import { readRegex } from '../../../src/sigma/regex/syntax.js';

function growthOf(pattern: string): string {
  const regex = readRegex(pattern);
  if (regex === null) return 'unread';
  const growth = backtracking(regex, pattern.startsWith('^'));
  if (growth === null) return 'too large';
  return growth.kind === 'exponential' ? 'exponential' : `degree ${growth.degree}`;
}

it.each([
  // a repeat of a repeat, and alternatives that take the same
  ['^(a+)+$', 'exponential'],
  ['(?:.*\\))+"', 'exponential'],
  ['(a|a)*b', 'exponential'],
  ['(a|ab|b)*c', 'exponential'],
  ['(\\w|[a-z])+!', 'exponential'],
  // each way to read these is the only one
  ['^(ab)+c', 'degree 0'],
  ['(\\{\\d\\}){2,}x', 'degree 0'],
  // what ends the expression cannot fail
  ['(a+)+', 'degree 0'],
  ['a.*', 'degree 0'],
  // neighbours that share characters; the search for the beginning is one more
  ['\\s+\\s+x', 'degree 3'],
  ['^\\s+\\s+x', 'degree 2'],
  ['\\s+\\d+x', 'degree 2'],
  ['set.*&&.*invoke.*"', 'degree 4'],
  ['a[^b]*b[^c]*c', 'degree 2'],
  ['a{2,300}a{2,300}b', 'degree 3'],
  ['a{2,9}b', 'degree 0'],
  ['(?=a)b', 'unread'],
  [`(${'abcdefgh'.repeat(60)})+x`, 'too large'],
])('%s: %s', (pattern, growth) => {
  expect(growthOf(pattern)).toBe(growth);
});
