import { z } from 'zod';
import { SELECTOR_KEYS } from '../model/rule-selector.js';

const SELECTOR = `expected the id or name of a rule, or a map of ${SELECTOR_KEYS.join(', ')}`;
const TEXTS = 'expected a text or a list of texts';
const NAME = 'expected a name of letters, digits, dots, dashes or underscores';
const VALUES = 'expected a value or a list of values';

/** One text or several, as a list. */
const texts = z
  .union([z.string(), z.array(z.string()).min(1)], { error: TEXTS })
  .transform((value): readonly string[] => [value].flat());

/** An entry of `rules.only`, `rules.disable` and `rules.enable`. */
export const ruleSelector = z.union(
  [
    z.string().min(1),
    z
      .strictObject({
        id: texts.optional(),
        name: texts.optional(),
        path: texts.optional(),
        level: texts.optional(),
        status: texts.optional(),
        tag: texts.optional(),
        product: texts.optional(),
        category: texts.optional(),
        service: texts.optional(),
      })
      .refine((keys) => Object.keys(keys).length > 0, {
        error: SELECTOR,
        // An unknown key says more than that there is no known one.
        when: ({ issues }) => issues.length === 0,
      }),
  ],
  { error: SELECTOR },
);

/** As `expand` knows them between percent signs. */
export const placeholderName = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, NAME);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const placeholderValues = z
  .union([scalar, z.array(scalar).min(1)], { error: VALUES })
  .transform((value): readonly string[] => [value].flat().map(String));
