/**
 * The queries that limit rules of siemstress have: one SELECT over one or more tables, with comparisons of columns, AND, OR, NOT and
 * parentheses, and the time window as a comparison of date_stamp.
 */
export type SqlTest =
  | { readonly kind: 'and' | 'or'; readonly of: readonly SqlTest[] }
  | { readonly kind: 'not'; readonly of: SqlTest }
  | {
      readonly kind: 'compare';
      /** In lower case. */
      readonly column: string;
      readonly operator: '=' | 'like' | 'regexp' | '<' | '<=' | '>' | '>=';
      readonly value: string | number;
    };

export interface SqlQuery {
  readonly tables: readonly string[];
  /** Null: every row. */
  readonly where: SqlTest | null;
  /** The window that the query states, ms; null = none. */
  readonly windowMs: number | null;
}

/** A query that is none of these, in words. */
export class SqlError extends Error {}

const LONGEST = 4096;
const DEEPEST = 32;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
]);
const STAMPS: ReadonlySet<string> = new Set([
  'date_stamp',
  'date_stamp_utc',
  'date_stamp_int',
  'date_stamp_utc_int',
]);

/** Throws SqlError. */
export function parseSql(text: string): SqlQuery {
  if (text.length > LONGEST) throw new SqlError(`the query is longer than ${LONGEST} characters`);
  return new Parser(tokensOf(text)).query();
}

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
}

const TOKEN =
  /\s+|(?<quoted>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?<name>`[^`]*`)|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_.]*)|(?<sign><=|>=|<>|!=|[=<>(),*;])/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new SqlError(`the query cannot be read at ${JSON.stringify(text.slice(at, at + 20))}`);
    const { quoted, name, number, word, sign } = match.groups!;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: unquoted(quoted) });
    else if (name !== undefined) tokens.push({ kind: 'word', text: name.slice(1, -1) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

/** `\%` and `\_` stay as they are: LIKE reads them. */
function unquoted(quoted: string): string {
  const quote = quoted[0]!;
  return quoted
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replaceAll(/\\([^%_])/g, '$1');
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #windowMs: number | null = null;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): SqlQuery {
    this.#expect('select');
    while (!this.#is('from')) {
      if (this.#next.kind === 'end') throw new SqlError('the query has no FROM');
      this.#at++;
    }
    this.#expect('from');
    const tables = [this.#word()];
    while (this.#take(',')) tables.push(this.#word());
    const where = this.#take('where') ? this.#any(0) : null;
    this.#take(';');
    if (this.#next.kind !== 'end')
      throw new SqlError(`the query goes on with ${this.#next.text.toUpperCase()}, which has no counterpart`);
    return { tables, where: where === 'window' ? null : where, windowMs: this.#windowMs };
  }

  #any(depth: number): SqlTest | 'window' {
    const before = this.#windowMs;
    const parts = [this.#all(depth)];
    while (this.#take('or')) parts.push(this.#all(depth));
    if (parts.length === 1) return parts[0]!;
    if (this.#windowMs !== before) throw new SqlError('the time window is in one side of an OR');
    return { kind: 'or', of: parts as SqlTest[] };
  }

  #all(depth: number): SqlTest | 'window' {
    const parts = [this.#not(depth)];
    while (this.#take('and')) parts.push(this.#not(depth));
    const tests = parts.filter((part) => part !== 'window');
    if (tests.length === 0) return 'window';
    return tests.length === 1 ? tests[0]! : { kind: 'and', of: tests };
  }

  #not(depth: number): SqlTest | 'window' {
    if (depth > DEEPEST) throw new SqlError(`the query is nested deeper than ${DEEPEST}`);
    if (this.#take('not')) {
      const before = this.#windowMs;
      const of = this.#not(depth + 1);
      if (of === 'window' || this.#windowMs !== before) throw new SqlError('the time window is negated');
      return { kind: 'not', of };
    }
    if (!this.#take('(')) return this.#comparison();
    const inner = this.#any(depth + 1);
    this.#expect(')');
    return inner;
  }

  #comparison(): SqlTest | 'window' {
    const column = this.#word().toLowerCase().replace(/^.*\./, '');
    const negated = this.#take('not');
    const operator = this.#operator();
    if (STAMPS.has(column)) return this.#window(operator, negated);
    const test = operator === 'in' ? this.#in(column) : this.#compare(column, operator);
    return negated ? { kind: 'not', of: test } : test;
  }

  #compare(column: string, operator: string): SqlTest {
    const value = this.#value();
    if (operator === '!=' || operator === '<>')
      return { kind: 'not', of: { kind: 'compare', column, operator: '=', value } };
    if (operator === '=' || operator === 'like' || operator === 'regexp' || /^[<>]=?$/.test(operator))
      return { kind: 'compare', column, operator: operator as '=', value };
    throw new SqlError(`${operator.toUpperCase()} has no counterpart`);
  }

  #in(column: string): SqlTest {
    this.#expect('(');
    const of: SqlTest[] = [];
    do of.push({ kind: 'compare', column, operator: '=', value: this.#value() });
    while (this.#take(','));
    this.#expect(')');
    return of.length === 1 ? of[0]! : { kind: 'or', of };
  }

  /** `>= timestamp(date_sub(now(), interval 10 minute))` */
  #window(operator: string, negated: boolean): 'window' {
    const hasStamp = this.#take('timestamp') && this.#take('(');
    const isWindow = (operator === '>=' || operator === '>') && !negated && this.#take('date_sub');
    if (!isWindow) throw new SqlError('a time is compared otherwise than as a window up to now');
    for (const word of ['(', 'now', '(', ')', ',', 'interval']) this.#expect(word);
    const count = Number(this.#tokens[this.#at++]?.text);
    const unit = UNITS.get(this.#word().toLowerCase().replace(/s$/, ''));
    if (!Number.isFinite(count) || count <= 0 || unit === undefined)
      throw new SqlError('the interval of the time window cannot be read');
    this.#expect(')');
    if (hasStamp) this.#expect(')');
    if (this.#windowMs !== null) throw new SqlError('the query has several time windows');
    this.#windowMs = count * unit;
    return 'window';
  }

  #operator(): string {
    const { kind, text } = this.#next;
    if (kind !== 'word' && kind !== 'sign') throw new SqlError('a comparison lacks its operator');
    this.#at++;
    return text.toLowerCase();
  }

  #value(): string | number {
    const { kind, text } = this.#next;
    this.#at++;
    if (kind === 'text') return text;
    if (kind === 'number') return Number(text);
    throw new SqlError(
      `a column is compared with ${text === '' ? 'nothing' : text}, which is neither a text nor a number`,
    );
  }

  #word(): string {
    const { kind, text } = this.#next;
    if (kind !== 'word')
      throw new SqlError(`expected a name, not ${text === '' ? 'the end' : JSON.stringify(text)}`);
    this.#at++;
    return text;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #is(word: string): boolean {
    const { kind, text } = this.#next;
    return (kind === 'word' || kind === 'sign') && text.toLowerCase() === word;
  }

  #take(word: string): boolean {
    const is = this.#is(word);
    if (is) this.#at++;
    return is;
  }

  #expect(word: string): void {
    if (this.#take(word)) return;
    const { text } = this.#next;
    throw new SqlError(
      `expected ${word.toUpperCase()}, not ${text === '' ? 'the end' : JSON.stringify(text)}`,
    );
  }
}
