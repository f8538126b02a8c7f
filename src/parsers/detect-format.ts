import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { accessLog, parseAccessLogBody, startsWithClient } from './access-log.js';
import { cef } from './cef.js';
import { COMMA, isDigit, isLetter } from './characters.js';
import { eventXml } from './event-xml.js';
import { readInnerHeader } from './inner-header.js';
import { json } from './json.js';
import { keyValue, parseKeyValueBody, startsWithPair } from './key-value.js';
import { leef } from './leef.js';
import type { ParseContext } from './parser.js';
import { plain } from './plain.js';
import { parseDatagram, rfc3164 } from './rfc3164.js';
import { parseVersion1 } from './rfc5424.js';
import { snare } from './snare.js';
import { looksLikePri, scanPri } from './syslog-pri.js';
import { leadingTime } from './timestamp/leading-time.js';

const LESS = 60;
const CURLY_OPEN = 123;
const AT = 64;
const WEB_SERVERS = new Set([
  'nginx',
  'apache',
  'apache2',
  'httpd',
  'access_log',
  'nginx_access',
  'lighttpd',
]);

/** Finds the format of a record by its first characters and parses it. Always ends in a format. */
export function parseDetected(text: string, record: ParsedRecord, context: ParseContext): void {
  const first = codeAt(text, 0);
  if (first === LESS) {
    const pri = scanPri(text, context);
    if (pri >= 0) {
      if (!parseVersion1(text, pri, record, context)) parseDatagram(text, pri, record, context);
      parsePayload(record, context);
      return;
    }
    if (eventXml.parse(text, record, context)) return;
    if (looksLikePri(text)) record.fault('parse.bad_pri');
  } else if (first === CURLY_OPEN || first === AT) {
    if (json.parse(text, record, context)) return;
  } else if (isLetter(first) || isDigit(first)) {
    if (isEvent(first, text, record, context)) return;
    if (rfc3164.parse(text, record, context)) {
      parsePayload(record, context);
      return;
    }
    if (snare.parse(text, record, context)) return;
  }
  if (accessLog.parse(text, record, context) || keyValue.parse(text, record, context)) return;
  record.fault('parse.unparsed');
  plain.parse(text, record, context);
}

/** What the message of a syslog record holds: another header, another format, or fields that its text states for certain. */
export function parsePayload(record: ParsedRecord, context: ParseContext): void {
  let first = codeAt(record.message, 0);
  if ((first === LESS || record.app === null) && readInnerHeader(record, first, context))
    first = codeAt(record.message, 0);
  const { message, app } = record;
  if (first === CURLY_OPEN || first === AT) {
    json.parse(message, record, context);
  } else if (first === LESS && eventXml.parse(message, record, context)) {
    return;
  } else if (isEvent(first, message, record, context)) {
    return;
  } else if (app === null) {
    if (startsWithPair(message)) parseKeyValueBody(message, record, context);
    else if (codeAt(message, 1) === COMMA && isDigit(first))
      record.payloadTimestamp = leadingTime(message, context);
    else if (!snare.parse(message, record, context) && startsWithClient(message, first))
      parseAccessLogBody(message, record);
  } else if (isWebServer(app) || startsWithClient(message, first)) {
    parseAccessLogBody(message, record);
  } else if (first === 116 && message.startsWith('type=')) {
    parseKeyValueBody(message, record, context);
  }
}

/** Looks at the first letter first: hashing a fresh slice for the set costs more than all else here. */
function isWebServer(app: string): boolean {
  const first = codeAt(app, 0);
  return (first === 97 || first === 104 || first === 108 || first === 110) && WEB_SERVERS.has(app);
}

function isEvent(first: number, text: string, record: ParsedRecord, context: ParseContext): boolean {
  if (first === 67) return cef.parse(text, record, context);
  if (first === 77) return snare.parse(text, record, context);
  return first === 76 && leef.parse(text, record, context);
}
