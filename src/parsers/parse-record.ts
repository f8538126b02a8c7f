import { codeAt } from '../model/code-at.js';
import type { ParsedRecord, RecordFormat } from '../model/record.js';
import { BYTE_ORDER_MARK, CR, isWhitespace, LF } from './characters.js';
import { isContainerFrame } from './container-frame.js';
import { parseDetected, parsePayload } from './detect-format.js';
import type { ParseContext } from './parser.js';
import { PARSERS } from './registry.js';
import { parseContainerFrame, readRelayedLine } from './relayed-line.js';

const NO_BYTES = new Uint8Array(0);
const context: ParseContext = { clock: 0, timezone: 'UTC', bytes: NO_BYTES, from: 0 };

/**
 * Parses one record into `record`, which it resets first. The format is detected, or fixed by `hints.format`; a
 * record that is not of the fixed format is detected (`parse.format_mismatch`).
 *
 * `text`: the decoded record; LF, CR and NUL at its end are cut off. A byte order mark at its start, and blanks
 * before a PRI or `{`, are passed over. `clock`: the instant that year-less stamps are read against, ms. `bytes`, `from`:
 * what `text` was decoded from and where it begins there; who has it saves that it is encoded again. Never throws; takes
 * time linear in the text. What ends up where: parser.ts.
 */
export function parseRecord(
  text: string,
  record: ParsedRecord,
  hints: { readonly format: RecordFormat | 'auto'; readonly timezone: string },
  clock: number,
  bytes: Uint8Array | null = null,
  from = 0,
): void {
  context.clock = clock;
  context.timezone = hints.timezone;
  const original = withoutSeparators(text);
  record.reset(original);
  if (original.includes('\ufffd')) record.fault('parse.invalid_utf8');
  const body = bodyOf(original);
  if (body !== original) record.message = body;
  const isWhole = bytes !== null && body.length === text.length;
  context.bytes = isWhole ? bytes : Buffer.from(body);
  context.from = isWhole ? from : 0;
  if (body === '') record.fault('parse.empty');
  else if (hints.format === 'auto') parseAny(body, record);
  else parseFixed(body, record, hints.format);
  if (record.format === 'json' && record.envelope === null) readRelayedLine(record, context);
}

function parseAny(text: string, record: ParsedRecord): void {
  if (isContainerFrame(text)) parseContainerFrame(text, record, context);
  else parseDetected(text, record, context);
}

function parseFixed(text: string, record: ParsedRecord, format: RecordFormat): void {
  if (PARSERS[format].parse(text, record, context)) {
    if (record.envelope !== null) parsePayload(record, context);
    return;
  }
  parseDetected(text, record, context);
  if (record.format !== format) record.fault('parse.format_mismatch');
}

function withoutSeparators(text: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const code = text.charCodeAt(end - 1);
    if (code !== LF && code !== CR && code !== 0) break;
  }
  return end === text.length ? text : text.slice(0, end);
}

/** The text that parsing begins at; empty for a record of blanks. */
function bodyOf(text: string): string {
  const first = codeAt(text, 0);
  if (first > 32 && first !== BYTE_ORDER_MARK) return text;
  const from = first === BYTE_ORDER_MARK ? 1 : 0;
  if (codeAt(text, from) > 32) return from === 0 ? text : text.slice(from);
  let i = from;
  while (isWhitespace(codeAt(text, i))) i++;
  if (i >= text.length) return '';
  const code = codeAt(text, i);
  return text.slice(code === 60 || code === 123 ? i : from);
}
