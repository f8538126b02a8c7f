import { MANY, type Piece } from '../../../model/glob.js';
import { literalText } from '../../match/wildcard.js';
import { NotExpressible } from '../backend.js';
import { type Clause, junction, type Leaf, leavesOf } from '../expression.js';
import { asAlternative, lineRegex } from './regex.js';
import { quote, regexOfPieces, regexText } from './text.js';

/** A clause as what is looked for in lines, and what is asked of labels; null = nothing. */
export interface Separated {
  readonly lineFilters: readonly string[];
  readonly labels: Clause | null;
}

export interface LineContext {
  readonly caseSensitive: boolean;
  /** Quotes and backslashes of values are escaped in such lines. */
  readonly isJson: boolean;
}

/** Keywords as line filters. Throws NotExpressible where they are not simply among what must all hold. */
export function separate(clause: Clause, context: LineContext): Separated {
  const lineFilters: string[] = [];
  const labels: Clause[] = [];
  for (const part of clause.kind === 'and' ? clause.of : [clause]) {
    const leaves = leavesOf(part);
    if (leaves.every(({ field }) => field !== null)) {
      labels.push(part);
      continue;
    }
    if (part.kind !== 'test') refuseMixture(part, leaves);
    const filter = lineFilter(leaves, context);
    if (filter !== null) lineFilters.push(filter);
  }
  return { lineFilters, labels: labels.length === 0 ? null : junction('and', labels) };
}

function refuseMixture(part: Clause, leaves: readonly Leaf[]): void {
  const reason = leaves.some(({ field }) => field !== null)
    ? 'Keywords are joined with fields by "or", but LogQL looks for them in different steps, all of which must hold'
    : part.kind !== 'test' && part.of.some(({ kind }) => kind !== 'test')
      ? 'Keywords that belong together are joined with others by "or", but line filters of LogQL must all hold'
      : leaves.some(({ negated }) => negated)
        ? 'One of several keywords is to be missing, but line filters of LogQL must all hold'
        : null;
  if (reason !== null) throw new NotExpressible(`${reason}; make a rule of each part.`);
}

/** How one keyword is looked for: as it is, or by an expression with flags. */
interface Sought {
  readonly literal: string | null;
  readonly body: string;
  readonly flags: string;
}

/** Null = every line has it. Of several leaves any is enough; only one may be negated. */
function lineFilter(leaves: readonly Leaf[], context: LineContext): string | null {
  const negated = leaves[0]!.negated;
  const sought = leaves.map(({ test }) => soughtOf(test, context));
  if (sought.some(({ body }) => body === '')) return negated ? '!~ `.*`' : null;
  const [only] = sought;
  if (sought.length === 1 && only!.literal !== null)
    return `${negated ? '!=' : '|='} ${quote(only!.literal)}`;
  return `${negated ? '!~' : '|~'} ${quote(alternation(sought))}`;
}

function alternation(sought: readonly Sought[]): string {
  const { flags } = sought[0]!;
  const prefix = flags === '' ? '' : `(?${flags})`;
  if (sought.length === 1) return prefix + sought[0]!.body;
  if (sought.every((one) => one.flags === flags))
    return prefix + sought.map(({ body }) => asAlternative(body, '')).join('|');
  return sought.map((one) => asAlternative(one.body, one.flags)).join('|');
}

function soughtOf(test: Leaf['test'], { caseSensitive, isJson }: LineContext): Sought {
  if (test.kind === 'regex') return { literal: null, ...lineRegex(test) };
  if (test.kind === 'text') {
    const literal = literalText(test.pieces);
    const isCased = test.cased || (literal !== null && (caseSensitive || !hasCase(literal)));
    const isEscaped = isJson && test.pieces.some((piece) => typeof piece === 'string' && /["\\]/.test(piece));
    if (literal !== null && isCased && !isEscaped) return { literal, body: regexText(literal), flags: '' };
    const pieces = withoutOuterWildcards(test.pieces);
    const body = isEscaped ? escapedOrNot(pieces) : regexOfPieces(pieces);
    return { literal: null, body, flags: isCased ? '' : 'i' };
  }
  const what = test.kind === 'cidr' ? 'An address block' : `"${test.kind}"`;
  throw new NotExpressible(`${what} is asked without a field, but lines can only be searched for text.`);
}

/** Digits and the like have no case. */
function hasCase(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase();
}

/** Quotes and backslashes as they are, or with the backslash that JSON puts before them. */
function escapedOrNot(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece !== 'string') return regexOfPieces([piece]);
      return piece
        .split(/(["\\])/)
        .map((part) => (part === '"' ? '\\\\?"' : part === '\\' ? '\\\\{1,2}' : regexText(part)))
        .join('');
    })
    .join('');
}

function withoutOuterWildcards(pieces: readonly Piece[]): readonly Piece[] {
  const from = pieces.findIndex((piece) => piece !== MANY);
  const last = pieces.findLastIndex((piece) => piece !== MANY);
  return from < 0 ? [] : pieces.slice(from, last + 1);
}
