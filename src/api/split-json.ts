const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

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

/** Behind the bracket that closes the one at `start`; -1 = none does. */
function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        depth++;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        if (--depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The quote that ends the string which begins at `start`, or the end of the text. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function afterBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
