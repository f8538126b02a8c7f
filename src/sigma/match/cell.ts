import { fold } from './wildcard.js';

/**
 * One value of an event while it is matched: text, folded text and number are made at most once, when a predicate
 * asks. Reused from event to event.
 */
export class Cell {
  /** undefined = the field is absent. */
  value: unknown = undefined;
  /** Set for arrays: a predicate holds when it holds for any member. */
  members: readonly Cell[] | null = null;
  #text: string | null | undefined = null;
  #folded: string | null = null;
  #number: number | bigint | null | undefined = null;

  set(value: unknown, depth = 0): void {
    this.value = value;
    this.#folded = null;
    if (typeof value === 'string') {
      this.members = null;
      this.#text = value;
    } else {
      this.members = Array.isArray(value) ? cellsOf(value, depth) : null;
      this.#text = undefined;
    }
    this.#number = undefined;
  }

  /** Text of a string, number or boolean; null for everything else: null and objects are not text. */
  text(): string | null {
    if (this.#text === undefined) this.#text = scalarText(this.value);
    return this.#text;
  }

  folded(): string | null {
    if (this.#folded === null) {
      const text = this.text();
      if (text === null) return null;
      this.#folded = fold(text);
    }
    return this.#folded;
  }

  /** Number of a number or of decimal text; integers beyond 2^53 stay exact. */
  number(): number | bigint | null {
    if (this.#number === undefined) this.#number = decimalNumber(this.value);
    return this.#number;
  }
}

/** Arrays nested deeper are not looked into: nothing of the input decides how deep we recurse. */
const MAX_DEPTH = 64;

function cellsOf(values: readonly unknown[], depth: number): readonly Cell[] {
  if (depth === MAX_DEPTH) return [];
  return values.map((value) => {
    const cell = new Cell();
    cell.set(value, depth + 1);
    return cell;
  });
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : null;
}

const INTEGER = /^[-+]?[0-9]+$/;
const DECIMAL = /^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)$/;
const WHOLE = /^[-+]?[0-9]+\.0*$/;
/** A double has so many decimal digits at least. */
const SAFE_DIGITS = 15;
/** Longer text is not a number anybody compares; bounds the cost of BigInt. */
const MAX_DIGITS = 64;

/** Blanks around decimal text are ignored; exponents and hexadecimal are not decimal. */
export function decimalNumber(value: unknown): number | bigint | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'string' || value.length > MAX_DIGITS) return null;
  const text = value.trim();
  if (INTEGER.test(text)) return integer(text);
  if (!DECIMAL.test(text)) return null;
  return text.length > SAFE_DIGITS && WHOLE.test(text)
    ? integer(text.slice(0, text.indexOf('.')))
    : Number(text);
}

function integer(text: string): number | bigint {
  return text.length <= SAFE_DIGITS ? Number(text) : BigInt(text.replace(/^\+/, ''));
}
