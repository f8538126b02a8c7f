import { codeAt } from '../model/code-at.js';
import { DASH, SPACE } from './characters.js';

const CAPITAL_T = 84;

/** `2026-11-19T13:55:36.123456789Z stdout F …`, the CRI log format of containerd and CRI-O. */
export function isContainerFrame(text: string): boolean {
  if (codeAt(text, 4) !== DASH || codeAt(text, 10) !== CAPITAL_T) return false;
  return streamLength(text, text.indexOf(' ')) > 0;
}

/** Length of ` stdout F ` or its like at `blank`; 0 = none stands there. */
export function streamLength(text: string, blank: number): number {
  if (blank < 20 || blank > 35) return 0;
  if (!text.startsWith(' stdout ', blank) && !text.startsWith(' stderr ', blank)) return 0;
  const tag = codeAt(text, blank + 8);
  return (tag === 70 || tag === 80) && codeAt(text, blank + 9) === SPACE ? 10 : 0;
}
