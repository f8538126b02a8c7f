import { describe, expect, it } from 'vitest';
import { validateCorrelations } from '../../../src/correlation/correlate.js';
import type { CorrelationRule, DetectionRule } from '../../../src/model/rule.js';
import { loadRules } from '../../../src/sigma/load.js';

const ID = '3b1f3f53-33a3-4c70-9c8e-2d8f3a7b9f01';

function aggregated(condition: string, timeframe = '10m'): string {
  return [
    `title: Many Failures\nid: ${ID}\nlevel: high\ntags: [attack.t1110]\nlogsource: { product: linux, service: auth }`,
    'detection:\n  failed: { outcome: failure }\n  machine: { user|endswith: $ }\n  other: { path: samr }',
    timeframe === '' ? '' : `  timeframe: ${timeframe}`,
    `  condition: ${condition}\n`,
  ].join('\n');
}

function load(condition: string, timeframe?: string) {
  return loadRules([{ path: 'old.yml', text: aggregated(condition, timeframe) }]);
}

describe('a condition with an aggregation of Sigma 1', () => {
  it.each([
    ['failed | count() > 5', 'event_count', [], 'gt', 5, []],
    ['failed|count() by src_ip >= 5', 'event_count', [], 'gte', 5, ['src_ip']],
    [
      'failed and not machine | count(user) by src_ip, host > 3',
      'value_count',
      ['user'],
      'gt',
      3,
      ['src_ip', 'host'],
    ],
    ['failed | sum(bytes) by src_ip > 300000', 'value_sum', ['bytes'], 'gt', 300_000, ['src_ip']],
    ['failed | avg( bytes )  by src_ip > 1.5', 'value_avg', ['bytes'], 'gt', 1.5, ['src_ip']],
    ['["failed | count() > 5"]', 'event_count', [], 'gt', 5, []],
  ] as const)(
    'loads as what is counted and the correlation that counts it: %s',
    (condition, type, fields, op, value, groupBy) => {
      const { rules, faults } = load(condition);
      expect(faults).toEqual([]);
      const [counted, correlation] = rules as [DetectionRule, CorrelationRule];
      expect(rules).toHaveLength(2);
      expect(counted).toMatchObject({ kind: 'detection', partOf: ID, name: null });
      expect(correlation).toMatchObject({
        kind: 'correlation',
        id: ID,
        title: 'Many Failures',
        level: 'high',
        tags: ['attack.t1110'],
        type,
        rules: [counted.id],
        groupBy,
        timespanMs: 600_000,
        condition: { bounds: [{ op, value }], fields },
        generate: false,
      });
      expect(validateCorrelations(rules)).toEqual([]);
    },
  );

  it('has the same ids at every load, and other ids than other rules', () => {
    const ids = load('failed | count() > 5').rules.map(({ id }) => id);
    expect(load('failed | count() > 6').rules.map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });

  it('is told apart by order from another of the same file and title that has no id', () => {
    const text = aggregated('failed | count() > 5').replace(/id: .*\n/, '');
    const { rules, faults } = loadRules([{ path: 'old.yml', text: `${text}---\n${text}` }]);
    expect(faults).toEqual([]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(4);
  });

  it.each([
    ['failed | count() by src_ip > 5', '', 'The rule counts, but has no "timeframe"'],
    ['failed | count() by src_ip = 5', '1h', 'A correlation with "eq" holds as soon as'],
    ['failed | count() by src_ip < 5', '1h', 'A correlation with "lt" counts from the first hit'],
    ['failed | count(user) != 5', '1h', 'A correlation with "neq" counts from the first hit'],
    ['failed | near other', '15s', '"near" is not part of Sigma any more'],
    [
      '( failed and not machine ) | near other and not machine',
      '15s',
      '"near" is not part of Sigma any more',
    ],
    ['failed | max(bytes) by src_ip > 5', '1h', 'There is no correlation for "max"'],
    ['failed | min(bytes) < 5', '1h', 'There is no correlation for "min"'],
  ])('is refused at its line with a rule to paste that loads: %s', (condition, timeframe, words) => {
    const { rules, faults } = load(condition, timeframe);
    expect(rules).toEqual([]);
    expect(faults).toHaveLength(1);
    const [{ place, message, rewrite }] = faults as [(typeof faults)[0]];
    expect(place).toEqual({ file: 'old.yml', line: 11 });
    expect(message).toContain(words);
    const again = loadRules([{ path: 'new.yml', text: rewrite! }]);
    expect(again.faults).toEqual([]);
    expect(validateCorrelations(again.rules)).toEqual([]);
    expect(again.rules.at(-1)).toMatchObject({ id: ID, title: 'Many Failures', level: 'high' });
  });

  it('of values that only a few rules could have is not given a rule that means something else', () => {
    for (const condition of [
      'failed | sum(bytes) < 5',
      'failed | min(bytes) > 5',
      'failed | near other or machine',
      'failed | count(x) per y > 5',
      'failed | sum() > 5',
      'failed | count() by a b > 5',
    ]) {
      const { rules, faults } = load(condition);
      expect(rules, condition).toEqual([]);
      expect(faults, condition).toHaveLength(1);
      expect(faults[0]!.message, condition).toMatch(/[.]$/);
      expect(faults[0]!.rewrite, condition).toBeUndefined();
    }
  });

  it('is refused for what is wrong before the bar, first', () => {
    expect(load('nobody | count() > 5').faults).toMatchObject([
      { message: 'The condition names "nobody", which is not a selection of the rule.' },
    ]);
    expect(load('failed | count() > 5', '5x').faults[0]!.message).toContain('"5x" is not a timeframe');
  });

  it('takes time in proportion to its length', () => {
    const start = performance.now();
    load(`failed | count() by ${'a '.repeat(7_000)}`);
    load(`failed | count() by ${' '.repeat(15_000)}x`);
    load(`failed | near ${'a and '.repeat(2_500)}`);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
