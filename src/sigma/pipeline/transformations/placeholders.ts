import type { FieldItem } from '../../../model/rule.js';
import { placeholderNames } from '../../modifiers/expand.js';
import { quoted, RuleError } from '../../rule-error.js';
import { changeItems } from '../items.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';

/** `%name%` becomes the values of the pipeline's variable of that name. */
export function valuePlaceholders(settings: Settings): Transformation {
  const wanted = wantedNames(settings);
  return {
    apply(subject, { step, vars }) {
      changeItems(subject, step, (item) =>
        withValues(item, wanted, (name) => {
          const values = vars.get(name) ?? [];
          if (values.length > 0) return values;
          throw new RuleError(
            'rule.pipeline',
            `The placeholder ${quoted(`%${name}%`)} has no values under "vars" of the pipeline.`,
          );
        }),
      );
    },
  };
}

/** `%name%` becomes any text. */
export function wildcardPlaceholders(settings: Settings): Transformation {
  const wanted = wantedNames(settings);
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => withValues(item, wanted, () => ['*']));
    },
  };
}

function wantedNames(settings: Settings): (name: string) => boolean {
  const include = settings.optionalTexts('include');
  const exclude = settings.optionalTexts('exclude');
  if (include !== null && exclude !== null)
    settings.problem('exclude', '"include" and "exclude" cannot go together.');
  return (name) => (include?.includes(name) ?? true) && exclude?.includes(name) !== true;
}

function withValues(
  item: FieldItem,
  wanted: (name: string) => boolean,
  valuesOf: (name: string) => readonly string[],
): FieldItem {
  if (!item.modifiers.includes('expand')) return item;
  const names = item.values
    .flatMap((value) => (typeof value === 'string' ? placeholderNames(value) : []))
    .filter((name) => wanted(name) && !Object.hasOwn(item.placeholders ?? {}, name));
  if (names.length === 0) return item;
  const given = Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
  return { ...item, placeholders: { ...item.placeholders, ...given } };
}
