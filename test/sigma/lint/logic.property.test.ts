import fc from 'fast-check';
import { expect, it } from 'vitest';
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
  values: fc.uniqueArray(fc.constantFrom(...TEXTS.slice(0, 4)), { minLength: 2, maxLength: 3 }),
});
const selection = fc.array(
  fc.uniqueArray(item, { minLength: 1, maxLength: 2, selector: ({ field, modifier }) => field + modifier }),
  { minLength: 1, maxLength: 2 },
);

/** Every event of the two fields, each absent or one of the texts. */
const EVENTS = [undefined, ...TEXTS].flatMap((Image) =>
  [undefined, ...TEXTS].map((User) => ({
    ...(Image === undefined ? {} : { Image }),
    ...(User === undefined ? {} : { User }),
  })),
);

it('what follows, or is ruled out, is so in every event', () => {
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
      for (const event of EVENTS) {
        const hits: number[] = [];
        ruleset.match(new JsonFieldView(event), null, hits);
        expect(hits, JSON.stringify(event)).toEqual([]);
      }
    }),
    { numRuns: 5000, seed: 7 },
  );
  expect(said.implied).toBeGreaterThan(20);
  expect(said.excluded).toBeGreaterThan(20);
});

type Maps = readonly (readonly { field: string; modifier: string; values: readonly string[] }[])[];

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
