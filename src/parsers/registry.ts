import type { RecordFormat } from '../model/record.js';
import { accessLog } from './access-log.js';
import { cef } from './cef.js';
import { eventXml } from './event-xml.js';
import { journald, json } from './json.js';
import { keyValue } from './key-value.js';
import { leef } from './leef.js';
import type { Parser } from './parser.js';
import { plain } from './plain.js';
import { rfc3164 } from './rfc3164.js';
import { rfc5424 } from './rfc5424.js';
import { snare } from './snare.js';

/** Every format that a source may be fixed to. */
export const PARSERS: { readonly [Format in RecordFormat]: Parser } = {
  rfc5424,
  rfc3164,
  cef,
  leef,
  json,
  journald,
  keyvalue: keyValue,
  'access-log': accessLog,
  plain,
  snare,
  'event-xml': eventXml,
};
