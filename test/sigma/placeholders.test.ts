import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRuleFiles } from '../../src/config/rule-files.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Condition, DetectionRule, FieldItem, Selection } from '../../src/model/rule.js';
import { type BuiltRuleset, buildRuleset } from '../../src/ruleset.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { placeholderNames } from '../../src/sigma/modifiers/expand.js';
import { describeShared, sharedPath } from '../helpers/shared.js';

describeShared('SigmaHQ rules with placeholders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'placeholders-'));
  let built: (placeholders: Record<string, string[]>) => BuiltRuleset;
  let rules: readonly DetectionRule[];
  let names: readonly string[];

  beforeAll(() => {
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const files = readRuleFiles([folder]).files.filter(({ text }) => text.includes('|expand'));
    built = (placeholders) => buildRuleset(files, { placeholders });
    rules = built({}).ruleset.rules.filter(
      (rule): rule is DetectionRule => rule.kind === 'detection' && itemsOf(rule).some(isExpanded),
    );
    names = [...new Set(rules.flatMap((rule) => itemsOf(rule).filter(isExpanded).flatMap(namesOf)))];
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are refused without values, saying which key gives them', () => {
    const { faults } = built({});
    expect(faults).toHaveLength(25);
    for (const { message } of faults) {
      expect(message).toMatch(
        /^The placeholder %[A-Za-z_-]+% has no values; give it some under rules\.placeholders\.[A-Za-z_-]+ of the configuration, or disable the rule\.$/,
      );
    }
  });

  it('match with values', () => {
    const placeholders = Object.fromEntries(
      names.map((name) => [name, ['203.0.113.9', `value-of-${name}$`]]),
    );
    const { ruleset, faults } = built(placeholders);
    expect(faults).toEqual([]);
    const silent = rules.filter((rule) => {
      const hits: number[] = [];
      ruleset.match(new JsonFieldView(eventFor(rule)), null, hits);
      return !hits.some((index) => ruleset.rules[index]!.id === rule.id);
    });
    console.info(`placeholders: ${rules.length - silent.length}/${rules.length}`);
    expect(silent.map(({ place }) => place.file)).toEqual([]);
  });
});

function isExpanded({ modifiers }: FieldItem): boolean {
  return modifiers.includes('expand');
}

function namesOf({ values }: FieldItem): string[] {
  return values.flatMap((value) => placeholderNames(String(value)));
}

function itemsOf(rule: DetectionRule): FieldItem[] {
  const of = (selection: Selection): FieldItem[] =>
    selection.kind === 'all' ? [...selection.items] : selection.of.flatMap(of);
  return [...rule.selections.values()].flatMap(of);
}

/** Has what the condition asks for, each item by its first value; where the rule says `not`, nothing of it. */
function eventFor(rule: DetectionRule): JsonObject {
  const event: JsonObject = {};
  const putItem = (item: FieldItem): void => {
    const before = item.modifiers.includes('contains') ? (event[item.field!] ?? '') : '';
    const value = valueFor(item);
    event[item.field!] = typeof value === 'string' ? `${String(before)}${value}` : value;
  };
  const put = (selection: Selection): void => {
    if (selection.kind === 'any') put(selection.of[0]!);
    else if (selection.kind === 'all') selection.items.forEach(putItem);
  };
  const meet = (condition: Condition): void => {
    if (condition.kind === 'selection') put(rule.selections.get(condition.name)!);
    else if (condition.kind === 'and') condition.of.forEach(meet);
    else if (condition.kind === 'or' || condition.kind === 'at_least') meet(condition.of[0]!);
  };
  meet(rule.conditions[0]!);
  return event;
}

function valueFor(item: FieldItem): JsonObject[string] {
  const texts = (item.modifiers.includes('all') ? item.values : item.values.slice(0, 1)).map((value) =>
    typeof value === 'string'
      ? value.replace(/%([A-Za-z0-9_.-]+)%/g, (_, name) => `value-of-${name}$`).replaceAll('*', '')
      : value,
  );
  return texts.length === 1 ? texts[0]! : texts.join(' ');
}
