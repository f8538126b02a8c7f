import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Automaton } from '../../../src/sigma/index/automaton.js';
import { buildAutomaton, type Pattern } from '../../../src/sigma/index/automaton-tables.js';
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

function holds({ text, at }: Pattern, value: string): boolean {
  if (at === 'whole') return value === text;
  if (at === 'start') return value.startsWith(text);
  return at === 'end' ? value.endsWith(text) : value.includes(text);
}

function automatonOf(patterns: readonly Pattern[]): Automaton {
  return new Automaton(buildAutomaton(patterns, new SharedTables()));
}

describe('the automaton', () => {
  it('finds what a search for each text finds', () => {
    fc.assert(
      fc.property(patterns, fc.array(searched, { minLength: 1, maxLength: 4 }), (all, texts) => {
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
