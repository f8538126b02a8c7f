import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import type { CefHeader, ParsedRecord } from '../model/record.js';
import { Bag, MAX_FIELDS } from './bag.js';
import { BACKSLASH, EQUALS, isDigit, PIPE, SPACE, skipSpaces, trimEnd } from './characters.js';
import type { Parser } from './parser.js';
import { payloadTime } from './timestamp/payload-time.js';

const HEADER_PARTS = 7;

/**
 * ArcSight Common Event Format: `CEF:Version|Vendor|Product|Version|Signature ID|Name|Severity|Extension`.
 * A header with parts missing is kept as far as it goes (`valid` = false). Without a syslog envelope the event's
 * Name is the message and its Device Product the app.
 */
export const cef: Parser = {
  format: 'cef',
  summary: 'ArcSight Common Event Format, bare or in a syslog message',
  parse(text, record, context) {
    const versionAt = skipSpaces(text, 4);
    if (!text.startsWith('CEF:') || !isDigit(codeAt(text, versionAt))) return false;
    const header: CefHeader = {
      cef_version: null,
      device_vendor: null,
      device_product: null,
      device_version: null,
      signature_id: null,
      name: null,
      severity: null,
      extensions: new Bag(),
      custom: new Bag(),
      valid: false,
    };
    record.format = 'cef';
    record.cef = header;
    const extensionAt = parseHeader(text, versionAt, header);
    if (extensionAt < 0) {
      record.fault('parse.bad_cef');
    } else {
      header.valid = true;
      parseExtension(text, extensionAt, header, record);
      const { rt, deviceReceiptTime, start, startTime } = header.extensions;
      const receiptTime = rt ?? deviceReceiptTime ?? start ?? startTime;
      if (receiptTime !== undefined) record.payloadTimestamp = payloadTime(receiptTime, context);
    }
    if (record.envelope === null && header.valid && header.name !== '') {
      record.message = header.name ?? text;
      record.app = header.device_product;
    }
    return true;
  },
};

/** Index of the extension, or -1 when parts are missing. The severity may end the text without its pipe. */
function parseHeader(text: string, versionAt: number, header: CefHeader): number {
  let at = versionAt;
  for (let part = 0; part < HEADER_PARTS; part++) {
    if (at > text.length) return -1;
    const end = partEnd(text, at);
    setPart(header, part, partText(text, at, end, part === HEADER_PARTS - 1 && end === text.length));
    at = end + 1;
  }
  return at;
}

let hasEscape = false;

/** The next pipe that no backslash escapes, or the text's end. */
function partEnd(text: string, at: number): number {
  hasEscape = false;
  for (let i = at; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === PIPE) return i;
    if (code === BACKSLASH) {
      hasEscape = true;
      i++;
    }
  }
  return text.length;
}

/** In the header only `\|` and `\\` are escapes. `isLast`: the text ends here, with its separators. */
function partText(text: string, from: number, to: number, isLast: boolean): string {
  const end = isLast ? trimEnd(text, from, to) : to;
  if (!hasEscape) return intern(text, from, end);
  return unescapeText(text, from, end, false);
}

function setPart(header: CefHeader, part: number, value: string): void {
  if (part === 0) header.cef_version = value;
  else if (part === 1) header.device_vendor = value;
  else if (part === 2) header.device_product = value;
  else if (part === 3) header.device_version = value;
  else if (part === 4) header.signature_id = value;
  else if (part === 5) header.name = value;
  else header.severity = value;
}

/**
 * `key=value key=value`, values with spaces. A key is what stands between a space and an unescaped `=` and holds
 * key characters only, so `?a=1&b=2` and base64 padding stay in their value. Exactly one space separates a value
 * from the next key; the last value loses its trailing whitespace. The last of equal keys wins.
 */
function parseExtension(text: string, at: number, header: CefHeader, record: ParsedRecord): void {
  const { extensions } = header;
  const escaped = text.indexOf('\\', at) >= 0;
  let key = '';
  let valueAt = -1;
  let labels = false;
  let count = 0;
  for (let equals = text.indexOf('=', at); equals >= 0; equals = text.indexOf('=', equals + 1)) {
    const keyAt = keyStart(text, equals, valueAt < 0 ? at : valueAt, valueAt < 0);
    if (keyAt < 0) continue;
    if (valueAt >= 0) setExtension(extensions, key, text, valueAt, Math.max(valueAt, keyAt - 1), escaped);
    if (++count > MAX_FIELDS) {
      record.fault('parse.too_many_fields');
      valueAt = -1;
      break;
    }
    key = intern(text, keyAt, equals);
    if (key.length > 5 && key.endsWith('Label')) labels = true;
    valueAt = equals + 1;
  }
  if (valueAt >= 0)
    setExtension(extensions, key, text, valueAt, trimEnd(text, valueAt, text.length), escaped);
  if (labels) collectCustom(header);
}

/** Index where the key before `equals` begins, not below `from`, which only the first key may reach; -1 = no key. */
function keyStart(text: string, equals: number, from: number, isFirst: boolean): number {
  let i = equals - 1;
  while (i >= from && isKeyCharacter(codeAt(text, i))) i--;
  if (i === equals - 1) return -1;
  if (i < from) return isFirst ? from : -1;
  return codeAt(text, i) === SPACE ? i + 1 : -1;
}

/** Letters, digits and `_ - . [ ]`: those of the standard and those seen. */
function isKeyCharacter(code: number): boolean {
  if (code < 128) return KEY_CHARACTERS[code] === 1;
  return false;
}

const KEY_CHARACTERS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]') {
  KEY_CHARACTERS[codeAt(c, 0)] = 1;
}

function setExtension(
  extensions: { [key: string]: string },
  key: string,
  text: string,
  from: number,
  to: number,
  escaped: boolean,
): void {
  extensions[key] = escaped ? unescapeText(text, from, to, true) : text.slice(from, to);
}

/** In a value `\=`, `\\`, `\n` and `\r` are escapes, in the header `\|` and `\\`; others are kept as they are. */
function unescapeText(text: string, from: number, to: number, isValue: boolean): string {
  let value = '';
  let start = from;
  for (let i = text.indexOf('\\', from); i >= 0 && i < to - 1; i = text.indexOf('\\', i)) {
    const next = codeAt(text, i + 1);
    const plain = isValue ? escapedValue(next) : next === PIPE ? '|' : next === BACKSLASH ? '\\' : '';
    if (plain !== '') {
      value += text.slice(start, i) + plain;
      start = i + 2;
      i += 2;
    } else {
      i++;
    }
  }
  return value + text.slice(start, to);
}

function escapedValue(code: number): string {
  if (code === EQUALS) return '=';
  if (code === BACKSLASH) return '\\';
  if (code === 110) return '\n';
  if (code === 114) return '\r';
  return '';
}

/** `cs1=x cs1Label=Policy` → custom.Policy = x, for every numbered key that has a label. */
function collectCustom(header: CefHeader): void {
  const { extensions, custom } = header;
  for (const key in extensions) {
    if (!key.endsWith('Label') || !isDigit(codeAt(key, key.length - 6))) continue;
    const value = extensions[key.slice(0, -5)];
    const label = extensions[key];
    if (value !== undefined && label !== undefined) custom[label] = value;
  }
}
