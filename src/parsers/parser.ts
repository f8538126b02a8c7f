import type { ParsedRecord } from '../model/record.js';

/** What a stamp is read against. */
export interface TimeContext {
  /** Instant that year-less stamps are read against, ms. */
  clock: number;
  /** IANA zone of stamps that state none. */
  timezone: string;
}

/** Where the characters of a text stand as bytes. */
export interface TextBytes {
  /**
   * The text in UTF-8: the character at index i is `bytes[from + i]` as long as all before it are ASCII. Reading a byte takes
   * a third of the time of reading a character, for the text is a view into that of its chunk.
   */
  bytes: Uint8Array;
  from: number;
}

/** What a parser may know besides the text. */
export interface ParseContext extends TimeContext, TextBytes {}

/**
 * One format. `parse` fills the record (reset, with `original` and `message` set) and returns true, or returns
 * false with the record untouched but for `errors`: not this format. It never throws, and takes time linear in
 * the text.
 *
 * What ends up where, by format (the innermost one; `record.envelope` names the syslog header around it):
 *
 * - rfc5424, rfc3164: header fields (of two headers, one in the other, the inner one's), `structuredData`, `message` = MSG. `fields` stays null but for two bodies that
 *   state their fields for certain: key=value pairs that begin the message of a record without app (FortiGate,
 *   SonicWall, Sophos) or with `type=` (auditd), read as `keyvalue`; access-log lines, of others than web servers those that
 *   begin with an address, read as `access-log`. `format` stays that of the envelope.
 *   A Cisco mnemonic (`%ASA-6-302013`) is the app.
 * - cef: `cef`. leef: `leef`. `payloadTimestamp` = `rt`, `devTime` (by `devTimeFormat`). A bare CEF record has its Name as message and its
 *   Device Product as app; inside an envelope the message is left as it was sent.
 * - snare: `fields` = the columns, under the names that Windows events have in JSON; `payloadTimestamp` = theirs. A bare record has its text
 *   as message.
 * - json: `fields` = the object; `payloadTimestamp` = its time. Without an envelope and with a text (`message`, `msg`,
 *   `log`, `event`, `text`, `short_message`) also message, host, app, procid, severity and timestamp; `@timestamp` and
 *   `host.name` always. `@cee:` before the object stays in the message.
 *   An object that a shipper put there as text (json-nested.ts) is the record, the shell's members beside its own.
 *   A log line that a shipper put there as it was (relayed-line.ts) is parsed as if it had come alone; the object's fields stay
 *   beside the line's own. So is what a container wrote, out of its CRI frame, and what HEC, OTLP and Wazuh's manager
 *   carry (parcel.ts), a text or an object.
 * - event-xml: `fields` = `{Event: {System, EventData, …}}`, as our reader of EVTX has it, all text; `payloadTimestamp` = `TimeCreated`. Such
 *   text in the journal or in an object of JSON is read so, too; the members around it stay beside it.
 * - journald: `fields` = the entry; message, app, procid, host, facility, severity, timestamp from the journal's names.
 * - keyvalue: `fields` = the pairs, all text; auditd's `msg=audit(…)` is `audit_id`. `timestamp` = what `date` and
 *   `time`, `timestamp`, `time`, `ts`, `eventtime` or `audit_id` state.
 * - access-log: `fields` = `remote_addr`, `time_local`, `status` (number), and where sent `vhost`, `ident`,
 *   `remote_user`, `request`, `method`, `url`, `protocol`, `bytes` (number), `referrer`, `user_agent`, `extra` (what a
 *   site appends, unsplit). Escapes inside quotes stay as the server wrote them.
 * - plain: `timestamp` when the text begins with a time.
 */
export interface Parser {
  readonly format: string;
  readonly summary: string;
  parse(text: string, record: ParsedRecord, context: ParseContext): boolean;
}
