import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/model/rule.js';
import { loadRules } from '../../src/sigma/load.js';
import { neededFields, silencedRules } from '../../src/sigma/references.js';

const base = (name: string): string =>
  `title: ${name}\nname: ${name}\nlogsource: {product: x}\ndetection: {s: {f: 1}, condition: s}\n`;

const correlation = (name: string, rules: string, keys: string, root = ''): string =>
  `title: ${name}\nname: ${name}\ncorrelation:\n  type: event_count\n  rules: [${rules}]\n  timespan: 5m\n${keys}${root}`;

function load(files: Readonly<Record<string, readonly string[]>>): readonly Rule[] {
  const { rules, faults } = loadRules(
    Object.entries(files).map(([path, documents]) => ({ path, text: documents.join('---\n') })),
  );
  expect(faults).toEqual([]);
  return rules;
}

describe('the fields that correlations need', () => {
  it('are group-by and value fields, aliases read per rule, without the derived entity', () => {
    const rules = load({
      'a.yml': [
        base('one'),
        base('two'),
        correlation(
          'c',
          'one, two',
          '  group-by: [ip, entity, host.name]\n  aliases: {ip: {one: src, two: dst}}\n  condition: {gte: 3, field: user}\n',
        ),
        correlation('d', 'one', '  group-by: [user, port]\n  condition: {gte: 3}\n'),
      ],
    });
    expect(neededFields(rules)).toEqual([
      ['src', 'host.name', 'user', 'port'],
      ['dst', 'host.name', 'user'],
      [],
      [],
    ]);
  });

  it('reach through correlations of correlations, in any order of documents', () => {
    const rules = load({
      'a.yml': [
        correlation('outer', 'inner', '  group-by: [user]\n  condition: {gte: 2}\n'),
        correlation('inner', 'one', '  group-by: [host]\n  condition: {gte: 2}\n'),
        base('one'),
      ],
    });
    expect(neededFields(rules)).toEqual([[], ['user'], ['user', 'host']]);
  });
});

describe('rules silenced by a correlation', () => {
  const keys = '  condition: {gte: 3}\n';

  it('are those of its own file', () => {
    const rules = load({
      'a.yml': [base('one'), correlation('c', 'one, two', keys)],
      'b.yml': [base('two')],
    });
    expect([...silencedRules(rules)]).toEqual([0]);
  });

  it('are all it names where generate: false is written', () => {
    const rules = load({
      'a.yml': [correlation('c', 'two', keys, 'generate: false\n')],
      'b.yml': [base('two')],
    });
    expect([...silencedRules(rules)]).toEqual([1]);
  });

  it('are none where generate: true is written', () => {
    const rules = load({
      'a.yml': [
        base('one'),
        correlation('c', 'one', keys),
        correlation('d', 'one', keys, 'generate: true\n'),
      ],
    });
    expect([...silencedRules(rules)]).toEqual([]);
  });
});
