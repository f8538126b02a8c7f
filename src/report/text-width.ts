/** How much room text takes in a terminal. Expects text without control characters (`visible`). */

/** Marks that join the character before them, and format characters. */
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** First and last code points of the ranges that take two columns (Unicode 15, East Asian Width W and F). */
const WIDE = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2b1b, 0x2b1c],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f004, 0x1f004],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
] as const;

const ASCII = /^[\x20-\x7e]*$/;

/** Columns of a terminal. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** Text that fits: as it is, or cut with an ellipsis at its end. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  return `${takeWidth(text, width - 1)}…`;
}

/** The longest beginning that fits. */
export function takeWidth(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += charWidth(char);
    if (used > width) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Lines of at most `width` columns, broken at spaces where there are some. */
export function wrapToWidth(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > width) {
    const fitting = takeWidth(rest, Math.max(2, width));
    const space = rest[fitting.length] === ' ' ? fitting.length : fitting.lastIndexOf(' ');
    const end = space > 0 ? space : fitting.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  lines.push(rest);
  return lines;
}

/** Lines of at most `width` columns that together are the text: broken after spaces where there are some, none dropped. */
export function foldToWidth(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let start = 0;
  let used = 0;
  /** Behind the last space of the line, and what the line has taken until there. */
  let gap = { at: 0, used: 0 };
  let at = 0;
  for (const char of text) {
    const wide = charWidth(char);
    if (used + wide > width && at > start) {
      if (gap.at <= start) gap = { at, used };
      lines.push(text.slice(start, gap.at));
      start = gap.at;
      used -= gap.used;
    }
    used += wide;
    at += char.length;
    if (char === ' ') gap = { at, used };
  }
  lines.push(text.slice(start));
  return lines;
}

function charWidth(char: string): number {
  const code = char.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(char)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
