/**
 * The longest text that every match of a regular expression contains, or null when none is easy to see. A cheap
 * search for it goes before the expression. Conservative: groups, classes and anything with a top-level
 * alternative count as unknown.
 */
export function requiredLiteral(pattern: string): string | null {
  let best = '';
  let run = '';
  const endRun = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const parts = partsOf(pattern);
  if (parts === null) return null;
  for (const { literal, times } of parts) {
    if (literal === null || times === 'perhaps') endRun();
    else run += literal;
    if (times !== 'once') endRun();
  }
  endRun();
  return best.length > 0 ? best : null;
}

/** What a text that a regular expression matches begins and ends with, as far as it is tied to the ends. */
export interface FixedEnds {
  readonly start: string;
  readonly end: string;
  /** `start` is all of the text. */
  readonly isWhole: boolean;
}

/** As conservative; of an expression whose anchors are those of the text, not of its lines. */
export function fixedEnds(pattern: string): FixedEnds {
  const parts = partsOf(pattern) ?? [];
  const [first, last] = [parts[0], parts.at(-1)];
  const inner = parts.slice(1, -1);
  const isTied = (part: Part | undefined, anchor: string): boolean =>
    part?.anchor === anchor && part.times === 'once';
  const start = isTied(first, '^') ? literalRun(parts.slice(1)) : '';
  const end = isTied(last, '$') ? [...literalRun(parts.slice(0, -1).reverse())].reverse().join('') : '';
  const isWhole =
    isTied(first, '^') &&
    isTied(last, '$') &&
    inner.every(({ literal, times }) => literal !== null && times === 'once');
  return { start, end, isWhole };
}

/** The characters that stand there for sure, one after the other. */
function literalRun(parts: readonly Part[]): string {
  let run = '';
  for (const { literal, times } of parts) {
    if (literal === null || times === 'perhaps') break;
    run += literal;
    if (times !== 'once') break;
  }
  return run;
}

/** One part of the top level of an expression. */
interface Part {
  /** The character that it is; null = something else. */
  readonly literal: string | null;
  readonly anchor: '^' | '$' | null;
  readonly times: 'once' | 'more' | 'perhaps';
}

/** Null = there is an alternative, or something that is not worth reading. */
function partsOf(pattern: string): Part[] | null {
  const parts: Part[] = [];
  let i = 0;
  while (i < pattern.length) {
    const char = pattern[i]!;
    if (char === '|') return null;
    let literal: string | null = null;
    let next = i + 1;
    if (char === '\\') {
      const escaped = pattern[i + 1] ?? '';
      next = i + 2;
      if (/[^A-Za-z0-9]/.test(escaped)) literal = escaped;
      // \Q quotes, \p{..}, \x{..} and \123 have arguments: not worth reading.
      else if (!/[dDwWsSbBntrfv]/.test(escaped)) return null;
    } else if (char === '(') {
      // (?i) without a colon would change the meaning of everything after it.
      if (pattern[i + 1] === '?' && pattern[i + 2] !== ':') return null;
      next = endOfGroup(pattern, i);
    } else if (char === '[') next = endOfClass(pattern, i);
    else if (!'.^$'.includes(char)) literal = char;
    if (next < 0 || (literal !== null && literal.charCodeAt(0) > 0x7f)) return null;
    const quantifier = /^(?:[*?+]|\{[0-9]*,?[0-9]*\})/.exec(pattern.slice(next, next + 16))?.[0] ?? '';
    const times = quantifier === '' ? 'once' : quantifier === '+' ? 'more' : 'perhaps';
    parts.push({ literal, anchor: char === '^' || char === '$' ? char : null, times });
    if (quantifier !== '') {
      next += quantifier.length;
      if (pattern[next] === '?' || pattern[next] === '+') next++;
    }
    i = next;
  }
  return parts;
}

/** Index after the parenthesis that closes the one at `start`; -1 = not found. */
function endOfGroup(pattern: string, start: number): number {
  let depth = 0;
  for (let i = start; i < pattern.length; ) {
    const char = pattern[i];
    if (char === '\\') {
      // \Q would quote parentheses.
      if (pattern[i + 1] === 'Q') return -1;
      i += 2;
    } else if (char === '[') {
      i = endOfClass(pattern, i);
      if (i < 0) return -1;
    } else {
      if (char === '(') depth++;
      else if (char === ')' && --depth === 0) return i + 1;
      i++;
    }
  }
  return -1;
}

/** Index after the bracket that closes the class at `start`; a `]` right after `[` or `[^` is a member. */
function endOfClass(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i + 2);
      if (end < 0) return -1;
      i = end + 1;
    } else if (pattern[i] === ']') return i + 1;
  }
  return -1;
}
