import { logsourceKey, openKey, valueKey } from '../model/event-keys.js';
import type { Json } from '../model/json.js';
import type { CorrelationRule, DetectionRule, FilterRule, Rule } from '../model/rule.js';
import type { Need } from '../query/need.js';
import { type Necessity, needOf, witnessFields } from '../sigma/match/necessity.js';
import { KEYED_NAMES } from '../sigma/match/own-keys.js';
import { scopesOf } from '../sigma/match/route.js';
import { literalText, parseWildcards } from '../sigma/match/wildcard.js';

/** More values of one item than this are not asked for one by one. */
const MOST_VALUES = 64;

const NOTHING: Need = { kind: 'nothing' };

/** What a stretch of the log must hold if any of the rules is to match in it. Never narrower than the rules. */
export function needOfRules(rules: readonly Rule[]): Need {
  const filters = rules.filter((rule) => rule.kind === 'filter');
  return anyOf(rules.filter((rule) => rule.kind === 'detection').map((rule) => needOfRule(rule, filters)));
}

/** Whether some of them is judged by silence, which only all that came can tell. */
export function waitForSilence(rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.kind === 'correlation' && waitsForSilence(rule));
}

function waitsForSilence({ absent, condition }: CorrelationRule): boolean {
  if (absent !== undefined) return true;
  if (condition === null) return false;
  return condition.expression !== null || condition.bounds.some(({ op }) => op !== 'gt' && op !== 'gte');
}

function needOfRule(rule: DetectionRule, filters: readonly FilterRule[]): Need {
  return allOf([needOfLogsource(rule), needOf(scopesOf(rule, filters), KEYS) ?? NOTHING]);
}

/** As `runsOn` routes. */
function needOfLogsource(rule: DetectionRule): Need {
  const words = (['product', 'category', 'service'] as const).flatMap((part): Need[] => {
    const word = rule.logsource[part];
    return word === null ? [] : [{ kind: 'key', key: logsourceKey(part, word) }];
  });
  const closed = allOf(words);
  return witnessFields(rule) === null ? closed : anyOf([closed, { kind: 'key', key: openKey() }]);
}

const KEYS: Necessity<Need> = {
  ofItem({ field, modifiers, values }) {
    const keyed = field === null ? undefined : KEYED_NAMES.get(field);
    if (keyed === undefined || modifiers.some((name) => !PLAIN.has(name)) || values.length > MOST_VALUES)
      return null;
    const texts = values.map((value) => textOf(value, keyed === 'event.code'));
    if (texts.length === 0 || texts.includes(null)) return null;
    return anyOf(texts.map((text): Need => ({ kind: 'key', key: valueKey(keyed, text!)! })));
  },
  ofAll(parts) {
    const known = parts.filter((part) => part !== null);
    return known.length === 0 ? null : allOf(known);
  },
  ofAny: (parts) => (parts.length === 0 || parts.includes(null) ? null : anyOf(parts.map((part) => part!))),
};

/** With these a value is compared as a whole still. */
const PLAIN: ReadonlySet<string> = new Set(['all', 'cased']);

/** What the value must be as text; null when it may be several. Only codes have keys for how numbers may be written. */
function textOf(value: Json, isCode: boolean): string | null {
  if (typeof value === 'string') return literalText(parseWildcards(value));
  return isCode && typeof value === 'number' ? String(value) : null;
}

function allOf(needs: readonly Need[]): Need {
  const known = needs.filter(({ kind }) => kind !== 'nothing');
  return known.length === 0 ? NOTHING : known.length === 1 ? known[0]! : { kind: 'all', needs: known };
}

function anyOf(needs: readonly Need[]): Need {
  if (needs.length === 0 || needs.some(({ kind }) => kind === 'nothing')) return NOTHING;
  return needs.length === 1 ? needs[0]! : { kind: 'any', needs };
}
