import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.js';
import { closedLogsource, OPEN } from '../../../src/model/logsource.js';
import { readRecord } from '../../../src/pipeline.js';
import { compileIndexed, compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { loadRules } from '../../../src/sigma/load.js';
import type { Ruleset } from '../../../src/sigma/ruleset.js';
import { reopened } from '../../helpers/reopened.js';

/** The rulesets in one order: every rule tried, only those that the index wakes, and the index as another thread opens it. */
function allWays(documents: readonly object[]): [naive: Ruleset, indexed: Ruleset, opened: Ruleset] {
  const text = documents.map((each) => JSON.stringify(each)).join('\n---\n');
  const { rules, faults } = loadRules([{ path: 'r.yml', text }]);
  expect(faults).toEqual([]);
  const indexed = compileIndexed(rules, {});
  return [compileRules(rules, { index: false }), indexed, reopened(indexed)];
}

function hitsOf(ruleset: Ruleset, event: JsonObject, logsource = OPEN as typeof OPEN | null): number[] {
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(event), logsource, hits);
  return hits;
}

const FIELDS = ['a', 'b', 'c.d', ''];
/** Few letters, so that texts hold one another; folding that changes length or leaves ASCII; wildcards. */
const word = fc
  .array(fc.constantFrom('x', 'X', 'y', 'xy', 'ſ', 's', 'K', 'k', 'İ', 'é', '1', '\\', '-', '\n'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((letters) => letters.join(''));
const pattern = fc.oneof(
  word,
  word,
  fc.tuple(word, fc.constantFrom('*', '?'), word).map((p) => p.join('')),
);
const scalar = fc.oneof(pattern, fc.constantFrom<JsonObject[string]>(1, 11, true, false, null));

const item = fc.oneof(
  fc.tuple(
    fc.constantFrom(...FIELDS),
    fc.constantFrom('', '|contains', '|startswith', '|endswith', '|neq', '|contains|cased', '|cased'),
    fc.array(scalar, { minLength: 1, maxLength: 3 }),
  ),
  fc.tuple(
    fc.constantFrom(...FIELDS),
    fc.constantFrom('|contains|all', '|all', '|endswith|windash', '|contains|base64offset', '|wide|contains'),
    fc.array(word, { minLength: 2, maxLength: 3 }),
  ),
  fc.tuple(
    fc.constantFrom('a', 'b', 'c.d'),
    fc.constantFrom('|re', '|re|i'),
    fc.constantFrom(['xy'], ['x+y'], ['^s'], ['(x|k)1', 'é']),
  ),
  fc.tuple(fc.constantFrom('a', 'c.d'), fc.constantFrom('|gte', '|lt'), fc.constantFrom([1], [11])),
  fc.tuple(fc.constantFrom('a', 'c.d'), fc.constant('|exists'), fc.constantFrom([true], [false])),
  fc.tuple(fc.constantFrom('a'), fc.constantFrom('|fieldref', '|fieldref|startswith'), fc.constant(['b'])),
);
const map = fc.array(item, { minLength: 1, maxLength: 2 }).map((items) =>
  Object.fromEntries(
    items.map(([field, modifiers, values]) => [
      // A field-less item is written with its modifiers only.
      field === '' ? `|${modifiers.slice(1) || 'contains'}` : `${field}${modifiers}`,
      modifiers === '|exists' ? values[0] : values,
    ]),
  ),
);
const selection = fc.oneof(
  map,
  fc.array(map, { minLength: 1, maxLength: 2 }),
  fc.array(word, { minLength: 1 }),
);
const condition = fc.constantFrom(
  ...[
    's and t',
    's or t',
    's and not t',
    'not s',
    'not s or t',
    '1 of them',
    'all of them',
    '2 of them',
    's',
  ],
  ...['s or t and u', 'not (s and t)', '(s or t) and u'],
);
const rule = fc.record({
  title: fc.constant('t'),
  logsource: fc.constantFrom({ product: 'x' }, { product: 'x', category: 'y' }, { service: 'z' }),
  detection: fc.record({ s: selection, t: selection, u: selection, condition }),
});
const leaf = fc.oneof(
  word,
  fc.tuple(word, word, word).map((words) => words.join('')),
  fc.constantFrom<JsonObject[string]>(1, 11, '11', ' 11', true, null, ''),
);
const value = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  leaf.map((d) => ({ d })),
  fc.array(
    leaf.map((d) => ({ d })),
    { maxLength: 2 },
  ),
);
const event = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'c.d', 'e'),
  value as fc.Arbitrary<JsonObject[string]>,
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
);

const ROUTES = [
  null,
  OPEN,
  closedLogsource({ product: 'x' }),
  closedLogsource({ product: 'x', categories: ['y'], services: ['z'] }),
];

describe('the index', () => {
  it('matches what trying every rule matches, whatever the rules and events', () => {
    fc.assert(
      fc.property(
        fc.array(rule.filter(loads), { minLength: 1, maxLength: 12 }),
        fc.array(event, { minLength: 1, maxLength: 8 }),
        (rules, events) => {
          const [naive, indexed, opened] = allWays(rules);
          for (const each of events) {
            for (const route of ROUTES) {
              const hits = hitsOf(naive, each, route);
              expect(hitsOf(indexed, each, route)).toEqual(hits);
              expect(hitsOf(opened, each, route)).toEqual(hits);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  }, 300_000);

  it('matches what trying every rule matches on texts that most of their values are parts of', () => {
    const filler = fc.constantFrom(
      'x',
      'xy',
      'K',
      'é',
      '%20',
      '-',
      'xyxyxyxyxyxyxyxyxyxyxyxy',
      'y'.repeat(600),
    );
    const part = fc.array(filler, { minLength: 1, maxLength: 5 }).map((letters) => letters.join(''));
    const request = fc.record({ url: part, agent: part, status: fc.constantFrom(200, 404) });
    const keywords = fc.record({
      title: fc.constant('t'),
      logsource: fc.constantFrom({ category: 'webserver' }, { product: 'nginx' }),
      detection: fc.record({
        s: fc
          .tuple(
            fc.constantFrom('contains', 'startswith', 'endswith', 're'),
            fc.array(part, { minLength: 1 }),
          )
          .map(([modifier, values]) => ({ [`|${modifier}`]: values })),
        t: fc.array(part, { minLength: 1, maxLength: 2 }),
        condition: fc.constantFrom('s', 't', 's or t', 't and not s'),
      }),
    });
    fc.assert(
      fc.property(
        fc.array(keywords.filter(loads), { minLength: 1, maxLength: 8 }),
        fc.array(request, { minLength: 1, maxLength: 6 }),
        (rules, requests) => {
          const ways = allWays(rules);
          for (const { url, agent, status } of requests) {
            const line = `192.0.2.7 - - [20/Nov/2026:12:00:29 +0000] "GET /${url} HTTP/1.1" ${status} 7 "-" "${agent}"`;
            const { event: read, view } = readRecord(line, 0);
            for (const route of [null, read.logsource]) {
              const [naive, ...others] = ways.map((each) => {
                const hits: number[] = [];
                each.match(view, route, hits);
                return hits;
              });
              expect(others).toEqual([naive, naive]);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('explains a match with the same values', () => {
    fc.assert(
      fc.property(fc.array(rule.filter(loads), { minLength: 1, maxLength: 4 }), event, (rules, each) => {
        const [naive, indexed, opened] = allWays(rules);
        const view = new JsonFieldView(each);
        for (const hit of hitsOf(naive, each, null)) {
          expect(indexed.explain(hit, view)).toEqual(naive.explain(hit, view));
          expect(opened.explain(hit, view)).toEqual(naive.explain(hit, view));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tries what a woken rule asks of fields that none waits for', () => {
    for (const [modifier, wanted] of [
      ['', 'xy'],
      ['|contains', 'xy'],
      ['|startswith', 'xy'],
      ['|endswith', 'xy'],
      ['|re', '^xy?z*$'],
      ['', 7],
      ['', true],
      ['', null],
    ] as const) {
      const detection = { s: { a: 'what it waits for', [`b${modifier}`]: wanted }, condition: 's' };
      const ways = allWays([{ title: 't', logsource: { product: 'x' }, detection }]);
      for (const b of ['xy', 'XY', 'axy', 'xyb', 'axyb', 'x', '7', 7, '07', true, 'true', null, '']) {
        const [hits, ...others] = ways.map((each) => hitsOf(each, { a: 'what it waits for', b }, null));
        expect(others).toEqual([hits, hits]);
      }
    }
  });

  it('knows numbers by their value and whole numbers by all their digits', () => {
    const rules = ['9007199254740993', '9007199254740992', '1.5', '0', '"007"'].map((a) => ({
      title: a,
      logsource: { product: 'x' },
      detection: { s: { a: '@' }, condition: 's' },
    }));
    const text = rules.map((each, i) =>
      JSON.stringify(each).replace('"@"', ['9007199254740993', '9007199254740992', '1.5', '0', '"007"'][i]!),
    );
    const { rules: loaded } = loadRules([{ path: 'r.yml', text: text.join('\n---\n') }]);
    const indexed = compileRules(loaded);
    expect(hitsOf(indexed, { a: '9007199254740993' }, null)).toEqual([0]);
    expect(hitsOf(indexed, { a: 9007199254740992 }, null)).toEqual([1]);
    expect(hitsOf(indexed, { a: ' 1.50 ' }, null)).toEqual([2]);
    expect(hitsOf(indexed, { a: '-0' }, null)).toEqual([3]);
    expect(hitsOf(indexed, { a: '007' }, null)).toEqual([4]);
  });
});

/** Not every combination of modifiers and values is a rule. */
function loads(document: object): boolean {
  const { rules, faults } = loadRules([{ path: 'r.yml', text: JSON.stringify(document) }]);
  return faults.length === 0 && compileRules(rules).faults.length === 0;
}
