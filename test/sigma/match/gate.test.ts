import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.js';
import { OPEN } from '../../../src/model/logsource.js';
import type { Rule } from '../../../src/model/rule.js';
import { compileRules } from '../../../src/sigma/compile.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { loadRules } from '../../../src/sigma/load.js';
import type { Ruleset } from '../../../src/sigma/ruleset.js';

function hitsOf(ruleset: Ruleset, event: JsonObject, open = false): number[] {
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(event), open ? OPEN : null, hits);
  return hits;
}

/** Both rulesets in one order: every rule tried, and only those whose fields are there. */
function both(rules: readonly Rule[]): [Ruleset, Ruleset] {
  return [compileRules(rules, { gate: false }), compileRules(rules)];
}

const FIELDS = ['a', 'b', 'c.d'];
const item = fc.tuple(
  fc.constantFrom(...FIELDS, ''),
  fc.constantFrom('', '|contains', '|neq', '|exists'),
  fc.array(fc.constantFrom<string | number | null>('x', 'y', 1, null), { minLength: 1, maxLength: 2 }),
);
const map = fc
  .array(item, { minLength: 1, maxLength: 2 })
  .map((items) =>
    Object.fromEntries(
      items.map(([field, modifier, values]) => [
        `${field}${modifier}`,
        modifier === '|exists' ? values[0] === 'x' : values,
      ]),
    ),
  );
const selection = fc.oneof(map, fc.array(map, { minLength: 1, maxLength: 2 }), fc.constant(['x']));
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
const detection = fc.record({ s: selection, t: selection, u: selection, condition });
const value = fc.constantFrom<JsonObject[string]>('x', 'xy', 1, null, [], ['x'], { d: 'x' }, { d: null });
const event = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'c.d'), value, {
  maxKeys: 4,
  noNullPrototype: true,
});

describe('leaving rules out whose fields an event lacks', () => {
  it('changes no match, whatever the rules and events', () => {
    fc.assert(
      fc.property(
        fc.array(detection, { minLength: 1, maxLength: 8 }),
        fc.array(event),
        (detections, events) => {
          const documents = detections.map((each) =>
            JSON.stringify({ title: 't', logsource: { product: 'x' }, detection: each }),
          );
          const [naive, gated] = both(loadRules([{ path: 'r.yml', text: documents.join('\n---\n') }]).rules);
          for (const each of events) {
            expect(hitsOf(gated, each)).toEqual(hitsOf(naive, each));
            expect(hitsOf(gated, each, true)).toEqual(hitsOf(naive, each, true));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
