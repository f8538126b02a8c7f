import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { loadRules } from '../../../src/sigma/load.js';
import { findsLine, logfmtLine } from '../../helpers/logql.js';
import { toLoki } from './helpers.js';

/**
 * What a query finds in lines is what the rule finds in events. Left out is where Loki cannot be asked otherwise: an empty
 * text is an absent label there, wildcards do not go over the ends of lines, and numbers are compared with numbers.
 */
const word = fc
  .array(
    fc.constantFrom('x', 'y', 'Z', '.', '"', '\\', '`', ' ', '/', '=', '<', '{{', '%', '$', 'é', '|', '#'),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));
const plain = fc.stringMatching(/^[xyz]{1,3}$/);
const pattern = fc
  .array(fc.oneof(plain, fc.constantFrom('*', '?', '\\*', '\\\\', '.', '"')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))
  .filter((text) => /[a-z.]/.test(text));

type Item = readonly [key: string, values: unknown];
const TEXT_FIELDS = ['F', 'G.H', 'F-1'];
const textItem = fc.tuple(
  fc.constantFrom(...TEXT_FIELDS),
  fc.constantFrom('', '', '|contains', '|startswith', '|endswith', '|cased', '|contains|cased', '|neq'),
  fc.oneof(
    pattern,
    word.filter((text) => !/[\\*?]/.test(text)),
    fc.array(pattern, { minLength: 1, maxLength: 3 }),
  ),
);
const item: fc.Arbitrary<Item> = fc.oneof(
  { weight: 4, arbitrary: textItem.map(([field, modifiers, values]): Item => [field + modifiers, values]) },
  fc
    .tuple(fc.constantFrom('', '|gt', '|gte', '|lt', '|lte', '|neq'), fc.integer({ min: -2, max: 3 }))
    .map(([modifier, value]): Item => [`N${modifier}`, value]),
  fc.constantFrom<Item>(
    ['F|exists', true],
    ['G.H|exists', false],
    ['F-1', null],
    ['IP|cidr', '10.0.0.0/8'],
    ['B', true],
    ['F|re', 'x.?y'],
    ['F|re', '^x|y$'],
    ['F|re|i', 'z+'],
    ['F|re', 'x"?\\\\`'],
    ['R|fieldref', 'S'],
    ['R|fieldref|startswith', 'S'],
    ['F|windash|contains', ' -x'],
    ['F|base64offset|contains', 'xyx'],
  ),
);
const keywords = fc.oneof(
  fc.array(plain, { minLength: 1, maxLength: 2 }),
  fc.record({ '|all': fc.tuple(plain, plain) }),
);
const selection = fc.oneof(
  { weight: 5, arbitrary: fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: ([key]) => key }) },
  { weight: 1, arbitrary: keywords },
);
const rule = fc.record({
  selections: fc.tuple(selection, selection, selection),
  condition: fc.constantFrom(
    ...['a', 'not a', 'a and b', 'a or b', 'a and not b', 'a or b and not c', '(a or b) and c'],
    ...['not (a and b)', 'not (a or not b) and c', '2 of them', 'all of them', '1 of them and not c'],
  ),
});
const value = fc.oneof(word, plain, fc.constantFrom('xy', 'xYx', 'x*y', ' -xy', ' /x', 'x"\\`', 'eHl4'));
const event = fc.record(
  {
    F: value,
    G: fc.record({ H: value }),
    'F-1': value,
    N: fc.integer({ min: -3, max: 4 }),
    IP: fc.constantFrom('10.1.2.3', '192.0.2.1'),
    B: fc.boolean(),
    R: fc.constantFrom('xy', 'x'),
    S: fc.constantFrom('xy', 'x'),
  },
  { requiredKeys: ['R', 'S'] },
);

describe('queries for Loki', () => {
  it.each([
    ['JSON', 'windows'],
    ['logfmt', 'linux'],
  ])('find in lines of %s what the rule finds in events', (format, product) => {
    let [compared, found] = [0, 0];
    fc.assert(
      fc.property(
        rule,
        fc.boolean(),
        fc.array(event, { minLength: 3, maxLength: 6 }),
        (parts, filters, events) => {
          const text = ruleText(parts, product);
          const { queries, errors } = toLoki(text, { options: { add_line_filters: filters } });
          // Some are refused: keywords beside an "or".
          if (errors.length > 0) return;
          const ruleset = compileRules(loadRules([{ path: 'r.yml', text }]).rules);
          for (const one of events) {
            const flat = format === 'JSON' ? one : flattened(one);
            const line = format === 'JSON' ? JSON.stringify(one) : logfmtLine(flat);
            const hits: number[] = [];
            ruleset.match(new JsonFieldView(flat as never), null, hits);
            compared++;
            found += hits.length;
            const isFound = queries.some((query) => findsLine(query, line));
            expect({ text, queries, line, isFound }).toEqual({
              text,
              queries,
              line,
              isFound: hits.length > 0,
            });
          }
        },
      ),
      { numRuns: 1500, seed: 11 },
    );
    expect(compared).toBeGreaterThan(3000);
    expect(found).toBeGreaterThan(compared / 10);
  });
});

function ruleText(
  { selections, condition }: { selections: readonly unknown[]; condition: string },
  product: string,
): string {
  const names = ['a', 'b', 'c'];
  const detection = Object.fromEntries(
    selections.map((one, at) => [
      names[at],
      Array.isArray(one) && Array.isArray(one[0]) ? Object.fromEntries(one) : one,
    ]),
  );
  return JSON.stringify({ title: 'T', logsource: { product }, detection: { ...detection, condition } });
}

function flattened(one: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { G, ...rest } = one;
  return G === undefined ? rest : { ...rest, 'G.H': (G as { H: string }).H };
}
