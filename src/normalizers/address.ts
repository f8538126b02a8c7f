import { codeAt } from '../model/code-at.js';

/**
 * IP addresses in log text. An address found in a record is an identity (group key, block list): it is accepted
 * only when the whole token is one, and IPv6 is brought to its one spelling of RFC 5952.
 */

/** The address written at text[start, end) in canonical form, or null: `::ffff:192.0.2.1` is `192.0.2.1`. */
export function readAddress(text: string, start: number, end: number): string | null {
  if (end - start < 2 || end - start > 64) return null;
  if (isIpv4(text, start, end)) return text.slice(start, end);
  return text.indexOf(':', start) < end ? readIpv6(text, start, end) : null;
}

/** `readAddress` of a whole text; null in, null out. */
export function toAddress(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : readAddress(text, 0, text.length);
}

/** Dotted quad, each part 0..255 without leading zeros. */
export function isIpv4(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 7 || length > 15 || start < 0 || end > text.length) return false;
  let state = FIRST_STATE;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    state = code < 128 ? QUAD_STATES[state * SYMBOLS + SYMBOL_OF[code]!]! : REFUSED;
  }
  return state > LAST_PART;
}

/*
 * The quad as a state machine: in an address no branch can be foreseen, and a wrong guess costs the processor more than
 * reading the character. A state is 7 × the number of dots + what may follow in the part, 1..27; 0 refuses for good.
 */
const PART_STATES = 7;
const EMPTY = 1;
/** The part is complete: `0`, or one more digit would be too many. */
const FULL = 2;
const ONE = 3;
const TWO = 4;
/** Any one digit may follow: `1d`, `20` to `24`, `3` to `9`. */
const ANY_MORE = 5;
const TWENTY_FIVE = 6;
const REFUSED = 0;
const FIRST_STATE = EMPTY;
/** Past it are the states of the fourth part that is not empty. */
const LAST_PART = 3 * PART_STATES + EMPTY;

const SYMBOLS = 12;
const DOT_SYMBOL = 10;
const SYMBOL_OF = new Uint8Array(128).fill(11);
for (let digit = 0; digit <= 9; digit++) SYMBOL_OF[0x30 + digit] = digit;
SYMBOL_OF[0x2e] = DOT_SYMBOL;

const QUAD_STATES = new Uint8Array((4 * PART_STATES + 1) * SYMBOLS);
for (let dots = 0; dots < 4; dots++) {
  const base = dots * PART_STATES;
  for (let part = EMPTY; part < PART_STATES; part++) {
    for (let digit = 0; digit <= 9; digit++) {
      const next = afterDigit(part, digit);
      if (next !== REFUSED) QUAD_STATES[(base + part) * SYMBOLS + digit] = base + next;
    }
    if (part !== EMPTY && dots < 3) {
      QUAD_STATES[(base + part) * SYMBOLS + DOT_SYMBOL] = base + PART_STATES + EMPTY;
    }
  }
}

function afterDigit(part: number, digit: number): number {
  switch (part) {
    case EMPTY:
      return digit === 0 ? FULL : digit === 1 ? ONE : digit === 2 ? TWO : ANY_MORE;
    case ONE:
      return ANY_MORE;
    case TWO:
      return digit < 5 ? ANY_MORE : digit === 5 ? TWENTY_FIVE : FULL;
    case ANY_MORE:
      return FULL;
    case TWENTY_FIVE:
      return digit <= 5 ? FULL : REFUSED;
    default:
      return REFUSED;
  }
}

const groups = new Uint16Array(8);

/** RFC 4291 §2.2 in, RFC 5952 out. A zone (`fe80::1%eth0`) is dropped: it means nothing off the host. */
function readIpv6(text: string, start: number, stop: number): string | null {
  let end = stop;
  for (let i = start; i < stop; i++) if (codeAt(text, i) === 0x25) end = Math.min(end, i);
  let count = 0;
  let gap = -1;
  let i = start;
  if (codeAt(text, i) === 0x3a) {
    if (codeAt(text, i + 1) !== 0x3a) return null;
    i++;
  }
  while (i < end) {
    if (codeAt(text, i) === 0x3a) {
      if (gap >= 0) return null;
      gap = count;
      i++;
      if (i === end) break;
    }
    if (count <= 6 && isIpv4(text, i, end)) {
      count = pushIpv4(text, i, end, count);
      i = end;
      break;
    }
    if (count === 8) return null;
    let value = 0;
    let digits = 0;
    for (let hex = hexValue(codeAt(text, i)); i < end && hex >= 0; hex = hexValue(codeAt(text, i))) {
      value = value * 16 + hex;
      if (++digits > 4) return null;
      i++;
    }
    if (digits === 0) return null;
    groups[count++] = value;
    if (i === end) break;
    if (codeAt(text, i) !== 0x3a || ++i === end) return null;
  }
  if (gap < 0 ? count !== 8 : count > 7) return null;
  return formatIpv6(count, gap);
}

function pushIpv4(text: string, start: number, end: number, count: number): number {
  const [a, b, c, d] = text.slice(start, end).split('.').map(Number) as [number, number, number, number];
  groups[count] = a * 256 + b;
  groups[count + 1] = c * 256 + d;
  return count + 2;
}

function formatIpv6(count: number, gap: number): string {
  if (gap >= 0) {
    groups.copyWithin(8 - (count - gap), gap, count);
    groups.fill(0, gap, 8 - (count - gap));
  }
  if (isMapped()) return `${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`;
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
    i += length;
  }
  let out = '';
  for (let i = 0; i < 8; i++) {
    if (i === best) {
      out += '::';
      i += bestLength - 1;
      continue;
    }
    if (out !== '' && !out.endsWith(':')) out += ':';
    out += groups[i]!.toString(16);
  }
  return out;
}

function isMapped(): boolean {
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return false;
  return groups[5] === 0xffff;
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
