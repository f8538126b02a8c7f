import { describe, expect, it } from 'vitest';
import type { DetectionRule, FieldItem, Rule } from '../../src/model/rule.js';
import { loadRules } from '../../src/sigma/load.js';
import { openRules, storeRules, textOfRules } from '../../src/sigma/stored-rules.js';

const TEXT = `title: t
logsource: { product: door }
tags: [a, b]
detection:
  s: [{ f: [x, "5", 5, 1.5, true, null, 'ä', "\\uD800"] }, { '__proto__|contains': y }, z]
  condition: s
`;

function loaded(text: string): readonly Rule[] {
  const { rules, faults } = loadRules([{ path: 'a.yml', text }]);
  expect(faults).toEqual([]);
  return rules;
}

function reopened(rules: readonly Rule[]): DetectionRule {
  const { rules: heads, trees } = storeRules(rules);
  const shared = new SharedArrayBuffer(trees.length);
  new Uint8Array(shared).set(trees);
  return openRules(heads, shared)[0] as DetectionRule;
}

function expectSame(rules: readonly Rule[]): void {
  const [rule] = rules as readonly [DetectionRule];
  const { selections, conditions, hash, tags } = reopened(rules);
  expect({ selections, conditions, hash, tags }).toEqual({
    selections: rule.selections,
    conditions: rule.conditions,
    hash: rule.hash,
    tags: rule.tags,
  });
}

describe('rules for other threads', () => {
  it('are what they were', () => {
    expectSame(loaded(TEXT));
  });

  it.each([['9007199254740993'], ['-0.0'], ['1e999']])('keep the number %s', (number) => {
    expectSame(loaded(TEXT.replace('1.5', number)));
  });

  it('keep values of placeholders', () => {
    const [rule] = loaded(TEXT) as readonly [DetectionRule];
    const items: FieldItem[] = [
      { field: 'f', modifiers: ['expand'], values: ['%x%'], placeholders: { x: ['1', '2'] } },
    ];
    expectSame([{ ...rule, selections: new Map([['s', { kind: 'all', items }]]) }]);
  });

  it('have the same text however their lists are kept', () => {
    const [rule] = loaded(TEXT) as readonly [DetectionRule];
    // With room for more, v8 writes it in another way.
    const tags: string[] = new Array(2);
    rule.tags.forEach((tag, at) => {
      tags[at] = tag;
    });
    const other = { ...rule, tags };
    expect(storeRules([other]).rules).not.toEqual(storeRules([rule]).rules);
    expect(textOfRules([other])).toBe(textOfRules([rule]));
    expect(textOfRules([{ ...rule, tags: ['a'] }])).not.toBe(textOfRules([rule]));
    expect(textOfRules([{ ...rule, custom: { x: 1 } }])).not.toBe(textOfRules([rule]));
  });
});
