import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { isDigit } from './text.js';

const LOGSOURCE = closedLogsource({
  product: 'kubernetes',
  categories: ['application'],
  services: ['container'],
});

/** Kubernetes CRI log format: `2026-11-19T13:55:36.123456789Z stdout F text`; `P` marks a part of a longer line. */
export const container: Normalizer = {
  name: 'container',
  summary: 'Container output: the CRI log format of containerd and CRI-O, Docker’s JSON file',
  formats: ['plain', 'rfc3164', 'json'],
  normalize(event) {
    if (event.record.format === 'json') return readDocker(event);
    const text = event.record.original;
    const stamp = text.indexOf(' ');
    if (stamp < 20 || stamp > 35 || !isDigit(codeAt(text, 0)) || codeAt(text, 10) !== 0x54) return false;
    const streamEnd = stamp + 7;
    const stream = text.slice(stamp + 1, streamEnd);
    if ((stream !== 'stdout' && stream !== 'stderr') || codeAt(text, streamEnd) !== 0x20) return false;
    const tag = codeAt(text, streamEnd + 1);
    if ((tag !== 0x46 && tag !== 0x50) || codeAt(text, streamEnd + 2) !== 0x20) return false;
    event.logsource = LOGSOURCE;
    event.message = text.slice(streamEnd + 3);
    setEventTime(event, readIsoUtc(text.slice(0, stamp)));
    setField(event.record, 'stream', stream);
    setField(event.record, 'partial', tag === 0x50);
    return true;
  },
};

/** Docker's json-file driver: `{"log":"text\n","stream":"stdout","time":"…"}`, with what shippers add; JSON in a CRI frame. */
function readDocker(event: Event): boolean {
  const fields = event.record.fields;
  const log = fields?.log;
  const stream = fields?.stream;
  if (stream !== 'stdout' && stream !== 'stderr') return false;
  if (typeof log === 'string') event.message = log.trimEnd();
  else if (typeof fields?.partial !== 'boolean') return false;
  event.logsource = LOGSOURCE;
  normalizeGeneric(event);
  return true;
}
