import { leadingFlags } from '../../modifiers/regex.js';
import type { Test } from '../expression.js';

type Regex = Extract<Test, { kind: 'regex' }>;

/** Any text, also of several lines. */
const ANYTHING = '(?s:.*)';

/** Sigma looks for an expression anywhere in a value, Loki compares the whole label with it. */
export function wholeLabelRegex({ source, flags }: Regex): string {
  const { inline, source: rest } = leadingFlags(source);
  const all = [...new Set(flags + inline)].sort().join('');
  const prefix = all === '' ? '' : `(?${all})`;
  const body = hasChoice(rest) ? `(?:${rest})` : rest;
  const lines = all.includes('m');
  const isOpen = (isSpan: boolean, isAnchored: boolean): boolean => isSpan || (isAnchored && !lines);
  const start = isOpen(/^\.\*(?![*+?{])/.test(body), /^(?:\^|\\A)(?![*+?{])/.test(body));
  const end = isOpen(endsIn(body, '.*'), endsIn(body, '$') || endsIn(body, '\\z'));
  return `${prefix}${start ? '' : ANYTHING}${body}${end ? '' : ANYTHING}`;
}

/** For a line filter, which looks anywhere: flags, and the expression without a `.*` at its ends. */
export function lineRegex({ source, flags }: Regex): { flags: string; body: string } {
  const { inline, source: rest } = leadingFlags(source);
  const all = [...new Set(flags + inline)].sort().join('');
  if (rest.includes('\\Q')) return { flags: all, body: rest };
  let body = rest;
  for (let before = ''; before !== body; ) {
    before = body;
    body = body.replace(/^\.\*(?![*+?{])/, '');
    if (!body.startsWith('^') && endsIn(body, '.*')) body = body.slice(0, -2);
  }
  return { flags: all, body };
}

/** Parts of an alternation keep their flags to themselves. */
export function asAlternative(body: string, flags: string): string {
  if (flags !== '') return `(?${flags}:${body})`;
  return /\(\?[a-zA-Z-]+\)/.test(body) ? `(?:${body})` : body;
}

/** Does the expression end in `end`, and is that what it looks like, no escaped or quoted character? */
function endsIn(source: string, end: string): boolean {
  if (!source.endsWith(end) || source.includes('\\Q')) return false;
  let escapes = 0;
  for (let at = source.length - end.length - 1; source[at] === '\\'; at--) escapes++;
  return escapes % 2 === 0;
}

/** Is there a `|` outside of groups and classes? */
function hasChoice(source: string): boolean {
  if (source.includes('\\Q')) return true;
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    if (char === '\\') at++;
    else if (inClass) {
      if (char === ']') inClass = false;
      // `[[:alpha:]]`
      else if (char === '[' && source[at + 1] === ':') at = Math.max(at, source.indexOf(':]', at + 2) + 1);
    } else if (char === '[') {
      inClass = true;
      // A bracket that stands first is a character.
      if (source[at + 1] === '^') at++;
      if (source[at + 1] === ']') at++;
    } else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '|' && depth === 0) return true;
  }
  return false;
}
