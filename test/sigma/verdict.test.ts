import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { DetectionRule, FilterRule, Rule } from '../../src/model/rule.js';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
import { type Scope, scopesOf } from '../../src/sigma/match/route.js';
import { decisivePath, type Verdict, verdictOf } from '../../src/sigma/verdict.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface Case {
  readonly id: string;
  readonly rule: string;
  readonly event: JsonObject;
  readonly match: boolean;
  readonly expect_error?: boolean;
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
}

function judge(yaml: string, event: JsonObject): Verdict {
  const { rules, faults } = loadRules([{ path: 'x.yml', text: yaml }]);
  expect(faults).toEqual([]);
  return verdictOf(scopesIn(rules, rules[0] as DetectionRule), new JsonFieldView(event));
}

function scopesIn(rules: readonly Rule[], rule: DetectionRule): readonly Scope[] {
  return scopesOf(rule, rules.filter(({ kind }) => kind === 'filter') as FilterRule[]);
}

const rule = (detection: string): string => `title: x\nlogsource: { product: p }\ndetection: ${detection}\n`;

/** Selection and field of the last part that decided. */
function cause(detection: string, event: JsonObject): string {
  const path = decisivePath(judge(rule(detection), event));
  const last = path.at(-1)!;
  const selection = path.findLast(({ kind }) => kind === 'selection');
  const name = selection?.kind === 'selection' ? selection.name : null;
  return `${name} ${last.kind === 'item' ? last.field : last.kind} ${last.holds}`;
}

describeShared('the verdict over the cases of the semantics', () => {
  const cases = readJsonLines<Case>(sharedPath('corpus', 'semantics.jsonl')).filter(
    ({ expect_error: refused }) => !refused,
  );

  it('has cases', () => expect(cases.length).toBeGreaterThan(400));

  it.each(cases)('$id', ({ rule: text, event, match, placeholders = {} }) => {
    const { rules } = loadRules([{ path: 'case', text }]);
    const view = new JsonFieldView(event);
    const compiled = compileRules(rules, { placeholders });
    const hits: number[] = [];
    compiled.match(view, null, hits);
    const judged = rules.filter((one): one is DetectionRule => one.kind === 'detection');
    const holding = judged.filter((one) => verdictOf(scopesIn(rules, one), view, placeholders).holds);
    expect(holding.length > 0).toBe(match);
    expect(holding.map((one) => rules.indexOf(one))).toEqual(hits);
  });
});

describe('what decided', () => {
  it.each([
    ['the first part that does not hold', '{ a: { A: 1, B: 2 }, condition: a }', { A: 1, B: 3 }, 'a B false'],
    [
      'the first selection that does not',
      '{ a: { A: 1 }, b: { B: 2 }, condition: a and b }',
      { B: 2 },
      'a A false',
    ],
    [
      'what holds inside a not',
      '{ a: { A: 1 }, b: { B: 2 }, condition: a and not b }',
      { A: 1, B: 2 },
      'b B true',
    ],
    [
      'the nearest alternative',
      '{ a: { A: 1, B: 2 }, b: { C: 1, D: 2 }, condition: a or b }',
      { C: 1 },
      'b D false',
    ],
    [
      'an exclusion as a whole',
      '{ a: { A: 1 }, b: { A: 1, B: 2 }, condition: a and not b }',
      { A: 1, B: 2 },
      'b selection true',
    ],
    [
      'too few of several',
      '{ a: { A: 1 }, b: { B: 1 }, c: { C: 1 }, condition: 2 of them }',
      { A: 1 },
      'b B false',
    ],
  ])('%s', (_, detection, event, expected) => {
    expect(cause(detection, event)).toBe(expected);
  });
});

it('says which values hold and what was seen', () => {
  const verdict = judge(rule('{ a: { A|contains: [x, y, z] }, condition: a }'), { A: 'zyt' });
  expect(verdict).toMatchObject({ kind: 'selection', holds: true });
  expect(verdict.kind === 'selection' && verdict.parts[0]).toMatchObject({
    kind: 'item',
    matched: ['y', 'z'],
    seen: 'zyt',
  });
});

it('tells a filter from the rule, and what must hold of every name of a field', () => {
  const verdict = verdictOf(
    [
      {
        ...ruleOf(rule('{ a: { A: 1 }, condition: a }')),
        selections: new Map([
          [
            'a',
            {
              kind: 'every',
              of: ['A', 'B'].map((field) => {
                return { kind: 'all', items: [{ field, modifiers: [], values: [1] }] } as const;
              }),
            },
          ],
        ]),
      },
      { ...ruleOf(rule('{ a: { C: 1 }, condition: not a }')), title: 'known' },
    ],
    new JsonFieldView({ A: 1, B: 2 }),
  );
  const item = (field: string, holds: boolean) => ({ kind: 'item', field, holds });
  expect(verdict).toMatchObject({
    kind: 'all',
    holds: false,
    parts: [
      { kind: 'selection', name: 'a', holds: false, parts: [item('A', true), item('B', false)] },
      { kind: 'all', name: 'the filter "known"', holds: true, parts: [{ kind: 'not', holds: true }] },
    ],
  });
});

it('a value that a pipeline gives a placeholder wins over that of the configuration', () => {
  const { selections, ...others } = ruleOf(rule("{ a: { A|expand: '%p%' }, condition: a }"));
  const given = (values: string[]) => {
    const [name, selection] = [...selections][0]!;
    const items = selection.kind === 'all' ? selection.items : [];
    const all = {
      kind: 'all',
      items: items.map((item) => ({ ...item, placeholders: { p: values } })),
    } as const;
    const view = new JsonFieldView({ A: 'x' });
    return verdictOf([{ ...others, selections: new Map([[name, all]]) }], view, { p: ['x'] }).holds;
  };
  expect([given(['x']), given(['y'])]).toEqual([true, false]);
});

function ruleOf(text: string): DetectionRule {
  return loadRules([{ path: 'x.yml', text }]).rules[0] as DetectionRule;
}
