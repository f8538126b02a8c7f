/** DEL, C1, bidi controls, line separators, and what has no width: ranges of a character class. */
const BEYOND_C0 = '\\u007f-\\u009f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff';

/** These and C0. Global: for `replace` and `matchAll`. */
export const HIDDEN = new RegExp(`[\\u0000-\\u001f${BEYOND_C0}]`, 'g');

/**
 * Logged text made safe for a terminal or a page: what is hidden is shown as escapes instead of being obeyed. An attacker
 * writes what we print.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, (char) => {
    if (char === '\t') return ' ';
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    const code = char.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Without C0, which our own lines and colours are made of: in JSON, too, an escape is what it stands for. */
const HIDDEN_IN_JSON = new RegExp(`[${BEYOND_C0}]`, 'g');

/** Lines of JSON for a terminal: JSON itself escapes C0 only, and terminals obey C1 (U+009B begins a sequence), too. */
export function jsonForTerminal(text: string): string {
  return text.replace(HIDDEN_IN_JSON, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
