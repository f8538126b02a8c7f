import type { FieldItem, Selection } from '../../../model/rule.js';
import { readChain } from '../../modifiers/chain.js';
import { RuleError } from '../../rule-error.js';
import { changeItems } from '../items.js';
import type { Step, Subject, Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { changeShownFields } from '../shown-fields.js';

/** The names that a field has in the events; null = the step leaves it as it is. */
type Renaming = (field: string) => readonly string[] | null;

export function fieldNameMapping(settings: Settings): Transformation {
  const mapping = settings.mapping('mapping');
  return renaming((field) => mapping.get(field) ?? null);
}

/** The longest prefix that fits. */
export function fieldNamePrefixMapping(settings: Settings): Transformation {
  const mapping = [...settings.mapping('mapping')].sort(([a], [b]) => b.length - a.length);
  return renaming((field) => {
    const found = mapping.find(([prefix]) => field.startsWith(prefix));
    if (found === undefined) return null;
    const [prefix, targets] = found;
    return targets.map((target) => target + field.slice(prefix.length));
  });
}

export function fieldNamePrefix(settings: Settings): Transformation {
  const prefix = settings.text('prefix');
  return renaming((field) => [prefix + field]);
}

export function fieldNameSuffix(settings: Settings): Transformation {
  const suffix = settings.text('suffix');
  return renaming((field) => [field + suffix]);
}

const CASES = ['lower', 'upper', 'snake_case'] as const;

export function fieldNameTransform(settings: Settings): Transformation {
  const to = settings.word('case', CASES);
  return renaming((field) => [inCase(field, to)]);
}

/** `ParentImage` → `parent_image`. */
export function inCase(text: string, to: (typeof CASES)[number]): string {
  if (to === 'upper') return text.toUpperCase();
  const words = to === 'snake_case' ? text.replace(/([a-z0-9])([A-Z])/g, '$1_$2') : text;
  return words.toLowerCase();
}

function renaming(namesOf: Renaming): Transformation {
  return {
    apply(subject, { step }) {
      renameItems(subject, step, namesOf);
      changeShownFields(subject, (fields) =>
        fields.flatMap((field) => renamedOf(field, subject, step, namesOf) ?? [field]),
      );
      for (const [field, names] of subject.read) {
        const renamed = names.flatMap((name) => renamedOf(name, subject, step, namesOf) ?? [name]);
        subject.read.set(field, [...new Set(renamed)]);
      }
    },
  };
}

function renameItems(subject: Subject, step: Step, namesOf: Renaming): void {
  // A reference is a field of its own: it is renamed also where the field that it is compared with is not.
  const onItem: Step = { ...step, onField: () => true };
  changeItems(subject, onItem, (item) => {
    const referred = withReferences(item, subject, step, namesOf);
    const names = item.field === null ? null : renamedOf(item.field, subject, step, namesOf);
    return names === null ? referred : inEachField(referred, names);
  });
}

function renamedOf(field: string, subject: Subject, step: Step, namesOf: Renaming): readonly string[] | null {
  if (!step.onField(field, subject)) return null;
  const names = namesOf(field);
  if (names === null) return null;
  // Without a name it would be looked for in the whole event.
  if (names.some((name) => name.trim() === ''))
    throw new RuleError('rule.pipeline', `The pipeline takes the name of the field "${field}" away.`);
  const ids = new Set(subject.byField.get(field));
  if (step.id !== null) ids.add(step.id);
  for (const name of names) subject.byField.set(name, ids);
  return names;
}

/** Any of the fields; what must be absent or different must be so under every name. */
function inEachField(item: FieldItem, names: readonly string[]): FieldItem | Selection {
  if (names.length === 1) return item.field === names[0] ? item : { ...item, field: names[0]! };
  const { operator, negated, all } = readChain(item.modifiers);
  const under = (kind: 'any' | 'every', values: FieldItem['values']): Selection => {
    const of = names.map((field): Selection => ({ kind: 'all', items: [{ ...item, field, values }] }));
    return { kind, of };
  };
  const { values } = item;
  if (operator === 'exists') return under(values[0] === false ? 'every' : 'any', values);
  const nulls = values.filter((value) => value === null);
  const others = values.filter((value) => value !== null);
  if (nulls.length === 0) return under(negated ? 'every' : 'any', values);
  // Absent is what is so under all names; it differs from that where one of them has a value.
  const absence = under(negated ? 'any' : 'every', nulls);
  if (others.length === 0) return absence;
  if (all) return under('every', values);
  return { kind: negated ? 'every' : 'any', of: [under(negated ? 'every' : 'any', others), absence] };
}

function withReferences(item: FieldItem, subject: Subject, step: Step, namesOf: Renaming): FieldItem {
  const { operator, all } = readChain(item.modifiers);
  if (operator !== 'fieldref') return item;
  const values = item.values.flatMap((value): readonly string[] => {
    const names = renamedOf(String(value), subject, step, namesOf) ?? [String(value)];
    if (names.length <= 1 || !all) return names;
    throw new RuleError(
      'rule.pipeline',
      `The pipeline gives "${String(value)}" several names; "fieldref|all" cannot compare with any of them.`,
    );
  });
  return values.every((value, i) => value === item.values[i]) && values.length === item.values.length
    ? item
    : { ...item, values };
}
