import type { Rule, RuleFault, RulePlace } from '../model/rule.js';
import { type Aggregation, asCorrelation, splitAggregation } from './read/aggregation.js';
import { parseCorrelation } from './read/parse-correlation.js';
import { parseLogsource, parseSelections } from './read/parse-detection.js';
import { parseFilter } from './read/parse-filter.js';
import { derivedRuleId } from './read/rule-id.js';
import { parseMeta } from './read/rule-meta.js';
import { ruleHash } from './read/semantic-hash.js';
import { requireEntry, requireMap } from './read/structure.js';
import { parseYaml, type YamlMap } from './read/yaml.js';
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
  /** One for each document that was refused; the others load. */
  readonly faults: readonly RuleFault[];
}

/**
 * Reads rules, correlations and filters; a file may hold several documents. A document is refused for itself, with
 * its place and what to do. Of two rules with one id or name, the second is refused. Placeholders are not resolved
 * here: `compileRules` knows them.
 */
export function loadRules(files: readonly RuleFile[]): LoadedRules {
  const rules: Rule[] = [];
  const faults: RuleFault[] = [];
  const seen = new Map<string, RulePlace>();
  for (const { path, text } of files) {
    for (const { line, root } of parseYaml(text)) {
      try {
        if (root instanceof RuleError) throw root;
        const { rule: parsed, aggregation } = parseRule(requireMap(root, 'A rule'), path);
        const rule = withOwnId(parsed, seen);
        refuseDuplicate(rule, seen);
        if (aggregation === null || rule.kind !== 'detection') rules.push(rule);
        else rules.push(...asCorrelation(rule, aggregation));
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        faults.push(faultOf(error, path, line));
      }
    }
  }
  const resolved = resolveReferences(rules);
  return { rules: resolved.rules, faults: [...faults, ...resolved.faults] };
}

export function faultOf(error: RuleError, file: string, line: number): RuleFault {
  return {
    place: { file, line: error.line > 0 ? error.line : line },
    code: error.code,
    message: error.message,
    ...(error.rewrite === null ? {} : { rewrite: error.rewrite }),
  };
}

interface ParsedRule {
  readonly rule: Rule;
  /** Of a detection rule as Sigma 1 had them. */
  readonly aggregation: Aggregation | null;
}

/** The kind goes by the key that only it has. */
function parseRule(root: YamlMap, file: string): ParsedRule {
  if (root.entries.has('correlation')) return { rule: parseCorrelation(root, file), aggregation: null };
  if (root.entries.has('filter')) return { rule: parseFilter(root, file), aggregation: null };
  return parseDetection(root, file);
}

function parseDetection(root: YamlMap, file: string): ParsedRule {
  const meta = parseMeta(root, file);
  const map = requireMap(requireEntry(root, 'detection', 'The rule').value, '"detection"');
  const logsource = parseLogsource(root.entries.get('logsource'), 'The rule', root.line);
  const { detection, aggregate } = splitAggregation(map);
  const { selections, conditions } = parseSelections(detection, '"detection"', ['timeframe']);
  const kind = 'detection';
  const hash = ruleHash({ kind, logsource, selections, conditions });
  const rule = { ...meta, kind, logsource, selections, conditions, hash } as const;
  return { rule, aggregation: aggregate?.(root) ?? null };
}

/** Rules of one file may share a title: those without an id are told apart by their order. */
function withOwnId(rule: Rule, seen: ReadonlyMap<string, RulePlace>): Rule {
  const { file } = rule.place;
  // Telling whether an id is a derived one takes long.
  if (!seen.has(`id ${rule.id.toLowerCase()}`) || rule.id !== derivedRuleId(file, rule.title)) return rule;
  let { id } = rule;
  for (let n = 2; seen.has(`id ${id}`); n++) id = derivedRuleId(file, `${rule.title}\n${n}`);
  return { ...rule, id };
}

function refuseDuplicate(rule: Rule, seen: Map<string, RulePlace>): void {
  const keys = [['id', rule.id] as const, ...(rule.name === null ? [] : [['name', rule.name] as const])];
  for (const [kind, value] of keys) {
    const first = seen.get(`${kind} ${value.toLowerCase()}`);
    if (first === undefined) continue;
    throw new RuleError(
      'rule.duplicate',
      `The ${kind} ${value} is already taken by the rule at ${first.file}:${first.line}; give this one another.`,
      rule.place.line,
    );
  }
  for (const [kind, value] of keys) seen.set(`${kind} ${value.toLowerCase()}`, rule.place);
}
