import { codeAt } from '../model/code-at.js';
import type { JsonObject } from '../model/json.js';
import type { ParsedRecord } from '../model/record.js';
import { newFields } from './bag.js';
import { isDigit, skipDigits, TAB, tokenEnd } from './characters.js';
import type { ParseContext, Parser } from './parser.js';
import { leadingTime } from './timestamp/leading-time.js';

const NAME = 'MSWinEventLog';
/** A tab as rsyslog relays it. */
const ESCAPED_TAB = '#011';
/** Those before the event's text. */
const FIXED = 11;
/** The strings, the text, a counter; what newer versions add behind is left out. */
const MAX_COLUMNS = FIXED + 3;

/**
 * Windows events as Snare writes them, and NXLog's to_syslog_snare(): `[HOST⇥]MSWinEventLog⇥Criticality⇥Log⇥Counter⇥
 * Time⇥EventID⇥Source⇥User⇥SIDType⇥Type⇥Computer⇥Category⇥Strings⇥Text⇥Counter`; older ones have no column for strings.
 */
export const snare: Parser = {
  format: 'snare',
  summary: 'Windows events of Snare, tab-separated, bare or in a syslog message',
  parse(text, record, context) {
    const host = text.startsWith(NAME) ? -1 : hostEnd(text);
    const at = host + 1;
    if (!text.startsWith(NAME, at)) return false;
    const end = at + NAME.length;
    const separator = codeAt(text, end) === TAB ? '\t' : ESCAPED_TAB;
    if (!text.startsWith(separator, end)) return false;
    const columns = text.slice(end + separator.length).split(separator, MAX_COLUMNS);
    if (columns.length < FIXED || !isEventId(columns[4]!)) return false;
    fill(columns, record, context);
    if (host > 0) record.host ??= text.slice(0, host);
    return true;
  },
};

/** Index of the tab that ends the first word, or else where no name begins. */
function hostEnd(text: string): number {
  const end = tokenEnd(text, 0);
  return end > 0 && codeAt(text, end) === TAB ? end : text.length;
}

function isEventId(text: string): boolean {
  return isDigit(codeAt(text, 0)) && skipDigits(text, 0) === text.length && Number(text) <= 65_535;
}

/** Under the names of Windows itself where it has any, else those of Snare's manual. */
function fill(columns: readonly string[], record: ParsedRecord, context: ParseContext): void {
  const [criticality, channel, counter, time, id, provider, user, sidType, type, computer, category] =
    columns;
  const fields = newFields();
  fields.EventID = Number(id);
  fields.Channel = channel!;
  fields.Provider_Name = provider!;
  fields.Computer = computer!;
  if (user !== 'N/A') fields.UserName = user!;
  if (sidType !== 'N/A') fields.SIDType = sidType!;
  fields.EventLogType = type!;
  if (type === 'Success Audit') fields.Keywords = 'Audit Success';
  else if (type === 'Failure Audit') fields.Keywords = 'Audit Failure';
  fields.CategoryString = category!;
  fields.Criticality = criticality!;
  fields.SnareCounter = counter!;
  fields.SubmitTime = time!;
  setMessage(columns, fields);
  record.format = 'snare';
  record.fields = fields;
  record.payloadTimestamp = leadingTime(time!, context);
  if (Number.isNaN(record.payloadTimestamp)) record.fault('parse.bad_timestamp');
  if (record.envelope !== null) return;
  record.timestamp = record.payloadTimestamp;
  if (typeof fields.Message === 'string') record.message = fields.Message;
}

/** The text is the last column that is no counter; what stands before it are the strings that it was made of. */
function setMessage(columns: readonly string[], fields: JsonObject): void {
  const strings = columns[FIXED] ?? '';
  const text = columns[FIXED + 1] ?? '';
  if (text === '' || skipDigits(text, 0) === text.length) {
    if (strings !== '') fields.Message = strings;
    return;
  }
  fields.Message = text;
  if (strings !== '') fields.DataString = strings;
}
