import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { COLON, isBlank, isDigit, isLetter, PIPE } from './characters.js';
import { hasTag } from './tag.js';

const FACILITIES: ReadonlyMap<string, number> = new Map([
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'].map(
    (name, code) => [name, code] as const,
  ),
  ['auth|security', 4],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((local) => [`local${local}`, 16 + local] as const),
]);
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ...['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'].map(
    (name, code) => [name, code] as const,
  ),
  ['emerg|panic', 0],
  ['err|error', 3],
  ['warn|warning', 4],
  ['warning', 4],
]);
const LONGEST_NAME = 13;

/**
 * What AIX' syslogd writes into files between host and tag, `auth|security:info `, from `at`: the record has them unless
 * it has a PRI. Returns the index behind it, or `at` where it is something else. A tag must follow a facility that
 * could be a tag itself.
 */
export function parseAixPriority(text: string, at: number, record: ParsedRecord): number {
  const colon = nameEnd(text, at);
  if (codeAt(text, colon) !== COLON || !isLetter(codeAt(text, colon + 1))) return at;
  const end = nameEnd(text, colon + 1);
  if (!isBlank(codeAt(text, end))) return at;
  const facility = FACILITIES.get(text.slice(at, colon));
  const severity = SEVERITIES.get(text.slice(colon + 1, end));
  if (facility === undefined || severity === undefined) return at;
  if (!text.slice(at, colon).includes('|') && !hasTag(text, end)) return at;
  if (record.facility < 0) {
    record.facility = facility;
    record.severity = severity;
  }
  return end + 1;
}

/** End of the letters, digits and pipes at `at`, or where they are too many. */
function nameEnd(text: string, at: number): number {
  let end = at;
  while (end - at <= LONGEST_NAME && isNameCharacter(codeAt(text, end))) end++;
  return end;
}

function isNameCharacter(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === PIPE;
}
