import { HIDDEN } from '../../../telemetry/visible.js';

/**
 * Is this text whole in itself, so that nothing of it can reach into the query around it? Strings and brackets are closed,
 * nothing in it is hidden, and outside of strings is no comment.
 */
export function isWhole(text: string): boolean {
  if (text.search(HIDDEN) >= 0) return false;
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '`' || char === '"') {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (CLOSING[char] !== undefined) open.push(CLOSING[char]);
    else if (')]}'.includes(char)) {
      if (open.pop() !== char) return false;
    } else if (char === '#' || char === "'" || char > '~') return false;
  }
  return open.length === 0;
}

/** A stream selector: one pair of braces with something in it. */
export function isSelector(text: string): boolean {
  if (!/^\{[^{}]*[=~][\s\S]*\}$/.test(text) || !isWhole(text)) return false;
  return outsideOfStrings(text).slice(1, -1).search(/[{}]/) < 0;
}

/** Stages of a pipeline, with or without bars around them. */
export function isStages(text: string): boolean {
  return isWhole(text) && outsideOfStrings(text).search(/[{}[\]]/) < 0;
}

const CLOSING: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  '(': ')',
  '[': ']',
  '{': '}',
});

/** Where the string that begins at `start` ends; -1 = nowhere. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  if (quote === '`') return text.indexOf('`', start + 1);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function outsideOfStrings(text: string): string {
  let outside = '';
  for (let at = 0; at < text.length; at++) {
    const isString = text[at] === '`' || text[at] === '"';
    if (isString) at = endOfString(text, at);
    else outside += text[at];
  }
  return outside;
}
