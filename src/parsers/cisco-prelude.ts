import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import { COLON, DOT, isBlank, isDigit, SPACE, skipDigits, skipSpaces } from './characters.js';
import type { ParseContext } from './parser.js';
import { scanBsdStamp } from './timestamp/bsd.js';
import type { Stamp } from './timestamp/stamp.js';

const ASTERISK = 42;
const PERCENT = 37;
/** seq: host: seq: and one to spare. */
const MAX_PARTS = 4;
const LONGEST_HOST = 255;

/** What the last scan found: the origin-id, and whether the stamp is an uptime, which gives no time. */
export const prelude: { host: string | null; isUptime: boolean } = { host: null, isUptime: false };

/**
 * What Cisco IOS, IOS XR and NX-OS print up to and including the stamp: `[seq: ][origin-id: ][seq: ][*|.]stamp`; XR
 * puts no space after its node name, and the stamp may be an uptime (`service timestamps log uptime`). `*` = the
 * clock was never synchronised, `.` = no longer. AireOS: `origin-id: *task: stamp`. Returns false unless a stamp is reached.
 */
export function scanCiscoPrelude(text: string, at: number, context: ParseContext, stamp: Stamp): boolean {
  prelude.host = null;
  prelude.isUptime = false;
  let i = at;
  for (let part = 0; part <= MAX_PARTS; part++) {
    const mark = codeAt(text, i);
    const marked = mark === ASTERISK || mark === DOT;
    if (scanBsdStamp(text, marked ? i + 1 : i, context, stamp, marked || part > 0)) return true;
    if (scanUptime(text, marked ? i + 1 : i, stamp)) return true;
    const end = partEnd(text, i);
    if (end < 0) return false;
    if (!marked && skipDigits(text, i) !== end) {
      if (prelude.host !== null) return false;
      prelude.host = intern(text, i, end);
    }
    i = skipSpaces(text, end + 1);
  }
  return false;
}

/** Index of the colon that ends a part: before a space, or, for XR, before a letter that begins a stamp. */
function partEnd(text: string, at: number): number {
  const limit = Math.min(text.length, at + LONGEST_HOST);
  for (let i = at; i < limit; i++) {
    const code = codeAt(text, i);
    if (isBlank(code) || code === PERCENT) return -1;
    if (code !== COLON || i === at) continue;
    if (codeAt(text, i + 1) === SPACE) return i;
    // `RP/0/RP0/CPU0:Dec 11 12:43:29.227`
    if (codeAt(text, i + 4) === SPACE && isColonOfTime(text, i + 9)) return i;
  }
  return -1;
}

/** Whether the colon of hh:mm stands at `at`, or one further when the day was not padded away. */
function isColonOfTime(text: string, at: number): boolean {
  return codeAt(text, at) === COLON || codeAt(text, at + 1) === COLON;
}

/** `00:00:46`, `1w2d`, `3d05h` or `1y4w`, a colon, and then a mnemonic. */
function scanUptime(text: string, at: number, stamp: Stamp): boolean {
  const end = uptimeEnd(text, at);
  if (end < 0 || codeAt(text, end) !== COLON || codeAt(text, end + 1) !== SPACE) return false;
  if (codeAt(text, skipSpaces(text, end + 1)) !== PERCENT) return false;
  prelude.isUptime = true;
  stamp.end = end;
  stamp.time = Number.NaN;
  stamp.zoned = false;
  return true;
}

function uptimeEnd(text: string, at: number): number {
  let i = skipDigits(text, at);
  if (i === at) return -1;
  if (codeAt(text, i) === COLON) {
    for (let part = 0; part < 2; part++) {
      if (codeAt(text, i) !== COLON || !isDigit(codeAt(text, i + 1))) return -1;
      i = skipDigits(text, i + 1);
    }
    return i;
  }
  for (let part = 0; part < 2; part++) {
    const unit = codeAt(text, i);
    if (unit !== 121 && unit !== 119 && unit !== 100 && unit !== 104) return -1;
    i++;
    if (part === 0) i = skipDigits(text, i);
  }
  return i;
}
