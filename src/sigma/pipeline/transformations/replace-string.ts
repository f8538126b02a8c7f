import { joinPieces, MANY, ONE, type Piece } from '../../../model/glob.js';
import type { Json } from '../../../model/json.js';
import type { FieldItem } from '../../../model/rule.js';
import { parseWildcards } from '../../match/wildcard.js';
import { readChain } from '../../modifiers/chain.js';
import { RuleError } from '../../rule-error.js';
import { regexOf } from '../conditions.js';
import { changeItems } from '../items.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { checked } from './values.js';

/**
 * `regex` → `replacement` in texts with all their wildcards, those of contains, startswith and endswith too, as pySigma
 * has them: `^\*\\` takes the open start away from `endswith: \cmd.exe`. With `skip_special` in what stands between
 * them. Groups are `\1` or `\g<name>`.
 */
export function replaceString(settings: Settings): Transformation {
  const regex = regexOf(settings, 'regex');
  const text = settings.text('replacement');
  const between = settings.flag('skip_special');
  const interprets = settings.flag('interpret_special');
  const line = settings.map.entries.get('replacement')?.line ?? settings.line;
  const replacement = settings.problems.attempt(line, '', () => {
    const converted = replacementOf(text);
    // Groups that there are not are found out before a rule needs them.
    for (const [, number, name] of converted.matchAll(/(?<!\\)\$(?:(\d+)|\{([^}]*)\})/g)) {
      const isGroup =
        name === undefined ? Number(number) <= regex.groupCount() : Object.hasOwn(regex.namedGroups(), name);
      if (!isGroup) throw new RuleError('rule.pipeline', `The expression has no group ${name ?? number}.`);
    }
    return converted;
  });
  const replaced = (value: string): string => regex.matcher(value).replaceAll(replacement, true);
  const change = (pieces: readonly Piece[]): readonly Piece[] => {
    if (!between) return piecesOf(replaced(shown(pieces)));
    const changed = pieces.flatMap((piece): readonly Piece[] => {
      if (typeof piece !== 'string') return [piece];
      const text = replaced(piece);
      return interprets ? piecesOf(text) : [text];
    });
    return joinPieces(changed);
  };
  return {
    apply(subject, { step }) {
      changeItems(subject, step, (item) => withChanged(item, change));
    },
  };
}

const EDGES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);

function withChanged(item: FieldItem, change: (pieces: readonly Piece[]) => readonly Piece[]): FieldItem {
  const { operator, openStart, openEnd, transforms, expand } = readChain(item.modifiers);
  if (operator !== 'text') return item;
  // What is encoded or filled in first has no wildcards around it yet.
  const isLater = expand || transforms.some((transform) => transform !== 'windash');
  const start: Piece[] = openStart && !isLater ? [MANY] : [];
  const end: Piece[] = openEnd && !isLater ? [MANY] : [];
  const before = item.values.map((value) =>
    typeof value === 'string' ? joinPieces([...start, ...parseWildcards(value), ...end]) : null,
  );
  const after = before.map((pieces) => (pieces === null ? null : change(pieces)));
  if (after.every((pieces, i) => pieces === null || shown(pieces) === shown(before[i]!))) return item;
  const keepsEdges = after.every(
    (pieces) =>
      pieces === null ||
      ((start.length === 0 || pieces[0] === MANY) &&
        (end.length === 0 || pieces.at(-1) === MANY) &&
        pieces.length >= start.length + end.length),
  );
  const values = after.map((pieces, i): Json => {
    const value = item.values[i]!;
    if (keepsEdges)
      return pieces === null ? value : written(pieces.slice(start.length, pieces.length - end.length));
    if (pieces !== null) return written(pieces);
    return start.length + end.length === 0 ? value : written([...start, String(value), ...end]);
  });
  checked(values.filter((value) => typeof value === 'string'));
  if (keepsEdges) return { ...item, values };
  return { ...item, values, modifiers: item.modifiers.filter((modifier) => !EDGES.has(modifier)) };
}

/** The text that expressions see: a backslash is one, doubled only in front of a `*` or `?`. */
function shown(pieces: readonly Piece[]): string {
  return pieces
    .map((piece, i) => {
      if (typeof piece !== 'string') return piece === ONE ? '?' : '*';
      const text = piece.replace(/(\\*)([*?])/g, (_, run: string, char: string) => `${run}${run}\\${char}`);
      return pieces[i + 1] === undefined ? text : text.replace(/\\+$/, (run) => run + run);
    })
    .join('');
}

/** Reads what `shown` writes. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [all, run = '', char] of text.matchAll(/(\\*)([*?])|\\+|[^\\*?]+/g)) {
    if (char === undefined) pieces.push(all);
    else {
      pieces.push('\\'.repeat(run.length >> 1));
      if (run.length % 2 === 1) pieces.push(char);
      else pieces.push(char === '*' ? MANY : ONE);
    }
  }
  return joinPieces(pieces);
}

/** The value as rules write it. */
function written(pieces: readonly Piece[]): string {
  return pieces
    .map((piece, i) => {
      if (typeof piece !== 'string') return piece === ONE ? '?' : '*';
      const last = pieces[i + 1] === undefined ? '' : '*';
      return piece.replace(/[\\*?]/g, (char, at: number) => {
        if (char !== '\\') return `\\${char}`;
        return /^[\\*?]/.test(piece.slice(at + 1) + last) ? '\\\\' : '\\';
      });
    })
    .join('');
}

/** Python's `\1` as RE2 has it. */
function replacementOf(text: string): string {
  return text.replace(/\\(?:g<([A-Za-z0-9_]+)>|(\d{1,2})|([\s\S]?))|\$/g, (all, name, number, other) => {
    if (name !== undefined) return /^\d+$/.test(name) ? `$${name}` : `\${${name}}`;
    if (number !== undefined) return `$${Number(number)}`;
    if (all === '$') return '\\$';
    return other === '\\' || other === '' ? '\\\\' : `\\\\${other}`;
  });
}
