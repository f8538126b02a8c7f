import { Glob, joinPieces, MANY, ONE, type Piece } from '../model/glob.js';
import { isWrongBlock, readAddress, readAddressBlock, spellingsOf } from './address.js';
import type { ValueTest } from './query.js';
import { readTime } from './time.js';

export type Comparison = ':' | '=' | '<' | '<=' | '>' | '>=';

export interface WrittenValue {
  readonly field: string;
  readonly op: Comparison;
  readonly text: string;
  readonly isQuoted: boolean;
  /** ms */
  readonly now: number;
}

/** Fields that hold times, ms in an Event. */
export const TIME_FIELDS: ReadonlySet<string> = new Set(['@timestamp', 'event.created']);
/** Fields of free text: `:` looks inside. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(['message', 'event.original']);

const REVERSED = 'Expected the lower end before ".." and the higher one behind it; a text is quoted';

/** Found nothing, and with `!=` everything: nobody means that. */
const ONE_ADDRESS =
  'Expected one address after "=" or "!="; a block or a range is asked for by ":", as in source.ip:10.0.0.0/8 or not source.ip:10.0.0.0/8';

/** What a value after an operator asks for, or what was expected instead. */
export function readTest(value: WrittenValue): ValueTest | string {
  if (TIME_FIELDS.has(value.field)) return timeTest(value);
  if (value.op !== ':' && value.op !== '=') return orderTest(value);
  const { field, op, text, isQuoted } = value;
  if (op === ':' && !isQuoted) {
    const block = readAddressBlock(text);
    if (block !== null) return block;
    if (isWrongBlock(text)) return 'Expected a block of at most /32, of IPv6 at most /128; a text is quoted';
    const span = spanTest(text);
    if (span !== null) return span.from > span.to ? REVERSED : span;
    const glob = readGlob(text);
    if (glob !== null) return { kind: 'glob', glob };
  }
  if (op === '=' && !isQuoted && field.endsWith('.ip') && isManyAddresses(text)) return ONE_ADDRESS;
  const plain = isQuoted || op === '=' ? text : unescaped(text);
  if (op === ':' && TEXT_FIELDS.has(field)) return { kind: 'contains', text: plain.toLowerCase() };
  return { kind: 'equal', texts: spellingsOf(plain).map((spelling) => spelling.toLowerCase()) };
}

function timeTest({ field, op, text, now }: WrittenValue): ValueTest | string {
  const [low, high, more] = op === ':' ? text.split('..') : [text];
  const from = readTime(low!, now);
  const to = high === undefined ? from : readTime(high, now);
  if (from === null || to === null || more !== undefined)
    return `Expected a time as value of "${field}", such as 2026-11-20, 2026-11-20T10:30 or now-6h`;
  switch (op) {
    case '<':
      return { kind: 'times', from: Number.NEGATIVE_INFINITY, until: from.start };
    case '<=':
      return { kind: 'times', from: Number.NEGATIVE_INFINITY, until: from.end };
    case '>':
      return { kind: 'times', from: from.end, until: Number.POSITIVE_INFINITY };
    case '>=':
      return { kind: 'times', from: from.start, until: Number.POSITIVE_INFINITY };
    default:
      return from.start >= to.end ? REVERSED : { kind: 'times', from: from.start, until: to.end };
  }
}

function orderTest({ op, text }: WrittenValue): ValueTest | string {
  const address = readAddress(text);
  if (address !== null) {
    const { family, value } = address;
    const last = family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n;
    if (op === '<' || op === '<=')
      return { kind: 'addresses', family, from: 0n, to: op === '<' ? value - 1n : value };
    return { kind: 'addresses', family, from: op === '>' ? value + 1n : value, to: last };
  }
  const number = readNumber(text);
  if (number === null) return `Expected a number or an address after "${op}"`;
  if (op === '<' || op === '<=')
    return {
      kind: 'numbers',
      from: Number.NEGATIVE_INFINITY,
      to: op === '<' ? neighbour(number, -1) : number,
    };
  return { kind: 'numbers', from: op === '>' ? neighbour(number, 1) : number, to: Number.POSITIVE_INFINITY };
}

/** The nearest on the other side: `< 5` is `<= 4.999…`. So far out that it takes a bigint, doubles are integers. */
function neighbour(number: number | bigint, step: 1 | -1): number | bigint {
  return typeof number === 'bigint' ? number + BigInt(step) : nextDouble(number, step);
}

/** `1000..2000`, `10.0.0.1..10.0.0.99`; null for all other text. */
function spanTest(text: string): Extract<ValueTest, { kind: 'addresses' | 'numbers' }> | null {
  const at = text.indexOf('..');
  if (at < 0) return null;
  const [low, high] = [text.slice(0, at), text.slice(at + 2)];
  const [first, last] = [readAddress(low), readAddress(high)];
  if (first !== null && last !== null && first.family === last.family)
    return { kind: 'addresses', family: first.family, from: first.value, to: last.value };
  const [from, to] = [readNumber(low), readNumber(high)];
  return from === null || to === null ? null : { kind: 'numbers', from, to };
}

function isManyAddresses(text: string): boolean {
  return text.includes('/') ? readAddressBlock(text) !== null : spanTest(text)?.kind === 'addresses';
}

/** Text of a decimal number that a value may be compared as, integers exactly; null for all else. */
export function readNumber(text: string): number | bigint | null {
  if (text.length > 40 || !/^[+-]?\d+(?:\.\d+)?$/.test(text)) return null;
  if (text.length < SURELY_EXACT || text.includes('.')) return Number(text);
  return BigInt(text.replace(/^\+/, ''));
}

/** Integers with fewer digits are below 2^53. */
const SURELY_EXACT = 16;

function readGlob(text: string): Glob | null {
  const pieces: Piece[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '*') pieces.push(MANY);
    else if (character === '?') pieces.push(ONE);
    else {
      if (character === '\\' && isEscapable(text[i + 1])) i++;
      pieces.push(text[i]!.toLowerCase());
    }
  }
  return pieces.every((piece) => typeof piece === 'string') ? null : new Glob(joinPieces(pieces));
}

function unescaped(text: string): string {
  return text.replace(/\\([*?()" \\])/g, '$1');
}

function isEscapable(character: string | undefined): boolean {
  return character !== undefined && '*?()" \\'.includes(character);
}

const doubles = new DataView(new ArrayBuffer(8));

/** The next double above (`step` 1) or below (-1). */
function nextDouble(value: number, step: 1 | -1): number {
  if (value === 0) return step * Number.MIN_VALUE;
  doubles.setFloat64(0, value);
  doubles.setBigInt64(0, doubles.getBigInt64(0) + BigInt(value > 0 ? step : -step));
  return doubles.getFloat64(0);
}
