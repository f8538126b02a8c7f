/** How the text of a file is encoded, by the byte order mark at its start. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const LF = 10;

/** `beginning`: the first bytes of the file, two of which say it. */
export function encodingOf(beginning: Uint8Array): Encoding {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/**
 * Index after the last line end of a block, 0 without any. `at`: where the block stands in its file; `before`: the byte
 * before it, for a line end of two bytes may lie in two blocks.
 */
export function linesEnd(block: Buffer, at: number, before: number, encoding: Encoding): number {
  if (encoding === 'utf-8') return block.lastIndexOf(LF) + 1;
  const [first, second] = encoding === 'utf-16le' ? [LF, 0] : [0, LF];
  for (let i = block.length - 1; i >= 0; i--) {
    i = block.lastIndexOf(second, i);
    if (i < 0) break;
    if (((at + i) & 1) === 1 && (i === 0 ? before : block[i - 1]) === first) return i + 1;
  }
  return 0;
}
