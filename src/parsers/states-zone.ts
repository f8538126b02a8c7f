import { codeAt } from '../model/code-at.js';
import type { ParsedRecord } from '../model/record.js';
import { isDigit } from './characters.js';
import { scanIsoStamp } from './timestamp/iso.js';
import { Stamp } from './timestamp/stamp.js';

const LESS = 60;
const stamp = new Stamp();

/** Whether the stamp that `line`, which `record` was read from, begins with names its zone. */
export function statesZone(record: ParsedRecord, line: string): boolean {
  if (record.format === 'access-log' || record.envelope === 'rfc5424') return true;
  const at = codeAt(line, 0) === LESS ? line.indexOf('>') + 1 : 0;
  return isDigit(codeAt(line, at)) && scanIsoStamp(line, at, 'UTC', stamp) && stamp.zoned;
}
