import type { Condition, FieldItem, RuleLogsource, Selection } from '../../model/rule.js';
import { compileItem } from '../modifiers/compile-item.js';
import { at, RuleError } from '../rule-error.js';
import { parseCondition, TermBudget } from './condition.js';
import type { DocumentFaults } from './document-faults.js';
import { kindOf, requireEntry, requireMap } from './structure.js';
import { toJson, type YamlEntry, type YamlMap, type YamlNode } from './yaml.js';

/** Selections and conditions of a `detection` or `filter` map. */
export interface ParsedSelections {
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

const MAX_NESTING = 8;

/**
 * Reads the search identifiers and conditions. Every item is compiled once to check it, placeholders excepted, so
 * that a rule which loads can be matched. `reserved`: keys beside `condition` that are no search identifiers. What comes
 * out is whole only where `faults` stays empty.
 */
export function parseSelections(
  map: YamlMap,
  what: string,
  reserved: readonly string[],
  faults: DocumentFaults,
): ParsedSelections {
  const selections = new Map<string, Selection>();
  // A condition may name a selection that has a fault of its own.
  const names: string[] = [];
  for (const [name, { value, line }] of map.entries) {
    if (name === 'condition' || reserved.includes(name)) continue;
    names.push(name);
    const selection = parseSelection(value, line, 0, faults);
    if (selection !== null) selections.set(name, selection);
  }
  if (names.length === 0) {
    const message = `${what} has no selection, only a condition; add one.`;
    faults.add(new RuleError('rule.structure', message, map.line));
  }
  const condition = map.entries.get('condition');
  if (condition === undefined) {
    faults.add(new RuleError('rule.condition', `${what} has no "condition"; add one.`, map.line));
  }
  const asked =
    condition === undefined || names.length === 0 ? [] : parseConditions(condition, names, faults);
  return { selections, conditions: asked };
}

function parseConditions(entry: YamlEntry, names: readonly string[], faults: DocumentFaults): Condition[] {
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  if (nodes.length === 0) {
    faults.add(new RuleError('rule.condition', 'The list of conditions is empty.', entry.line));
  }
  const budget = new TermBudget();
  return present(nodes.map((node) => faults.attempt(() => parseOneCondition(node, names, budget))));
}

function parseOneCondition(node: YamlNode, names: readonly string[], budget: TermBudget): Condition {
  const { line } = node;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const text = node.value;
    return at(line, () => parseCondition(text, names, budget));
  }
  throw new RuleError('rule.condition', `A condition must be text, not ${kindOf(node)}.`, line);
}

/** A map is a conjunction, a list its members' alternatives, anything else a keyword. */
function parseSelection(
  node: YamlNode,
  line: number,
  depth: number,
  faults: DocumentFaults,
): Selection | null {
  if (depth > MAX_NESTING) {
    return faults.add(new RuleError('rule.limit', `A selection is nested deeper than ${MAX_NESTING}.`, line));
  }
  if (node.kind === 'map') return parseMap(node, faults);
  if (node.kind === 'scalar') return faults.attempt(() => keywords([node], line));
  if (node.items.length === 0) {
    return faults.add(new RuleError('rule.structure', 'The selection is an empty list.', line));
  }
  const words = node.items.filter((item) => item.kind === 'scalar');
  const rest = node.items.filter((item) => item.kind !== 'scalar');
  const of = present([
    words.length > 0 ? faults.attempt(() => keywords(words, line)) : null,
    ...rest.map((item) => parseSelection(item, item.line, depth + 1, faults)),
  ]);
  return of.length === 1 ? of[0]! : { kind: 'any', of };
}

function keywords(nodes: readonly YamlNode[], line: number): Selection {
  return {
    kind: 'all',
    items: [checked({ field: null, modifiers: [], values: nodes.map(toJson) }, line, nodes)],
  };
}

function parseMap(map: YamlMap, faults: DocumentFaults): Selection | null {
  if (map.entries.size === 0) {
    return faults.add(new RuleError('rule.structure', 'The selection is an empty map.', map.line));
  }
  const items = [...map.entries].map(([key, entry]) => faults.attempt(() => parseItem(key, entry)));
  return { kind: 'all', items: present(items) };
}

/** `field|modifier|…: value or list of values`. */
export function parseItem(key: string, entry: YamlEntry): FieldItem {
  const [field = '', ...modifiers] = key.split('|');
  const { value } = entry;
  if (value.kind === 'list' && value.items.length === 0) {
    throw new RuleError('rule.value', `"${key}" has an empty list of values.`, entry.line);
  }
  const nodes = value.kind === 'list' ? value.items : [value];
  return checked(
    { field: field === '' ? null : field, modifiers, values: nodes.map(toJson) },
    entry.line,
    nodes,
  );
}

/** `line`: of the item, `nodes`: its values. */
function checked(item: FieldItem, line: number, nodes: readonly YamlNode[]): FieldItem {
  try {
    compileItem(item, null);
    return item;
  } catch (error) {
    if (error instanceof RuleError && error.line === 0) error.line = lineOfFault(error, item, nodes) ?? line;
    throw error;
  }
}

/** Of the value that has the fault by itself; null = it is the item's. */
function lineOfFault({ message }: RuleError, item: FieldItem, nodes: readonly YamlNode[]): number | null {
  const modifiers = item.modifiers.filter((modifier) => modifier !== 'all');
  const hasFault = (_: YamlNode, i: number): boolean => {
    try {
      compileItem({ ...item, modifiers, values: [item.values[i]!] }, null);
      return false;
    } catch (error) {
      return error instanceof RuleError && error.message === message;
    }
  };
  const faulty = nodes.filter(hasFault);
  return faulty.length < nodes.length ? (faulty[0]?.line ?? null) : null;
}

/** Logsource of a rule or filter; other keys are allowed and do not route. Null where it has faults. */
export function parseLogsource(root: YamlMap, what: string, faults: DocumentFaults): RuleLogsource | null {
  const map = faults.attempt(() => requireLogsource(root, what));
  if (map === null) return null;
  const word = (key: string): string | null => faults.attempt(() => logsourceWord(map, key));
  return { category: word('category'), product: word('product'), service: word('service') };
}

function requireLogsource(root: YamlMap, what: string): YamlMap {
  const entry = requireEntry(root, 'logsource', what);
  const map = requireMap(entry.value, '"logsource"');
  if (map.entries.size > 0) return map;
  throw new RuleError(
    'rule.structure',
    '"logsource" is empty; name a product, category or service.',
    entry.line,
  );
}

function logsourceWord(map: YamlMap, key: string): string | null {
  const entry = map.entries.get(key);
  if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null)) return null;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'string')
    return entry.value.value.toLowerCase();
  throw new RuleError(
    'rule.structure',
    `"${key}" of the logsource must be text, not ${kindOf(entry.value)}.`,
    entry.line,
  );
}

/** Without what could not be read. */
function present<T>(read: readonly (T | null)[]): T[] {
  return read.filter((one) => one !== null);
}
