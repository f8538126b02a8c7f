import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attackTactics, attackTechnique, isRetiredTactic, movedTechnique } from '../../src/model/attack.js';
import { isEcsField } from '../../src/model/event.js';
import { knownLogsources } from '../../src/model/logsource.js';
import type { FieldItem, Rule, Selection } from '../../src/model/rule.js';
import { lintRules } from '../../src/sigma/lint/lint.js';
import { built, files, ruleFiles, shippedRules } from './shipped-line.js';

const rules = shippedRules.map((rule): [title: string, rule: Rule] => [rule.title, rule]);

/** What correlations make of a hit: docs/reference/sigma.md. */
const DERIVED = new Set(['entity', 'source.network', 'event.hour']);

describe('the shipped rules', () => {
  it('all load', () => {
    expect(built.faults).toEqual([]);
    expect(shippedRules.length).toBeGreaterThan(50);
  });

  it('give lint nothing to say', () => {
    const findings = lintRules({
      files,
      rules: shippedRules,
      faults: built.faults,
      stated: knownLogsources(),
    });
    expect(findings).toEqual([]);
  });

  it.each(['title', 'id', 'name'] as const)('have no %s twice', (key) => {
    const values = shippedRules.map((rule) => rule[key]).filter((value) => value !== null);
    expect(values.filter((value, i) => values.indexOf(value) !== i)).toEqual([]);
  });

  it.each(ruleFiles)('%s is named as SigmaHQ names its files', (file) => {
    expect(basename(file)).toMatch(/^[a-z0-9_]{10,70}\.yml$/);
  });
});

describe.each(rules)('%s', (title, rule) => {
  it('has an identity, a short title, a description and honest false positives', () => {
    expect(rule.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(title).toMatch(/^\S.{4,58}[^\s.]$/);
    expect(rule.description).toMatch(/^[^ ].*\.$/s);
    expect(rule.status).toBe('test');
    expect(rule.falsepositives.length).toBeGreaterThan(0);
  });

  it('has tags of the ATT&CK version in force', () => {
    const attack = rule.tags.filter((tag) => tag.startsWith('attack.')).map((tag) => tag.slice(7));
    const techniques = attack.filter((tag) => /^t\d/.test(tag));
    const tactics = attack.filter((tag) => !/^t\d/.test(tag));
    expect(tactics).not.toEqual([]);
    expect(techniques.filter((id) => attackTechnique(id) === null || movedTechnique(id) !== null)).toEqual(
      [],
    );
    expect(tactics.filter((tag) => attackTactics(tag).length === 0 || isRetiredTactic(tag))).toEqual([]);
    expect(rule.tags.filter((tag) => !/^(?:attack\.[a-z0-9.-]+|cve\.\d{4}-\d{4,})$/.test(tag))).toEqual([]);
    const lacking = techniques.filter((id) => {
      const own = attackTechnique(id)?.tactics.map(({ tag }) => tag) ?? [];
      return !own.some((tag) => tactics.includes(tag));
    });
    expect(lacking, 'techniques none of whose tactics is tagged').toEqual([]);
  });

  if (rule.level === 'informational') {
    it('is informational, so something counts it or builds on it', () => {
      const users = shippedRules.flatMap((other) => (other.kind === 'correlation' ? other.rules : []));
      expect(users).toContain(rule.name);
    });
  }

  if (rule.kind === 'detection') {
    const items = [...rule.selections.values()].flatMap(itemsOf);

    it('names a product or a category, so that it costs nothing on other records', () => {
      expect(rule.logsource.product ?? rule.logsource.category).not.toBeNull();
    });

    it('asks for fields and does not search the whole record', () => {
      expect(items.flat().filter(({ field }) => field === null)).toEqual([]);
    });

    it('has a literal in front of each regular expression, so that few records reach it', () => {
      for (const together of items) {
        for (const { field, modifiers } of together) {
          if (!modifiers.includes('re')) continue;
          const literals = together.filter(
            (item) => item.field === field && item.modifiers.includes('contains'),
          );
          expect(literals).not.toEqual([]);
        }
      }
    });
  }

  if (rule.kind === 'correlation') {
    it('groups by and counts ECS fields', () => {
      const fields = [...rule.groupBy, ...(rule.condition?.fields ?? [])];
      const known = (field: string): boolean =>
        DERIVED.has(field) || rule.aliases.has(field) || isEcsField(field);
      expect(fields.filter((field) => !known(field))).toEqual([]);
    });
  }
});

/** Items that must hold together. */
function itemsOf(selection: Selection): (readonly FieldItem[])[] {
  return selection.kind === 'all' ? [selection.items] : selection.of.flatMap(itemsOf);
}
