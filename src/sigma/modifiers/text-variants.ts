import type { Piece } from '../../model/glob.js';
import { parseWildcards } from '../match/wildcard.js';
import type { Chain } from './chain.js';
import { type EncodedText, encode } from './encoding.js';
import { expandPlaceholders, type Placeholders } from './expand.js';
import { windash } from './windash.js';

/** What a text of a rule stands for: several patterns when placeholders or encodings make them of it. */
export function textVariants(
  text: string,
  chain: Chain,
  placeholders: Placeholders | null,
): (readonly Piece[])[] {
  const parsed = chain.expand ? expandPlaceholders(text, placeholders) : [parseWildcards(text)];
  return parsed.flatMap((pieces) => transform(pieces, chain));
}

function transform(pieces: readonly Piece[], chain: Chain): (readonly Piece[])[] {
  if (chain.transforms.length === 0) return [pieces];
  let values: EncodedText[] = [{ pieces, bytes: false }];
  for (const step of chain.transforms) {
    values = values.flatMap((value) =>
      step === 'windash' ? [{ pieces: windash(value.pieces), bytes: value.bytes }] : encode(value, step),
    );
  }
  return values.map((value) => value.pieces);
}
