import type { FieldItem, Rule } from '../../model/rule.js';
import { compileItem, type ItemPlan } from '../modifiers/compile-item.js';
import { toJson, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../read/yaml.js';
import { RuleError } from '../rule-error.js';

/** One document of a rule file as written, beside what loading made of it. */
export interface LintDocument {
  readonly file: string;
  readonly root: YamlMap;
  readonly kind: Rule['kind'];
  /** As it is loaded, of a Sigma 1 rule that counts what it counts; null = it was refused. */
  readonly rule: Rule | null;
  /** Search identifiers of a rule or filter. */
  readonly selections: readonly LintSelection[];
}

export interface LintSelection {
  readonly name: string;
  readonly line: number;
  readonly node: YamlNode;
  /** Alternatives, each a conjunction. */
  readonly maps: readonly (readonly LintItem[])[];
}

/** `field|modifier…: values` with the lines of its values. */
export interface LintItem extends FieldItem {
  readonly line: number;
  readonly nodes: readonly YamlScalar[];
  /** As it is matched. */
  readonly plan: ItemPlan;
}

const KEYS = { detection: 'detection', filter: 'filter', correlation: 'correlation' } as const;
const NO_SELECTION: readonly string[] = ['condition', 'timeframe', 'rules'];

/** `loaded`: the rule of that kind that loading made of the document. */
export function lintDocument(
  file: string,
  root: YamlMap,
  loaded: (kind: Rule['kind']) => Rule | null,
): LintDocument {
  const kind = root.entries.has('correlation')
    ? 'correlation'
    : root.entries.has('filter')
      ? 'filter'
      : 'detection';
  const selections = kind === 'correlation' ? [] : selectionsOf(root, KEYS[kind]);
  return { file, root, kind, rule: loaded(kind), selections };
}

/** The map that makes the document what it is; null = it is missing or no map. */
export function bodyOf({ root, kind }: LintDocument): YamlMap | null {
  return mapAt(root, KEYS[kind]);
}

export function mapAt(map: YamlMap, key: string): YamlMap | null {
  const value = map.entries.get(key)?.value;
  return value?.kind === 'map' ? value : null;
}

/** Scalars of a list, or the one scalar; whatever else is there is left out. */
export function scalarsAt(map: YamlMap, key: string): readonly YamlScalar[] {
  const entry = map.entries.get(key);
  return entry === undefined ? [] : scalarsOf(entry.value);
}

/** Text of a scalar under a key; null = there is none. */
export function textAt(map: YamlMap, key: string): string | null {
  const value = map.entries.get(key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : null;
}

export function* itemsOf(document: LintDocument): Generator<LintItem> {
  for (const { maps } of document.selections) for (const map of maps) yield* map;
}

/** Modifiers that say where in the value a text stands. */
export const EDGES: readonly string[] = ['contains', 'startswith', 'endswith'];

/** Items compared as text with wildcards, and nothing but where it stands said of it. */
export function* wildcardItems(document: LintDocument): Generator<LintItem> {
  for (const item of itemsOf(document)) {
    const { modifiers, plan } = item;
    if (plan.kind === 'values' && modifiers.every((word) => EDGES.includes(word) || word === 'all'))
      yield item;
  }
}

/** Their values that are text. */
export function* wildcardTexts(
  document: LintDocument,
): Generator<{ item: LintItem; text: string; line: number }> {
  for (const item of wildcardItems(document)) {
    for (const { value, line } of item.nodes)
      if (typeof value === 'string') yield { item, text: value, line };
  }
}

function selectionsOf(root: YamlMap, key: string): LintSelection[] {
  const map = mapAt(root, key);
  if (map === null) return [];
  return [...map.entries]
    .filter(([name]) => !NO_SELECTION.includes(name))
    .map(([name, { line, value }]) => ({ name, line, node: value, maps: mapsOf(value, 0) }));
}

const MAX_NESTING = 8;

function mapsOf(node: YamlNode, depth: number): LintItem[][] {
  if (node.kind === 'map') return [itemsOfMap(node)];
  const words = scalarsOf(node);
  const maps = words.length > 0 ? [itemOf('', { line: node.line, value: node }, words)] : [];
  if (node.kind === 'list' && depth < MAX_NESTING) {
    for (const item of node.items) if (item.kind !== 'scalar') maps.push(...mapsOf(item, depth + 1));
  }
  return maps;
}

function itemsOfMap(map: YamlMap): LintItem[] {
  return [...map.entries].flatMap(([key, entry]) => itemOf(key, entry, scalarsOf(entry.value)));
}

/** Nothing for an item that was refused. */
function itemOf(key: string, { line }: YamlEntry, nodes: readonly YamlScalar[]): LintItem[] {
  const [name = '', ...modifiers] = key.split('|');
  const item = { field: name === '' ? null : name, modifiers, values: nodes.map(toJson) };
  if (nodes.length === 0) return [];
  try {
    return [{ ...item, line, nodes, plan: compileItem(item, null) }];
  } catch (error) {
    if (error instanceof RuleError) return [];
    throw error;
  }
}

function scalarsOf(node: YamlNode): YamlScalar[] {
  if (node.kind === 'scalar') return [node];
  return node.kind === 'list' ? node.items.filter((item) => item.kind === 'scalar') : [];
}
