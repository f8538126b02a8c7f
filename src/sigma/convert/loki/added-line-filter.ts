import { DASH, joinPieces, MANY, type Piece } from '../../../model/glob.js';
import { literalText } from '../../match/wildcard.js';
import type { Clause, Leaf, Test } from '../expression.js';
import { addressBlock, number } from './label-filter.js';
import type { Stream } from './stream.js';
import { labelName, quote, regexText } from './text.js';

/**
 * A line filter that every line passes which the labels are found in: lines are parsed only where it does. Null = there is
 * none that is sure to hide nothing.
 */
export function addedLineFilter(clause: Clause, context: AddedContext): string | null {
  return context.lines === 'unknown' ? null : (candidateOf(clause, context)?.filter ?? null);
}

export interface AddedContext {
  readonly caseSensitive: boolean;
  readonly lines: Stream['lines'];
}

interface Candidate {
  /** Null = what it looks for is no plain text. */
  readonly literal: string | null;
  readonly length: number;
  readonly filter: string;
}

/** Characters of texts that are compared with each other. */
const MOST_COMPARED = 256;
/** Shorter texts are in too many lines to be worth a look. */
const SHORTEST = 3;

function candidateOf(clause: Clause, context: AddedContext): Candidate | null {
  if (clause.kind === 'test') return ofLeaf(clause, context);
  const candidates = clause.of.map((part) => candidateOf(part, context));
  if (clause.kind === 'and')
    return candidates.reduce((best, one) => ((one?.length ?? 0) > (best?.length ?? 0) ? one : best), null);
  const literals = candidates.map((one) => one?.literal?.slice(0, MOST_COMPARED) ?? '');
  return literalCandidate(literals.reduce(longestCommon));
}

/** What must be missing tells nothing of the line: another field may hold it. */
function ofLeaf({ field, test, negated }: Leaf, context: AddedContext): Candidate | null {
  if (negated || field === null) return null;
  switch (test.kind) {
    case 'number':
      return literalCandidate(pair(field, number(test.value), context));
    case 'text': {
      const literal = literalText(joinPieces(test.pieces));
      if (literal !== null && (test.cased || context.caseSensitive))
        return isWrittenAsIs(literal, context) ? literalCandidate(pair(field, literal, context)) : null;
      return patternCandidate(test, context);
    }
    case 'regex':
      return regexCandidate(test, context);
    case 'cidr': {
      if (test.block.includes(':')) return null;
      const block = addressBlock(test.block);
      return { literal: null, length: test.block.length, filter: `|= ip(${block})` };
    }
    default:
      return null;
  }
}

/**
 * `field=value` where the line has it so: logfmt writes it with quotes when the value has what is not plain, and a
 * name that Loki had to change is another one in the line.
 */
function pair(field: string, value: string, { lines }: AddedContext): string {
  const isPlain =
    lines === 'logfmt' && labelName(field) === field && /^[A-Za-z0-9_./:,@%+*()[\]{}|;!?$^~`-]+$/.test(value);
  return isPlain ? `${field}=${value}` : value;
}

function literalCandidate(literal: string): Candidate | null {
  if (literal.length < SHORTEST) return null;
  return { literal, length: literal.length, filter: `|= ${quote(literal)}` };
}

/** A single unknown character may be written as several. */
function patternCandidate(
  { pieces, cased }: Extract<Test, { kind: 'text' }>,
  context: AddedContext,
): Candidate | null {
  const joined = joinPieces(pieces);
  const texts = joined.filter((piece) => typeof piece === 'string');
  const length = texts.join('').length;
  if (length < SHORTEST || !texts.every((text) => isWrittenAsIs(text, context))) return null;
  const body = joined
    .map((piece) => (typeof piece === 'string' ? regexText(piece) : unknownText(piece)))
    .join('');
  return { literal: null, length, filter: `|~ ${quote(`${cased ? '' : '(?i)'}${body}`)}` };
}

function unknownText(piece: Piece): string {
  return piece === MANY ? '.*' : piece === DASH ? '.*' : '.+';
}

/** Of expressions only those that are words with anything between them. */
function regexCandidate(
  { source, flags }: Extract<Test, { kind: 'regex' }>,
  context: AddedContext,
): Candidate | null {
  const [, inline = '', words = ''] =
    /^(?:\(\?(i)\))?\^?((?:[A-Za-z0-9 _,:;=@%`!~-]|\.[*+](?![?+*{]))+)\$?$/.exec(source) ?? [];
  const length = words.replace(/\.[*+]/g, '').length;
  if (length < SHORTEST || /[^i]/.test(flags) || !isWrittenAsIs(words, context)) return null;
  return {
    literal: null,
    length: words.length,
    filter: `|~ ${quote(`${flags + inline === '' ? '' : '(?i)'}${words}`)}`,
  };
}

/** Not what a writer of the format may escape: JSON can have `<` as `\u003c`, and `=` as `\u003d`. */
function isWrittenAsIs(text: string, { lines }: AddedContext): boolean {
  return lines === 'logfmt'
    ? /^[ !#-[\]-~]*$/.test(text)
    : /^[A-Za-z0-9 _.,:;@#$%!?*()[\]{}|~^-]*$/.test(text);
}

/** The leftmost of the longest texts that are in both. */
function longestCommon(a: string, b: string): string {
  let best = '';
  let before = new Uint16Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    const row = new Uint16Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      if (a[i] !== b[j]) continue;
      row[j + 1] = before[j]! + 1;
      if (row[j + 1]! > best.length) best = a.slice(i + 1 - row[j + 1]!, i + 1);
    }
    before = row;
  }
  return best;
}
