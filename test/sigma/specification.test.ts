import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { type LoadedRules, loadRules } from '../../src/sigma/load.js';

/** Sigma 2.1.0, point by point: each row names what it holds the code to. */
const HEAD = 'title: t\nlogsource: { product: windows }\n';

function load(text: string): LoadedRules {
  return loadRules([{ path: 'r.yml', text }]);
}

/** Whether a rule of this detection matches; or why it was refused. */
function answer(detection: string, event: JsonObject): boolean | string {
  const { rules, faults } = load(`${HEAD}detection:\n${detection.replace(/^/gm, '  ')}\n`);
  const ruleset = compileRules(rules, { placeholders: { p: ['one', 'tw*'] } });
  const refused = [...faults, ...ruleset.faults];
  if (refused.length > 0) return refused.map(({ code }) => code).join(' ');
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(event), null, hits);
  return hits.length > 0;
}

const one = (selection: string): string => `s: ${selection}\ncondition: s`;

describe('documents', () => {
  it('several in a file, the kind by the key', () => {
    const text = [
      `${HEAD}name: a\ndetection: { s: { f: 1 }, condition: s }\n`,
      'title: c\ncorrelation: { type: event_count, rules: [a], timespan: 5m, condition: { gte: 3 } }\n',
      'title: f\nlogsource: { product: windows }\nfilter: { rules: any, s: { g: 1 }, condition: not s }\n',
    ].join('---\n');
    expect(load(text).rules.map(({ kind }) => kind)).toEqual(['detection', 'correlation', 'filter']);
  });

  it('with a byte order mark, carriage returns, anchors and folded texts', () => {
    const text = `\ufeff${HEAD}description: >\n  two\n  lines\ndetection:\n  a: &a\n    f: 1\n  b: *a\n  condition: a and b\n`;
    const { rules, faults } = load(text.replaceAll('\n', '\r\n'));
    expect(faults).toEqual([]);
    expect(rules[0]!.description).toBe('two lines\n');
  });

  it('with yes, no and dates as texts, as YAML 1.2 has them', () => {
    expect(answer(one('{ f: yes }'), { f: 'yes' })).toBe(true);
    expect(answer(one('{ f: yes }'), { f: true })).toBe(false);
    expect(answer(one('{ f: 2026-11-28 }'), { f: '2026-11-28' })).toBe(true);
  });

  it('with keys of their own kept, whatever their names', () => {
    const { rules, faults } = load(
      `${HEAD}team: blue\n__proto__: { a: [1] }\ndetection: { s: { f: 1 }, condition: s }\n`,
    );
    expect(faults).toEqual([]);
    expect(JSON.stringify(rules[0]!.custom)).toBe('{"team":"blue","__proto__":{"a":[1]}}');
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('with old templates over several of them refused in words', () => {
    expect(
      load(`action: global\n${HEAD}detection: { s: { f: 1 }, condition: s }\n`).faults[0]!.message,
    ).toContain('write out each rule');
  });
});

describe('attributes', () => {
  it('of all kinds load, and wrong metadata refuses nothing', () => {
    const text = `${HEAD}id: not-a-uuid
name: n
related:
  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01, type: renamed }
  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02, type: derived }
  - { id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b03, type: cousin }
  - nonsense
taxonomy: sigma
status: often
license: MIT
author: [a, b]
references: x
date: yesterday
modified: 2026-13-45
fields: [f]
falsepositives: none
level: hgih
tags: [attack.t1059, nonsense]
scope: [server]
detection: { s: { f: 1 }, condition: s }
`;
    const { rules, faults } = load(text);
    expect(faults).toEqual([]);
    expect(rules[0]).toMatchObject({
      id: 'not-a-uuid',
      name: 'n',
      related: [
        { id: '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01', type: 'renamed' },
        { id: '5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b02', type: 'derived' },
      ],
      status: 'often',
      level: 'medium',
      falsepositives: ['none'],
      tags: ['attack.t1059', 'nonsense'],
      custom: {},
    });
  });

  it('a logsource is lower case, and its definition decides nothing', () => {
    const { rules } = load(
      'title: t\nlogsource: { product: Windows, service: null, definition: audit all, vendor: x }\ndetection: { s: { f: 1 }, condition: s }\n',
    );
    expect(rules[0]).toMatchObject({ logsource: { product: 'windows', category: null, service: null } });
  });

  it('a rule without title, logsource or detection is refused', () => {
    for (const text of [
      'logsource: { product: x }\ndetection: { s: { f: 1 }, condition: s }',
      'title: t\ndetection: { s: { f: 1 }, condition: s }',
      HEAD,
    ])
      expect(load(text).faults, text).toHaveLength(1);
  });
});

describe('values', () => {
  it.each<[string, string, JsonObject, boolean | string]>([
    ['4.1 case is ignored, whole values', '{ f: WhoAmI }', { f: 'whoami' }, true],
    ['4.1 not a part', '{ f: who }', { f: 'whoami' }, false],
    ['4.2 * is any text, empty too', "{ f: 'a*b' }", { f: 'ab' }, true],
    ['4.2 ? is one character', "{ f: 'a?b' }", { f: 'a𝒳b' }, true],
    ['4.2 and not none', "{ f: 'a?b' }", { f: 'ab' }, false],
    ['4.3 over line breaks', "{ f: 'a*b' }", { f: 'a\n\nb' }, true],
    ['4.4 escaped star', "{ f: 'a\\*b' }", { f: 'axb' }, false],
    ['4.4 escaped backslash, then a star', "{ f: 'a\\\\*' }", { f: 'a\\xyz' }, true],
    ['4.4 backslash before others is plain', "{ f: '\\a' }", { f: '\\a' }, true],
    ['4.4 at the end, too', "{ f: 'a\\' }", { f: 'a\\' }, true],
    ['4.5 it does not escape the star of startswith', "{ f|startswith: 'C:\\' }", { f: 'C:\\x' }, true],
    ['4.6 numbers and their texts', '{ f: 5 }', { f: '5' }, true],
    ['4.6 texts and their numbers', "{ f: '5' }", { f: 5 }, true],
    ['4.7 true and its text', '{ f: true }', { f: 'TRUE' }, true],
    ["4.8 '' is not absent", "{ f: '' }", {}, false],
    ['4.9 null is absent or null', '{ f: null }', { f: null }, true],
    ["4.9 null is not ''", '{ f: null }', { f: '' }, false],
    ['4.10 a list is any of it', '{ f: [1, x, null] }', { f: 'x' }, true],
    ['4.11 what is absent matches nothing', "{ f: '*' }", {}, false],
    [
      '5.1 a map is all of it, one field by several modifiers',
      '{ f|startswith: a, f|endswith: b }',
      { f: 'ab' },
      true,
    ],
    ['4.6 an integer of 41 digits', `{ f: 1${'0'.repeat(40)} }`, { f: `1${'0'.repeat(40)}` }, true],
    ['4.6 an integer of 64 digits, another', `{ f: ${'9'.repeat(64)} }`, { f: `${'9'.repeat(63)}8` }, false],
    ['4.6 hexadecimal', `{ f: 0x${'f'.repeat(40)} }`, { f: String(2n ** 160n - 1n) }, true],
    ['4.6 a large whole decimal text', '{ f: 9007199254740993 }', { f: '9007199254740993.0' }, true],
    ['4.6 another', '{ f: 9007199254740992 }', { f: '9007199254740993.00' }, false],
    ['5.2 a list of maps and words is any of it', '[{ f: 1 }, word]', { g: 'a word' }, true],
    ['5.3 words are found everywhere', '[word]', { a: { b: ['x', 'swords'] } }, true],
    ["5.4 '|all' asks for all words", "{ '|all': [one, two] }", { a: 'one', b: 'two' }, true],
    ["5.4 '|re' for an expression", "{ '|re': 'a+b' }", { x: 'caab' }, true],
    ['5.5 wildcards in words', "['o?e*two']", { a: 'xx one and two xx' }, true],
    ['5.6 an empty map', '{}', {}, 'rule.structure'],
    ['5.6 an empty list', '[]', {}, 'rule.structure'],
    ['5.6 an empty list of values', '{ f: [] }', {}, 'rule.value'],
    ['6 contains|all', '{ f|contains|all: [a, b] }', { f: 'b a' }, true],
    ['6 all over an array', '{ f|contains|all: [a, b] }', { f: ['a', 'b'] }, true],
    ['6 cased', '{ f|cased: A }', { f: 'a' }, false],
    ['6 neq of a list', '{ f|neq: [a, b] }', { f: 'b' }, false],
    ['6 neq of what is absent', '{ f|neq: a }', {}, true],
    ['6 exists with null', '{ f|exists: true }', { f: null }, true],
    ['6 re with flags', "{ f|re|i: '^A.C$' }", { f: 'abc' }, true],
    ['6 re, one of two code units or none', "{ f|re: '^a\u{1f600}?b$' }", { f: 'ab' }, true],
    ['6 re, some of two code units', "{ f|re: '^\u{1f600}{2}$' }", { f: '\u{1f600}\u{1f600}' }, true],
    ['6 re in the given case', "{ f|re: '^A' }", { f: 'abc' }, false],
    ['6 cidr', '{ f|cidr: 10.0.0.0/8 }', { f: '10.1.2.3' }, true],
    ['6 cidr of a mapped address', '{ f|cidr: 10.0.0.0/8 }', { f: '::ffff:10.1.2.3' }, true],
    ['6 cidr of a compatible address', '{ f|cidr: 10.0.0.0/8 }', { f: '::10.1.2.3' }, false],
    ['6 cidr, dots at the end', '{ f|cidr: "::10.0.0.0/104" }', { f: '::a01:203' }, true],
    ['6 cidr, dots and a zone', '{ f|cidr: "fe80::/10" }', { f: 'fe80::10.1.2.3%eth0' }, true],
    ['6 cidr, no dots of an address', '{ f|cidr: "::/0" }', { f: '::010.1.2.3' }, false],
    ['6 cidr, version 6', '{ f|cidr: 2001:db8::/32 }', { f: '2001:db8:1::5' }, true],
    ['6 base64', '{ f|base64: foobar }', { f: 'Zm9vYmFy' }, true],
    ['6 base64offset|contains', '{ f|base64offset|contains: foobar }', { f: 'xxhmb29iYXJx' }, true],
    ['6 wide|base64offset|contains', '{ f|wide|base64offset|contains: ping }', { f: 'AHAAaQBuAGcA' }, true],
    ['6 windash', "{ f|windash|contains: ' -x' }", { f: 'a /x' }, true],
    ['6 windash before wide', '{ f|windash|wide: -a }', { f: '/\0a\0' }, true],
    ['6 windash before utf16be', '{ f|windash|utf16be: -a }', { f: '\0/\0a' }, true],
    ['6 windash before utf16', '{ f|windash|utf16: -a }', { f: '\xff\xfe/\0a\0' }, true],
    ['6 windash before wide, a long dash', '{ f|windash|wide: -a }', { f: '\x13\x20a\0' }, true],
    [
      '6 windash|wide|base64offset',
      '{ f|windash|wide|base64offset|contains: -enc }',
      { f: 'xLwBlAG4AYwA' },
      true,
    ],
    ['6 windash|wide|neq', '{ f|windash|wide|neq: -a }', { f: '-\0a\0' }, false],
    ['6 wide with a wildcard', "{ f|wide: 'a?b*' }", { f: 'a\0\u00e4\0b\0c\0' }, true],
    ['6 windash at a word that expand begins', "{ f|expand|windash: '-%p%' }", { f: '/one' }, true],
    ['6 windash in a word that expand begins', "{ f|expand|windash: 'a%p%-f' }", { f: 'aone/f' }, false],
    ['6 gte of a decimal text', '{ f|gte: 5 }', { f: '5.0' }, true],
    ['6 fieldref', '{ f|fieldref: g }', { f: 'A', g: 'a' }, true],
    ['6 fieldref of a member', '{ f|fieldref: g }', { f: ['x', ['A']], g: ['b', 'a'] }, true],
    ['6 fieldref of no member', '{ f|fieldref: g }', { f: ['x', null], g: [null, 'a'] }, false],
    ['6 fieldref|cased of a member', '{ f|fieldref|cased: g }', { f: ['A'], g: ['a'] }, false],
    [
      '6 fieldref|contains of a member',
      '{ f|fieldref|contains: g }',
      { f: ['x', 'bAb'], g: ['c', 'a'] },
      true,
    ],
    ['6 fieldref of nothing', '{ f|fieldref: g }', { f: null, g: null }, false],
    ['6 expand', "{ f|expand: '%p%' }", { f: 'two' }, true],
    ['6 expand behind a backslash', "{ f|expand: 'C:\\\\%p%' }", { f: 'C:\\one' }, true],
    ['6 expand, a percent sign', "{ f|expand: '\\%p%' }", { f: '%p%' }, true],
    ['6 expand of what is not known', "{ f|expand: '%q%' }", {}, 'rule.placeholder'],
    ['6 hour', '{ f|hour: 14 }', { f: '2026-11-28T14:05:00+02:00' }, true],
    ['6 hour|gte', '{ f|hour|gte: 15 }', { f: '2026-11-28T14:05:00Z' }, false],
    ['6 an unknown one', '{ f|contians: x }', {}, 'rule.modifier'],
    ['6 a flag without re', '{ f|i: x }', {}, 'rule.modifier'],
    ['6 two operators', '{ f|re|cidr: x }', {}, 'rule.modifier'],
    ['6 an encoding with cidr', '{ f|base64|cidr: 10.0.0.0/8 }', {}, 'rule.modifier'],
    ['6 exists of a text', '{ f|exists: maybe }', {}, 'rule.value'],
    ['6 a wildcard in base64', "{ f|base64: 'a*' }", {}, 'rule.value'],
    ['6 no expression', "{ f|re: '(' }", {}, 'rule.value'],
    ['6 no block', '{ f|cidr: 10.0.0.0/99 }', {}, 'rule.value'],
    ['6 a comparison with text', '{ f|lt: many }', {}, 'rule.value'],
  ])('%s', (_, selection, event, expected) => {
    expect(answer(one(selection), event)).toBe(expected);
  });
});

describe('conditions', () => {
  const selections = 's1: { a: 1 }\ns2: { b: 1 }\n_s3: { c: 1 }\nother: { d: 1 }\ntimeframe: 5m\n';
  it.each<[string, JsonObject, boolean | string]>([
    ['s1 or s2 and other', { a: 1 }, true],
    ['(s1 or s2) and other', { a: 1 }, false],
    ['not s1 and s2', { b: 1 }, true],
    ['1 of s*', { b: 1 }, true],
    ['any of s*', { b: 1 }, true],
    ['all of s*', { b: 1 }, false],
    ['2 of s*', { a: 1, b: 1 }, true],
    ['1 of them', { c: 1 }, false],
    ['1 of _*', { c: 1 }, true],
    ['all of *', { a: 1, b: 1, d: 1 }, true],
    ['1 of *er', { d: 1 }, true],
    ['[s1 and s2, other]', { d: 1 }, true],
    ['S1', {}, 'rule.condition'],
    ['1 of x*', {}, 'rule.condition'],
    ['s1 and', {}, 'rule.condition'],
    ['s1 | count() > 3', { a: 1 }, true],
    ['s1 | near s2', {}, 'rule.condition'],
  ])('%s', (condition, event, expected) => {
    expect(answer(`${selections}condition: ${condition}`, event)).toBe(expected);
  });
});

describe('fieldref between long lists', () => {
  const many = (letter: string) => Array.from({ length: 20_000 }, (_, i) => `${letter}${i}`);

  it.each(['fieldref', 'fieldref|contains'])('%s ends soon', (modifiers) => {
    const startedAt = performance.now();
    expect(answer(one(`{ f|${modifiers}: g }`), { f: many('a'), g: many('b') })).toBe(false);
    // Each member with each takes seconds.
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('does not match in what it did not look at, negated or not', () => {
    for (const condition of ['s', 'not s'])
      expect(
        answer(`s: { f|fieldref|contains: g }\ncondition: ${condition}`, { f: many('a'), g: many('b') }),
      ).toBe(false);
  });
});
