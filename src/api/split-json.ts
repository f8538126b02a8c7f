import { afterBlanks, endOfObject } from '../model/json-objects.js';

const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT] = [0x2c, 0x5b, 0x5d, 0x7b];

/**
 * The objects of a JSON array, or the one object that the text is, as the bytes that they are: what is in them, 64-bit
 * integers too, is the parser's to read. Null = the text is neither.
 */
export function splitJson(bytes: Buffer): Buffer[] | null {
  let at = afterBlanks(bytes, 0);
  if (bytes[at] === OPEN_OBJECT) {
    const end = endOfObject(bytes, at);
    return end > 0 && afterBlanks(bytes, end) === bytes.length ? [bytes.subarray(at, end)] : null;
  }
  if (bytes[at] !== OPEN_LIST) return null;
  at = afterBlanks(bytes, at + 1);
  const objects: Buffer[] = [];
  while (bytes[at] === OPEN_OBJECT) {
    const end = endOfObject(bytes, at);
    if (end < 0) return null;
    objects.push(bytes.subarray(at, end));
    at = afterBlanks(bytes, end);
    if (bytes[at] !== COMMA) break;
    at = afterBlanks(bytes, at + 1);
    if (bytes[at] !== OPEN_OBJECT) return null;
  }
  return bytes[at] === CLOSE_LIST && afterBlanks(bytes, at + 1) === bytes.length ? objects : null;
}
