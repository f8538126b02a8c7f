import { joinPieces, type Piece } from '../../model/glob.js';
import { parseWildcards } from '../match/wildcard.js';
import { quoted, RuleError } from '../rule-error.js';

/** Placeholder name → its values. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** An escaped backslash takes nothing from the percent sign behind it. */
const PLACEHOLDER = /\\\\|(\\%)|%([A-Za-z0-9_.-]+)%/g;
const MAX_VARIANTS = 10_000;
/** Of one text; each is appended to all of its variants. */
const MAX_PLACEHOLDERS = 64;
/** Characters that the variants of one text take from it, all together. */
const MAX_COPIED = 16 * 1024 * 1024;

/**
 * `%name%` → every value of that placeholder (which may hold wildcards), `\%` → a percent sign, a lone `%` stays, and so does `\\`.
 * Null = leave placeholders unresolved, for checking a rule before they are known.
 */
export function expandPlaceholders(text: string, placeholders: Placeholders | null): Piece[][] {
  let variants: Piece[][] = [[]];
  let literal = '';
  let at = 0;
  const refuse = (why: string): never => {
    throw new RuleError('rule.limit', `The placeholders of ${quoted(text)} ${why}.`);
  };
  if (placeholderNames(text).length > MAX_PLACEHOLDERS) refuse(`are more than ${MAX_PLACEHOLDERS}`);
  const append = (choices: readonly Piece[][]): void => {
    const count = variants.length * choices.length;
    if (count > MAX_VARIANTS) refuse(`give more than ${MAX_VARIANTS} values`);
    if (count > 1 && count * text.length > MAX_COPIED)
      refuse(`give values of more than ${MAX_COPIED} characters`);
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, ...choice]));
  };
  for (const match of text.matchAll(PLACEHOLDER)) {
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    const [whole, percent, name] = match;
    if (name === undefined) literal += percent === undefined ? whole : '%';
    else {
      append([parseWildcards(literal)]);
      literal = '';
      append(valuesOf(name, placeholders).map(parseWildcards));
    }
  }
  append([parseWildcards(literal + text.slice(at))]);
  // Later steps look at what is next to a character.
  return variants.map(joinPieces);
}

/** The placeholders of a text. */
export function placeholderNames(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, , name]) => (name === undefined ? [] : [name]));
}

function valuesOf(name: string, placeholders: Placeholders | null): readonly string[] {
  if (placeholders === null) return [`%${name}%`];
  const values = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
  if (values !== undefined && values.length > 0) return values;
  throw new RuleError(
    'rule.placeholder',
    `The placeholder %${name}% has no values; give it some under rules.placeholders.${name} of the configuration, or disable the rule.`,
  );
}
