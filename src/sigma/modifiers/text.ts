import { Glob, joinPieces, MANY, type Piece } from '../../model/glob.js';
import type { Cell } from '../match/cell.js';
import { COST, PRESENCE, type Predicate, type Witness } from '../match/predicate.js';
import { fold, foldPieces } from '../match/wildcard.js';

/** The cheapest predicate for a text with wildcards. Without `cased`, case is folded on both sides. */
export function textPredicate(parsed: readonly Piece[], cased: boolean): Predicate {
  const pieces = joinPieces(cased ? parsed : foldPieces(parsed));
  if (pieces.length === 0) return new EqualText('', cased);
  const openStart = pieces[0] === MANY;
  const openEnd = pieces[pieces.length - 1] === MANY;
  const inner = pieces.slice(openStart ? 1 : 0, openEnd ? -1 : undefined);
  if (inner.length === 0) return new AnyText();
  const [text] = inner;
  if (inner.length > 1 || typeof text !== 'string') return new GlobText(pieces, cased);
  return foundText(text, { openStart, openEnd, cased });
}

/** For a text without wildcards and what may stand around it. */
export function literalPredicate(text: string, place: Place): Predicate {
  return foundText(place.cased ? text : fold(text), place);
}

interface Place {
  readonly openStart: boolean;
  readonly openEnd: boolean;
  readonly cased: boolean;
}

function foundText(text: string, { openStart, openEnd, cased }: Place): Predicate {
  if (openStart) return openEnd ? new ContainsText(text, cased) : new EndsWithText(text, cased);
  return openEnd ? new StartsWithText(text, cased) : new EqualText(text, cased);
}

/** `*`: any text, number or boolean, also an empty one. */
class AnyText implements Predicate {
  readonly cost = COST.presence;
  readonly witness = PRESENCE;

  test(cell: Cell): boolean {
    return cell.text() !== null;
  }
}

export class EqualText implements Predicate {
  readonly cost = COST.equal;
  readonly text: string;
  readonly cased: boolean;

  constructor(text: string, cased: boolean) {
    this.text = text;
    this.cased = cased;
  }

  get witness(): Witness {
    return textWitness('whole', this.text, this.cased);
  }

  test(cell: Cell): boolean {
    return (this.cased ? cell.text() : cell.folded()) === this.text;
  }
}

/** Equal to one of many: the hash lists of real rules have thousands. */
export class EqualAnyText implements Predicate {
  readonly cost = COST.equal;
  readonly witness = PRESENCE;
  readonly #texts: ReadonlySet<string>;
  readonly #cased: boolean;

  constructor(texts: Iterable<string>, cased: boolean) {
    this.#texts = new Set(texts);
    this.#cased = cased;
  }

  test(cell: Cell): boolean {
    const text = this.#cased ? cell.text() : cell.folded();
    return text !== null && this.#texts.has(text);
  }
}

export class ContainsText implements Predicate {
  readonly cost = COST.search;
  readonly text: string;
  readonly cased: boolean;

  constructor(text: string, cased: boolean) {
    this.text = text;
    this.cased = cased;
  }

  get witness(): Witness {
    return textWitness('anywhere', this.text, this.cased);
  }

  test(cell: Cell): boolean {
    const text = this.cased ? cell.text() : cell.folded();
    return text?.includes(this.text) ?? false;
  }
}

export class StartsWithText implements Predicate {
  readonly cost = COST.edge;
  readonly text: string;
  readonly cased: boolean;

  constructor(text: string, cased: boolean) {
    this.text = text;
    this.cased = cased;
  }

  get witness(): Witness {
    return textWitness('start', this.text, this.cased);
  }

  test(cell: Cell): boolean {
    const text = this.cased ? cell.text() : cell.folded();
    return text?.startsWith(this.text) ?? false;
  }
}

export class EndsWithText implements Predicate {
  readonly cost = COST.edge;
  readonly text: string;
  readonly cased: boolean;

  constructor(text: string, cased: boolean) {
    this.text = text;
    this.cased = cased;
  }

  get witness(): Witness {
    return textWitness('end', this.text, this.cased);
  }

  test(cell: Cell): boolean {
    const text = this.cased ? cell.text() : cell.folded();
    return text?.endsWith(this.text) ?? false;
  }
}

export class GlobText implements Predicate {
  readonly cost = COST.glob;
  readonly witness: Witness;
  /** With case taken away, unless it counts. */
  readonly pieces: readonly Piece[];
  readonly #glob: Glob;
  readonly cased: boolean;

  constructor(pieces: readonly Piece[], cased: boolean) {
    this.pieces = pieces;
    this.#glob = new Glob(pieces);
    this.cased = cased;
    this.witness = longestLiteral(pieces);
  }

  test(cell: Cell): boolean {
    const text = this.cased ? cell.text() : cell.folded();
    return text !== null && this.#glob.test(text);
  }
}

/** Boolean, or its text in any case. */
export class EqualBoolean implements Predicate {
  readonly cost = COST.equal;
  readonly witness: Witness;
  readonly value: boolean;

  constructor(value: boolean) {
    this.value = value;
    this.witness = textWitness('whole', String(value), false);
  }

  test(cell: Cell): boolean {
    if (typeof cell.value === 'string') return cell.folded() === String(this.value);
    return cell.value === this.value;
  }
}

/** Absent or null. */
export class IsNull implements Predicate {
  readonly cost = COST.presence;
  readonly witness = null;

  test(cell: Cell): boolean {
    return cell.value === undefined || cell.value === null;
  }
}

/** Case-sensitive text is looked for folded, too, and then compared. */
function textWitness(at: 'whole' | 'start' | 'end' | 'anywhere', text: string, cased: boolean): Witness {
  return { kind: 'text', at, text: cased ? fold(text) : text, decides: !cased };
}

function longestLiteral(pieces: readonly Piece[]): Witness {
  let longest = '';
  for (const piece of pieces) if (typeof piece === 'string' && piece.length > longest.length) longest = piece;
  if (longest === '') return PRESENCE;
  return { kind: 'text', at: 'anywhere', text: fold(longest), decides: false };
}
