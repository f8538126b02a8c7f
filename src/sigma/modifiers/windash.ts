import { DASH, type Piece } from '../../model/glob.js';

const FLAG = /(?<![A-Za-z0-9_])[-/](?=[A-Za-z0-9_])/g;

/**
 * Each `-` or `/` at the start of a word becomes any of the dashes that Windows programs take (as pySigma does it:
 * `\B[-/]\b`); dashes inside words stay. One wildcard instead of 5^n texts.
 */
export function windash(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => {
    if (typeof piece !== 'string') return [piece];
    return piece.split(FLAG).flatMap((text, i): Piece[] => (i === 0 ? [text] : [DASH, text]));
  });
}
