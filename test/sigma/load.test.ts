import { describe, expect, it } from 'vitest';
import { resolveCorrelations } from '../../src/correlation/references.js';
import type { CorrelationRule, Rule } from '../../src/model/rule.js';
import { compileRules } from '../../src/sigma/compile.js';
import { type LoadedRules, loadRules } from '../../src/sigma/load.js';

const GOOD = `title: Good
id: 0f2c1e0a-1111-4b8e-9a55-000000000001
logsource:
  product: linux
detection:
  sel:
    f: x
  condition: sel
`;

function load(...texts: string[]): LoadedRules {
  return loadRules(texts.map((text, i) => ({ path: `${'abc'[i]}.yml`, text })));
}

function complaints(...texts: string[]): string[] {
  return load(...texts).faults.map(
    ({ place, code, message }) => `${place.file}:${place.line} ${code} ${message}`,
  );
}

function withSelection(selection: string, condition = 'sel'): string {
  return `title: T\nlogsource:\n  product: linux\ndetection:\n  sel:\n    ${selection}\n  condition: ${condition}\n`;
}

describe('what modifiers make of values is bounded', () => {
  const refusalsOf = (selection: string, placeholders: Record<string, string[]> = {}): string[] => {
    const { rules, faults } = load(withSelection(selection));
    const compiled = compileRules(rules, { placeholders }).faults;
    return [...faults, ...compiled].map(({ code, message }) => `${code} ${message}`);
  };
  const words = (count: number): string => Array.from({ length: count }, (_, i) => `"word${i}"`).join(',');
  const admins = Array.from({ length: 1000 }, (_, i) => `admin${i}`);

  it('whatever a list of encoded texts comes to', () => {
    const tooMany =
      'rule.limit Its modifiers make more than 100000 patterns of the values; split the list up.';
    expect(refusalsOf(`f|base64offset|contains: [${words(33_334)}]`)).toEqual([tooMany]);
    expect(refusalsOf(`f|base64|contains: [${words(33_334)}]`)).toEqual([]);
    const lists = Array.from({ length: 101 }, (_, i) => `"%admins%${i}"`).join(',');
    expect(refusalsOf(`f|expand: [${lists}]`, { admins })).toEqual([tooMany]);
  });

  it('whatever a text with placeholders comes to', () => {
    expect(refusalsOf(`f|expand: "${'%a%'.repeat(64)}"`, { a: ['x'] })).toEqual([]);
    expect(refusalsOf(`f|expand: "${'%a%'.repeat(50_000)}"`)).toEqual([
      expect.stringMatching(/^rule\.limit The placeholders of "(?:%a%)+.*" are more than 64\.$/),
    ]);
    expect(refusalsOf(`f|expand: "%admins%${'x'.repeat(600_000)}"`, { admins })).toEqual([
      expect.stringMatching(/^rule\.limit .* give values of more than 16777216 characters\.$/),
    ]);
  });
});

describe('a refused rule', () => {
  it.each([
    [
      'title: x\ndetection: [a, b\nfoo: 1',
      'a.yml:3 rule.yaml This is not valid YAML (column 1): deficient indentation.',
    ],
    ['- a\n- b\n', 'a.yml:1 rule.structure A rule must be a map, not a list.'],
    ['title: T\nlogsource: {product: x}\n', 'a.yml:1 rule.structure The rule has no "detection"; add it.'],
    [
      'logsource: {product: x}\ndetection: {s: {f: 1}, condition: s}\n',
      'a.yml:1 rule.structure The rule has no "title"; add it.',
    ],
    [
      'title: T\ndetection: {s: {f: 1}, condition: s}\n',
      'a.yml:1 rule.structure The rule has no "logsource"; add it.',
    ],
    [
      withSelection('f|contians: x'),
      'a.yml:6 rule.modifier There is no modifier "contians" (perhaps "contains").',
    ],
    [
      withSelection('f|re: "(a"'),
      'a.yml:6 rule.value "(a" is not a regular expression that can be searched in linear time: missing closing ): `(a`.',
    ],
    [
      withSelection('f|re: "a(?=b)"'),
      'a.yml:6 rule.value "a(?=b)" is not a regular expression that can be searched in linear time: there is no lookahead and no lookbehind.',
    ],
    [
      withSelection('f|cidr: 10.0.0.0/33'),
      'a.yml:6 rule.value "10.0.0.0/33" is not an address block; write one such as 192.0.2.0/24 or 2001:db8::/32.',
    ],
    [withSelection('f|gt: "5"'), 'a.yml:6 rule.value "gt" needs a number (without quotes), not "5".'],
    [
      withSelection('f|all: x'),
      'a.yml:6 rule.modifier "all" needs a list of two or more values; leave it out for one.',
    ],
    [
      withSelection('f|contains|base64: x'),
      'a.yml:6 rule.modifier "base64" must come before contains, startswith and endswith: the wildcards they add cannot be encoded.',
    ],
    [
      withSelection('f: {g: x}'),
      'a.yml:6 rule.value A value must be text, a number, true, false or null, not a map.',
    ],
    [withSelection('f: []'), 'a.yml:6 rule.value "f" has an empty list of values.'],
    [
      withSelection('f: x', 'sel and sle'),
      'a.yml:7 rule.condition The condition names "sle", which is not a selection of the rule (perhaps "sel").',
    ],
    [
      withSelection('f: x', 'sel | count() > 5'),
      'a.yml:7 rule.condition The rule counts, but has no "timeframe" to count in; add one such as "timeframe: 5m" to the detection, or write a correlation.',
    ],
    [
      withSelection('f: x', '1 of filter_*'),
      'a.yml:7 rule.condition No selection of the rule matches "filter_*".',
    ],
    [withSelection('f: x', '2 of sel*'), 'a.yml:7 rule.condition "2 of" can never hold: it selects only 1.'],
    [
      `action: global\n${GOOD}`,
      'a.yml:1 rule.structure "action" (old templating over several documents) is not part of Sigma any more; write out each rule.',
    ],
    [
      `title: a\ntitle: b\n`,
      'a.yml:2 rule.yaml The key "title" is given twice (first in line 1); merge the two.',
    ],
    [`title: &a [*a]\n`, 'a.yml:1 rule.yaml The alias *a has no anchor &a before it.'],
    [
      withSelection('f: !!binary aGk='),
      'a.yml:6 rule.yaml The YAML tag !!binary is not supported; write the plain value.',
    ],
  ])('says where and what to do: %#', (text, complaint) => {
    expect(complaints(text)).toEqual([complaint]);
  });

  it('does not stop the other documents and files', () => {
    const { rules, faults } = load(
      `${GOOD}---\ntitle: [\n---\n${withSelection('f: y')}`,
      withSelection('g: z'),
    );
    expect(rules.map(({ title, place }) => `${title} ${place.file}:${place.line}`)).toEqual([
      'Good a.yml:1',
      'T a.yml:12',
      'T b.yml:1',
    ]);
    expect(faults.map(({ place }) => place)).toEqual([{ file: 'a.yml', line: 10 }]);
  });

  it('with an id or name already taken names both places', () => {
    expect(complaints(GOOD, GOOD.toUpperCase().toLowerCase().replace('good', 'Other'))).toEqual([
      'b.yml:2 rule.duplicate The id 0f2c1e0a-1111-4b8e-9a55-000000000001 is already taken by the rule at a.yml:1; give this one another.',
    ]);
    const named = (id: string) => `name: n\n${GOOD.replace(/0001\n/, `${id}\n`)}`;
    expect(complaints(named('0002'), named('0003'))).toEqual([
      'b.yml:1 rule.duplicate The name n is already taken by the rule at a.yml:1; give this one another.',
    ]);
  });

  it('is not a YAML bomb that went off', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`);
    expect(complaints(lines.join('\n'))).toEqual([
      'a.yml:5 rule.limit The document has more than 100000 values.',
    ]);
    expect(complaints('['.repeat(1000))[0]).toMatch(/^a\.yml:1 rule\.yaml This is not valid YAML/);
    expect(complaints('x'.repeat(1024 * 1024 + 1))).toEqual([
      'a.yml:1 rule.limit The file is larger than 1 MiB; split it up.',
    ]);
  });
});

describe('a loaded rule', () => {
  function only(text: string): Rule {
    const { rules, faults } = load(text);
    expect(faults).toEqual([]);
    return rules[0]!;
  }

  it('keeps attributes that Sigma does not know', () => {
    const { custom } = only(`${GOOD}vedette:\n  refire: each\nowner: [me]\n`);
    expect({ ...custom, vedette: { ...(custom.vedette as object) } }).toEqual({
      vedette: { refire: 'each' },
      owner: ['me'],
    });
  });

  it('has an id of its file and title when it states none', () => {
    const first = only(withSelection('f: x'));
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(only(withSelection('f: changed')).id).toBe(first.id);
    expect(only(withSelection('f: x').replace('title: T', 'title: U')).id).not.toBe(first.id);
  });

  it('has a hash of what decides matches and of nothing else', () => {
    const hash = only(GOOD).hash;
    expect(
      only(`# comment\nlevel: critical\ntags: [attack.t1110]\n${GOOD.replace('Good', 'Better')}`).hash,
    ).toBe(hash);
    for (const [from, to] of [
      ['f: x', 'f: y'],
      ['f: x', 'f|contains: x'],
      ['f: x', "f: 'x*'"],
      ['linux', 'windows'],
      ['condition: sel', 'condition: not sel'],
    ] as const) {
      expect(only(GOOD.replace(from, to)).hash).not.toBe(hash);
    }
    expect(only(GOOD.replace('f: x', 'f: 1')).hash).not.toBe(only(GOOD.replace('f: x', "f: '1'")).hash);
  });

  it('without an id is told apart from others of its file and title', () => {
    const { rules, faults } = load(`${withSelection('f: x')}---\n${withSelection('f: y')}`);
    expect(faults).toEqual([]);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(2);
  });

  it('is not refused for bad metadata', () => {
    const rule = only(
      `${GOOD}level: extreme\nstatus: [odd]\nfalsepositives:\n- Unknown: really\n- Admins\ndate: yesterday\n`,
    );
    expect(rule).toMatchObject({ level: 'medium', status: null, falsepositives: ['Admins'] });
  });

  it('matches nothing while a placeholder has no values, and says so', () => {
    const { rules, faults } = load(withSelection("f|expand: '%admins%'"));
    expect(faults).toEqual([]);
    expect(compileRules(rules).faults).toEqual([
      {
        place: { file: 'a.yml', line: 1 },
        code: 'rule.placeholder',
        message:
          'The placeholder %admins% has no values; give it some under rules.placeholders.admins of the configuration, or disable the rule.',
      },
    ]);
    expect(compileRules(rules, { placeholders: { admins: ['bob'] } }).faults).toEqual([]);
  });
});

describe('a correlation', () => {
  const correlation = (rules: string, more = ''): string =>
    `title: C\nname: ${rules === 'c' ? 'c' : `c_${rules}`}\ncorrelation:\n  type: event_count\n  rules: [${rules}]\n  timespan: 5m\n  condition: {gte: 3}\n${more}`;

  it('is read with its extensions', () => {
    const text = `name: good\n${GOOD}---\n${correlation('good', 'generate: false\nvedette: {refire: each}\n')}`;
    const rule = load(text).rules[1] as CorrelationRule;
    expect(rule).toMatchObject({
      kind: 'correlation',
      timespanMs: 300_000,
      generate: false,
      refire: 'each',
      groupBy: [],
    });
    expect(rule.condition).toEqual({
      bounds: [{ op: 'gte', value: 3 }],
      fields: [],
      percentile: null,
      expression: null,
    });
  });

  it.each([
    [
      'refire: new',
      '"refire: new" is about new values of a value_count, not for event_count; write reset or each.',
    ],
    ['refire: once', '"refire" must be one of reset, each, new, not "once".'],
    [
      'absent: good',
      '"absent" goes with temporal_ordered, not with event_count; change the type, or remove it.',
    ],
  ])('is refused for an extension that does not go with it: %s', (option, message) => {
    const text = `name: good\n${GOOD}---\n${correlation('good', `vedette:\n  ${option}\n`)}`;
    expect(complaints(text)).toEqual([expect.stringMatching(/^a[.]yml:\d+ rule[.]structure /)]);
    expect(complaints(text)[0]).toContain(message);
  });

  it('is another when something else must not be missing', () => {
    const absent = (of: string, vedette: string) =>
      load(
        `name: good\n${GOOD}---\ntitle: C\nname: c\ncorrelation: {type: temporal_ordered, rules: [${of}], timespan: 5m}\n${vedette}`,
      ).rules[1] as CorrelationRule;
    const [plain, waits] = [absent('good, good', ''), absent('good, good', 'vedette: {absent: good}\n')];
    expect([plain.absent, waits.absent]).toEqual([undefined, 'good']);
    expect(waits.hash).not.toBe(plain.hash);
    expect(
      complaints(
        `name: good\n${GOOD}---\ntitle: C\ncorrelation: {type: temporal_ordered, rules: [good], timespan: 5m}\nvedette: {absent: godo}\n`,
      ),
    ).toEqual([
      expect.stringContaining('must be one of the rules of the correlation, not "godo" (perhaps "good")'),
    ]);
  });

  it('is refused with the rule that it needs, and so is what needs it', () => {
    const bad = withSelection('f|nope: x').replace('title', 'name: bad\ntitle');
    const text = `${bad}---\n${correlation('bad')}---\n${correlation('c_bad')}`;
    expect(complaints(text)).toEqual([
      'a.yml:7 rule.modifier There is no modifier "nope".',
      'a.yml:10 rule.reference The correlation needs the rule "bad", which is not loaded or was refused.',
      'a.yml:18 rule.reference The correlation needs the rule "c_bad", which is not loaded or was refused.',
    ]);
  });

  it('waits for others through 32 levels, and the others load', () => {
    for (const isInnermostFirst of [true, false]) {
      const chain = Array.from(
        { length: 3000 },
        (_, i) =>
          `title: k${i}\nname: k${i}\ncorrelation: { type: event_count, rules: [${i === 0 ? 'good' : `k${i - 1}`}], timespan: 5m, condition: { gte: 2 } }\n`,
      );
      const documents = [`name: good\n${GOOD}`, ...(isInnermostFirst ? chain : chain.reverse())];
      const { rules, faults } = loadRules([{ path: 'a.yml', text: documents.join('---\n') }]);
      expect(rules).toHaveLength(1 + 32);
      expect(faults).toHaveLength(3000 - 32);
      expect(faults.some(({ message }) => message.includes('through more than 32 levels'))).toBe(true);
      expect(resolveCorrelations(rules).resolved).toHaveLength(32);
    }
  });

  it('that needs itself is refused, and told through which others', () => {
    expect(complaints(correlation('c'))).toEqual([
      'a.yml:1 rule.reference The correlation needs itself; break the circle.',
    ]);
    const chain = (names: readonly string[], inner: (at: number) => string): string =>
      names
        .map(
          (name, at) =>
            `title: ${name}\nname: ${name}\ncorrelation: { type: event_count, rules: [${inner(at)}], timespan: 5m, condition: { gte: 2 } }\n`,
        )
        .join('---\n');
    const three = loadRules([{ path: 'a.yml', text: chain(['a', 'b', 'c', 'd'], (at) => 'bcaa'[at]!) }]);
    expect(three.faults.map(({ message }) => message)).toEqual([
      'The correlation needs itself through "b", "c"; break the circle.',
      'The correlation needs itself through "c", "a"; break the circle.',
      'The correlation needs itself through "a", "b"; break the circle.',
      // Found once those are refused.
      expect.stringContaining('needs the rule "a", which is not loaded'),
    ]);
    const names = Array.from({ length: 300 }, (_, i) => `n${i}`);
    const many = loadRules([{ path: 'a.yml', text: chain(names, (at) => names[(at + 1) % 300]!) }]);
    expect(many.faults[0]!.message).toMatch(/ through …, "n280", .*, "n299"; break the circle\.$/);
    const endless = Array.from({ length: 3000 }, (_, i) => `n${i}`);
    const { faults } = loadRules([
      { path: 'a.yml', text: chain(endless, (at) => endless[(at + 1) % 3000]!) },
    ]);
    expect(faults).toHaveLength(3000);
    expect(faults.at(-1)!.message).toMatch(/is in a circle of correlations, or needs one that is/);
  });
});
