const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];

/**
 * Index behind the object that begins at `start`. Negative = it does not end, and `~index` is where that was seen: at the end, or at a
 * line end in a string, which JSON does not have.
 */
export function endOfObject(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        if (bytes[at] !== QUOTE) return ~at;
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
  return ~bytes.length;
}

/** Index of the first byte from `from` on that is no blank of JSON. */
export function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

/** The same object on one line: outside of strings line ends are blanks. */
export function onOneLine(object: Uint8Array): Uint8Array {
  if (!object.includes(LF) && !object.includes(CR)) return object;
  const line = new Uint8Array(object);
  for (let at = 0; at < line.length; at++) if (line[at] === LF || line[at] === CR) line[at] = SPACE;
  return line;
}

/** Index of the quote that ends the string, of the line end that it does not survive, or the length. */
export function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE || byte === LF) return at;
    if (byte === BACKSLASH) at++;
  }
  return bytes.length;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}
