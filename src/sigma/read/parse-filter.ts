import type { FilterRule } from '../../model/rule.js';
import { RuleError } from '../rule-error.js';
import type { DocumentFaults } from './document-faults.js';
import { parseLogsource, parseSelections } from './parse-detection.js';
import type { SharedMeta } from './rule-meta.js';
import { ruleHash } from './semantic-hash.js';
import { requireEntry, requireMap, textList } from './structure.js';
import type { YamlMap } from './yaml.js';

/** A filter document (Sigma filters specification); null where it has faults. */
export function parseFilter(
  root: YamlMap,
  meta: SharedMeta | null,
  faults: DocumentFaults,
): FilterRule | null {
  const logsource = parseLogsource(root, 'The filter', faults);
  const map = faults.attempt(() => requireMap(requireEntry(root, 'filter', 'The rule').value, '"filter"'));
  if (map === null) return null;
  const rules = faults.attempt(() => parseRules(map));
  const { selections, conditions } = parseSelections(map, 'The filter', ['rules'], faults);
  if (meta === null || logsource === null || rules === null || !faults.isEmpty) return null;
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
