import { globOfStars } from '../../model/glob.js';
import type { Condition } from '../../model/rule.js';
import { quoted, RuleError, suggest } from '../rule-error.js';

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 64;
const MAX_TERMS = 100_000;
const TOKEN = /\s+|[()|]|[^\s()|]+/y;
const TOKEN_ANYWHERE = new RegExp(TOKEN.source, 'g');
const WORD = /^[A-Za-z0-9_-]+$/;
const WORD_PATTERN = /^[A-Za-z0-9_*-]+$/;

/** Selections that the conditions of one rule may come to, `all of` and its like written out. */
export class TermBudget {
  #left = MAX_TERMS;

  /** Throws a RuleError when there are too many. */
  spend(count: number): void {
    this.#left -= count;
    if (this.#left >= 0) return;
    throw new RuleError(
      'rule.limit',
      `The conditions name more than ${MAX_TERMS} selections, each counted wherever a pattern selects it.`,
    );
  }
}

/**
 * Parses a condition over the given search identifiers (Sigma rules specification, "Condition"): `or` binds weaker
 * than `and`, that weaker than `not`, that weaker than `1 of`, `all of`, `N of`. Linear in its length. Selectors are
 * resolved here, so what comes out names existing identifiers only.
 */
export function parseCondition(text: string, names: readonly string[], budget = new TermBudget()): Condition {
  checkLength(text);
  return new Parser(tokens(text), names, budget).parse();
}

/** Refuses what is no condition over rules: `and`, `or`, `not`, parentheses and whatever rules are called. */
export function checkRuleCondition(text: string): void {
  checkLength(text);
  new Parser(tokens(text), null, new TermBudget()).parse();
}

/** What a condition over rules calls them, in its order. */
export function ruleWords(text: string): string[] {
  return tokens(text).filter(isRuleWord);
}

/** The condition over rules with each of them called otherwise. */
export function withRuleWords(text: string, rename: (word: string) => string): string {
  return text.replace(TOKEN_ANYWHERE, (token) => (isRuleWord(token) ? rename(token) : token));
}

function isRuleWord(token: string): boolean {
  return !/^(?:[()|]|and|or|not|\s+)$/i.test(token);
}

function checkLength(text: string): void {
  if (text.trim() === '') throw new RuleError('rule.condition', 'The condition is empty.');
  if (text.length > MAX_LENGTH) {
    throw new RuleError('rule.limit', `The condition is longer than ${MAX_LENGTH} characters.`);
  }
}

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    if (match[0].trim() !== '') found.push(match[0]);
  }
  return found;
}

class Parser {
  readonly #tokens: readonly string[];
  /** Null = rules, whose names are looked up later and may be any. */
  readonly #names: readonly string[] | null;
  readonly #budget: TermBudget;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly string[], names: readonly string[] | null, budget: TermBudget) {
    this.#tokens = tokens;
    this.#names = names;
    this.#budget = budget;
  }

  parse(): Condition {
    const condition = this.#or();
    const rest = this.#tokens[this.#next];
    if (rest === '|') {
      throw new RuleError(
        'rule.condition',
        'Aggregations after "|" are not part of Sigma any more; write a correlation rule instead.',
      );
    }
    if (rest !== undefined) {
      throw new RuleError(
        'rule.condition',
        `Expected "and", "or" or the end of the condition before ${quoted(rest)}.`,
      );
    }
    return condition;
  }

  #or(): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  #chain(kind: 'and' | 'or', operand: () => Condition): Condition {
    const of = [operand()];
    while (this.#peek() === kind) {
      this.#next++;
      of.push(operand());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  }

  #not(): Condition {
    let negated = false;
    while (this.#peek() === 'not') {
      this.#next++;
      negated = !negated;
    }
    const operand = this.#operand();
    return negated ? { kind: 'not', of: operand } : operand;
  }

  #operand(): Condition {
    const token = this.#tokens[this.#next++];
    if (token === undefined) {
      throw new RuleError('rule.condition', `The condition ends where a ${this.#noun} was expected.`);
    }
    if (token === '(') return this.#group();
    // No selection is followed by "of", not even one that is called "all".
    if (this.#peek() === 'of') return this.#quantified(token);
    const isKnown = this.#names?.includes(token) ?? false;
    const keyword = token.toLowerCase();
    const isWord = this.#names === null ? !/^[()|]$/.test(token) : WORD.test(token);
    if (!isWord || ((keyword === 'and' || keyword === 'or') && !isKnown)) {
      const fix = isKnown ? '; the names of selections may have letters (a-z), digits, _ and -' : '';
      throw new RuleError('rule.condition', `Expected a ${this.#noun} instead of ${quoted(token)}${fix}.`);
    }
    if (this.#names !== null && !isKnown) {
      throw new RuleError(
        'rule.condition',
        `The condition names ${quoted(token)}, which is not a selection of the rule${suggest(token, this.#names)}.`,
      );
    }
    this.#budget.spend(1);
    return { kind: 'selection', name: token };
  }

  #group(): Condition {
    if (++this.#depth > MAX_DEPTH) {
      throw new RuleError('rule.limit', `The condition is nested deeper than ${MAX_DEPTH} parentheses.`);
    }
    const inner = this.#or();
    if (this.#tokens[this.#next++] !== ')') {
      throw new RuleError('rule.condition', 'A parenthesis of the condition is not closed.');
    }
    this.#depth--;
    return inner;
  }

  /** `1 of`, `any of`, `all of`, `N of`, then `them` or a name with `*`. */
  #quantified(quantifier: string): Condition {
    const names = this.#names;
    if (names === null) {
      throw new RuleError(
        'rule.condition',
        'A condition over rules has no "of"; write "a or b" for any and "a and b" for all of them, or count them with "gte: 2".',
      );
    }
    this.#next++;
    const target = this.#tokens[this.#next++];
    if (target === undefined || !WORD_PATTERN.test(target)) {
      throw new RuleError(
        'rule.condition',
        `"${quantifier} of" needs "them" or a name such as "selection_*".`,
      );
    }
    const of = this.#selected(target, names).map((name): Condition => ({ kind: 'selection', name }));
    const word = quantifier.toLowerCase();
    if (word === 'all') return combine('and', of);
    if (word === 'any' || word === '1') return combine('or', of);
    if (!/^[1-9][0-9]{0,3}$/.test(word)) {
      throw new RuleError(
        'rule.condition',
        `Expected "1", "all" or a number before "of", not ${quoted(quantifier)}.`,
      );
    }
    return atLeast(Number(word), of);
  }

  /** `them` and patterns skip names that begin with `_`, unless the pattern does so itself. */
  #selected(target: string, names: readonly string[]): string[] {
    const them = target.toLowerCase() === 'them' && !names.includes(target);
    const glob = globOfStars(them ? '*' : target);
    const hidden = target.startsWith('_');
    const selected = names.filter((name) => (hidden || !name.startsWith('_')) && glob.test(name));
    this.#budget.spend(selected.length);
    if (selected.length > 0) return selected;
    throw new RuleError('rule.condition', `No selection of the rule matches ${quoted(target)}.`);
  }

  get #noun(): string {
    return this.#names === null ? 'rule' : 'selection';
  }

  #peek(): string | undefined {
    const token = this.#tokens[this.#next]?.toLowerCase();
    return token === 'and' || token === 'or' || token === 'not' || token === 'of' ? token : undefined;
  }
}

function combine(kind: 'and' | 'or', of: readonly Condition[]): Condition {
  return of.length === 1 ? of[0]! : { kind, of };
}

function atLeast(count: number, of: readonly Condition[]): Condition {
  if (count > of.length) {
    throw new RuleError('rule.condition', `"${count} of" can never hold: it selects only ${of.length}.`);
  }
  return count === of.length ? combine('and', of) : { kind: 'at_least', count, of };
}
