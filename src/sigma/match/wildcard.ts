import { MANY, ONE, type Piece } from '../../model/glob.js';

/**
 * Left to right; a backslash only takes away the meaning of a following `*`, `?` or `\`, and is plain before
 * anything else and at the end.
 */
export function parseWildcards(text: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === BACKSLASH) {
      if (!isSpecial(text.charCodeAt(i + 1))) continue;
      literal += text.slice(from, i);
      from = ++i;
    } else if (char === STAR || char === QUESTION) {
      literal += text.slice(from, i);
      if (literal !== '') pieces.push(literal);
      literal = '';
      from = i + 1;
      pieces.push(char === STAR ? MANY : ONE);
    }
  }
  literal += text.slice(from);
  if (literal !== '') pieces.push(literal);
  return pieces;
}

const BACKSLASH = 92;
const STAR = 42;
const QUESTION = 63;

function isSpecial(code: number): boolean {
  return code === BACKSLASH || code === STAR || code === QUESTION;
}

/** The text when there are no wildcards in it, else null. */
export function literalText(pieces: readonly Piece[]): string | null {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') return null;
    text += piece;
  }
  return text;
}

export function foldPieces(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => (typeof piece === 'string' ? fold(piece) : piece));
}

/**
 * Text with case taken away, one character for one: Unicode lower case, but for three letters. Lower-casing picks the
 * final sigma by position, which would hide a substring, keeps the long s, which regular expressions take for an s, and
 * makes two characters of the dotted capital i, which stays as it is.
 */
export function fold(text: string): string {
  if (text === lastText) return lastFolded;
  // The searches are free for texts without characters above U+00FF.
  let folded = text.includes('İ') ? aroundDottedI(text) : text.toLowerCase();
  if (folded.includes('ς')) folded = folded.replaceAll('ς', 'σ');
  if (folded.includes('ſ')) folded = folded.replaceAll('ſ', 's');
  if (text.length >= REMEMBERED_LENGTH) {
    lastText = text;
    lastFolded = folded;
  }
  return folded;
}

function aroundDottedI(text: string): string {
  return text
    .split('İ')
    .map((part) => part.toLowerCase())
    .join('İ');
}

/** The message is asked for as a field and as a value to search: the last long text is folded once. */
const REMEMBERED_LENGTH = 64;
let lastText = '';
let lastFolded = '';
