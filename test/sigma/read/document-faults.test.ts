import { describe, expect, it } from 'vitest';
import { refusedRules } from '../../../src/model/rule.js';
import { type LoadedRules, loadRules } from '../../../src/sigma/load.js';

const ID = '0f2c1e0a-1111-4b8e-9a55-000000000001';
const GOOD = `title: Good
id: ${ID}
name: good
logsource: { product: linux }
detection:
  sel: { f: x }
  condition: sel
`;

function load(text: string): LoadedRules {
  return loadRules([{ path: 'a.yml', text }]);
}

function complaints(text: string): string[] {
  return load(text).faults.map(({ place, code, message }) => `${place.line} ${code} ${message}`);
}

describe('a document with several faults', () => {
  it('is refused once, with all of them in the order of lines', () => {
    const text = `id: ${ID}
detection:
  one:
    f|contians: x
    g: x
    h|re: '(a'
  two:
    - k: []
    - l|gt: '5'
  three: []
  condition: one and two and threee
logsource:
  product: [linux]
  service: 3
`;
    const { rules, faults } = load(text);
    expect(rules).toEqual([]);
    expect(faults.map(({ place, message }) => `${place.line} ${message}`)).toEqual([
      '1 The rule has no "title"; add it.',
      '4 There is no modifier "contians" (perhaps "contains").',
      '6 "(a" is not a regular expression that can be searched in linear time: missing closing ): `(a`.',
      '8 "k" has an empty list of values.',
      '9 "gt" needs a number (without quotes), not "5".',
      '10 The selection is an empty list.',
      '11 The condition names "threee", which is not a selection of the rule (perhaps "three").',
      '13 "product" of the logsource must be text, not a list.',
      '14 "service" of the logsource must be text, not a number.',
    ]);
    expect(faults.map(({ further = false }) => further)).toEqual([false, ...Array(8).fill(true)]);
    expect(refusedRules(faults)).toBe(1);
  });

  it('tells every condition of a list, and the id and name that are taken', () => {
    const text = `${GOOD}---\n${GOOD.replace('condition: sel', 'condition: [sel, and, 2 of sel*]')}`;
    expect(complaints(text)).toEqual([
      `10 rule.duplicate The id ${ID} is already taken by the rule at a.yml:1; give this one another.`,
      '11 rule.duplicate The name good is already taken by the rule at a.yml:1; give this one another.',
      '15 rule.condition Expected a selection instead of "and".',
      '15 rule.condition "2 of" can never hold: it selects only 1.',
    ]);
  });

  it('leaves the id and name to the next that has them', () => {
    const { rules, faults } = load(`${GOOD.replace('f: x', 'f|nope: x')}---\n${GOOD}`);
    expect([rules.length, faults.length]).toEqual([1, 1]);
  });

  it.each([
    ['a selection that cannot be read is there all the same', 'sel: { f: [] }\n  condition: sel', 1],
    ['nor is it missed by a pattern', 'sel_a: []\n  sel_b: {}\n  condition: 2 of sel_*', 2],
    ['without a selection the condition can name none', 'condition: sel', 1],
    ['without both', 'timeframe: 5m', 2],
    [
      'what one alias carries to many places is one mistake',
      'a: &a { f: [] }\n  b: *a\n  condition: 1 of them',
      1,
    ],
  ])('does not tell what follows from others: %s', (_, detection, count) => {
    expect(complaints(`title: T\nlogsource: { product: linux }\ndetection:\n  ${detection}\n`)).toHaveLength(
      count,
    );
  });

  it('of templating is told that alone', () => {
    expect(complaints('action: global\ndetection: { sel: { f: [] } }\n')).toEqual([
      expect.stringContaining('1 rule.structure "action"'),
    ]);
  });

  it('is told how it can be written only when that is its one fault', () => {
    const text = GOOD.replace('condition: sel', 'condition: sel | count() > 5');
    expect(load(text).faults[0]!.rewrite).toContain('correlation:');
    const { faults } = load(text.replace('logsource: { product: linux }\n', ''));
    expect(faults.map(({ message }) => message)).toEqual([
      'The rule has no "logsource"; add it.',
      expect.stringContaining('The rule counts, but has no "timeframe"'),
    ]);
    expect(faults.filter(({ rewrite }) => rewrite !== undefined)).toEqual([]);
  });

  it.each([
    [20, 20, null],
    [21, 21, '1 more fault of this rule from here on; correct the others first.'],
    [30, 21, '10 more faults of this rule from here on; correct the others first.'],
    [20_000, 21, 'At least 180 more faults of this rule from here on; correct the others first.'],
  ])('of %d tells some and the number of the others', (count, told, last) => {
    const items = Array.from({ length: count }, (_, at) => `    f${at}: []\n`).join('');
    const found = load(
      `title: T\nlogsource: { product: linux }\ndetection:\n  sel:\n${items}  condition: sel\n`,
    );
    expect(found.faults).toHaveLength(told);
    expect(found.faults[19]!.message).toBe('"f19" has an empty list of values.');
    if (last === null) return;
    expect(found.faults.at(-1)).toMatchObject({ place: { line: 25 }, message: last, further: true });
    expect(refusedRules(found.faults)).toBe(1);
  });
});

describe('a correlation with several faults', () => {
  it('is told all of its parts', () => {
    const text = `title: C
correlation:
  type: value_cuont
  rules: [{ a: b }]
  group-by: [[a]]
  timespan: 5 minutes
  condition:
    gte: many
    lgt: 3
  aliases:
    user: x
    host: { good: [] }
generate: perhaps
vedette: { refire: once }
`;
    expect(complaints(text).map((line) => line.replace(/^(\d+) \S+ /, '$1 '))).toEqual([
      '3 There is no correlation type "value_cuont" (perhaps "value_count").',
      '4 "rules" must be a list of texts.',
      '5 "group-by" must be a list of texts.',
      '6 "5 minutes" is not a timespan; write one number and one unit (s, m, h, d, w, M, y), such as 90m.',
      '8 "gte" needs a number, not text.',
      '9 There is no operator "lgt" (perhaps "gt").',
      '11 The alias "user" must be a map, not text.',
      '12 The field of alias "host" must be text, not a list.',
      '13 "generate" must be true or false, not text.',
      '14 "refire" must be one of reset, each, new, not "once".',
    ]);
  });

  it.each([
    ['an unknown type does not tell what its condition needs', 'type: nope, rules: [good], timespan: 5m', 1],
    [
      'nor whether extensions go with it',
      'type: nope, rules: [good], timespan: 5m}\nvedette: {refire: new',
      1,
    ],
    ['a condition that cannot be read may name the rules', 'type: temporal, timespan: 5m, condition: " "', 1],
    ['nor does a text where numbers are due', 'type: event_count, timespan: 5m, condition: gte 5', 1],
    [
      'without rules nothing can be absent',
      'type: temporal_ordered, timespan: 5m}\nvedette: {absent: good',
      1,
    ],
    [
      'a bound of a wrong kind is one',
      'type: event_count, rules: [good], timespan: 5m, condition: {gte: x}',
      1,
    ],
    ['type, rules and time are each their own', 'condition: {gte: 5}', 3],
  ])('does not tell what follows from others: %s', (_, correlation, count) => {
    expect(complaints(`${GOOD}---\ntitle: C\ncorrelation: {${correlation}}\n`)).toHaveLength(count);
  });

  it.each([
    ['timespan: [5m]', 'a list is not a timespan; write one number'],
    ['timespan:', 'nothing is not a timespan; write one number'],
    ['timespan: 5m', 'An event_count correlation needs a condition such as "gte: 5".'],
    [
      'timespan: 5m\n  condition: good',
      'An event_count correlation needs a condition such as "gte: 5"; a text',
    ],
    [
      'timespan: 5m\n  condition: { gte: 5, field: [a, b] }',
      'An event_count correlation takes one field, not 2.',
    ],
  ])('says in good English what is wrong with %j', (keys, message) => {
    const text = `${GOOD}---\ntitle: C\ncorrelation:\n  type: event_count\n  rules: [good]\n  ${keys}\n`;
    expect(complaints(text)).toContainEqual(expect.stringContaining(message));
  });

  it('names all rules that are not there', () => {
    const text = `${GOOD}---\ntitle: C\ncorrelation: {type: temporal, rules: [good, bad, worse, bad], timespan: 5m}\n`;
    const { faults } = load(text);
    expect(faults.map(({ message }) => message)).toEqual([
      'The correlation needs the rule "bad", which is not loaded or was refused.',
      'The correlation needs the rule "worse", which is not loaded or was refused.',
    ]);
    expect(refusedRules(faults)).toBe(1);
  });
});

it('a filter with several faults is told all of them', () => {
  const text = 'title: F\nlogsource: {}\nfilter:\n  rules: []\n  sel: { f: [] }\n  condition: not sle\n';
  expect(complaints(text).map((line) => line.replace(/^(\d+) \S+ /, '$1 '))).toEqual([
    '2 "logsource" is empty; name a product, category or service.',
    '4 The filter names no rules; list ids or names, or write "rules: any".',
    '5 "f" has an empty list of values.',
    '6 The condition names "sle", which is not a selection of the rule (perhaps "sel").',
  ]);
});

it.each([
  ['a selection', 'sel: { <<: *a, g: y }'],
  ['a list of maps', 'sel: { <<: [*a, *a], g: y }'],
])('merge keys are told as such: %s', (_, selection) => {
  const text = `title: T\nlogsource: { product: linux }\ndetection:\n  base: &a { f: x }\n  ${selection}\n  condition: sel\n`;
  expect(complaints(text)).toEqual([
    '5 rule.yaml Merge keys ("<<") are not part of YAML 1.2; write out here the keys of the map that is meant.',
  ]);
});

it('<< of a plain value is a field like others', () => {
  expect(complaints(GOOD.replace('f: x', "'<<': x"))).toEqual([]);
});

it('is told at the line of the value or the condition that has it', () => {
  const text = [
    ...['title: t', 'logsource: {product: windows}', 'detection:'],
    ...['  s:', '    f|re:', '      - a', "      - '('", '    g|contians:', '      - x', '      - y'],
    ...['    h|all:', '      - x', '    i|:', '      - x', '      - y', '  t.1: {j: 1}'],
    ...['  condition:', '    - s', '    - q', '    - t.1'],
  ].join('\n');
  expect(complaints(text)).toEqual([
    '7 rule.value "(" is not a regular expression that can be searched in linear time: missing closing ): `(`.',
    '8 rule.modifier There is no modifier "contians" (perhaps "contains").',
    '11 rule.modifier "all" needs a list of two or more values; leave it out for one.',
    '13 rule.modifier A modifier is missing: the key ends with "|", or two stand together.',
    '19 rule.condition The condition names "q", which is not a selection of the rule (perhaps "s").',
    '20 rule.condition Expected a selection instead of "t.1"; the names of selections may have letters (a-z), digits, _ and -.',
  ]);
});

it('calls modifiers as the rule does', () => {
  const of = (key: string) =>
    complaints(`title: t\nlogsource: {product: x}\ndetection:\n  s:\n    ${key}: 1\n  condition: s\n`);
  expect(of('f|gt|hour')).toEqual(['5 rule.modifier "gt" and "hour" cannot go together.']);
  expect(of('f|gt|lt')).toEqual(['5 rule.modifier "gt" and "lt" cannot go together.']);
  expect(of('f|contains|wide')[0]).toContain('"wide" must come before');
});
