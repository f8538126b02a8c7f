import { codeAt } from '../model/code-at.js';
import { isObject, type JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { isWhitespace } from './characters.js';
import type { ParseContext, Parser } from './parser.js';
import { payloadTime } from './timestamp/payload-time.js';
import { readXml } from './xml.js';

const EVENT = '<Event';
const DECLARATION = '<?xml';

/** Events as Windows renders them to XML, one a line, bare or in a syslog message; Sysmon for Linux writes nothing else. */
export const eventXml: Parser = {
  format: 'event-xml',
  summary: 'Windows events as XML, one a line, bare or in a syslog message; also those of Sysmon for Linux',
  parse(text, record, context) {
    const fields = readEventXml(text);
    if (fields === null) return false;
    setEvent(fields, record, context);
    if (record.envelope === null) record.timestamp = record.payloadTimestamp;
    return true;
  },
};

/** Takes an event, as `readEventXml` has it, for the record. */
export function setEvent(fields: JsonObject, record: ParsedRecord, context: ParseContext): void {
  record.format = 'event-xml';
  record.fields = fields;
  record.payloadTimestamp = payloadTime(stampOf(fields), context);
}

/** `{Event: {System, EventData, …}}`; null where the text is no such event. */
export function readEventXml(text: string): JsonObject | null {
  const at = eventStart(text);
  if (at < 0) return null;
  const fields = readXml(text, at);
  const event = fields?.Event;
  return fields !== null && isObject(event) && isObject(event.System) ? fields : null;
}

/** Where the element begins, behind a declaration; -1 where it does not. Nearly all texts end at their first character. */
function eventStart(text: string): number {
  let at = 0;
  while (isWhitespace(codeAt(text, at))) at++;
  if (codeAt(text, at) !== 60) return -1;
  if (text.startsWith(DECLARATION, at)) {
    const end = text.indexOf('?>', at);
    if (end < 0) return -1;
    at = end + 2;
    while (isWhitespace(codeAt(text, at))) at++;
  }
  if (!text.startsWith(EVENT, at)) return -1;
  const next = codeAt(text, at + EVENT.length);
  return next === 62 || isWhitespace(next) ? at : -1;
}

function stampOf(fields: JsonObject): unknown {
  const created = ((fields.Event as JsonObject).System as JsonObject).TimeCreated;
  const attributes = isObject(created) ? created['#attributes'] : undefined;
  return isObject(attributes) ? attributes.SystemTime : undefined;
}
