import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { DetectionRule } from '../../src/model/rule.js';
import { compileRules, filtersOn } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
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
  return verdictOf(
    rules[0] as DetectionRule,
    filtersOn(rules[0] as DetectionRule, rules),
    new JsonFieldView(event),
  );
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
    const holding = judged.filter((one) => verdictOf(one, filtersOn(one, rules), view, placeholders).holds);
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
