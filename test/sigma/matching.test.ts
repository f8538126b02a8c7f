import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { closedLogsource, type Logsource, OPEN } from '../../src/model/logsource.js';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
import { MODIFIERS } from '../../src/sigma/modifiers/chain.js';
import type { Ruleset } from '../../src/sigma/ruleset.js';

function rulesetOf(detection: object, logsource: object = { product: 'linux' }): Ruleset {
  const text = JSON.stringify({ title: 't', logsource, detection });
  const { rules, faults } = loadRules([{ path: 'rule.yml', text }]);
  expect(faults).toEqual([]);
  return compileRules(rules);
}

function matches(ruleset: Ruleset, event: JsonObject, logsource: Logsource | null = null): boolean {
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(event), logsource, hits);
  return hits.length > 0;
}

describe('matching', () => {
  it('never throws, whatever rule loads and whatever event comes', () => {
    const names = fc.constantFrom('f', 'a.b', '__proto__', 'constructor', 'toString', '');
    const value = fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean(), fc.constant(null));
    const item = fc.tuple(
      names,
      fc.subarray([...MODIFIERS], { maxLength: 2 }),
      fc.array(value, { maxLength: 3 }),
    );
    const selection = fc.array(item, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(selection, fc.object({ key: names, withBigInt: true }), (items, event) => {
        const map = Object.fromEntries(
          items.map(([field, mods, values]) => [[field, ...mods].join('|'), values]),
        );
        const text = JSON.stringify({
          title: 't',
          logsource: { product: 'x' },
          detection: { s: map, condition: 'not s' },
        });
        const ruleset = compileRules(loadRules([{ path: 'rule.yml', text }]).rules, { placeholders: {} });
        const view = new JsonFieldView(event as JsonObject);
        ruleset.match(view, null, []);
        for (const index of ruleset.rules.keys()) ruleset.explain(index, view);
      }),
      { numRuns: 500 },
    );
  });

  it('treats inherited names as absent and own ones as fields', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const ruleset = rulesetOf({ s: { [`${name}|exists`]: true }, condition: 's' });
      expect(matches(ruleset, {})).toBe(false);
      expect(matches(ruleset, JSON.parse(`{"${name}": 1}`) as JsonObject)).toBe(true);
    }
    const path = rulesetOf({ s: { 'a.constructor.name': 'Object' }, condition: 's' });
    expect(matches(path, { a: {} })).toBe(false);
  });

  it('does not remember the last event', () => {
    const ruleset = rulesetOf({ s: { 'f|contains': 'x' }, k: ['needle'], condition: 's or k' });
    expect(matches(ruleset, { f: 'axb' })).toBe(true);
    expect(matches(ruleset, { g: 'axb' })).toBe(false);
    expect(matches(ruleset, { g: 'Needle' })).toBe(true);
    expect(matches(ruleset, { f: 'b' })).toBe(false);
  });

  it('finds no keyword across two values', () => {
    const ruleset = rulesetOf({ k: ['ab'], condition: 'k' });
    expect(matches(ruleset, { f: 'a', g: 'b' })).toBe(false);
    expect(matches(rulesetOf({ k: ['a\u0000b'], condition: 'k' }), { f: 'a', g: 'b' })).toBe(false);
    expect(matches(rulesetOf({ k: ['a\u0000b'], condition: 'k' }), { f: 'xa\u0000by' })).toBe(true);
    expect(matches(rulesetOf({ k: [''], condition: 'k' }), {})).toBe(false);
  });

  it('does not look into arrays nested beyond all reason', () => {
    const nested = JSON.parse(`{"f": ${'['.repeat(100_000)}"x"${']'.repeat(100_000)}}`) as JsonObject;
    const ruleset = rulesetOf({ s: { f: 'x' }, p: { 'f.g': 'x' }, k: ['x'], condition: 's or p or k' });
    expect(matches(ruleset, nested)).toBe(false);
  });
});

describe('the regex budget', () => {
  const patterns = Array.from({ length: 40 }, (_, i) => `[a-z]{${i + 1}}[0-9]`);

  it('leaves expressions untried when it is spent, and counts the record', () => {
    const ruleset = rulesetOf({ s: { 'f|re': patterns }, condition: 's' });
    expect(matches(ruleset, { f: 'x'.repeat(1000) })).toBe(false);
    expect(ruleset.takeBudgetSpent()).toBe(0);
    expect(matches(ruleset, { f: 'x'.repeat(65_536) })).toBe(false);
    expect(ruleset.takeBudgetSpent()).toBe(1);
    expect(ruleset.takeBudgetSpent()).toBe(0);
  });

  it('never makes a negated expression true', () => {
    const ruleset = rulesetOf({ s: { 'f|re': patterns }, condition: 'not s' });
    expect(matches(ruleset, { f: 'short' })).toBe(true);
    expect(matches(ruleset, { f: 'x'.repeat(65_536) })).toBe(false);
  });
});

describe('routing', () => {
  const keywords = { k: ['evil'], condition: 'k' };
  const fields = { s: { 'message|contains': 'evil' }, condition: 's' };
  const event = { message: 'evil' };
  const sshd = closedLogsource({ product: 'linux', services: ['sshd', 'auth'] });

  it('runs a rule on a closed logsource only when that has every word the rule names', () => {
    expect(matches(rulesetOf(fields, { product: 'linux' }), event, sshd)).toBe(true);
    expect(matches(rulesetOf(fields, { product: 'linux', service: 'auth' }), event, sshd)).toBe(true);
    expect(matches(rulesetOf(fields, { product: 'linux', service: 'cron' }), event, sshd)).toBe(false);
    expect(matches(rulesetOf(fields, { product: 'windows' }), event, sshd)).toBe(false);
    expect(matches(rulesetOf(fields, { category: 'process_creation' }), event, sshd)).toBe(false);
    expect(matches(rulesetOf(keywords, { service: 'sshd' }), event, sshd)).toBe(true);
  });

  it('runs rules with fields on an open logsource, keyword rules not', () => {
    expect(matches(rulesetOf(fields, { product: 'windows' }), event, OPEN)).toBe(true);
    expect(matches(rulesetOf(keywords), event, OPEN)).toBe(false);
    expect(matches(rulesetOf({ ...keywords, ...fields, condition: 'k and s' }), event, OPEN)).toBe(true);
    expect(matches(rulesetOf({ ...keywords, ...fields, condition: 'k or s' }), event, OPEN)).toBe(false);
  });

  it('does not run rules on an open logsource that hold by absence alone', () => {
    for (const absent of [{ f: null }, { 'f|exists': false }, { 'f|neq': 'x' }]) {
      expect(matches(rulesetOf({ s: absent, condition: 's' }), event, OPEN)).toBe(false);
    }
    expect(matches(rulesetOf({ ...fields, condition: 'not s' }), { message: 'x' }, OPEN)).toBe(false);
  });

  it('skips routing without a logsource', () => {
    expect(matches(rulesetOf(keywords, { product: 'windows' }), event, null)).toBe(true);
  });
});

describe('explaining a match', () => {
  it('names each positive item that was true, and nothing of what was absent', () => {
    const ruleset = rulesetOf({
      sel: { 'Image|endswith': ['\\cmd.exe', '\\sh.exe'], 'CommandLine|contains|all': ['/c', 'whoami'] },
      words: ['Needle'],
      other: { g: 1 },
      filter: { User: 'root' },
      condition: 'sel and words and not filter or other',
    });
    const event = { Image: 'C:\\cmd.exe', CommandLine: ['x', 'cmd /C whoami'], Note: 'a needle', n: 1 };
    expect(ruleset.explain(0, new JsonFieldView(event))).toEqual(
      expect.arrayContaining([
        { selection: 'sel', field: 'Image', pattern: '\\cmd.exe', value: 'C:\\cmd.exe' },
        { selection: 'sel', field: 'CommandLine', pattern: '/c', value: 'cmd /C whoami' },
        { selection: 'sel', field: 'CommandLine', pattern: 'whoami', value: 'cmd /C whoami' },
        { selection: 'words', field: null, pattern: 'Needle', value: 'a needle' },
      ]),
    );
    expect(ruleset.explain(0, new JsonFieldView(event))).toHaveLength(4);
  });

  it('is capped in number and length', () => {
    const words = Array.from({ length: 30 }, (_, i) => `w${i}`);
    const ruleset = rulesetOf({ k: words, condition: 'k' });
    const matches = ruleset.explain(0, new JsonFieldView({ f: `${words.join(' ')} ${'x'.repeat(500)}` }));
    expect(matches).toHaveLength(16);
    expect(matches[0]?.value).toHaveLength(200);
  });
});
