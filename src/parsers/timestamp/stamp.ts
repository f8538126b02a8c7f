import { codeAt } from '../../model/code-at.js';
/** What a stamp scanner found; the scanner's caller owns it and may reuse it. */
export class Stamp {
  /** Index after the stamp. */
  end = 0;
  /** Instant, ms since the epoch; NaN = shaped like a stamp, but no such time exists. */
  time = Number.NaN;
  /** The stamp itself named its zone or offset. */
  zoned = false;
}

/** Milliseconds of the fraction digits in [from, to): the first three, the rest cut off. */
export function fractionMillis(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < from + 3; i++) value = value * 10 + (i < to ? codeAt(text, i) - 48 : 0);
  return value;
}
