import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import type { Logsource } from '../model/logsource.js';
import type { RecordFormat } from '../model/record.js';
import { setEventTime } from './event-time.js';
import { type ByFirst, groupByInitials, startingAs } from './first-character.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { findProgram } from './programs.js';
import { setField } from './raw-fields.js';
import { NORMALIZERS } from './registry.js';
import { digitsEnd, isDigit, readInteger } from './text.js';

/** `message repeated N times` is written by syslog daemons, but anyone may forge one. */
const MAX_REPEAT = 1_000_000;
/** `[ID 4294967295 facility.severity]`. */
const MAX_MESSAGE_ID = 40;

/**
 * Turns a parsed record into an ECS event, in place. Expects a reset event with `record`, `seq`, `index`,
 * `receivedAt` and `peer` set; fills the envelope's fields, then offers the event to the normalizers of its
 * program, then to those of its format, then reads what any text may hold. What nobody recognises stays OPEN,
 * unless `fallback` (the source's configured logsource) closes it. Never throws; linear in the record's length.
 */
export function normalize(event: Event, fallback: Logsource | null = null): void {
  setEventTime(event, event.record.timestamp);
  setSubject(event);
  skipMessageId(event);
  unwrapRepetition(event);
  if (!recognise(event)) normalizeGeneric(event);
  if (fallback !== null && !event.logsource.closed) event.logsource = fallback;
}

/** A normalizer may know a format and not the product (CEF): it keeps the event and leaves it OPEN. */
function recognise(event: Event): boolean {
  const app = event.record.app;
  if (app !== null) {
    const program = findProgram(app);
    event['process.name'] = program.name;
    if (offer(program.normalizers, event)) return true;
  }
  const group = BY_FORMAT.get(event.record.format);
  return group !== undefined && offer(startingAs(group, event.message, 0), event);
}

const BY_FORMAT: ReadonlyMap<RecordFormat, ByFirst<Normalizer>> = groupByFormat();

function groupByFormat(): Map<RecordFormat, ByFirst<Normalizer>> {
  const groups = new Map<RecordFormat, Normalizer[]>();
  for (const normalizer of NORMALIZERS) {
    for (const format of normalizer.formats ?? []) {
      const group = groups.get(format);
      if (group === undefined) groups.set(format, [normalizer]);
      else group.push(normalizer);
    }
  }
  return new Map(
    [...groups].map(([format, group]) => [
      format,
      groupByInitials(group, ({ initials }) => initials ?? null),
    ]),
  );
}

function setSubject(event: Event): void {
  const record = event.record;
  event.message = record.message;
  event['host.name'] = record.host ?? event.peer;
  if (record.procid !== null) event['process.pid'] = readInteger(record.procid, 0, record.procid.length);
  if (record.severity >= 0) event['event.severity'] = record.severity;
}

/** Solaris and illumos put `[ID 800047 auth.info] ` before what the program said. */
function skipMessageId(event: Event): void {
  const message = event.message;
  if (codeAt(message, 0) !== 0x5b || !message.startsWith('[ID ')) return;
  const end = digitsEnd(message, 4);
  const close = end === 4 || codeAt(message, end) !== 0x20 ? -1 : message.indexOf('] ', end);
  if (close > 0 && close < MAX_MESSAGE_ID) event.message = message.slice(close + 2);
}

/** rsyslog: `message repeated 3 times: [ Failed password for …]`. */
function unwrapRepetition(event: Event): void {
  const message = event.message;
  if (codeAt(message, 0) !== 0x6d || !message.startsWith('message repeated ')) return;
  let end = 17;
  while (isDigit(codeAt(message, end))) end++;
  const count = readInteger(message, 17, end);
  if (count === null || count < 1) return;
  if (!message.startsWith(' times: [', end) || !message.endsWith(']')) return;
  const start = end + (codeAt(message, end + 9) === 0x20 ? 10 : 9);
  event.message = message.slice(start, -1);
  event.repeat = Math.min(count, MAX_REPEAT);
  setField(event.record, 'repeat', event.repeat);
}

function offer(normalizers: readonly Normalizer[], event: Event): boolean {
  for (let i = 0; i < normalizers.length; i++) {
    if (normalizers[i]!.normalize(event)) return true;
  }
  return false;
}
