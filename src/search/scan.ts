import { isAscii } from 'node:buffer';
import { hintsBySource } from '../config/source-hints.js';
import { DEMO_SOURCE, type Event, toEventJson } from '../model/event.js';
import { toJsonText } from '../model/json.js';
import type { RawChunk } from '../model/raw-chunk.js';
import { createReader, enrichmentBySource } from '../pipeline.js';
import { type FieldReader, fieldReader } from '../query/fields.js';
import { mayHold, type Need, needOf, needsText, type Stretch } from '../query/need.js';
import { compileQuery } from '../query/predicate.js';
import { TIME_FIELDS } from '../query/value.js';
import { Counts } from './counts.js';
import type { Found, Item, Search, SearcherStart } from './messages.js';
import { questionOf } from './question.js';

/** Text of a field that is shown, cut here: nobody reads more in a table. */
const LONGEST_CELL = 8192;

/** Looks through chunks, in the order of the search. */
export type Scan = (chunks: Iterable<RawChunk>) => Omit<Found, 'kind' | 'damage'>;

/** Looks at chunks as rules saw them: parse, normalize, enrich, and what does not need that before it. */
export function createScan({ search, config }: SearcherStart): Scan {
  const { source = null, noDemoUpTo = 0 } = search;
  const query = questionOf(search);
  const holds = compileQuery(query);
  const need = needOf(query);
  const hasTextNeed = needsText(need);
  const readChunk = createReader({
    hints: hintsBySource(config.sources),
    enrichment: enrichmentBySource(config),
  });

  return function scan(chunks) {
    const taker = createTaker(search);
    let records = 0;
    for (const chunk of chunks) {
      if (taker.isFull()) break;
      if (chunk.transport === 'control' || (source !== null && chunk.source !== source)) continue;
      if (chunk.source === DEMO_SOURCE && chunk.seq <= noDemoUpTo) continue;
      records += chunk.records;
      const wants = hasTextNeed ? textTest(need, chunk) : wantsAll;
      if (wants === null) continue;
      readChunk(chunk, {
        wants,
        visit: (event) => {
          if (holds(event)) taker.take(event);
        },
      });
      taker.endChunk();
    }
    return { ...taker.result(), records };
  };
}

/** Whether a record is worth parsing, by its text and where it begins in the chunk's bytes; asked in order. */
type RecordTest = (text: string, at: number) => boolean;

const wantsAll: RecordTest = () => true;

/** Null = no record of the chunk is: that is decided for all of them at once. */
function textTest(need: Need, { bytes, ends }: RawChunk): RecordTest | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) {
    const lower = buffer.toString('latin1').toLowerCase();
    return mayHold(
      need,
      textStretch((text) => lower.includes(text)),
    )
      ? testInOrder(need, lower)
      : null;
  }
  const testRecord: RecordTest = (record) => {
    const lower = record.toLowerCase();
    return mayHold(
      need,
      textStretch((text) => lower.includes(text)),
    );
  };
  // Records that nothing separates would be read into each other.
  return ends !== null || testRecord(buffer.toString('utf8'), 0) ? testRecord : null;
}

/** In ASCII places of characters are those of bytes: each text is looked for once through the chunk, not in each record. */
function testInOrder(need: Need, lower: string): RecordTest {
  const places = new Map<string, number>();
  let start = 0;
  let end = 0;
  const stretch = textStretch((text) => {
    let place = places.get(text) ?? -1;
    if (place < start) {
      place = lower.indexOf(text, start);
      if (place < 0) place = Number.POSITIVE_INFINITY;
      places.set(text, place);
    }
    return place + text.length <= end;
  });
  return (record, at) => {
    start = at;
    end = at + record.length;
    return mayHold(need, stretch);
  };
}

function textStretch(hasText: Stretch['hasText']): Stretch {
  return { hasKey: () => true, hasText, hasTimes: () => true, hasChunks: () => true };
}

/** What becomes of the events that pass. */
interface Taker {
  readonly take: (event: Event) => void;
  readonly endChunk: () => void;
  readonly isFull: () => boolean;
  readonly result: () => Omit<Found, 'kind' | 'damage' | 'records'>;
}

function createTaker({ want, oldestFirst = false }: Search): Taker {
  if (want.kind !== 'events') return countTaker(want);
  return oldestFirst ? firstTaker(want.limit, want.fields) : eventTaker(want.limit, want.fields);
}

/** Of those that came first. */
function firstTaker(limit: number, fields: readonly string[] | null): Taker {
  const show = showerOf(fields);
  const items: Item[] = [];
  return {
    take: (event) => {
      if (items.length < limit) items.push(show(event));
    },
    endChunk: () => {},
    isFull: () => items.length >= limit,
    result: () => ({ items, matches: items.length, counts: new Map(), others: 0 }),
  };
}

function eventTaker(limit: number, fields: readonly string[] | null): Taker {
  const show = showerOf(fields);
  const items: Item[] = [];
  let ofChunk: Item[] = [];
  return {
    take: (event) => {
      ofChunk.push(show(event));
      // Newest are at the chunk's end.
      if (ofChunk.length > 2 * limit) ofChunk = ofChunk.slice(-limit);
    },
    endChunk: () => {
      for (let i = ofChunk.length - 1; i >= 0 && items.length < limit; i--) items.push(ofChunk[i]!);
      ofChunk = [];
    },
    isFull: () => items.length >= limit,
    result: () => ({ items, matches: items.length, counts: new Map(), others: 0 }),
  };
}

function countTaker(want: Exclude<Search['want'], { kind: 'events' }>): Taker {
  const counts = new Counts();
  let matches = 0;
  const count =
    want.kind === 'histogram'
      ? histogramCounter(want.width, counts)
      : want.kind === 'values'
        ? valueCounter(want.field, (text) => counts.add(text))
        : facetCounter(want.fields, counts);
  return {
    take: (event) => {
      matches++;
      count(event);
    },
    endChunk: () => {},
    isFull: () => false,
    result: () => ({ items: [], matches, counts: counts.byValue, others: counts.others }),
  };
}

/** Each value of a list counts; an event without the field counts as none. */
function valueCounter(field: string, add: (text: string) => void): (event: Event) => void {
  const read = fieldReader(field);
  return (event) => {
    const value = read(event);
    if (Array.isArray(value)) for (const text of new Set(value.map(textOf))) add(text);
    else if (value !== null && value !== undefined) add(textOf(value));
  };
}

/** Counted are the place of the field in the list, NUL, and the value. */
function facetCounter(fields: readonly string[], counts: Counts): (event: Event) => void {
  const counters = fields.map((field, i) => valueCounter(field, (text) => counts.add(`${i}\0${text}`)));
  return (event) => {
    for (const count of counters) count(event);
  };
}

function histogramCounter(width: number, counts: Counts): (event: Event) => void {
  return ({ timestamp }) => counts.add(String(Math.floor(timestamp / width) * width));
}

function showerOf(fields: readonly string[] | null): (event: Event) => Item {
  return fields === null ? jsonOf : textsOf(fields.map((field) => cellReader(field)));
}

function jsonOf(event: Event): string {
  return toJsonText(toEventJson(event));
}

function textsOf(readers: readonly ((event: Event) => string)[]): (event: Event) => string[] {
  return (event) => readers.map((read) => read(event));
}

function cellReader(field: string): (event: Event) => string {
  const read: FieldReader = fieldReader(field);
  if (TIME_FIELDS.has(field)) return (event) => new Date(read(event) as number).toISOString();
  return (event) => textOf(read(event));
}

/** As it is shown and counted; a copy of its own, that keeps no chunk alive. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value))
    return value
      .filter((one) => one !== null && one !== undefined)
      .map(textOf)
      .join(', ');
  const text = typeof value === 'object' ? toJsonText(value) : String(value);
  return Buffer.from(text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text).toString();
}
