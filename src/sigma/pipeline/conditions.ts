import { RE2JS } from 're2js';
import type { Json } from '../../model/json.js';
import type { FieldItem, RuleLogsource } from '../../model/rule.js';
import { LEVELS } from '../../model/rule.js';
import { covers } from '../match/route.js';
import { linearRegex } from '../modifiers/regex.js';
import { KNOWN_KEYS } from '../read/rule-meta.js';
import { quoted, RuleError } from '../rule-error.js';
import { hasWildcard, shownValue } from './items.js';
import type { Subject } from './pipeline.js';
import type { Settings } from './settings.js';

export type RuleTest = (subject: Subject) => boolean;
export type ItemTest = (item: FieldItem, subject: Subject) => boolean;
export type FieldTest = (field: string | null, subject: Subject) => boolean;

type Reader<T> = (settings: Settings) => T;

/** Conditions on rules, by the `type` that pySigma gives them. */
export const RULE_CONDITIONS: Readonly<Record<string, Reader<RuleTest>>> = {
  logsource: (settings) => {
    const wanted: RuleLogsource = {
      category: settings.optionalText('category')?.toLowerCase() ?? null,
      product: settings.optionalText('product')?.toLowerCase() ?? null,
      service: settings.optionalText('service')?.toLowerCase() ?? null,
    };
    if (wanted.category === null && wanted.product === null && wanted.service === null)
      settings.problem('type', 'The condition "logsource" needs a category, product or service.');
    const test: RuleTest = ({ rule, referenced }) =>
      rule.kind === 'detection' ? covers(wanted, rule.logsource) : referenced.some(test);
    return test;
  },
  contains_field: (settings) => {
    const field = settings.text('field');
    return (subject) => itemsOf(subject).some((item) => item.field === field);
  },
  contains_detection_item: (settings) => {
    const field = settings.text('field');
    const value = settings.value('value');
    return (subject) =>
      itemsOf(subject).some(
        (item) => item.field === field && item.values.some((one) => shownValue(item, one) === String(value)),
      );
  },
  processing_item_applied: (settings) => {
    const id = settings.stepId('processing_item_id');
    return ({ applied }) => applied.has(id);
  },
  processing_state: stateTest,
  is_sigma_rule: () => (subject) => subject.rule.kind === 'detection',
  is_sigma_correlation_rule: () => (subject) => subject.rule.kind === 'correlation',
  tag: (settings) => {
    const tag = settings.text('tag').toLowerCase();
    return ({ rule }) => rule.tags.some((one) => one.toLowerCase() === tag);
  },
  rule_attribute: ruleAttribute,
};

/** Conditions on detection items. */
export const ITEM_CONDITIONS: Readonly<Record<string, Reader<ItemTest>>> = {
  match_string: (settings) => {
    const all = settings.word('cond', ['any', 'all']) === 'all';
    const regex = regexOf(settings, 'pattern');
    const negate = settings.flag('negate');
    return (item) => {
      const holds = (value: Json): boolean =>
        typeof value === 'string' && regex.matcher(shownValue(item, value)).lookingAt();
      return (all ? item.values.every(holds) : item.values.some(holds)) !== negate;
    };
  },
  contains_wildcard: (settings) => {
    const all = settings.word('cond', ['any', 'all']) === 'all';
    return (item) => {
      const holds = (value: Json): boolean =>
        typeof value === 'string' && hasWildcard(shownValue(item, value));
      return all ? item.values.every(holds) : item.values.some(holds);
    };
  },
  is_null: (settings) => {
    const all = settings.word('cond', ['any', 'all']) === 'all';
    const holds = (value: Json): boolean => value === null;
    return ({ values }) => (all ? values.every(holds) : values.some(holds));
  },
  processing_item_applied: (settings) => {
    const id = settings.stepId('processing_item_id');
    return (item, { byItem }) => byItem.get(item)?.has(id) === true;
  },
  processing_state: (settings) => {
    const test = stateTest(settings);
    return (_, subject) => test(subject);
  },
};

/** Conditions on names of fields; keywords have none. */
export const FIELD_CONDITIONS: Readonly<Record<string, Reader<FieldTest>>> = {
  include_fields: fieldsTest,
  exclude_fields: (settings) => {
    const test = fieldsTest(settings);
    return (field, subject) => !test(field, subject);
  },
  processing_item_applied: (settings) => {
    const id = settings.stepId('processing_item_id');
    return (field, { byField }) => field !== null && byField.get(field)?.has(id) === true;
  },
  processing_state: (settings) => {
    const test = stateTest(settings);
    return (_, subject) => test(subject);
  },
};

function fieldsTest(settings: Settings): FieldTest {
  const fields = settings.texts('fields');
  // pySigma has called it `type` and, since the condition has a type itself, `mode`.
  if (settings.word('mode', ['plain', 're']) === 'plain') {
    const names = new Set(fields);
    return (field) => field !== null && names.has(field);
  }
  const regexes = fields.map((field) => regexOf(settings, 'fields', field));
  return (field) => field !== null && regexes.some((regex) => regex.matcher(field).lookingAt());
}

function stateTest(settings: Settings): RuleTest {
  const key = settings.text('key');
  const value = settings.value('val');
  return ({ state }) => state.has(key) && String(state.get(key)) === String(value);
}

const OPERATORS = ['eq', 'ne', 'gte', 'gt', 'lte', 'lt', 'in', 'not_in'] as const;
const ORDERS: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
  level: LEVELS,
  status: ['unsupported', 'deprecated', 'experimental', 'test', 'stable'],
});

const ATTRIBUTES: readonly string[] = ['title', 'id', 'name', 'description', 'status', 'level'];

/** Levels and statuses compare by their order. */
function ruleAttribute(settings: Settings): RuleTest {
  const attribute = settings.text('attribute');
  const values = settings.values('value');
  const op = settings.word('op', OPERATORS);
  const order: readonly string[] | undefined = ORDERS[attribute];
  const rankOf = (value: unknown): number => {
    if (order === undefined) return Number(value);
    const rank = order.indexOf(String(value).toLowerCase());
    return rank < 0 ? Number.NaN : rank;
  };
  // Never a match would be a silent answer to what is not known here.
  if (KNOWN_KEYS.has(attribute) && !ATTRIBUTES.includes(attribute)) {
    const hint = attribute === 'tags' ? ' There is the condition "tag".' : '';
    settings.problem(
      'attribute',
      `"rule_attribute" knows ${ATTRIBUTES.join(', ')} and custom keys, not ${quoted(attribute)}.${hint}`,
    );
  }
  const [first] = values;
  if (/^[gl]t/.test(op) && Number.isNaN(rankOf(first)))
    settings.problem('value', `${quoted(String(first))} cannot be compared by "${op}".`);
  return ({ rule }) => {
    const { title, id, name, description, status, level } = rule;
    const known: Readonly<Record<string, unknown>> = { title, id, name, description, status, level };
    const own = Object.hasOwn(known, attribute) ? known[attribute] : rule.custom[attribute];
    if (own === undefined || own === null) return false;
    const among = values.some((value) => String(value).toLowerCase() === String(own).toLowerCase());
    if (op === 'eq' || op === 'in') return among;
    if (op === 'ne' || op === 'not_in') return !among;
    const difference = rankOf(own) - rankOf(first);
    if (op === 'gte') return difference >= 0;
    if (op === 'gt') return difference > 0;
    return op === 'lte' ? difference <= 0 : difference < 0;
  };
}

/** Of a text, or of the text under a key; what is no expression is a problem and matches nothing. */
export function regexOf(settings: Settings, key: string, text = settings.text(key)): RE2JS {
  const line = settings.map.entries.get(key)?.line ?? settings.line;
  return settings.problems.attempt(line, NOTHING, () => {
    if (text === '') throw new RuleError('rule.pipeline', `"${key}" must be a regular expression.`, line);
    return linearRegex(text);
  });
}

const NOTHING = RE2JS.compile('[^\\s\\S]');

function itemsOf({ rule }: Subject): readonly FieldItem[] {
  if (rule.kind !== 'detection') return [];
  const items: FieldItem[] = [];
  const pending = [...rule.selections.values()];
  for (let selection = pending.pop(); selection !== undefined; selection = pending.pop()) {
    if (selection.kind === 'all') items.push(...selection.items);
    else pending.push(...selection.of);
  }
  return items;
}
