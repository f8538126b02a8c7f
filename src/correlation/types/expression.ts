/** A condition over rule references: true or false of the set of references that hit, given by position. */
export type Expression = (present: readonly boolean[]) => boolean;

const MAX_TOKENS = 500;

/**
 * Compiles the extended condition of a temporal correlation: references with `and`, `or`, `not` and parentheses
 * (as pySigma and rsigma read it; the Sigma 2.1 text knows none).
 *
 * @returns the expression, or in words what is wrong with the text
 */
export function compileExpression(text: string, references: readonly string[]): Expression | string {
  const tokens = tokensOf(text);
  if (tokens.length > MAX_TOKENS) return `The condition has more than ${MAX_TOKENS} words.`;
  try {
    return new ExpressionParser(tokens, references).parse();
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** Whether a reference that hits can make the condition false. */
export function negates(text: string): boolean {
  return tokensOf(text).some((token) => token.toLowerCase() === 'not');
}

function tokensOf(text: string): readonly string[] {
  return text.match(/[()]|[^\s()]+/g) ?? [];
}

class ExpressionParser {
  readonly #tokens: readonly string[];
  readonly #references: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[], references: readonly string[]) {
    this.#tokens = tokens;
    this.#references = references;
  }

  /** @throws SyntaxError with a sentence for the author of the rule */
  parse(): Expression {
    const expression = this.#or();
    if (this.#at === this.#tokens.length) return expression;
    throw new SyntaxError(`The condition goes on unexpectedly at "${this.#tokens[this.#at]}".`);
  }

  #or(): Expression {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : (present) => parts.some((part) => part(present));
  }

  #and(): Expression {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    return parts.length === 1 ? parts[0]! : (present) => parts.every((part) => part(present));
  }

  #not(): Expression {
    if (!this.#take('not')) return this.#operand();
    const negated = this.#not();
    return (present) => !negated(present);
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('The condition ends where a rule was expected.');
    if (token === '(') {
      const inner = this.#or();
      if (this.#take(')')) return inner;
      throw new SyntaxError('A "(" of the condition is not closed.');
    }
    const position = this.#references.indexOf(token);
    if (position < 0) throw new SyntaxError(`The condition names "${token}", which is not among the rules.`);
    return (present) => present[position] === true;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== token) return false;
    this.#at++;
    return true;
  }
}
