import type { Condition, FieldItem, RuleLogsource } from '../../../model/rule.js';
import { parseItem } from '../../read/parse-detection.js';
import type { YamlEntry } from '../../read/yaml.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';

/**
 * `conditions: {field: value}` is added to the rule's condition by `and`, or by `and not`. With `template`, `$category`,
 * `$product` and `$service` in values are those of the rule.
 */
export function addCondition(settings: Settings): Transformation {
  const items = [...settings.entries('conditions')].flatMap(([key, entry]) => itemOf(key, entry, settings));
  const name = settings.optionalText('name');
  const template = settings.flag('template');
  const negated = settings.flag('negated');
  if (items.length === 0) settings.problem('conditions', '"conditions" needs at least one field.');
  return {
    apply(subject, { step }) {
      const { rule } = subject;
      if (rule.kind !== 'detection') return;
      let selection = name ?? '_pipeline';
      for (let n = 2; rule.selections.has(selection); n++) selection = `${name ?? '_pipeline'}_${n}`;
      const added = items.map((item) => (template ? filledIn(item, rule.logsource) : { ...item }));
      const ids = new Set(step.id === null ? [] : [step.id]);
      for (const item of added) subject.byItem.set(item, ids);
      const asked: Condition = { kind: 'selection', name: selection };
      const extra: Condition = negated ? { kind: 'not', of: asked } : asked;
      subject.rule = {
        ...rule,
        selections: new Map(rule.selections).set(selection, { kind: 'all', items: added }),
        conditions: rule.conditions.map((condition) => ({ kind: 'and', of: [extra, condition] })),
      };
    },
  };
}

function itemOf(key: string, entry: YamlEntry, settings: Settings): FieldItem[] {
  return settings.problems.attempt(entry.line, [], () => [parseItem(key, entry)]);
}

export function filledIn(item: FieldItem, logsource: RuleLogsource): FieldItem {
  const fill = (text: string): string =>
    text.replace(/\$(?:\$|\{?(category|product|service)\}?)/g, (_, word?: keyof RuleLogsource) =>
      word === undefined ? '$' : (logsource[word] ?? ''),
    );
  return { ...item, values: item.values.map((value) => (typeof value === 'string' ? fill(value) : value)) };
}
