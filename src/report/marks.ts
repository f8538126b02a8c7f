import type { Match } from '../model/detection.js';

/** Start and end (exclusive) of a part of a text, in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** Shorter pieces of a pattern are found by chance. */
const SHORTEST_PIECE = 3;

/**
 * The parts of a record that made a rule match, ascending, without overlap. Found again by text: the literal pieces of
 * the pattern, else the value the rule saw. Values that were made by parsing (an outcome, a code) are in no record.
 */
export function matchedSpans(original: string, matches: readonly Match[]): Span[] {
  const lower = lowered(original);
  const spans: Span[] = [];
  for (const { pattern, value } of matches) {
    const pieces = pattern.split(/[*?]+/).filter((piece) => piece.length >= SHORTEST_PIECE);
    const found = pieces.map((piece) => find(lower, lowered(piece)));
    if (found.length > 0 && found.every((span) => span !== null)) spans.push(...found);
    else spans.push(...[find(lower, lowered(value.replace(/…$/, '')))].filter((span) => span !== null));
  }
  return merged(spans);
}

function find(text: string, piece: string): Span | null {
  const start = piece.length < SHORTEST_PIECE ? -1 : text.indexOf(piece);
  return start < 0 ? null : [start, start + piece.length];
}

/** Lower case that keeps every position; a few letters (İ) would grow, and are then left alone. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

function merged(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    const last = out.at(-1);
    if (last !== undefined && start <= last[1]) out[out.length - 1] = [last[0], Math.max(last[1], end)];
    else out.push([start, end]);
  }
  return out;
}
