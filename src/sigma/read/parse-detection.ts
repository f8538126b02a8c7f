import type { Json } from '../../model/json.js';
import type { Condition, FieldItem, RuleLogsource, Selection } from '../../model/rule.js';
import { compileItem } from '../modifiers/compile-item.js';
import { at, RuleError } from '../rule-error.js';
import { parseCondition } from './condition.js';
import { kindOf, requireMap } from './structure.js';
import { toJson, type YamlEntry, type YamlMap, type YamlNode } from './yaml.js';

/** Selections and conditions of a `detection` or `filter` map. */
export interface ParsedSelections {
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

const MAX_NESTING = 8;

/**
 * Reads the search identifiers and conditions. Every item is compiled once to check it, placeholders excepted, so
 * that a rule which loads can be matched. `reserved`: keys beside `condition` that are no search identifiers.
 */
export function parseSelections(map: YamlMap, what: string, reserved: readonly string[]): ParsedSelections {
  const selections = new Map<string, Selection>();
  for (const [name, entry] of map.entries) {
    if (name === 'condition' || reserved.includes(name)) continue;
    selections.set(
      name,
      at(entry.line, () => parseSelection(entry.value, entry.line, 0)),
    );
  }
  if (selections.size === 0) {
    throw new RuleError('rule.structure', `${what} has no selection, only a condition; add one.`, map.line);
  }
  const condition = map.entries.get('condition');
  if (condition === undefined)
    throw new RuleError('rule.condition', `${what} has no "condition"; add one.`, map.line);
  return { selections, conditions: parseConditions(condition, [...selections.keys()]) };
}

function parseConditions(entry: YamlEntry, names: readonly string[]): Condition[] {
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  if (nodes.length === 0)
    throw new RuleError('rule.condition', 'The list of conditions is empty.', entry.line);
  return nodes.map((node) => {
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      const text = node.value;
      return at(entry.line, () => parseCondition(text, names));
    }
    throw new RuleError('rule.condition', `A condition must be text, not ${kindOf(node)}.`, entry.line);
  });
}

/** A map is a conjunction, a list its members' alternatives, anything else a keyword. */
function parseSelection(node: YamlNode, line: number, depth: number): Selection {
  if (depth > MAX_NESTING)
    throw new RuleError('rule.limit', `A selection is nested deeper than ${MAX_NESTING}.`, line);
  if (node.kind === 'map') return parseMap(node);
  if (node.kind === 'scalar') return keywords([node], line);
  if (node.items.length === 0) throw new RuleError('rule.structure', 'The selection is an empty list.', line);
  const words = node.items.filter((item) => item.kind === 'scalar');
  const rest = node.items.filter((item) => item.kind !== 'scalar');
  const of = rest.map((item) => parseSelection(item, item.line, depth + 1));
  if (words.length > 0) of.unshift(keywords(words, line));
  return of.length === 1 ? of[0]! : { kind: 'any', of };
}

function keywords(nodes: readonly YamlNode[], line: number): Selection {
  return { kind: 'all', items: [checked({ field: null, modifiers: [], values: nodes.map(toJson) }, line)] };
}

function parseMap(map: YamlMap): Selection {
  if (map.entries.size === 0)
    throw new RuleError('rule.structure', 'The selection is an empty map.', map.line);
  const items = [...map.entries].map(([key, entry]) => parseItem(key, entry));
  return { kind: 'all', items };
}

/** `field|modifier|…: value or list of values`. */
export function parseItem(key: string, entry: YamlEntry): FieldItem {
  const [field = '', ...modifiers] = key.split('|');
  const { value } = entry;
  if (value.kind === 'list' && value.items.length === 0) {
    throw new RuleError('rule.value', `"${key}" has an empty list of values.`, entry.line);
  }
  const values: Json[] = value.kind === 'list' ? value.items.map(toJson) : [toJson(value)];
  return checked({ field: field === '' ? null : field, modifiers, values }, entry.line);
}

function checked(item: FieldItem, line: number): FieldItem {
  at(line, () => compileItem(item, null));
  return item;
}

/** Logsource of a rule or filter; other keys are allowed and do not route. */
export function parseLogsource(entry: YamlEntry | undefined, what: string, line: number): RuleLogsource {
  if (entry === undefined) throw new RuleError('rule.structure', `${what} has no "logsource"; add it.`, line);
  const map = requireMap(entry.value, '"logsource"');
  if (map.entries.size === 0) {
    throw new RuleError(
      'rule.structure',
      '"logsource" is empty; name a product, category or service.',
      entry.line,
    );
  }
  const word = (key: string): string | null => {
    const value = map.entries.get(key);
    if (value === undefined || (value.value.kind === 'scalar' && value.value.value === null)) return null;
    if (value.value.kind === 'scalar' && typeof value.value.value === 'string')
      return value.value.value.toLowerCase();
    throw new RuleError(
      'rule.structure',
      `"${key}" of the logsource must be text, not ${kindOf(value.value)}.`,
      value.line,
    );
  };
  return { category: word('category'), product: word('product'), service: word('service') };
}
