import { hash } from 'node:crypto';
import type { CorrelationRule, DetectionRule, FilterRule, RuleMeta } from '../../model/rule.js';

type Meaning<R extends RuleMeta> = Omit<R, keyof RuleMeta>;
export type RuleMeaning = Meaning<DetectionRule> | Meaning<CorrelationRule> | Meaning<FilterRule>;

/** The hash of a rule: over what it means, not over how it is called or rated. */
export function ruleHash(rule: RuleMeaning): string {
  if (rule.kind === 'correlation') {
    const { kind, type, rules, groupBy, timespanMs, condition, aliases, generate, refire, absent } = rule;
    const own = { kind, type, rules, groupBy, timespanMs, condition, aliases, generate, refire };
    return semanticHash(absent === undefined ? own : { ...own, absent });
  }
  const { kind, logsource, selections, conditions } = rule;
  if (kind === 'filter') return semanticHash({ kind, logsource, rules: rule.rules, selections, conditions });
  return semanticHash({ kind, logsource, selections, conditions });
}

/**
 * SHA-256 (hex, 16 digits) over what decides matches. Titles, levels and other metadata do not belong in `meaning`;
 * the order of keys in maps that mean the same does not change the hash.
 */
function semanticHash(meaning: unknown): string {
  return hash('sha256', canonical(meaning)).slice(0, 16);
}

/** Text that is the same for the same data, whatever the order of keys. */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value))
    // Written at once: most of a rule are lists of texts.
    return value.every(isText) ? JSON.stringify(value) : `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map) return canonical([...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  let text = '';
  for (const key of sorted(Object.keys(value))) {
    const member = canonical((value as Readonly<Record<string, unknown>>)[key]);
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${member}`;
  }
  return `{${text}}`;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Most are: looking is cheaper than sorting. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return keys.sort();
  return keys;
}
