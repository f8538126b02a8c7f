import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.js';
import type { CorrelationRule } from '../../../src/model/rule.js';
import type { RuleFile } from '../../../src/protocol.js';
import { type BuiltRuleset, buildRuleset } from '../../../src/ruleset.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { readPipelines } from '../../../src/sigma/pipeline/read.js';

const WINDOWS = '{ product: windows, category: process_creation }';

function rule(detection: string, more = `logsource: ${WINDOWS}`): string {
  return `title: t\nid: aaaaaaaa-0000-4000-8000-000000000001\nlevel: high\n${more}\ndetection: ${detection}\n`;
}

function build(rules: string, steps: string, more = ''): BuiltRuleset {
  const files: RuleFile[] = [
    { path: 'r.yml', text: rules },
    { path: 'p.yml', text: `name: p\n${more}\ntransformations:\n${steps}`, kind: 'pipeline' },
  ];
  return buildRuleset(files);
}

/** Whether any rule matches, after the steps; or why rules were refused. */
function matches(detection: string, steps: string, event: JsonObject, more = ''): boolean | string {
  const built = build(rule(detection), steps, more);
  if (built.faults.length > 0) return built.faults.map(({ message }) => message).join(' ');
  const hits: number[] = [];
  built.ruleset.match(new JsonFieldView(event), null, hits);
  return hits.length > 0;
}

const RENAME = '  - { type: field_name_mapping, mapping: { a: x, b: [y, z] } }\n';

it('replaces nothing without changing what a text means', () => {
  const letters = fc.string({ unit: fc.constantFrom('\\', '*', '?', 'a'), maxLength: 7 });
  const modifier = fc.constantFrom('', '|contains', '|startswith', '|endswith', '|contains|all');
  const nothing = '  - { type: replace_string, regex: "(z|a)", replacement: "\\\\1" }\n';
  fc.assert(
    fc.property(modifier, letters, letters, letters, (modifiers, one, other, seen) => {
      const detection = JSON.stringify({ s: { [`f${modifiers}`]: [one, other] }, condition: 's' });
      expect(matches(detection, nothing, { f: seen })).toBe(matches(detection, '  []\n', { f: seen }));
      const moved = '  - { type: replace_string, regex: "a", replacement: "b" }\n';
      const there = matches(detection, moved, { f: seen.replaceAll('a', 'b') });
      expect(there).toBe(matches(detection, '  []\n', { f: seen }));
    }),
    { numRuns: 60 },
  );
});

describe('a field name mapping', () => {
  it.each<[string, JsonObject, boolean]>([
    ['{ s: { a: 1 }, condition: s }', { x: 1 }, true],
    ['{ s: { a: 1 }, condition: s }', { a: 1 }, false],
    ['{ s: { b: 1 }, condition: s }', { y: 1 }, true],
    ['{ s: { b: 1 }, condition: s }', { z: 1 }, true],
    ['{ s: { b: 1 }, condition: s }', { b: 1 }, false],
    ['{ s: { a: 1, b: 2, c: 3 }, condition: s }', { x: 1, z: 2, c: 3 }, true],
    ['{ s: { a: 1, b: 2, c: 3 }, condition: s }', { x: 1, z: 2 }, false],
    ['{ s: [{ b: 1 }, { c: 2 }], condition: s }', { z: 1 }, true],
    ['{ s: { b|contains|all: [p, q] }, condition: s }', { y: 'p', z: 'q' }, false],
    ['{ s: { b|contains|all: [p, q] }, condition: s }', { z: 'qp' }, true],
    ['{ s: { b|neq: 1 }, condition: s }', { y: 1, z: 2 }, false],
    ['{ s: { b|neq: 1 }, condition: s }', { z: 2 }, true],
    ['{ s: { b: null }, condition: s }', { z: 2 }, false],
    ['{ s: { b: null }, condition: s }', {}, true],
    ['{ s: { b: [1, null] }, condition: s }', { y: 1, z: 2 }, true],
    ['{ s: { b: [1, null] }, condition: s }', { y: 3 }, false],
    ['{ s: { b: [1, null] }, condition: s }', {}, true],
    ['{ s: { b|neq: null }, condition: s }', { z: 2 }, true],
    ['{ s: { b|neq: null }, condition: s }', {}, false],
    ['{ s: { b|neq: [1, null] }, condition: s }', { z: 2 }, true],
    ['{ s: { b|neq: [1, null] }, condition: s }', { y: 1, z: 2 }, false],
    ['{ s: { b|neq: [1, null] }, condition: s }', {}, false],
    ['{ s: { b|exists: false }, condition: s }', { y: 1 }, false],
    ['{ s: { c|fieldref: a }, condition: s }', { c: 1, x: 1 }, true],
    ['{ s: { c|fieldref: b }, condition: s }', { c: 1, z: 1 }, true],
    ['{ s: { a|fieldref: c }, condition: s }', { x: 1, c: 1 }, true],
    ['{ s: [word], condition: s }', { any: 'a word' }, true],
  ])('of %s looks where %o has it: %s', (detection, event, expected) => {
    expect(matches(detection, RENAME, event)).toBe(expected);
  });

  it('changes the hash of what it changes, and of nothing else', () => {
    const hashOf = (detection: string, steps: string) => build(rule(detection), steps).ruleset.rules[0]!.hash;
    const plain = (detection: string) =>
      buildRuleset([{ path: 'r.yml', text: rule(detection) }]).ruleset.rules[0]!.hash;
    expect(hashOf('{ s: { c: 1 }, condition: s }', RENAME)).toBe(plain('{ s: { c: 1 }, condition: s }'));
    expect(hashOf('{ s: { a: 1 }, condition: s }', RENAME)).toBe(plain('{ s: { x: 1 }, condition: s }'));
  });

  it('with other names finds in events with these names what rules find in theirs', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const value = fc.constantFrom(1, 'x', 'xy', null, true);
    const item = fc.tuple(fc.tuple(name, fc.constantFrom('', '|contains', '|neq', '|exists')), value);
    const selection = fc.array(item, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(selection, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('1 of s*', 'all of s*', 'not s0', 's0 and not 1 of s*'),
        fc.dictionary(name, value, { noNullPrototype: true }),
        (selections, condition, event) => {
          const written = selections.map((items) =>
            Object.fromEntries(
              items.map(([[field, modifier], one]) => [
                field + modifier,
                modifier === '|exists' ? one === true : (one ?? (modifier === '' ? null : 'x')),
              ]),
            ),
          );
          const detection = JSON.stringify({
            ...Object.fromEntries(written.map((one, i) => [`s${i}`, one])),
            condition,
          });
          const renamed = Object.fromEntries(Object.entries(event).map(([key, one]) => [`p.${key}.s`, one]));
          const steps =
            '  - { type: field_name_prefix, prefix: p. }\n  - { type: field_name_suffix, suffix: .s }\n';
          expect(matches(detection, steps, renamed as JsonObject)).toBe(
            matches(detection, '  []', event as JsonObject),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('other transformations', () => {
  it.each<[string, string, string, JsonObject, boolean | string]>([
    [
      'prefix mapping, the longest first',
      '{ s: { win.sys.id: 1 }, condition: s }',
      '{ type: field_name_prefix_mapping, mapping: { win.: w., win.sys.: [h., g.] } }',
      { 'g.id': 1 },
      true,
    ],
    [
      'snake case',
      '{ s: { ParentImage: 1 }, condition: s }',
      '{ type: field_name_transform, case: snake_case }',
      { parent_image: 1 },
      true,
    ],
    [
      'an added condition',
      '{ s: { a: 1 }, condition: s }',
      '{ type: add_condition, conditions: { EventID: 1, c: [p, q] } }',
      { a: 1, EventID: 1, c: 'q' },
      true,
    ],
    [
      'an added condition that fails',
      '{ s: { a: 1 }, condition: s }',
      '{ type: add_condition, conditions: { EventID: 1 } }',
      { a: 1 },
      false,
    ],
    [
      'an added condition, for each of the conditions',
      '{ s: { a: 1 }, t: { b: 1 }, condition: [s, t] }',
      '{ type: add_condition, conditions: { c: 1 } }',
      { b: 1 },
      false,
    ],
    [
      'a negated one',
      '{ s: { a: 1 }, condition: s }',
      '{ type: add_condition, negated: true, conditions: { c: 1 } }',
      { a: 1, c: 1 },
      false,
    ],
    [
      'a template',
      '{ s: { a: 1 }, condition: s }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is the pipeline's.
      '{ type: add_condition, template: true, conditions: { ds: "$product-${category}$$$service" } }',
      { a: 1, ds: 'windows-process_creation$' },
      true,
    ],
    [
      'a dropped item',
      '{ s: { a: 1, b: 2 }, condition: s }',
      '{ type: drop_detection_item, field_name_conditions: [{ type: include_fields, fields: [b] }] }',
      { a: 1 },
      true,
    ],
    [
      'a dropped alternative',
      '{ s: { b: 1 }, t: { a: 1 }, condition: s or t }',
      '{ type: drop_detection_item, field_name_conditions: [{ type: include_fields, fields: [b] }] }',
      {},
      false,
    ],
    [
      'a dropped negation',
      '{ s: { b: 1 }, t: { a: 1 }, condition: t and not s }',
      '{ type: drop_detection_item, field_name_conditions: [{ type: include_fields, fields: [b] }] }',
      { a: 1, b: 1 },
      true,
    ],
    [
      'all dropped',
      '{ s: { b: 1 }, condition: s }',
      '{ type: drop_detection_item }',
      {},
      'The pipeline dropped all that the condition asks for.',
    ],
    [
      'a replaced text',
      "{ s: { p|startswith: 'HKLM\\Run' }, condition: s }",
      "{ type: replace_string, regex: '^(HK)LM\\\\', replacement: '\\\\REG$\\1\\\\' }",
      { p: '\\REG$HK\\Runner' },
      true,
    ],
    [
      'a replaced text, with the wildcard that endswith adds',
      "{ s: { p|endswith: '\\cmd.exe' }, condition: s }",
      "{ type: replace_string, regex: '^\\*\\\\([^\\\\]+)$', replacement: '\\1' }",
      { p: 'CMD.EXE' },
      true,
    ],
    [
      'a replaced text that was open at its start, which it is no more',
      "{ s: { p|endswith: '\\cmd.exe' }, condition: s }",
      "{ type: replace_string, regex: '^\\*\\\\([^\\\\]+)$', replacement: '\\1' }",
      { p: 'xcmd.exe' },
      false,
    ],
    [
      'a replaced text beside one that stays',
      "{ s: { p|contains|all: ['a-b', 'c\\'] }, condition: s }",
      "{ type: replace_string, regex: '^\\*a', replacement: 'A' }",
      { p: 'a-b c\\d' },
      true,
    ],
    [
      'a replaced text between its wildcards',
      "{ s: { p|startswith: 'a*a\\' }, condition: s }",
      "{ type: replace_string, skip_special: true, regex: '^a', replacement: 'b?' }",
      { p: 'b?xb?\\y' },
      true,
    ],
    [
      'a replaced text between its wildcards, without new ones',
      "{ s: { p: 'a*a' }, condition: s }",
      "{ type: replace_string, skip_special: true, regex: '^a', replacement: 'b?' }",
      { p: 'bxbx' },
      false,
    ],
    [
      'a replaced text between its wildcards, with new ones',
      "{ s: { p: 'a*a' }, condition: s }",
      "{ type: replace_string, skip_special: true, interpret_special: true, regex: '^a', replacement: 'b?' }",
      { p: 'bxbx' },
      true,
    ],
    [
      'a mapped text',
      '{ s: { l: [High, Low] }, condition: s }',
      '{ type: map_string, mapping: { High: [h, "12288"] } }',
      { l: 12288 },
      true,
    ],
    [
      'a mapped text, whole only',
      '{ s: { l|contains: High }, condition: s }',
      '{ type: map_string, mapping: { High: h } }',
      { l: 'h' },
      false,
    ],
    [
      'a set value',
      '{ s: { l|contains|all: [a, b] }, condition: s }',
      '{ type: set_value, value: 5 }',
      { l: 5 },
      true,
    ],
    [
      'a converted type',
      '{ s: { l: "5" }, condition: s }',
      '{ type: convert_type, target_type: num }',
      { l: 5.0 },
      true,
    ],
    [
      'a type that cannot be converted',
      '{ s: { l: five }, condition: s }',
      '{ type: convert_type, target_type: num }',
      {},
      '"five" is not a number, which convert_type of a pipeline makes of the values of "l".',
    ],
    [
      'hashes by algorithm',
      '{ s: { Hashes|contains: [MD5=0123456789abcdef0123456789abcdef, "0123456789012345678901234567890123456789"] }, condition: s }',
      '{ type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: File }',
      { FileSHA1: '0123456789012345678901234567890123456789' },
      true,
    ],
    [
      'hashes beside those of another algorithm',
      '{ s: { Hashes|contains: [MD5=0123456789abcdef0123456789abcdef, IMPHASH=0123456789abcdef0123456789abcdef] }, condition: s }',
      '{ type: hashes_fields, valid_hash_algos: [MD5], field_prefix: File }',
      { FileMD5: '0123456789abcdef0123456789abcdef' },
      true,
    ],
    [
      'hashes of another algorithm beside others',
      '{ s: { Hashes|contains: [MD5=0123456789abcdef0123456789abcdef, IMPHASH=0123456789abcdef0123456789abcdef] }, condition: s }',
      '{ type: hashes_fields, valid_hash_algos: [MD5], field_prefix: File }',
      { Hashes: 'x,IMPHASH=0123456789abcdef0123456789abcdef' },
      true,
    ],
    [
      'a field without a name',
      '{ s: { a: 1 }, condition: s }',
      "{ type: field_name_prefix_mapping, mapping: { a: '' } }",
      {},
      'The pipeline takes the name of the field "a" away.',
    ],
    [
      'the value that an item looks for',
      '{ s: { e|contains: foo }, condition: s }',
      "{ type: rule_failure, message: Seen., rule_conditions: [{ type: contains_detection_item, field: e, value: '*foo*' }] }",
      {},
      'Seen.',
    ],
    [
      'other values than hashes',
      '{ s: { Hashes|contains: [MD5=01] }, condition: s }',
      '{ type: hashes_fields, valid_hash_algos: [MD5] }',
      { Hashes: 'SHA1=ff,MD5=01' },
      true,
    ],
    [
      'values of placeholders',
      "{ s: { u|expand|contains: '%admins%!' }, condition: s }",
      '{ type: value_placeholders }',
      { u: 'a bob! b' },
      true,
    ],
    [
      'values of placeholders that are texts of rules',
      "{ s: { u|expand: '%admins%' }, condition: s }",
      '{ type: value_placeholders, include: [admins] }',
      { u: '50% off' },
      true,
    ],
    [
      'a placeholder without values',
      "{ s: { u|expand: '%guests%' }, condition: s }",
      '{ type: value_placeholders }',
      {},
      'The placeholder "%guests%" has no values under "vars" of the pipeline.',
    ],
    [
      'placeholders for anything',
      "{ s: { u|expand: 'x-%guests%' }, condition: s }",
      '{ type: wildcard_placeholders, exclude: [admins] }',
      { u: 'x-y' },
      true,
    ],
    [
      'a refused rule',
      '{ s: { a: 1 }, condition: s }',
      '{ type: rule_failure, message: Not here. }',
      {},
      'Not here.',
    ],
    [
      'a refused item',
      '{ s: { a: 1 }, condition: s }',
      '{ type: detection_item_failure, message: Not a., field_name_conditions: [{ type: include_fields, fields: [a] }] }',
      {},
      'Not a.',
    ],
    [
      'no such item',
      '{ s: { b: 1 }, condition: s }',
      '{ type: detection_item_failure, message: Not a., field_name_conditions: [{ type: include_fields, fields: [a] }] }',
      { b: 1 },
      true,
    ],
  ])('%s', (_, detection, step, event, expected) => {
    expect(matches(detection, `  - ${step}\n`, event, 'vars: { admins: [bob, 50% off] }')).toBe(expected);
  });

  it('change the logsource, and what later steps see of it', () => {
    const steps = [
      '  - { type: change_logsource, product: windows, service: sysmon }',
      '  - { type: rule_failure, message: m, rule_conditions: [{ type: logsource, category: process_creation }] }',
      '',
    ].join('\n');
    const { ruleset, faults } = build(rule('{ s: { a: 1 }, condition: s }'), steps);
    expect(faults).toEqual([]);
    expect(ruleset.rules[0]).toMatchObject({
      logsource: { product: 'windows', category: null, service: 'sysmon' },
    });
  });
});

/** A step that shows by a condition on `seen` whether it was applied. */
function isApplied(
  conditions: string,
  before = '',
  more = `logsource: ${WINDOWS}\nstatus: test\ntags: [attack.t1059]\nteam: blue`,
): boolean {
  const steps = `${before}  - { type: set_state, key: k, val: 5 }\n  - { type: add_condition, conditions: { seen: 1 }, ${conditions} }\n`;
  const built = build(rule("{ s: { a: 'x*y', b: null }, condition: s }", more), steps);
  expect(built.faults).toEqual([]);
  const hits: number[] = [];
  built.ruleset.match(new JsonFieldView({ a: 'xy' }), null, hits);
  return hits.length === 0;
}

describe('conditions on rules', () => {
  it.each([
    ['{ type: logsource, product: windows }', true],
    ['{ type: logsource, product: windows, service: security }', false],
    ['{ type: contains_field, field: a }', true],
    ['{ type: contains_field, field: c }', false],
    ["{ type: contains_detection_item, field: a, value: 'x*y' }", true],
    ['{ type: contains_detection_item, field: a, value: y }', false],
    ['{ type: processing_item_applied, processing_item_id: first }', true],
    ['{ type: processing_item_applied, processing_item_id: second }', false],
    ['{ type: processing_state, key: k, val: "5" }', true],
    ['{ type: is_sigma_rule }', true],
    ['{ type: is_sigma_correlation_rule }', false],
    ['{ type: tag, tag: ATTACK.T1059 }', true],
    ['{ type: tag, tag: attack.t1059.001 }', false],
    ['{ type: rule_attribute, attribute: level, value: medium, op: gte }', true],
    ['{ type: rule_attribute, attribute: level, value: critical, op: gte }', false],
    ['{ type: rule_attribute, attribute: status, value: [test, stable], op: in }', true],
    ['{ type: rule_attribute, attribute: team, value: red, op: ne }', true],
    ['{ type: rule_attribute, attribute: nothing, value: red, op: ne }', false],
  ])('%s: %s', (condition, expected) => {
    const first =
      '  - { id: first, type: set_state, key: q, val: 1 }\n  - { id: second, type: set_state, key: q, val: 1, rule_conditions: [{ type: logsource, product: linux }] }\n';
    expect(isApplied(`rule_conditions: [${condition}]`, first)).toBe(expected);
    expect(isApplied(`rule_conditions: [${condition}], rule_cond_not: true`, first)).toBe(!expected);
  });

  it('are combined by and, by or, or by an expression over their names', () => {
    const [yes, no] = ['{ type: logsource, product: windows }', '{ type: logsource, product: linux }'];
    expect(isApplied(`rule_conditions: [${yes}, ${no}]`)).toBe(false);
    expect(isApplied(`rule_conditions: [${yes}, ${no}], rule_cond_op: or`)).toBe(true);
    expect(isApplied(`rule_conditions: { y: ${yes}, n: ${no} }, rule_cond_expr: y and not n`)).toBe(true);
    expect(isApplied(`rule_conditions: { y: ${yes}, n: ${no} }, rule_cond_expr: n or not (y)`)).toBe(false);
  });
});

describe('conditions on items and fields', () => {
  /** Names of the fields of `s` after a step that marks them. */
  function marked(conditions: string, before = ''): string[] {
    const text = rule("{ s: { a: 'x*y', b: null, c|contains: word, Cat: 5 }, condition: s }");
    const { ruleset, faults } = build(
      text,
      `${before}  - { type: field_name_suffix, suffix: '!', ${conditions} }\n`,
    );
    expect(faults).toEqual([]);
    const [found] = ruleset.rules;
    const selection = found!.kind === 'detection' ? found!.selections.get('s')! : null;
    return selection?.kind === 'all'
      ? selection.items.map(({ field }) => field!).filter((field) => field.endsWith('!'))
      : [];
  }

  it.each([
    ['field_name_conditions: [{ type: include_fields, fields: [a, b, x] }]', ['a!', 'b!']],
    ['field_name_conditions: [{ type: include_fields, fields: ["[Cc]"], mode: re }]', ['c!', 'Cat!']],
    ['field_name_conditions: [{ type: exclude_fields, fields: a }]', ['b!', 'c!', 'Cat!']],
    ['field_name_conditions: [{ type: exclude_fields, fields: a }], field_name_cond_not: true', ['a!']],
    ["detection_item_conditions: [{ type: match_string, pattern: 'x.*y' }]", ['a!']],
    [
      "detection_item_conditions: [{ type: match_string, pattern: '\\*word\\*$', negate: true }]",
      ['a!', 'b!', 'Cat!'],
    ],
    ['detection_item_conditions: [{ type: contains_wildcard, cond: all }]', ['a!', 'c!']],
    ['detection_item_conditions: [{ type: is_null }]', ['b!']],
    [
      'detection_item_conditions: [{ type: is_null }], field_name_conditions: [{ type: include_fields, fields: a }]',
      [],
    ],
    ['field_name_conditions: [{ type: processing_item_applied, processing_item_id: m }]', ['a?!']],
    ['detection_item_conditions: [{ type: processing_item_applied, processing_item_id: m }]', ['a?!']],
    ['detection_item_conditions: [{ type: processing_state, key: k, val: 1 }]', []],
  ])('%s: %s', (conditions, expected) => {
    const before = conditions.includes('_id: m')
      ? "  - { id: m, type: field_name_mapping, mapping: { a: 'a?' } }\n"
      : '';
    expect(marked(conditions, before)).toEqual(expected);
  });
});

describe('pipelines and other documents', () => {
  const CHAIN = [
    rule('{ s: { a: 1 }, condition: s }').replace('title: t', 'title: w\nname: w'),
    rule('{ s: { a: 1 }, condition: s }', 'logsource: { product: linux }')
      .replace('title: t', 'title: l\nname: l')
      .replace('0001', '0002'),
  ].join('---\n');
  const windowsOnly =
    '  - { type: field_name_mapping, mapping: { a: x, user: u, b: [y, z] }, rule_conditions: [{ type: logsource, product: windows }] }\n';

  function correlation(body: string): {
    rule: CorrelationRule | null;
    faults: readonly string[];
    needed: BuiltRuleset['neededFields'];
  } {
    const text = `${CHAIN}---\ntitle: c\nname: c\ncorrelation: ${body}\n`;
    const { ruleset, faults, neededFields } = build(text, windowsOnly);
    const found = ruleset.rules.find(({ name }) => name === 'c');
    return {
      rule: found?.kind === 'correlation' ? found : null,
      faults: faults.map(({ message }) => message),
      needed: neededFields,
    };
  }

  it('a correlation groups by the names that its rules have now', () => {
    const { rule: found, needed } = correlation(
      '{ type: value_count, rules: [w], group-by: [user, entity], timespan: 5m, condition: { gte: 3, field: a } }',
    );
    expect(found).toMatchObject({ groupBy: ['u', 'entity'], condition: { fields: ['x'] } });
    expect(needed[0]).toEqual(['u', 'x']);
  });

  it('by an alias where its rules differ', () => {
    const { rule: found, needed } = correlation(
      '{ type: temporal, rules: [w, l], group-by: [user], timespan: 5m }',
    );
    expect(found!.groupBy).toEqual(['user']);
    expect(found!.aliases).toEqual(new Map([['user', new Map([['w', 'u']])]]));
    expect(needed.slice(0, 2)).toEqual([['u'], ['user']]);
  });

  it('through aliases of its own', () => {
    const { rule: found, needed } = correlation(
      '{ type: temporal, rules: [w, l], group-by: [who], timespan: 5m, aliases: { who: { w: user, l: account } } }',
    );
    expect(found!.groupBy).toEqual(['who']);
    expect(needed.slice(0, 2)).toEqual([['u'], ['account']]);
  });

  it('and is refused when one has several', () => {
    const { rule: found, faults } = correlation(
      '{ type: event_count, rules: [w], group-by: [b], timespan: 5m, condition: { gte: 3 } }',
    );
    expect(found).toBeNull();
    expect(faults).toEqual([
      'The pipeline gives "b", which the correlation reads, several names (y, z); give it one.',
    ]);
  });

  it('a filter goes along with each rule that it is for', () => {
    const filter =
      'title: f\nlogsource: { product: windows }\nfilter: { rules: any, s: { user: svc }, condition: not s }\n';
    const built = build(`${CHAIN}---\n${filter}`, windowsOnly);
    expect(built.faults).toEqual([]);
    const hitsOf = (event: JsonObject): string[] => {
      const hits: number[] = [];
      built.ruleset.match(new JsonFieldView(event), null, hits);
      return hits.map((index) => built.ruleset.rules[index]!.title);
    };
    expect(hitsOf({ x: 1, u: 'bob' })).toEqual(['w']);
    expect(hitsOf({ x: 1, u: 'svc' })).toEqual([]);
    expect(hitsOf({ a: 1, user: 'svc' })).toEqual(['l']);
    expect(built.ruleset.rules.map(({ title }) => title)).toEqual(['w', 'l', 'f']);
  });

  it('leave packaged rules alone', () => {
    const files: RuleFile[] = [
      { path: 'r.yml', text: rule('{ s: { a: 1 }, condition: s }'), kind: 'packaged' },
      { path: 'p.yml', text: `transformations:\n${RENAME}`, kind: 'pipeline' },
    ];
    const hits: number[] = [];
    buildRuleset(files).ruleset.match(new JsonFieldView({ a: 1 }), null, hits);
    expect(hits).toEqual([0]);
  });

  it('apply in the order of their priorities, then of the configuration', () => {
    const pipeline = (path: string, priority: number, from: string, to: string): RuleFile => ({
      path,
      text: `priority: ${priority}\ntransformations: [{ type: field_name_mapping, mapping: { ${from}: ${to} } }]\n`,
      kind: 'pipeline',
    });
    const files = [pipeline('c', 20, 'y', 'z'), pipeline('a', 10, 'a', 'x'), pipeline('b', 10, 'x', 'y')];
    const hits: number[] = [];
    buildRuleset([{ path: 'r.yml', text: rule('{ s: { a: 1 }, condition: s }') }, ...files]).ruleset.match(
      new JsonFieldView({ z: 1 }),
      null,
      hits,
    );
    expect(hits).toEqual([0]);
  });

  it('take fields with names that objects have as any other', () => {
    const built = build(
      rule('{ s: { __proto__: 1, constructor: 2 }, condition: s }'),
      '  - { type: field_name_mapping, mapping: { __proto__: toString } }\n',
    );
    expect(built.faults).toEqual([]);
    const hits: number[] = [];
    built.ruleset.match(
      new JsonFieldView(JSON.parse('{ "toString": 1, "constructor": 2 }') as JsonObject),
      null,
      hits,
    );
    expect(hits).toEqual([0]);
  });
});

describe('a pipeline with faults', () => {
  it('has all of them told, with line and suggestion, and loads no rule', () => {
    const text = [
      'name: p', //                                                     1
      'prioriti: 5',
      'transformations:',
      '  - { type: field_name_maping, mapping: {} }', //                4
      '  - type: add_condition', //                                     5
      '    conditions: { a|contans: 1 }',
      '    rule_condition: []', //                                      7
      '  - type: field_name_prefix', //                                 8
      '  - { type: field_name_prefix, prefix: [] }',
      '  - { type: replace_string, regex: "(", replacement: x }', //   10
      '  - { type: replace_string, regex: "a", replacement: "\\\\1" }',
      '  - { type: drop_detection_item, field_name_conditions: [{ type: include_field, fields: a }] }',
      '  - { type: drop_detection_item, rule_conditions: { a: { type: is_sigma_rule } }, rule_cond_expr: a and b }',
      '  - { type: drop_detection_item, rule_conditions: { a: { type: is_sigma_rule } } }',
      '  - { type: nest, items: [] }', //                               15
      '  - { type: rule_failure, message: m, rule_cond_op: xor }',
      '  - text',
      '  - { type: rule_failure, message: m, rule_conditions: [{ type: rule_attribute, attribute: level, value: hgih, op: gt }] }',
      '  - { type: rule_failure, message: m, rule_conditions: [{ type: rule_attribute, attribute: tags, value: a }] }',
      '',
    ].join('\n');
    const { faults } = readPipelines([{ path: 'p.yml', text }]);
    expect(
      faults.map(({ place, code, message }) => `${place.file}:${place.line} ${code} ${message}`),
    ).toEqual([
      'p.yml:2 rule.pipeline A pipeline has no key "prioriti" (perhaps "priority").',
      'p.yml:4 rule.pipeline There is no transformation "field_name_maping" (perhaps "field_name_mapping").',
      'p.yml:6 rule.pipeline There is no modifier "contans" (perhaps "contains").',
      'p.yml:6 rule.pipeline "conditions" needs at least one field.',
      'p.yml:7 rule.pipeline The step has no key "rule_condition" (perhaps "rule_conditions").',
      'p.yml:8 rule.pipeline The step needs "prefix": a text.',
      'p.yml:9 rule.pipeline "prefix" must be text, not a list.',
      'p.yml:10 rule.pipeline "(" is not a regular expression that can be searched in linear time: missing closing ): `(`.',
      'p.yml:11 rule.pipeline The expression has no group 1.',
      'p.yml:12 rule.pipeline There is no condition "include_field" here (perhaps "include_fields").',
      'p.yml:13 rule.pipeline The condition names "b", which is not a selection of the rule (perhaps "a").',
      'p.yml:14 rule.pipeline Named conditions need "rule_cond_expr", such as "a and not b".',
      'p.yml:15 rule.pipeline The transformation "nest" is not supported: write its steps one after another.',
      'p.yml:16 rule.pipeline "rule_cond_op" must be one of and, or, not "xor".',
      'p.yml:17 rule.pipeline A step must be a map with a "type", not text.',
      'p.yml:18 rule.pipeline "hgih" cannot be compared by "gt".',
      'p.yml:19 rule.pipeline "rule_attribute" knows title, id, name, description, status, level and custom keys, not "tags". There is the condition "tag".',
    ]);
    const built = buildRuleset([
      { path: 'r.yml', text: rule('{ s: { a: 1 }, condition: s }') },
      { path: 'p.yml', text, kind: 'pipeline' },
    ]);
    expect(built.ruleset.rules).toEqual([]);
    expect(built.faults).toEqual(faults);
  });

  it.each([
    ['{ type: map_string, mapping: { x: [] } }', 'The mapping gives "x" nothing.'],
    ['{ type: field_name_mapping, mapping: { a: [] } }', 'The mapping gives "a" nothing.'],
    ['{ type: field_name_prefix_mapping, mapping: { a: [] } }', 'The mapping gives "a" nothing.'],
    ['{ type: set_value, value: [a, b] }', '"value" must be one value, not a list.'],
    ['{ type: set_value, value: [] }', '"value" must be one value, not a list.'],
    ['{ type: set_state, key: k, val: [1] }', '"val" must be one value, not a list.'],
    ['{ type: set_custom_attribute, attribute: a, value: [1] }', '"value" must be one value, not a list.'],
    [
      '{ type: drop_detection_item, rule_conditions: [{ type: processing_state, key: k, val: [1, 2] }] }',
      '"val" must be one value, not a list.',
    ],
    [
      '{ id: first, type: drop_detection_item, rule_conditions: [{ type: processing_item_applied, processing_item_id: frist }] }',
      'No step has the id "frist" (perhaps "first").',
    ],
    ['{ type: value_placeholders }', 'The placeholder "%none%" has no values under "vars" of the pipeline.'],
  ])('of nothing, or of several values where there can be one: %s', (step, fault) => {
    const detection = "{ s: { a: x, 'b|expand': '%none%' }, condition: s }";
    expect(matches(detection, `  - ${step}\n`, {}, 'vars: { none: [] }')).toBe(fault);
  });

  it.each([
    ['rule_failure, message: m', 'detection_item_conditions'],
    ['rule_failure, message: m', 'field_name_conditions'],
    ['set_state, key: k, val: 1', 'detection_item_conditions'],
    ['change_logsource, product: p', 'detection_item_conditions'],
    ['add_condition, conditions: { a: 1 }', 'field_name_conditions'],
  ])('of conditions that would say nothing: %s with %s', (step, key) => {
    const condition = '{ type: processing_state, key: k, val: 1 }';
    const steps = `  - { type: ${step}, ${key}: [${condition}] }\n`;
    expect(matches('{ s: { a: 1 }, condition: s }', steps, {})).toBe(
      `"${step.split(',')[0]}" is about whole rules: it takes "rule_conditions", no "${key}".`,
    );
  });

  it('may replace with groups by name, and none that there are not', () => {
    const step = (replacement: string) =>
      `  - { type: replace_string, regex: '(?P<a>x+)', replacement: '${replacement}' }\n`;
    expect(matches('{ s: { f: axxb }, condition: s }', step('[\\g<a>]'), { f: 'a[xx]b' })).toBe(true);
    expect(matches('{ s: { f: axxb }, condition: s }', step('[\\g<b>]'), {})).toBe(
      'The expression has no group b.',
    );
    expect(matches('{ s: { f: axxb }, condition: s }', step('$1'), { f: 'a$1b' })).toBe(true);
  });

  it.each(['', 'x', '[1]', 'transformations: 5', 'a: [', 'name: p'])(
    'is one of the wrong shape: %s',
    (text) => {
      const { faults } = readPipelines([{ path: 'p.yml', text }]);
      expect(faults.length).toBeGreaterThan(0);
      for (const { message } of faults) expect(message).toMatch(/[.]$/);
    },
  );

  it('may say what only other tools use', () => {
    const text =
      'name: p\nallowed_backends: [splunk]\npostprocessing: [{ type: x }]\nfinalizers: []\ntransformations: [{ type: add_field, field: a }]\n';
    expect(readPipelines([{ path: 'p.yml', text }]).faults).toEqual([]);
  });
});
