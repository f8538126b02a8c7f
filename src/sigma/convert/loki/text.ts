import { DASHES, MANY, ONE, type Piece } from '../../../model/glob.js';
import { HIDDEN } from '../../../telemetry/visible.js';
import { quoted, RuleError } from '../../rule-error.js';
import { NotExpressible } from '../backend.js';

/** Text as a string of LogQL: in backticks as it is, or in double quotes where it has what those cannot hold. */
export function quote(text: string): string {
  const whole = wellFormed(text);
  if (!whole.includes('`') && whole.search(HIDDEN) < 0) return `\`${whole}\``;
  return doubleQuoted(whole);
}

export function doubleQuoted(text: string): string {
  const escaped = wellFormed(text)
    .replace(/[\\"]/g, '\\$&')
    .replace(HIDDEN, (char) => SHORT[char] ?? `\\u${hex(char).padStart(4, '0')}`);
  return `"${escaped}"`;
}

/** Text as a regular expression of RE2 that finds just it. */
export function regexText(text: string): string {
  return wellFormed(text)
    .replace(/[()[\]{}?*+\-|^$\\.&~# ]/g, '\\$&')
    .replace(HIDDEN, (char) => SHORT[char] ?? `\\x{${hex(char)}}`);
}

export function regexOfPieces(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return regexText(piece);
      if (piece === MANY) return '.*';
      return piece === ONE ? '.' : `[${regexText(DASHES)}]`;
    })
    .join('');
}

/** A field as Loki calls the label that a parser makes of it: in templates. */
export function labelName(field: string): string {
  const name = field.trim().replace(/[^A-Za-z0-9_]/gu, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** The same in a query, where not every name can stand. */
export function labelOf(field: string): string {
  const label = labelName(field);
  if (label === '') throw new RuleError('rule.value', 'The name of a field is empty.');
  if (WORDS.has(label.toLowerCase()))
    throw new NotExpressible(
      `The field ${quoted(field)} is a word of LogQL, which takes no such label; give it another name by a pipeline.`,
    );
  return label;
}

export function isLabel(field: string): boolean {
  const label = labelName(field);
  return label !== '' && !WORDS.has(label.toLowerCase());
}

const SHORT: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
});

/** What LogQL takes for a keyword wherever it stands. */
const WORDS: ReadonlySet<string> = new Set([
  ...[
    'and',
    'or',
    'unless',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'bool',
    'offset',
  ],
  ...['json', 'logfmt', 'regexp', 'pattern', 'unpack', 'unwrap', 'label_format', 'line_format'],
  ...['decolorize', 'drop', 'keep', 'variants', 'of'],
]);

function hex(char: string): string {
  return char.charCodeAt(0).toString(16);
}

/** Halves of surrogate pairs, which no event in UTF-8 has. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
