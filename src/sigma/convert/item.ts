import { DASH, DASHES, MANY, type Piece } from '../../model/glob.js';
import type { Json } from '../../model/json.js';
import type { FieldItem } from '../../model/rule.js';
import { type Chain, readChain } from '../modifiers/chain.js';
import { compileItem } from '../modifiers/compile-item.js';
import type { Placeholders } from '../modifiers/expand.js';
import { textVariants } from '../modifiers/text-variants.js';
import type { Expression, Test } from './expression.js';

/** `field|modifier…: value(s)` as tests. Throws RuleError as matching it would. */
export function itemExpression(item: FieldItem, placeholders: Placeholders): Expression {
  compileItem(item, placeholders);
  const chain = readChain(item.modifiers);
  // A name of blanks is nobody's field.
  const field = item.field === null || item.field.trim() === '' ? null : item.field;
  const asked = (test: Test): Expression => ({ kind: 'test', field, test });
  if (chain.operator === 'exists') {
    const exists = asked({ kind: 'exists' });
    return item.values[0] === true ? exists : { kind: 'not', of: exists };
  }
  const known = { ...placeholders, ...item.placeholders };
  const values = item.values.map((value) =>
    joined('or', testsOf(value, chain, { isKeyword: item.field === null, placeholders: known }).map(asked)),
  );
  const all = joined(chain.all ? 'and' : 'or', values);
  return chain.negated ? { kind: 'not', of: all } : all;
}

function joined(kind: 'and' | 'or', of: readonly Expression[]): Expression {
  return of.length === 1 ? of[0]! : { kind, of };
}

interface Place {
  readonly isKeyword: boolean;
  readonly placeholders: Placeholders;
}

/** Alternatives of one value; compileItem has seen to it that value and modifiers go together. */
function testsOf(value: Json, chain: Chain, { isKeyword, placeholders }: Place): Test[] {
  const { operator, openStart, openEnd, cased } = chain;
  switch (operator) {
    case 're':
      return [{ kind: 'regex', source: String(value), flags: chain.flags }];
    case 'cidr':
      return [{ kind: 'cidr', block: String(value).trim() }];
    case 'compare':
      return [{ kind: 'compare', op: chain.comparison!, value: value as number | bigint }];
    case 'time':
      return [{ kind: 'time', part: chain.timePart!, op: chain.comparison, value: value as number }];
    case 'fieldref':
      return [{ kind: 'reference', other: String(value), openStart, openEnd }];
    default:
  }
  if (value === null) return [{ kind: 'null' }];
  if (!isKeyword && !openStart && !openEnd && chain.transforms.length === 0) {
    if (typeof value === 'boolean') return [{ kind: 'boolean', value }];
    if (typeof value !== 'string') return [{ kind: 'number', value: value as number | bigint }];
  }
  const start: Piece[] = openStart ? [MANY] : [];
  const end: Piece[] = openEnd ? [MANY] : [];
  return textVariants(String(value), chain, placeholders)
    .flatMap(dashVariants)
    .map((pieces) => ({ kind: 'text', pieces: [...start, ...pieces, ...end], cased }));
}

/** One dash is written out as each of those it may be; more of them would be too many texts. */
function dashVariants(pieces: readonly Piece[]): (readonly Piece[])[] {
  if (pieces.filter((piece) => piece === DASH).length !== 1) return [pieces];
  return [...DASHES].map((dash) => pieces.map((piece) => (piece === DASH ? dash : piece)));
}
