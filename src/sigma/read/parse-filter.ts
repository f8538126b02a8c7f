import type { FilterRule } from '../../model/rule.js';
import { RuleError } from '../rule-error.js';
import { parseLogsource, parseSelections } from './parse-detection.js';
import { parseMeta } from './rule-meta.js';
import { ruleHash } from './semantic-hash.js';
import { requireEntry, requireMap, textList } from './structure.js';
import type { YamlMap } from './yaml.js';

/** A filter document (Sigma filters specification). */
export function parseFilter(root: YamlMap, file: string): FilterRule {
  const meta = parseMeta(root, file);
  const logsource = parseLogsource(root.entries.get('logsource'), 'The filter', root.line);
  const map = requireMap(requireEntry(root, 'filter', 'The rule').value, '"filter"');
  const rules = parseRules(map);
  const { selections, conditions } = parseSelections(map, 'The filter', ['rules']);
  const meaning = { kind: 'filter', logsource, rules, selections, conditions } as const;
  return { ...meta, ...meaning, hash: ruleHash(meaning) };
}

function parseRules(map: YamlMap): readonly string[] | 'any' {
  const rules = textList(map, 'rules');
  if (rules.length === 0) {
    throw new RuleError(
      'rule.structure',
      'The filter names no rules; list ids or names, or write "rules: any".',
      map.line,
    );
  }
  const [only] = rules;
  return rules.length === 1 && only?.toLowerCase() === 'any' ? 'any' : rules;
}
