import { describe, expect, it } from 'vitest';
import { validateCorrelations } from '../../src/correlation/correlate.js';
import { lintRules } from '../../src/sigma/lint/lint.js';
import { CorrelationBench } from './helpers.js';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const C = '00000000-0000-4000-8000-00000000000c';

const base = (id: string, name: string, what: string): string => `title: ${name}
name: ${name}
id: ${id}
logsource: { category: test }
detection: { selection: { what: ${what} }, condition: selection }
---
`;
const BASES = base(A, 'a', 'a') + base(B, 'b.of-two', 'b') + base(C, 'third', 'c');

/** The correlation's condition stands in line 24. */
const rulesOf = (rules: string, condition: string, more = ''): string => `${BASES}title: It
id: 00000000-0000-4000-8000-0000000000ff
correlation:
  type: temporal
  rules: ${rules}
  condition: ${condition}
  group-by: [user]
  timespan: 1m
${more}`;

function benchOf(yaml: string): CorrelationBench {
  const bench = new CorrelationBench(yaml);
  expect(bench.loaded.faults).toEqual([]);
  expect(validateCorrelations(bench.loaded.rules)).toEqual([]);
  return bench;
}

function send(bench: CorrelationBench, t: number, what: string): number {
  return bench.send({ t, event: { what, user: 'u' } }).length;
}

function complaints(yaml: string): string[] {
  const { faults } = new CorrelationBench(yaml).loaded;
  return faults.map(({ place, code, message }) => `${place.line} ${code} ${message}`);
}

describe('a condition names rules by id or by name, however they are listed', () => {
  it.each([
    ['listed by id', `[${A}, b.of-two]`, 'a and b.of-two'],
    ['listed by name', '[a, b.of-two]', `${A} and ${B}`],
    ['an id in capitals', '[a, b.of-two]', `(${A.toUpperCase()}) AND b.of-two`],
    ['listed both ways', `[a, ${A}, ${B}]`, `${A} and b.of-two`],
    ['not listed', '', `${A} and b.of-two`],
  ])('%s', (_, rules, condition) => {
    const yaml = rulesOf(rules, condition).replace(/ {2}rules: \n/, '');
    const bench = benchOf(yaml);
    expect([send(bench, 0, 'a'), send(bench, 100, 'b'), send(bench, 110, 'a')]).toEqual([0, 0, 1]);
  });

  it('with or and not', () => {
    const bench = benchOf(rulesOf(`[a, ${B}, third]`, `(${A} or b.of-two) and not ${C}`));
    expect([send(bench, 0, 'c'), send(bench, 10, 'a'), send(bench, 100, 'b')]).toEqual([0, 0, 1]);
  });

  it('and says what is missing by name', () => {
    const bench = benchOf(rulesOf(`[${A}, b.of-two]`, 'a and b.of-two'));
    send(bench, 0, 'a');
    expect(bench.correlator.open(1, 1000)[0]!.open[0]!.missing).toBe('a and b.of-two within 1m');
  });
});

describe('absent names the last rule by id or by name, however it is listed', () => {
  it.each([
    [B, 'b.of-two'],
    ['b.of-two', B],
  ])('listed as %s', (listed, absent) => {
    const correlation = `correlation: {type: temporal_ordered, rules: [a, ${listed}], group-by: [user], timespan: 1m}`;
    const bench = benchOf(`${BASES}title: It\n${correlation}\nvedette: {absent: ${absent}}\n`);
    send(bench, 0, 'a');
    expect(bench.tick(1000)).toHaveLength(1);
    send(bench, 2000, 'a');
    send(bench, 2001, 'b');
    expect(bench.tick(4000)).toEqual([]);
  });
});

describe('a condition over rules is refused with its line', () => {
  it.each([
    [
      'another rule',
      'a and third',
      '24 rule.condition The condition names "third", which is not a rule of the correlation; correct it, or list it under "rules".',
    ],
    [
      'a mistyped one',
      'a and b.of-tow',
      '24 rule.condition The condition names "b.of-tow", which is not a rule of the correlation (perhaps "b.of-two"); correct it, or list it under "rules".',
    ],
    ['no end', 'a and', '24 rule.condition The condition ends where a rule was expected.'],
    ['no rule', 'a and or', '24 rule.condition Expected a rule instead of "or".'],
    [
      'nothing between',
      'a b.of-two',
      '24 rule.condition Expected "and", "or" or the end of the condition before "b.of-two".',
    ],
    [
      'a quantifier',
      '1 of them',
      '24 rule.condition A condition over rules has no "of"; write "a or b" for any and "a and b" for all of them, or count them with "gte: 2".',
    ],
  ])('for %s', (_, condition, complaint) => {
    expect(complaints(rulesOf('[a, b.of-two]', condition))).toEqual([complaint]);
  });

  it('and so is what is absent', () => {
    const correlation = 'correlation: {type: temporal_ordered, rules: [a, b.of-two], timespan: 1m}';
    expect(complaints(`${BASES}title: It\n${correlation}\nvedette:\n  absent: third\n`)).toEqual([
      '22 rule.structure "absent" must be one of the rules of the correlation, not "third".',
    ]);
  });

  it('names each of several, and nothing else of the rule', () => {
    expect(complaints(rulesOf('[a, b.of-two]', 'd or e and d'))).toEqual([
      expect.stringContaining('"d"'),
      expect.stringContaining('"e"'),
    ]);
  });
});

it('an alias may call a rule otherwise than the list does', () => {
  const idle = (reference: string) => {
    const text = rulesOf(`[${A}, b.of-two]`, `a and ${B}`).replace(
      'group-by: [user]',
      `group-by: [who]\n  aliases: { who: { ${reference}: user } }`,
    );
    const { rules, faults } = benchOf(text).loaded;
    const files = [{ path: 'rules.yml', text }];
    return lintRules({ files, rules, faults, stated: [] }).filter(
      ({ code }) => code === 'correlation.idle_alias',
    );
  };
  expect([idle('a'), idle(A), idle(B)]).toEqual([[], [], []]);
  expect(idle('third')).toHaveLength(1);
});
