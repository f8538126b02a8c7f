import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.js';
import { compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { lintDocument } from '../../../src/sigma/lint/document.js';
import { exclude, implies } from '../../../src/sigma/lint/logic.js';
import { loadRules } from '../../../src/sigma/load.js';
import { parseYaml, type YamlMap } from '../../../src/sigma/read/yaml.js';

const TEXTS = ['a', 'b', 'ab', 'ba', 'AB', ''];
const FIELDS = ['Image', 'User'];

const item = fc.record({
  field: fc.constantFrom(...FIELDS),
  modifier: fc.constantFrom('', '|contains', '|startswith', '|endswith', '|contains|all', '|neq', '|cased'),
  values: fc.uniqueArray(fc.constantFrom<Value>(...TEXTS.slice(0, 4)), { minLength: 2, maxLength: 3 }),
});

it('what follows, or is ruled out, is so in every event', () => {
  const said = tryAll(selectionOf(item, 2), eventsOf(TEXTS, TEXTS));
  expect(said.implied).toBeGreaterThan(20);
  expect(said.excluded).toBeGreaterThan(20);
});

/** Of one field, in all ways in which a value can be asked for. */
const VALUES_OF: Readonly<Record<string, readonly Value[]>> = {
  '': ['a', 'aB', 'a*b', '?b', 10, 11, '10', '10.0.0.1', true],
  '|cased': ['a', 'A', 'aB', 'AB', 'a*B'],
  '|contains|cased': ['a', 'B', 'Ba'],
  '|startswith': ['a', 'B', '1', '10.'],
  '|startswith|cased': ['a', 'A', 'aB'],
  '|endswith|cased': ['b', 'B', 'AB'],
  '|re': ['^a', 'B$', '^aB$', 'a+B', '^ab+$', '^[aA]b?$', 'a|B', '^1', '(?i)^AB$', '^a$|b', '^10$'],
  '|re|i': ['^a', 'B$', '^aB$', 'ba', '^$'],
  '|re|m': ['^a', 'b$', '^b$'],
  '|cidr': ['10.0.0.0/8', '10.0.0.1', '192.168.0.0/16', '2001:db8::/32', '::ffff:10.0.0.0/104', '::/0'],
  '|gt': [5, 10],
  '|gte': [10, 11],
  '|lt': [10, 11],
  '|lte': [5, 10],
  '|hour': [10, 23],
  '|hour|gte': [10, 23],
  '|hour|lt': [10, 23],
  '|day|lte': [10, 20],
  '|cidr|all': ['10.0.0.0/8', '192.168.0.0/16', '0.0.0.0/0'],
  '|re|all': ['^a', 'b$', 'B'],
};
const EVERY_KIND = [
  ...['a', 'A', 'b', 'ab', 'aB', 'AB', 'ba', 'Ba', 'abb', 'a1b', 'a\nb', 'b\na', '', 'true'],
  ...[4, 5, 7, 10, 11, 12, '10', ' 10 ', '11', '1', true, false, null],
  ...['10.0.0.1', '10.9.0.1', '192.168.1.1', '2001:db8::1', '::ffff:10.0.0.1', '::1', '::FFFF:192.168.0.1'],
  ...['2026-11-10T10:20:00Z', '2026-11-20T23:00:00Z', '2026-11-21T09:59:00Z'],
];

const itemOfKind = fc.constantFrom(...Object.keys(VALUES_OF)).chain((modifier) =>
  fc.record({
    field: fc.constant('Image'),
    modifier: fc.constant(modifier),
    values: fc.uniqueArray(fc.constantFrom(...VALUES_OF[modifier]!), {
      minLength: modifier.endsWith('all') ? 2 : 1,
      maxLength: 3,
    }),
  }),
);

it('so it is of numbers, times, addresses, expressions and text whose case counts', () => {
  const said = tryAll(selectionOf(itemOfKind, 3), eventsOf(EVERY_KIND, []));
  expect(said.excluded).toBeGreaterThan(500);
});

type Value = string | number | boolean | null;
type Item = { readonly field: string; readonly modifier: string; readonly values: readonly Value[] };

function selectionOf(one: fc.Arbitrary<Item>, most: number): fc.Arbitrary<Maps> {
  return fc.array(
    fc.uniqueArray(one, {
      minLength: 1,
      maxLength: most,
      selector: ({ field, modifier }) => field + modifier,
    }),
    { minLength: 1, maxLength: 2 },
  );
}

/** Every event of the two fields, each absent or one of the values. */
function eventsOf(images: readonly Value[], users: readonly Value[]): JsonObject[] {
  return [undefined, ...images].flatMap((Image) =>
    [undefined, ...users].map((User) => ({
      ...(Image === undefined ? {} : { Image }),
      ...(User === undefined ? {} : { User }),
    })),
  );
}

function tryAll(
  selection: fc.Arbitrary<Maps>,
  events: readonly JsonObject[],
): { implied: number; excluded: number } {
  const said = { implied: 0, excluded: 0 };
  fc.assert(
    fc.property(selection, selection, (one, other) => {
      const document = documentOf(one, other);
      const [a, b] = document.selections;
      const implied = implies(a!.maps, b!.maps);
      const excluded = exclude(a!.maps, b!.maps);
      if (!implied && !excluded) return;
      if (implied) said.implied++;
      if (excluded) said.excluded++;
      const never = implied ? 's0 and not s1' : 's0 and s1';
      const { rules } = loadRules([{ path: 'x.yml', text: ruleText(one, other, never) }]);
      const ruleset = compileRules(rules, { index: false });
      for (const event of events) {
        const hits: number[] = [];
        ruleset.match(new JsonFieldView(event), null, hits);
        expect(hits, JSON.stringify(event)).toEqual([]);
      }
    }),
    { numRuns: 5000, seed: 7 },
  );
  return said;
}

type Maps = readonly (readonly Item[])[];

function ruleText(one: Maps, other: Maps, condition: string): string {
  const selections = [one, other].map((maps, i) => {
    const json = maps.map((map) =>
      Object.fromEntries(map.map(({ field, modifier, values }) => [field + modifier, values])),
    );
    return `  s${i}: ${JSON.stringify(json)}\n`;
  });
  return `title: x\nlogsource: { product: windows }\ndetection:\n${selections.join('')}  condition: ${condition}\n`;
}

function documentOf(one: Maps, other: Maps): ReturnType<typeof lintDocument> {
  const [document] = parseYaml(ruleText(one, other, 's0 or s1'));
  return lintDocument('x.yml', document!.root as YamlMap, () => null);
}
