import { RE2JS } from 're2js';
import type { Cell } from '../match/cell.js';
import { COST, PRESENCE, type Predicate, type RegexBudget, type Witness } from '../match/predicate.js';
import { fold } from '../match/wildcard.js';
import { requiredTexts, tellingOf } from '../regex/alternatives.js';
import { RegexGate } from '../regex/gate.js';
import { type RegexNode, readRegex } from '../regex/syntax.js';
import { quoted, RuleError } from '../rule-error.js';
import { requiredLiteral } from './required-literal.js';

/** Instructions of a compiled expression: bounds memory and time per character. */
const MAX_PROGRAM = 20_000;
const MAX_PATTERN = 16_384;

/**
 * Unanchored search with RE2's linear-time engine; case-sensitive unless `i` (Sigma appendix "Modifiers"). What RE2
 * does not know (lookaround, backreferences) is refused.
 */
export function regexPredicate(pattern: string, flags: string): Predicate {
  const { source, inline } = leadingFlags(pattern);
  const all = flags + inline;
  let bits = 0;
  if (all.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (all.includes('m')) bits |= RE2JS.MULTILINE;
  if (all.includes('s')) bits |= RE2JS.DOTALL;
  const read = readRegex(source, all.includes('i'));
  return new Regex(linearRegex(source, bits), requiredLiteral(source), read, all.includes('i'));
}

/** An expression of RE2, bounded in size; `bits` are flags of RE2JS. Throws RuleError. */
export function linearRegex(source: string, bits = 0): RE2JS {
  if (source.length > MAX_PATTERN) {
    throw new RuleError('rule.limit', `A regular expression is longer than ${MAX_PATTERN} characters.`);
  }
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(source, bits);
  } catch (error) {
    const reason = unknownTo(source) ?? (error as Error).message.replace(/^error parsing regexp: /, '');
    throw new RuleError(
      'rule.value',
      `${quoted(source)} is not a regular expression that can be searched in linear time: ${reason}.`,
    );
  }
  if (regex.programSize() > MAX_PROGRAM) {
    throw new RuleError('rule.limit', `${quoted(source)} is too large: lower its repeat counts.`);
  }
  return regex;
}

/** What other engines know and RE2 does not, which it calls something else. */
function unknownTo(source: string): string | null {
  if (/\(\?<?[=!]/.test(source)) return 'there is no lookahead and no lookbehind';
  return /\\[1-9]/.test(source) ? 'there are no backreferences' : null;
}

/** `(?i)` at the start, as 16 public rules have it, read as flags so that the literal gate still works. */
export function leadingFlags(pattern: string): { source: string; inline: string } {
  const match = /^\(\?([ims]+)\)/.exec(pattern);
  return match === null
    ? { source: pattern, inline: '' }
    : { source: pattern.slice(match[0].length), inline: match[1]! };
}

class Regex implements Predicate {
  readonly cost = COST.regex;
  readonly #regex: RE2JS;
  readonly #literal: string | null;
  readonly #gate: RegexGate | null;
  readonly #texts: readonly string[] | null;
  readonly #folded: boolean;

  /** `read`: the expression as it is read here; null = it is not. */
  constructor(regex: RE2JS, literal: string | null, read: RegexNode | null, ignoreCase: boolean) {
    this.#regex = regex;
    this.#literal = literal !== null && ignoreCase ? fold(literal) : literal;
    this.#gate = read === null ? null : new RegexGate(read);
    this.#texts = read === null ? null : requiredTexts(read);
    this.#folded = ignoreCase;
  }

  /** A fixed text, if it is not much worse than a choice of several. */
  get witness(): Witness {
    const literal = this.#literal === null ? null : fold(this.#literal);
    const texts = this.#texts;
    if (texts !== null && (literal === null || tellingOf(texts) > tellingOf([literal])))
      return { kind: 'texts', texts };
    return literal === null ? PRESENCE : { kind: 'text', at: 'anywhere', text: literal, decides: false };
  }

  test(cell: Cell, budget: RegexBudget): boolean {
    const text = cell.text();
    if (text === null) return false;
    if (this.#literal !== null) {
      const searched = this.#folded ? cell.folded()! : text;
      if (!searched.includes(this.#literal)) return false;
    }
    if (this.#gate?.mayMatch(text) === false) return false;
    return budget.take(text.length) && this.#regex.test(text);
  }
}
