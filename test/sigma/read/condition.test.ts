import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/model/rule.js';
import { parseCondition, TermBudget } from '../../../src/sigma/read/condition.js';
import { RuleError } from '../../../src/sigma/rule-error.js';

const NAMES = ['a', 'b', 'c'];

function truth(condition: Condition, values: ReadonlySet<string>): boolean {
  switch (condition.kind) {
    case 'selection':
      return values.has(condition.name);
    case 'not':
      return !truth(condition.of, values);
    case 'and':
      return condition.of.every((part) => truth(part, values));
    case 'or':
      return condition.of.some((part) => truth(part, values));
    case 'at_least':
      return condition.of.filter((part) => truth(part, values)).length >= condition.count;
  }
}

/** Text of a condition beside what JavaScript makes of the same words. */
interface Expression {
  readonly text: string;
  readonly script: string;
}

const expression = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...NAMES).map((name) => ({ text: name, script: name })),
    fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([left, word, right]) => ({
      text: `${left.text} ${word} ${right.text}`,
      script: `${left.script} ${word === 'and' ? '&&' : '||'} ${right.script}`,
    })),
    tie('any').map(({ text, script }) => ({ text: `not (${text})`, script: `!(${script})` })),
    tie('any').map(({ text, script }) => ({ text: `(${text})`, script: `(${script})` })),
  ),
})).any;

describe('conditions', () => {
  it('mean what the same words mean in JavaScript', () => {
    const values = fc.subarray(NAMES);
    fc.assert(
      fc.property(expression, values, ({ text, script }, set) => {
        const flags = NAMES.map((name) => set.includes(name));
        const expected = new Function(...NAMES, `return ${script}`)(...flags) as boolean;
        expect(truth(parseCondition(text, NAMES), new Set(set))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('are parsed or refused with a sentence, whatever the text', () => {
    const word = fc.constantFrom(
      'a',
      'b',
      'and',
      'or',
      'not',
      '(',
      ')',
      '1',
      'all',
      'of',
      'them',
      'a*',
      '|',
      '😀',
      'any',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          parseCondition(words.join(' '), NAMES);
        } catch (error) {
          expect(error).toBeInstanceOf(RuleError);
          expect((error as Error).message).toMatch(/[.]$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('count selections for "N of" without listing combinations', () => {
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const condition = parseCondition('20 of s*', names);
    expect(truth(condition, new Set(names.slice(0, 19)))).toBe(false);
    expect(truth(condition, new Set(names.slice(0, 20)))).toBe(true);
  });

  it('read "all of", "any of" and "1 of" also beside selections of these names', () => {
    const names = ['all', 'any', '1', 'of', 'them_a'];
    const every = names.map((name) => ({ kind: 'selection', name }));
    expect(parseCondition('all of them', names)).toEqual({ kind: 'and', of: every });
    expect(parseCondition('1 of them', names)).toEqual({ kind: 'or', of: every });
    expect(parseCondition('any of a*', names)).toEqual({ kind: 'or', of: every.slice(0, 2) });
    expect(parseCondition('all and not any', names)).toEqual({
      kind: 'and',
      of: [every[0], { kind: 'not', of: every[1] }],
    });
  });

  it('are limited in depth and length', () => {
    const nest = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(parseCondition(nest(64), NAMES)).toEqual({ kind: 'selection', name: 'a' });
    expect(() => parseCondition(nest(65), NAMES)).toThrow('nested deeper than 64');
    expect(() => parseCondition(`a${' and a'.repeat(10_000)}`, NAMES)).toThrow('longer than');
  });

  it('are limited in the selections that their patterns come to, all of a rule together', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `s${i}`);
    const all = (times: number): string => Array.from({ length: times }, () => 'all of s*').join(' or ');
    expect(parseCondition(all(20), names)).toMatchObject({ kind: 'or' });
    const tooMany = 'The conditions name more than 100000 selections';
    expect(() => parseCondition(all(21), names)).toThrow(tooMany);
    const budget = new TermBudget();
    parseCondition(all(20), names, budget);
    expect(() => parseCondition('s1', names, budget)).toThrow(tooMany);
  });
});
