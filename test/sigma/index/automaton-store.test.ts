import { describe, expect, it, vi } from 'vitest';
import { readConfiguredRules } from '../../../src/config/rule-files.js';
import { knownLogsources } from '../../../src/model/logsource.js';
import '../../../src/normalizers/normalize.js';
import { compileIndexed } from '../../../src/sigma/compile.js';
import { AutomatonStore } from '../../../src/sigma/index/automaton-store.js';
import type { Pattern } from '../../../src/sigma/index/automaton-trie.js';
import { loadRules } from '../../../src/sigma/load.js';

const part = (text: string, mark: number): Pattern => ({ text, at: 'anywhere', mark });
const whole = (text: string, mark: number): Pattern => ({ text, at: 'whole', mark });

describe('the automata of a ruleset', () => {
  it('are one for those who look for the same, and others where whole texts are looked for besides', () => {
    const store = new AutomatonStore();
    const parts = [part('abc', 1), part('abd', 1), part('xyz', 7)];
    const tables = store.of(parts);
    expect(store.of([...parts])).toBe(tables);
    expect(store.of([...parts, whole('abcd', 7)])).not.toBe(tables);
    expect(store.of([parts[0]!, parts[1]!, part('xyz', 8)])).not.toBe(tables);
    expect(store.of([parts[2]!, parts[0]!, parts[1]!])).not.toBe(tables);
    expect(store.size).toBe(4);
  });

  it('are known by their marks: no two lists of patterns of all shipped rules have the same', () => {
    const { rules } = loadRules(readConfiguredRules({ builtin: true, paths: [] }).files);
    const asked = vi.spyOn(AutomatonStore.prototype, 'of');
    compileIndexed(rules, {}).prepare(knownLogsources());
    const listsOf = new Map<unknown, Set<string>>();
    asked.mock.calls.forEach(([patterns], call) => {
      const tables = asked.mock.results[call]!.value as unknown;
      listsOf.set(tables, (listsOf.get(tables) ?? new Set()).add(JSON.stringify(patterns)));
    });
    asked.mockRestore();
    expect(listsOf.size).toBeGreaterThan(5);
    expect([...listsOf.values()].filter(({ size }) => size > 1)).toEqual([]);
  });
});
