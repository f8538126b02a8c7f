import { DASH, DASHES, ONE, type Piece } from '../../model/glob.js';
import { literalText } from '../match/wildcard.js';
import { RuleError } from '../rule-error.js';
import type { Encoding } from './chain.js';

/** A value on its way through the transforms. `bytes`: each character of its literals stands for one byte. */
export interface EncodedText {
  readonly pieces: readonly Piece[];
  readonly bytes: boolean;
}

/** Alternatives of one value: more than one for `base64offset` and for `windash` before an encoding. */
export function encode({ pieces, bytes }: EncodedText, encoding: Encoding): EncodedText[] {
  return dashVariants(pieces).flatMap((variant) => encodeOne({ pieces: variant, bytes }, encoding));
}

function encodeOne(value: EncodedText, encoding: Encoding): EncodedText[] {
  switch (encoding) {
    case 'utf16le':
      return [mapLiterals(value, utf16le)];
    case 'utf16be':
      return [mapLiterals(value, utf16be)];
    case 'utf16': {
      const { pieces } = mapLiterals(value, utf16le);
      return [{ pieces: ['\xff\xfe', ...pieces], bytes: true }];
    }
    case 'base64':
      return [{ pieces: [bytesOf(value).toString('base64')], bytes: false }];
    case 'base64offset':
      return base64Offsets(bytesOf(value)).map((text) => ({ pieces: [text], bytes: false }));
  }
}

/** Of UTF-16, where most characters are two bytes. */
function mapLiterals({ pieces }: EncodedText, map: (text: string) => string): EncodedText {
  const mapped = pieces.flatMap((piece): readonly Piece[] => {
    if (typeof piece === 'string') return [map(piece)];
    return piece === ONE ? [ONE, ONE] : [piece];
  });
  return { pieces: mapped, bytes: true };
}

/** Bytes as characters, so that wildcards can stay between them. */
function utf16le(text: string): string {
  return Buffer.from(text, 'utf16le').toString('latin1');
}

function utf16be(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('latin1');
}

function bytesOf({ pieces, bytes }: EncodedText): Buffer {
  const text = literalText(pieces);
  if (text !== null) return Buffer.from(text, bytes ? 'latin1' : 'utf8');
  throw new RuleError(
    'rule.value',
    'A value with the wildcards * or ? cannot be encoded; escape them (\\*) or take the encoding away.',
  );
}

const MAX_DASHES = 4;

function dashVariants(pieces: readonly Piece[]): (readonly Piece[])[] {
  const dashes = pieces.filter((piece) => piece === DASH).length;
  if (dashes === 0) return [pieces];
  if (dashes > MAX_DASHES) {
    throw new RuleError(
      'rule.limit',
      `More than ${MAX_DASHES} dashes before an encoding are too many variants.`,
    );
  }
  let variants: Piece[][] = [[]];
  for (const piece of pieces) {
    const choices: readonly Piece[] = piece === DASH ? [...DASHES] : [piece];
    variants = variants.flatMap((variant) => choices.map((choice): Piece[] => [...variant, choice]));
  }
  return variants;
}

const START_CUT = [0, 2, 3] as const;
const END_CUT = [0, 3, 2] as const;

/**
 * The base64 texts that contain these bytes at offset 0, 1 and 2 of a group, cut to the characters that do not
 * depend on the neighbours (Sigma appendix "Modifiers", base64offset).
 */
function base64Offsets(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (const offset of [0, 1, 2] as const) {
    const text = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
    const end = text.length - END_CUT[((bytes.length + offset) % 3) as 0 | 1 | 2];
    if (end > START_CUT[offset]) texts.push(text.slice(START_CUT[offset], end));
  }
  if (texts.length < 3)
    throw new RuleError('rule.value', 'The value is too short for base64offset; use 2 bytes or more.');
  return texts;
}
