import { HIDDEN, visible } from '../../telemetry/visible.js';

/** A run of logged text: as it is, or an escape that stands for a character nobody would see. */
export interface Piece {
  readonly text: string;
  readonly hidden: boolean;
  /** Part of what made a rule match. */
  readonly marked: boolean;
}

/** Shorter values would be marked all over the line. */
const SHORTEST_MARK = 2;
/** Shorter ones are marked as whole words only: a port `23`, not the `23` of a time or an address. */
const SHORTEST_PART = 4;
const MOST_MARKS = 200;

/**
 * Logged text taken apart for showing: control and bidi characters as escapes, and `marks` (values that rules saw) wherever
 * they stand, whatever their case. The pieces' texts joined are `visible(text)`.
 */
export function pieces(text: string, marks: readonly string[] = []): Piece[] {
  const spans = marks.length === 0 ? [] : markedSpans(text, marks);
  const found: Piece[] = [];
  let at = 0;
  for (const [from, until] of spans) {
    push(found, text.slice(at, from), false);
    push(found, text.slice(from, until), true);
    at = until;
  }
  push(found, text.slice(at), false);
  return found;
}

function push(found: Piece[], text: string, marked: boolean): void {
  let at = 0;
  for (const { 0: char, index } of text.matchAll(HIDDEN)) {
    if (index > at) found.push({ text: text.slice(at, index), hidden: false, marked });
    found.push({ text: visible(char), hidden: true, marked });
    at = index + char.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), hidden: false, marked });
}

/** Where any of the marks stands: ordered, joined where they touch. */
function markedSpans(text: string, marks: readonly string[]): [from: number, until: number][] {
  const lower = lowerCase(text);
  const spans: [number, number][] = [];
  for (const mark of new Set(marks.map((value) => lowerCase(value.trim())))) {
    if (mark.length < SHORTEST_MARK) continue;
    for (
      let at = lower.indexOf(mark);
      at >= 0 && spans.length < MOST_MARKS;
      at = lower.indexOf(mark, at + mark.length)
    )
      if (mark.length >= SHORTEST_PART || isWord(lower, at, at + mark.length))
        spans.push([at, at + mark.length]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else joined.push(span);
  }
  return joined;
}

function isWord(text: string, from: number, until: number): boolean {
  const isInside = (char: string | undefined): boolean => char !== undefined && /[\w.:-]/.test(char);
  return !isInside(text[from - 1]) && !isInside(text[until]);
}

/** Lower case of the same length, so that places stay: `İ` becomes two characters otherwise. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (char) => char.toLowerCase());
}
