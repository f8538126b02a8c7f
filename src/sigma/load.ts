import type { Rule, RuleFault, RulePlace } from '../model/rule.js';
import type { NamedAgain } from './named-again.js';
import { asCorrelation, splitAggregation } from './read/aggregation.js';
import { DocumentFaults } from './read/document-faults.js';
import { namedAgain, parseCorrelation } from './read/parse-correlation.js';
import { parseLogsource, parseSelections } from './read/parse-detection.js';
import { parseFilter } from './read/parse-filter.js';
import { derivedRuleId } from './read/rule-id.js';
import { parseMeta, refuseTemplate, type SharedMeta } from './read/rule-meta.js';
import { ruleHash } from './read/semantic-hash.js';
import { requireEntry, requireMap } from './read/structure.js';
import { parseYaml, type YamlMap, type YamlNode } from './read/yaml.js';
import { resolveReferences } from './references.js';
import { RuleError } from './rule-error.js';

/** One rule file: `path` as shown to people, `text` its content. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

export interface LoadedRules {
  /** In the order of files and documents. */
  readonly rules: readonly Rule[];
  /** Of documents that were refused, those of one together; the others load. */
  readonly faults: readonly RuleFault[];
}

/**
 * Reads rules, correlations and filters; a file may hold several documents. A document is refused for itself, with
 * its place and what to do. Of two rules with one id or name, the second is refused. Placeholders are not resolved
 * here: `compileRules` knows them.
 *
 * @param withReports keep what rules say for people only
 */
export function loadRules(files: readonly RuleFile[], withReports = false): LoadedRules {
  const rules: Rule[] = [];
  const faults: RuleFault[] = [];
  const seen = new Map<string, RulePlace>();
  const named = new Map<Rule, NamedAgain>();
  for (const { path, text } of files) {
    for (const { line, root } of parseYaml(text)) {
      const found = new DocumentFaults();
      const read = readDocument(root, path, seen, found, withReports);
      if (found.isEmpty) {
        rules.push(...read);
        if (read[0]?.kind === 'correlation') named.set(read[0], namedAgain(root as YamlMap));
      } else faults.push(...found.told(path, line));
    }
  }
  const resolved = resolveReferences(rules, named);
  return { rules: resolved.rules, faults: [...faults, ...resolved.faults] };
}

/** The rule of a document, or the two that one with an aggregation is. */
function readDocument(
  root: YamlNode | RuleError,
  file: string,
  seen: Map<string, RulePlace>,
  faults: DocumentFaults,
  withReport: boolean,
): readonly Rule[] {
  const map = faults.attempt(() => requireRule(root));
  if (map === null) return [];
  const read = faults.attempt(() => parseMeta(map, file, withReport));
  const meta = read === null ? null : withOwnId(read, seen);
  if (meta !== null) refuseDuplicate(meta, map, seen, faults);
  const rules = parseRule(map, meta, faults);
  if (meta !== null && faults.isEmpty) for (const key of keysOf(meta)) seen.set(key.key, meta.place);
  return rules;
}

function requireRule(root: YamlNode | RuleError): YamlMap {
  if (root instanceof RuleError) throw root;
  const map = requireMap(root, 'A rule');
  refuseTemplate(map);
  return map;
}

/** The kind goes by the key that only it has. */
function parseRule(root: YamlMap, meta: SharedMeta | null, faults: DocumentFaults): readonly Rule[] {
  if (root.entries.has('correlation')) return listed(parseCorrelation(root, meta, faults));
  if (root.entries.has('filter')) return listed(parseFilter(root, meta, faults));
  return parseDetection(root, meta, faults);
}

function listed(rule: Rule | null): readonly Rule[] {
  return rule === null ? [] : [rule];
}

function parseDetection(root: YamlMap, meta: SharedMeta | null, faults: DocumentFaults): readonly Rule[] {
  const logsource = parseLogsource(root, 'The rule', faults);
  const map = faults.attempt(() =>
    requireMap(requireEntry(root, 'detection', 'The rule').value, '"detection"'),
  );
  if (map === null) return [];
  const { detection, aggregate } = splitAggregation(map);
  const { selections, conditions } = parseSelections(detection, '"detection"', ['timeframe'], faults);
  const aggregation = faults.attempt(() => aggregate?.(root) ?? null);
  if (meta === null || logsource === null || !faults.isEmpty) return [];
  const kind = 'detection';
  const hash = ruleHash({ kind, logsource, selections, conditions });
  const rule = { ...meta, kind, logsource, selections, conditions, hash } as const;
  return aggregation === null ? [rule] : asCorrelation(rule, aggregation);
}

/** Rules of one file may share a title: those without an id are told apart by their order. */
function withOwnId(meta: SharedMeta, seen: ReadonlyMap<string, RulePlace>): SharedMeta {
  const { file } = meta.place;
  // Telling whether an id is a derived one takes long.
  if (!seen.has(`id ${meta.id.toLowerCase()}`) || meta.id !== derivedRuleId(file, meta.title)) return meta;
  let { id } = meta;
  for (let n = 2; seen.has(`id ${id}`); n++) id = derivedRuleId(file, `${meta.title}\n${n}`);
  return { ...meta, id };
}

function refuseDuplicate(
  meta: SharedMeta,
  { entries, line }: YamlMap,
  seen: ReadonlyMap<string, RulePlace>,
  faults: DocumentFaults,
): void {
  for (const { key, kind, value } of keysOf(meta)) {
    const first = seen.get(key);
    if (first === undefined) continue;
    const message = `The ${kind} ${value} is already taken by the rule at ${first.file}:${first.line}; give this one another.`;
    faults.add(new RuleError('rule.duplicate', message, entries.get(kind)?.line ?? line));
  }
}

/** What no other rule may have. */
function keysOf({ id, name }: SharedMeta): { key: string; kind: string; value: string }[] {
  const named = name === null ? [] : [['name', name] as const];
  return [['id', id] as const, ...named].map(([kind, value]) => {
    return { key: `${kind} ${value.toLowerCase()}`, kind, value };
  });
}
