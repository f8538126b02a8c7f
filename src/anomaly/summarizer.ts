import {
  ENTITY,
  type EntityMinutes,
  HOST,
  INDEX,
  IS_SOURCE,
  MINUTE,
  MINUTE_MS,
  ORIGINAL,
  ROW_WIDTH,
} from '../model/entity-minute.js';
import { detectionTime, type Event } from '../model/event.js';
import { hashText } from './sketch.js';
import { addEvent } from './summary.js';

/** Of one chunk: what names more entities in 128 KiB is a flood of names, and each costs the keeper a row. */
export const MAX_ROWS = 8192;
const MAX_TEXT = 256;
const MAX_ORIGINAL = 512;
const MAX_MINUTE = 0xffffffff;

/** Places for rows by hash; a row stands at most so far behind where its hash says: names made to collide are skipped. */
const PLACES = 2 * MAX_ROWS;
const MAX_PROBES = 32;

/**
 * Sums up the events of one chunk by entity (source address, else host) and minute of event time. One object serves all
 * chunks of a detector; nothing is kept from one chunk to the next.
 */
export class Summarizer {
  #rows = new Uint32Array(64 * ROW_WIDTH);
  #count = 0;
  #skipped = 0;
  #texts: string[] = [];
  /** Rows, counted from 1, by hash of entity and minute; 0 = none. No Map: it would grow anew with every chunk. */
  readonly #places = new Int32Array(PLACES);
  readonly #hosts = new Map<string, number>();

  /** Adds an event; one without an address and a host is nobody's. */
  add(event: Event): void {
    const source = event['source.ip'];
    const entity = source ?? event['host.name'];
    if (entity === null || entity === '') return;
    const time = detectionTime(event);
    const minute = Math.floor(time / MINUTE_MS);
    if (!(minute >= 0 && minute <= MAX_MINUTE)) return;
    const row = this.#rowOf(entity, minute, event);
    if (row < 0) this.#skipped++;
    else addEvent(this.#rows, row * ROW_WIDTH, event, time);
  }

  /** What was added since the last call. */
  take(): EntityMinutes {
    const end = this.#count * ROW_WIDTH;
    const taken = {
      count: this.#count,
      rows: this.#rows.slice(0, end),
      texts: this.#texts,
      skipped: this.#skipped,
    };
    this.#rows.fill(0, 0, end);
    this.#places.fill(0);
    this.#count = 0;
    this.#skipped = 0;
    this.#texts = [];
    this.#hosts.clear();
    return taken;
  }

  /** The row of the entity's minute, a new one where there is none; -1 = there is no room. */
  #rowOf(entity: string, minute: number, event: Event): number {
    let place = hashText(entity, minute) & (PLACES - 1);
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      const row = this.#places[place]! - 1;
      if (row < 0) return this.#addRow(place, entity, minute, event);
      const at = row * ROW_WIDTH;
      if (this.#rows[at + MINUTE] === minute && this.#texts[this.#rows[at + ENTITY]!] === entity) return row;
      place = (place + 1) & (PLACES - 1);
    }
    return -1;
  }

  #addRow(place: number, entity: string, minute: number, event: Event): number {
    if (this.#count === MAX_ROWS || entity.length > MAX_TEXT) return -1;
    const row = this.#count++;
    this.#places[place] = this.#count;
    const at = row * ROW_WIDTH;
    if (this.#rows.length < at + ROW_WIDTH) this.#grow();
    const { original } = event.record;
    this.#rows[at + MINUTE] = minute;
    this.#rows[at + ENTITY] = this.#texts.push(entity) - 1;
    this.#rows[at + HOST] = this.#hostOf(event['host.name']);
    this.#rows[at + ORIGINAL] =
      this.#texts.push(original.length > MAX_ORIGINAL ? original.slice(0, MAX_ORIGINAL) : original) - 1;
    this.#rows[at + INDEX] = event.index;
    this.#rows[at + IS_SOURCE] = event['source.ip'] === null ? 0 : 1;
    return row;
  }

  #hostOf(host: string | null): number {
    if (host === null || host.length > MAX_TEXT) return 0;
    let place = this.#hosts.get(host);
    if (place === undefined) {
      place = this.#texts.push(host);
      this.#hosts.set(host, place);
    }
    return place;
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#rows.length);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
