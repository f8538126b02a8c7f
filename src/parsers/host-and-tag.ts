import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import {
  BRACKET_CLOSE,
  BRACKET_OPEN,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  isBlank,
  isDigit,
  PIPE,
  QUOTE,
  SPACE,
  skipBlanks,
  tokenEnd,
} from './characters.js';
import { isEventHeader } from './event-header.js';
import type { ParseContext } from './parser.js';
import { hasTag, isMnemonic, nameEnd, parseTag, pidEnd, plainEnd, skipColon, skipPlain } from './tag.js';
import { monthNumber } from './timestamp/calendar.js';
import { parseWrittenPriority, writtenPriorityEnd } from './written-priority.js';

const PERCENT = 37;
const LESS = 60;
const CURLY_OPEN = 123;
const LEVELS = new Set(['TRACE', 'DEBUG', 'INFO', 'NOTICE', 'WARN', 'WARNING', 'ERROR', 'FATAL', 'CRITICAL']);

/**
 * HOSTNAME, TAG and CONTENT of RFC 3164 §4.1.2–4.1.3, from `at`. The first token is the host unless it is itself a
 * tag (`sshd[1]:`, `su:`) or begins a body (`date=…`, `1,2018/…`, `{`, `CEF:`). A tag ends with `:` or `[pid]`, else
 * the text stays in the message: many devices send none.
 */
export function parseHostAndTag(text: string, at: number, record: ParsedRecord, context: ParseContext): void {
  if (!parsePlainHeader(text, at, record, context)) parseAnyHeader(text, at, record);
}

/**
 * `HOST TAG[PID]: ` and `HOST TAG: ` of nothing unusual, as nearly all lines have it, in one pass over the bytes. Returns
 * false with the record untouched where one of the rules of `parseAnyHeader` might see something else.
 * All before `at` is ASCII.
 */
export function parsePlainHeader(
  text: string,
  at: number,
  record: ParsedRecord,
  { bytes, from }: ParseContext,
): boolean {
  const hostEnd = plainEnd(bytes, from + at, from + text.length) - from;
  if (hostEnd === at || hostEnd >= text.length || bytes[from + hostEnd] !== SPACE) return false;
  if (mayHaveNoHost(bytes[from + at]!)) return false;
  const tag = hostEnd + 1;
  const tagEnd = plainEnd(bytes, from + tag, from + text.length) - from;
  if (tagEnd === tag || bytes[from + tag] === LESS) return false;
  let colon = tagEnd;
  if (tagEnd < text.length && bytes[from + tagEnd] === BRACKET_OPEN) {
    let close = tagEnd + 1;
    while (close < text.length && isDigit(bytes[from + close]!)) close++;
    if (close === tagEnd + 1 || close >= text.length || bytes[from + close] !== BRACKET_CLOSE) return false;
    colon = close + 1;
  } else if (isEventHeader(text, tag) || bytes[from + tag] === 64) return false;
  if (colon + 1 >= text.length || bytes[from + colon] !== COLON || bytes[from + colon + 1] !== SPACE)
    return false;
  record.host = text.slice(at, hostEnd);
  record.app = text.slice(tag, tagEnd);
  if (colon > tagEnd) record.procid = text.slice(tagEnd + 1, colon - 1);
  record.message = text.slice(colon + 2);
  return true;
}

/** The first letters of AIX' `From` and `Message forwarded from`, and of what `isWithoutHost` knows. */
function mayHaveNoHost(first: number): boolean {
  return first === 70 || first === 77 || first === 108 || first === 45;
}

/** `parseHostAndTag` by all its rules. */
export function parseAnyHeader(text: string, at: number, record: ParsedRecord): void {
  const first = codeAt(text, at);
  if (first === PERCENT || (first === COLON && codeAt(text, at + 1) !== COLON)) {
    parseTagOnly(text, at, record);
    return;
  }
  if (isBsdStamp(text, at)) {
    record.message = text.slice(at);
    return;
  }
  if (first === 40 && parseQuotedHost(text, at, record)) return;
  if (first === BRACKET_OPEN) {
    parseBracketedHost(text, at, record);
    return;
  }
  const kind = scanHost(text, at);
  if (kind === 'body') {
    parseTagOnly(text, at, record);
    return;
  }
  let end = hostEnd;
  if (kind === 'labelled') end--;
  else if ((first === 70 || first === 77) && parseForwarded(text, at, record)) return;
  else if (isWithoutHost(text, at)) {
    record.message = text.slice(at);
    return;
  }
  record.host = text.slice(at, end);
  if (hostEnd >= text.length) {
    record.message = '';
    return;
  }
  const next = kind === 'labelled' ? skipColon(text, hostEnd + 1) : skipDevice(text, hostEnd + 1);
  const tagAt = parseWrittenPriority(text, next, record);
  if (tagAt === next || !parseForwarded(text, tagAt, record)) parseTag(text, tagAt, record);
}

/** `Mmm dd hh:`, which a relay put its own stamp and no host in front of. */
function isBsdStamp(text: string, at: number): boolean {
  if (codeAt(text, at + 3) !== SPACE || codeAt(text, at + 6) !== SPACE || codeAt(text, at + 9) !== COLON)
    return false;
  return monthNumber(text, at) > 0;
}

/** What syslogd itself writes without naming a host. */
function isWithoutHost(text: string, at: number): boolean {
  const first = codeAt(text, at);
  if (first === 108) return text.startsWith('last message repeated ', at);
  return first === 45 && text.startsWith('-- MARK --', at);
}

const LONGEST_DEVICE = 96;

/**
 * Index of the tag after `788a20000000,U6-Pro-6.5.28+14491: `, which access points of UniFi write behind their name, also with
 * one colon more; `at` where no such word with a MAC stands.
 */
function skipDevice(text: string, at: number): number {
  const limit = Math.min(text.length, at + LONGEST_DEVICE);
  let hasMac = false;
  let commas = 0;
  let part = at;
  for (let i = at; i < limit; i++) {
    const code = codeAt(text, i);
    if (code !== COMMA && code !== COLON) {
      if (isBlank(code) || code === EQUALS || code === QUOTE) return at;
      continue;
    }
    if (i - part === MAC_LENGTH && isHex(text, part, i)) hasMac = true;
    part = i + 1;
    if (code === COMMA) commas++;
    else return commas > 0 && hasMac && codeAt(text, i + 1) === SPACE ? skipColon(text, i + 1) : at;
  }
  return at;
}

const MAC_LENGTH = 12;

function isHex(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++)
    if (codeAt(text, i) === DOT || !isAddressCharacter(codeAt(text, i))) return false;
  return true;
}

/** `("model,mac,version") tag:` of UniFi. */
function parseQuotedHost(text: string, at: number, record: ParsedRecord): boolean {
  const end = tokenEnd(text, at);
  if (codeAt(text, at + 1) !== QUOTE || end - at < 5 || !text.startsWith('")', end - 2)) return false;
  record.host = text.slice(at + 2, end - 2);
  parseTag(text, end + 1, record);
  return true;
}

/** `device-id : %ASA-…` of a Cisco device that sends no stamp: sets the host and returns the tag's index, or `at`. */
export function parseDeviceId(text: string, at: number, record: ParsedRecord): number {
  const end = nameEnd(text, at);
  if (end === at) return at;
  const colon = skipBlanks(text, end);
  if (codeAt(text, colon) !== COLON || !isMnemonic(text, colon + 1)) return at;
  record.host = text.slice(at, end);
  return colon + 1;
}

/** As `parseHostAndTag` where the host is known or left out. `isCisco`: the mnemonic after a process is the tag. */
export function parseTagOnly(text: string, at: number, record: ParsedRecord, isCisco = false): void {
  parseTag(text, at, record);
  if (isCisco && record.app !== null && isMnemonic(record.message, 0)) {
    const { message } = record;
    record.procid = null;
    parseTag(message, 0, record);
  }
}

/** Whether a host and a tag, or a CEF or LEEF header, stand at `at`; `strict` asks for `tag[pid]`. */
export function hasHostAndTag(text: string, at: number, strict: boolean): boolean {
  if (scanHost(text, at) === 'body') return false;
  if (LEVELS.has(text.slice(at, Math.min(hostEnd, at + 9)))) return false;
  const afterHost = skipBlanks(text, hostEnd);
  const next = skipBlanks(text, writtenPriorityEnd(text, afterHost));
  if (next > afterHost || isEventHeader(text, next)) return true;
  const end = nameEnd(text, next);
  if (end === next) return false;
  if (codeAt(text, end) === BRACKET_OPEN) return pidEnd(text, end) > 0;
  if (strict) return isMnemonic(text, skipColon(text, next));
  return codeAt(text, end) === COLON || isMnemonic(text, skipColon(text, next));
}

/** End of the host that `scanHost` found, a colon of `labelled` included. */
let hostEnd = 0;

/** One pass over the first token: host; `labelled` = host and a colon (UniFi); `body` = no host. */
function scanHost(text: string, at: number): 'host' | 'labelled' | 'body' {
  hostEnd = skipPlain(text, at);
  if (hostEnd > at && codeAt(text, hostEnd) === SPACE) return 'host';
  let colons = 0;
  let commas = 0;
  let isAddress = true;
  let hasZone = false;
  let i = at;
  for (; i < text.length; i++) {
    const code = codeAt(text, i);
    if (isBlank(code)) break;
    if (code === COLON) colons++;
    else if (code === COMMA) commas++;
    else if (
      code === EQUALS ||
      code === QUOTE ||
      code === PIPE ||
      code === CURLY_OPEN ||
      code === BRACKET_OPEN
    ) {
      return 'body';
    } else if (code === PERCENT && isAddress && colons > 1) hasZone = true;
    else if (!isAddressCharacter(code) && !hasZone) isAddress = false;
  }
  hostEnd = i;
  if (i === at) return 'body';
  if (colons === 0) return commas === 0 ? 'host' : 'body';
  if (isAddress && colons > 1) return 'host';
  // `model,mac,version: tag:` of UniFi; `sw1: %SYS-…`
  if (colons === 1 && codeAt(text, i - 1) === COLON) {
    if (commas > 0 && hasTag(text, skipColon(text, i + 1))) return 'labelled';
    if (isMnemonic(text, i + 1)) return 'labelled';
  }
  return 'body';
}

/** Hexadecimal digits and dots, the characters of IPv6 besides colons. */
function isAddressCharacter(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || (lower >= 97 && lower <= 102) || code === 46;
}

/** `[2001:db8::1] tag:` and `[192.0.2.1] tag:` */
function parseBracketedHost(text: string, at: number, record: ParsedRecord): void {
  const end = tokenEnd(text, at);
  const close = end - 1;
  if (
    codeAt(text, close) !== BRACKET_CLOSE ||
    !(isIpv6(text, at + 1, close) || isIpv4(text, at + 1, close))
  ) {
    parseTagOnly(text, at, record);
    return;
  }
  record.host = text.slice(at + 1, close);
  parseTag(text, end + 1, record);
}

function isIpv4(text: string, from: number, to: number): boolean {
  return to - from <= 15 && /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text.slice(from, to));
}

function isIpv6(text: string, from: number, to: number): boolean {
  let colons = 0;
  for (let i = from; i < to; i++) {
    const code = codeAt(text, i);
    if (code === COLON) colons++;
    else if (!isAddressCharacter(code)) return colons > 1 && code === PERCENT;
  }
  return colons > 1;
}

/** AIX: `From host: tag:` and `Message forwarded from host: tag:`. */
function parseForwarded(text: string, at: number, record: ParsedRecord): boolean {
  const words = text.startsWith('From ', at) ? 5 : text.startsWith('Message forwarded from ', at) ? 23 : 0;
  if (words === 0) return false;
  const end = tokenEnd(text, at + words);
  if (codeAt(text, end - 1) !== COLON || end - 1 === at + words) return false;
  record.host = text.slice(at + words, end - 1);
  parseTag(text, end + 1, record);
  return true;
}
