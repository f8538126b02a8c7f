import type { Json } from '../../../model/json.js';
import type { FieldItem } from '../../../model/rule.js';
import { decimalNumber } from '../../match/cell.js';
import { parseWildcards } from '../../match/wildcard.js';
import { quoted, RuleError } from '../../rule-error.js';
import { changeItems, isText } from '../items.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { inCase } from './field-names.js';

/** Whole texts, without wildcards around them. */
export function mapString(settings: Settings): Transformation {
  const mapping = settings.mapping('mapping');
  return texts((value, item) => (isWhole(item) ? (mapping.get(value) ?? [value]) : [value]));
}

export function caseTransformation(settings: Settings): Transformation {
  const to = settings.word('method', ['lower', 'upper', 'snake_case']);
  return texts((value) => [inCase(value, to)]);
}

export function setValue(settings: Settings): Transformation {
  const given = settings.value('value');
  const type = settings.optionalText('force_type');
  if (type !== null && type !== 'str' && type !== 'num')
    settings.problem('force_type', `"force_type" must be str or num, not ${quoted(type)}.`);
  const line = settings.map.entries.get('value')?.line ?? settings.line;
  const value = settings.problems.attempt(line, null, () => converted(given, type));
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => ({
        ...item,
        values: [value],
        modifiers: item.modifiers.filter((modifier) => modifier === 'neq'),
      }));
    },
  };
}

export function convertType(settings: Settings): Transformation {
  const type = settings.word('target_type', ['str', 'num']);
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => {
        if (!isWhole(item)) return item;
        const field = item.field === null ? 'keywords' : quoted(item.field);
        const why = `, which convert_type of a pipeline makes of the values of ${field}`;
        const values = item.values.map((value) => converted(value, type, why));
        return values.every((value, i) => value === item.values[i]) ? item : { ...item, values };
      });
    },
  };
}

/** `why`: what asks for the type, behind a comma. */
function converted(value: Json, type: string | null, why = ''): Json {
  if (type === 'str') return value === null ? null : String(value);
  if (type !== 'num' || typeof value === 'number' || value === null) return value;
  const number = decimalNumber(value);
  if (number !== null) return number;
  throw new RuleError('rule.pipeline', `${quoted(String(value))} is not a number${why}.`);
}

/** No wildcards are added, nothing is encoded. */
function isWhole({ modifiers }: FieldItem): boolean {
  return modifiers.every((modifier) => modifier === 'neq' || modifier === 'all' || modifier === 'cased');
}

function texts(change: (value: string, item: FieldItem) => readonly string[]): Transformation {
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => {
        if (!isText(item)) return item;
        const values = item.values.flatMap((value): readonly Json[] =>
          typeof value === 'string' ? checked(change(value, item)) : [value],
        );
        const same =
          values.length === item.values.length && values.every((value, i) => value === item.values[i]);
        return same ? item : { ...item, values };
      });
    },
  };
}

/** What an expression makes of a text has bounds, too. */
const MAX_LENGTH = 16_384;

export function checked(values: readonly string[]): readonly string[] {
  if (values.every((value) => value.length <= MAX_LENGTH && parseWildcards(value).length <= MAX_LENGTH))
    return values;
  throw new RuleError('rule.limit', `A pipeline made a value of more than ${MAX_LENGTH} characters.`);
}
