import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Automaton } from '../../../src/sigma/index/automaton.js';
import { buildAutomaton } from '../../../src/sigma/index/automaton-tables.js';
import type { Pattern } from '../../../src/sigma/index/automaton-trie.js';
import { Marks } from '../../../src/sigma/index/marks.js';
import { SharedTables } from '../../../src/sigma/index/shared-tables.js';
import { fold } from '../../../src/sigma/match/wildcard.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 5 });
const at = fc.constantFrom<Pattern['at']>('whole', 'start', 'end', 'anywhere');
const patterns = fc
  .array(fc.record({ text, at }), { minLength: 1, maxLength: 30 })
  .map((all) => all.map((each, mark): Pattern => ({ ...each, mark })));
const searched = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'B', 'c', '-', 'x', '\n', 'é'),
  maxLength: 40,
});

/** Long texts, of which several begin, end and go on alike. */
const long = (most: number) =>
  fc
    .array(fc.constantFrom('abababababab', 'ababababababa', 'b', 'c-', 'a'.repeat(30)), {
      minLength: 1,
      maxLength: most,
    })
    .map((parts) => parts.join(''));
const longPatterns = fc
  .array(fc.record({ text: long(5), at }), { minLength: 1, maxLength: 20 })
  .map((all) => all.map((each, mark): Pattern => ({ ...each, mark })));
const longSearched = fc
  .array(fc.oneof(long(4), fc.constantFrom('A', 'B', 'x', 'é')), { maxLength: 4 })
  .map((parts) => parts.join(''));

function holds({ text, at }: Pattern, value: string): boolean {
  if (at === 'whole') return value === text;
  if (at === 'start') return value.startsWith(text);
  return at === 'end' ? value.endsWith(text) : value.includes(text);
}

function automatonOf(patterns: readonly Pattern[]): Automaton {
  return new Automaton(buildAutomaton(patterns, new SharedTables()));
}

describe('the automaton', () => {
  it.each([
    ['short', patterns, searched],
    ['long', longPatterns, longSearched],
  ])('finds what a search for each text finds: %s texts', (_, wanted, values) => {
    fc.assert(
      fc.property(wanted, fc.array(values, { minLength: 1, maxLength: 4 }), (all, texts) => {
        const automaton = automatonOf(all);
        const marks = new Marks(all.length, 0);
        for (const each of texts) {
          marks.begin([]);
          if (!automaton.scan(each, marks, false)) automaton.scan(fold(each), marks, true);
          expect(all.filter(({ mark }) => marks.has(mark))).toEqual(
            all.filter((one) => holds(one, fold(each))),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes time linear in the text where it begins like a pattern again and again', () => {
    const all: Pattern[] = ['b', 'c', 'd'].map((last, mark) => {
      return { text: `${'a'.repeat(2000)}${last}`, at: 'anywhere', mark };
    });
    all.push({ text: 'ab'.repeat(1000), at: 'anywhere', mark: 3 });
    const automaton = automatonOf(all);
    const marks = new Marks(all.length, 0);
    const startedAt = process.cpuUsage().user;
    for (const unit of ['a', 'ab', `${'ab'.repeat(30)}c`]) {
      marks.begin([]);
      automaton.scan(unit.repeat(1_000_000 / unit.length), marks, false);
    }
    expect(process.cpuUsage().user - startedAt).toBeLessThan(2_000_000);
  });

  it('says when it meets a character that it does not know', () => {
    const automaton = automatonOf([{ text: 'a', at: 'anywhere', mark: 0 }]);
    const marks = new Marks(1, 0);
    marks.begin([]);
    expect(automaton.scan('xyz', marks, false)).toBe(true);
    expect(automaton.scan('xyé', marks, false)).toBe(false);
  });

  it('takes time linear in the text, however many patterns end at each character', () => {
    const all = Array.from(
      { length: 3000 },
      (_, i): Pattern => ({ text: 'a'.repeat(i + 1), at: 'anywhere', mark: i }),
    );
    const automaton = automatonOf(all);
    const marks = new Marks(all.length, 0);
    marks.begin([]);
    const startedAt = process.cpuUsage().user;
    automaton.scan('a'.repeat(1_000_000), marks, false);
    expect(all.every(({ mark }) => marks.has(mark))).toBe(true);
    expect(process.cpuUsage().user - startedAt).toBeLessThan(2_000_000);
  });
});
