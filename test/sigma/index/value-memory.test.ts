import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { MemoryBudget, ValueMemory } from '../../../src/sigma/index/value-memory.js';
import { loadRules } from '../../../src/sigma/load.js';

/** Asks as the index does. */
function ask(memory: ValueMemory, text: string): 'known' | 'read' | 'not asked' {
  if (!memory.takes(text)) return 'not asked';
  if (memory.recall(text) !== undefined) return 'known';
  memory.remember(text, [1]);
  return 'read';
}

describe('the memory of values', () => {
  it('knows what came before, of texts of a middling length', () => {
    const memory = new ValueMemory(new MemoryBudget());
    expect(['host-001', 'host-001', 'short', 'x'.repeat(200)].map((text) => ask(memory, text))).toEqual([
      'read',
      'known',
      'not asked',
      'not asked',
    ]);
  });

  it('pauses where texts do not come again, then tries once more', () => {
    const memory = new ValueMemory(new MemoryBudget());
    const answers = Array.from({ length: 20_000 }, (_, i) => ask(memory, `unique ${i}`));
    const read = answers.filter((answer) => answer === 'read').length;
    expect(read).toBeGreaterThan(512);
    expect(read).toBeLessThan(5000);
    expect(answers.at(600)).toBe('not asked');
    expect(answers.lastIndexOf('read')).toBeGreaterThan(16_384);
  });

  it('goes on while most come again', () => {
    const memory = new ValueMemory(new MemoryBudget());
    const answers = Array.from({ length: 5000 }, (_, i) => ask(memory, `host-${i % 50}-name`));
    expect(answers).not.toContain('not asked');
    expect(answers.filter((answer) => answer === 'read')).toHaveLength(50);
  });

  it('forgets all fields when they remember too much together', () => {
    const budget = new MemoryBudget(4);
    const [a, b] = [new ValueMemory(budget), new ValueMemory(budget)];
    expect(ask(a, 'value one')).toBe('read');
    expect(ask(b, 'value two')).toBe('read');
    for (const text of ['value 3', 'value 4', 'value 5']) ask(a, text);
    expect(ask(a, 'value one')).toBe('read');
    ask(b, 'value six');
    expect(ask(b, 'value two')).toBe('read');
  });

  it('changes no match, over many events of values that come again and values that do not', () => {
    const rule = (name: string, detection: string): string =>
      `title: ${name}\nlogsource: { product: x }\ndetection:\n${detection}\n  condition: s\n`;
    const { rules, faults } = loadRules([
      {
        path: 'r.yml',
        text: [
          rule('a', "  s: { Image|endswith: ['\\a1.exe', '\\a22.exe'] }"),
          rule('b', "  s: { Image|contains: '\\b', User: 'DOMAIN\\u3' }"),
          rule('c', '  s: [needle, "7.exe"]'),
          rule('d', "  s: { User|startswith: 'domain\\U1' }"),
          rule('e', '  s: { Id|contains: "77" }'),
        ].join('---\n'),
      },
    ]);
    expect(faults).toEqual([]);
    const found = new Set<number>();
    const [naive, indexed] = [compileRules(rules, { index: false }), compileRules(rules)];
    for (let i = 0; i < 6000; i++) {
      const event = {
        Image: `C:\\${i % 7 === 0 ? 'b' : 'c'}\\a${i % 40}.exe`,
        User: `Domain\\u${i % 30}`,
        Id: `unique-${i}`,
        Other: i % 11 === 0 ? 'a NEEDLE in it' : 'nothing here',
        // At first along with the other, then without it.
        More: i % 13 === 0 ? 'a needle again' : 'nothing more',
      };
      const hitsOf = (ruleset: typeof naive): number[] => {
        const hits: number[] = [];
        ruleset.match(new JsonFieldView(event), null, hits);
        return hits;
      };
      const hits = hitsOf(naive);
      for (const hit of hits) found.add(hit);
      expect(hitsOf(indexed)).toEqual(hits);
    }
    expect(found.size).toBe(rules.length);
  });
});
