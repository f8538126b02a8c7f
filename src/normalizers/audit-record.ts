import { codeAt } from '../model/code-at.js';
import { intern } from '../model/intern.js';
import { emptyFields, type JsonObject } from '../model/json.js';
import { isDigit } from './text.js';

/** A record has a few dozen fields; EXECVE has as many as the command has words. */
const MAX_FIELDS = 512;

/** Fields that the kernel writes in hex when they hold blanks, quotes or control characters (audit_log_untrustedstring). */
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  ...['acct', 'cmd', 'comm', 'cwd', 'data', 'dev', 'dir', 'exe', 'file', 'grp', 'key', 'name', 'new-disk'],
  ...['old-disk', 'path', 'proctitle', 'root_dir', 'vm', 'watch', 'hostname', 'unit'],
]);

/**
 * The `key=value` list of an audit record (`type=… msg=audit(…): key=value …`) under the kernel's own names, the
 * list in `msg='…'` of user-space records laid flat beside it. Hex-coded text is decoded; the arguments of EXECVE
 * (a0, a1, …) too. GS (0x1D) separates the fields that auditd adds in clear.
 */
export function readAuditFields(text: string, from: number, type: string): JsonObject {
  const fields = emptyFields();
  let count = 0;
  for (let at = from; at < text.length && count < MAX_FIELDS; ) {
    if (isSeparator(codeAt(text, at))) {
      at++;
      continue;
    }
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    // A word without a value: the key is what follows the last blank before the equals sign.
    const key = intern(text, keyStart(text, at, equals), equals);
    const start = equals + 1;
    if (key === 'msg' && codeAt(text, start) === 0x27) {
      at = start + 1;
      continue;
    }
    const end = valueEnd(text, start);
    if (!(key in fields)) {
      fields[key] = readValue(text, start, end, isTextField(key, type));
      count++;
    }
    at = end + 1;
  }
  return fields;
}

function keyStart(text: string, at: number, equals: number): number {
  let start = equals;
  while (start > at && text.charCodeAt(start - 1) !== 0x20) start--;
  return start;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x27 || code === 0x1d || code === 0x2c;
}

function isTextField(key: string, type: string): boolean {
  if (TEXT_FIELDS.has(key)) return true;
  if (type !== 'EXECVE' || codeAt(key, 0) !== 0x61) return false;
  const last = codeAt(key, key.length - 1);
  return isDigit(codeAt(key, 1)) && (isDigit(last) || last === 0x5d);
}

/** Past the closing quote, else at the next blank, GS or apostrophe that ends `msg='…'`. */
function valueEnd(text: string, start: number): number {
  if (codeAt(text, start) === 0x22) {
    const close = text.indexOf('"', start + 1);
    return close < 0 ? text.length : close + 1;
  }
  let end = start;
  while (end < text.length && !endsValue(text.charCodeAt(end))) end++;
  return end;
}

function endsValue(code: number): boolean {
  return code <= 0x20 || code === 0x27;
}

function readValue(text: string, start: number, end: number, isText: boolean): string {
  if (codeAt(text, start) === 0x22) return text.slice(start + 1, end - 1);
  const value = text.slice(start, end);
  return isText && isHex(value) ? Buffer.from(value, 'hex').toString().replaceAll('\0', ' ') : value;
}

function isHex(value: string): boolean {
  if (value.length < 2 || value.length % 2 !== 0) return false;
  for (let i = 0; i < value.length; i++) {
    const code = codeAt(value, i);
    if (!(isDigit(code) || (code >= 0x41 && code <= 0x46))) return false;
  }
  return true;
}
