import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { COLON, DOT, isBlank, isDigit, isLetter, PIPE } from './characters.js';
import { hasTag } from './tag.js';

const FACILITIES: ReadonlyMap<string, number> = new Map([
  ...[
    'kern',
    'user',
    'mail',
    'daemon',
    'auth',
    'syslog',
    'lpr',
    'news',
    'uucp',
    'cron',
    'authpriv',
    'ftp',
  ].map((name, code) => [name, code] as const),
  ['auth|security', 4],
  ['security', 4],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((local) => [`local${local}`, 16 + local] as const),
]);
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ...['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'].map(
    (name, code) => [name, code] as const,
  ),
  ['panic', 0],
  ['emerg|panic', 0],
  ['error', 3],
  ['err|error', 3],
  ['warn|warning', 4],
  ['warning', 4],
]);
const LONGEST_NAME = 13;

/**
 * What syslogd writes into files before the tag, `auth|security:info ` on AIX, `auth.info ` of BusyBox and OpenWrt, from `at`:
 * the record has them unless it has a PRI. Returns the index behind it, or `at` where it is something else.
 */
export function parseWrittenPriority(text: string, at: number, record: ParsedRecord): number {
  const end = writtenPriorityEnd(text, at);
  if (end > at && record.facility < 0) {
    record.facility = facility;
    record.severity = severity;
  }
  return end;
}

/** What `writtenPriorityEnd` found last. */
let facility = 0;
let severity = 0;

/** Index behind the blank after `facility:level` or `facility.level`, or `at`. A tag must follow what could be a tag or a word itself. */
export function writtenPriorityEnd(text: string, at: number): number {
  const mark = nameEnd(text, at);
  if (codeAt(text, mark) !== COLON && codeAt(text, mark) !== DOT) return at;
  if (!isLetter(codeAt(text, mark + 1))) return at;
  const end = nameEnd(text, mark + 1);
  if (!isBlank(codeAt(text, end))) return at;
  const name = text.slice(at, mark);
  const foundFacility = FACILITIES.get(name);
  const foundSeverity = SEVERITIES.get(text.slice(mark + 1, end));
  if (foundFacility === undefined || foundSeverity === undefined) return at;
  if (!name.includes('|') && !hasTag(text, end)) return at;
  facility = foundFacility;
  severity = foundSeverity;
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
