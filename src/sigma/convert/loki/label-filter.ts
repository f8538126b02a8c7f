import { joinPieces, MANY, ONE } from '../../../model/glob.js';
import { literalText } from '../../match/wildcard.js';
import { NotExpressible } from '../backend.js';
import { type Clause, junction, type Leaf, leavesOf, mapLeaves, type Test } from '../expression.js';
import type { ComputedLabels } from './computed-labels.js';
import { wholeLabelRegex } from './regex.js';
import { doubleQuoted, labelOf, quote, regexOfPieces } from './text.js';

export interface FilterContext {
  readonly caseSensitive: boolean;
  readonly computed: ComputedLabels;
}

/** A label filter expression: `and` binds tighter than `or`. */
export function labelFilters(clause: Clause, context: FilterContext): string {
  if (clause.kind === 'test') return labelFilter(clause, context);
  const parts = clause.of.map((part) => {
    const text = labelFilters(part, context);
    return clause.kind === 'and' && part.kind === 'or' ? `(${text})` : text;
  });
  return parts.join(` ${clause.kind} `);
}

/** Numbers and addresses are not compared where there is no label: what must not be one is so without it as well. */
export function withAbsent(clause: Clause): Clause {
  return mapLeaves(clause, (leaf) => {
    const needsLabel =
      leaf.test.kind === 'number' || leaf.test.kind === 'compare' || leaf.test.kind === 'cidr';
    if (!leaf.negated || !needsLabel) return leaf;
    return junction('or', [
      leaf,
      { kind: 'test', field: leaf.field, test: { kind: 'exists' }, negated: true },
    ]);
  });
}

/**
 * Can a line get through with an error on it? Such a line fails a whole metric query: one whose label is no number, whose
 * template did not work, or that the parser could not read and that is asked for what is not there.
 */
export function mayLeaveErrors(clause: Clause, isLogfmt: boolean): boolean {
  return leavesOf(clause).some(({ test, negated }) => {
    switch (test.kind) {
      case 'number':
      case 'compare':
      case 'reference':
      case 'time':
        return true;
      case 'exists':
        return negated && !isLogfmt;
      case 'null':
        return !negated && !isLogfmt;
      default:
        return negated && !isLogfmt;
    }
  });
}

function labelFilter({ field, test, negated }: Leaf, { caseSensitive, computed }: FilterContext): string {
  const label = labelOf(field!);
  const equal = negated ? '!=' : '=';
  switch (test.kind) {
    case 'text': {
      const literal = literalText(joinPieces(test.pieces));
      if (literal !== null && (test.cased || caseSensitive)) return `${label}${equal}${quote(literal)}`;
      return `${label}${negated ? '!~' : '=~'}${quote(textRegex(test, caseSensitive && !hasWildcard(test)))}`;
    }
    case 'regex':
      return `${label}${negated ? '!~' : '=~'}${quote(wholeLabelRegex(test))}`;
    case 'boolean':
      return `${label}${negated ? '!~' : '=~'}${quote(`(?i)^${test.value}$`)}`;
    case 'number':
      return `${label}${equal}${number(test.value)}`;
    case 'compare':
      return `${label}${COMPARISONS[negated ? INVERSE[test.op] : test.op]}${number(test.value)}`;
    case 'null':
      return `${label}${equal}\`\``;
    case 'exists':
      return `${label}${negated ? '=' : '!='}""`;
    case 'cidr':
      return `${label}${equal}ip(${addressBlock(test.block)})`;
    case 'reference':
      return `${computed.reference(field!, test)}${equal}\`true\``;
    case 'time': {
      const { label: part, digits } = computed.timePart(field!, test);
      if (test.op === null) return `${part}${equal}\`${String(test.value).padStart(digits, '0')}\``;
      const bound = `${part}${COMPARISONS[negated ? INVERSE[test.op] : test.op]}${number(test.value)}`;
      // Without a time there is no part; comparing it as a number would let the line through for its error, or leave it out.
      return negated ? `(${part}="" or ${bound})` : `${part}!="" and ${bound}`;
    }
  }
}

/** Anchors stand where no wildcard does: Loki does not always compare the whole label. */
export function textRegex({ pieces, cased }: Extract<Test, { kind: 'text' }>, asWritten = false): string {
  const joined = joinPieces(pieces);
  const start = joined[0] === MANY ? '' : '^';
  const end = joined[joined.length - 1] === MANY ? '' : '$';
  return `${cased || asWritten ? '' : '(?i)'}${start}${regexOfPieces(joined)}${end}`;
}

function hasWildcard({ pieces }: Extract<Test, { kind: 'text' }>): boolean {
  return pieces.some((piece) => piece === MANY || piece === ONE);
}

/** `ip` takes no zones. */
export function addressBlock(block: string): string {
  return doubleQuoted(block.replace(/%[^/]*/, ''));
}

const COMPARISONS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const INVERSE = { lt: 'gte', lte: 'gt', gt: 'lte', gte: 'lt' } as const;

export function number(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isFinite(value)) return String(value).replace('e+', 'e');
  throw new NotExpressible(`LogQL knows no number ${value}.`);
}
