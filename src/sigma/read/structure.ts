import { RuleError } from '../rule-error.js';
import type { YamlEntry, YamlMap, YamlNode } from './yaml.js';

/** Small readers of YAML nodes that refuse with a line and a sentence when the shape is wrong. */

export function requireMap(node: YamlNode, what: string): YamlMap {
  if (node.kind === 'map') return node;
  throw new RuleError('rule.structure', `${what} must be a map, not ${kindOf(node)}.`, node.line);
}

export function requireEntry(map: YamlMap, key: string, what: string): YamlEntry {
  const entry = map.entries.get(key);
  if (entry !== undefined) return entry;
  throw new RuleError('rule.structure', `${what} has no "${key}"; add it.`, map.line);
}

export function requireText(entry: YamlEntry, what: string): string {
  const text = scalarText(entry.value);
  if (text !== null && text.trim() !== '') return text;
  throw new RuleError('rule.structure', `${what} must be text, not ${kindOf(entry.value)}.`, entry.line);
}

/** Metadata is never a reason to refuse a rule: anything but one text or number reads as absent. */
export function optionalText(map: YamlMap, key: string): string | null {
  const entry = map.entries.get(key);
  return entry === undefined ? null : scalarText(entry.value);
}

/** Metadata as above: the texts of a list, or one text. */
export function optionalTexts(map: YamlMap, key: string): string[] {
  const node = map.entries.get(key)?.value;
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.map(scalarText).filter((text) => text !== null);
}

/** One text or a list of texts; an absent key is an empty list. */
export function textList(map: YamlMap, key: string): string[] {
  const entry = map.entries.get(key);
  if (entry === undefined) return [];
  const node = entry.value;
  if (node.kind === 'scalar' && node.value === null) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => {
    const text = scalarText(item);
    if (text !== null) return text;
    throw new RuleError('rule.structure', `"${key}" must be a list of texts.`, item.line);
  });
}

export function scalarText(node: YamlNode): string | null {
  return node.kind === 'scalar' && node.value !== null ? String(node.value) : null;
}

export function kindOf(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'boolean') return `${node.value}`;
  return typeof node.value === 'string' ? (node.value.trim() === '' ? 'empty text' : 'text') : 'a number';
}
