import { EVENTS, IS_SOURCE, MINUTE, MINUTE_MS, ROW_WIDTH } from '../model/entity-minute.js';
import { mergeRow } from './summary.js';

/** An entity-minute to which events still come. */
export interface OpenMinute {
  readonly entity: string;
  readonly host: string | null;
  readonly original: string;
  /** Position of the event that `original` is of: the first of the minute. */
  readonly seq: number;
  readonly index: number;
  /** Name of the source that it came by. */
  readonly source: string;
  /** The entity was seen in minutes before. */
  readonly known: boolean;
  /** Receive time at which it closes, ms. */
  readonly closeAt: number;
}

export interface OpenMinutesSnapshot {
  readonly minutes: readonly OpenMinute[];
  readonly rows: Uint32Array;
}

export interface OpenMinutesOptions {
  readonly max: number;
  readonly allowedLatenessMs: number;
  /** A minute of an entity that nobody knew was dropped. */
  readonly onEvicted: () => void;
}

/** Minutes that came behind time close together, so that not every chunk has some to close. */
const BEHIND_STEP_MS = 5000;
/** Event times are at most so far ahead of receipt, ms. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;
/** Of all, so many may be of entities that were never seen before. */
const UNKNOWN_SHARE = 1 / 2;
/** How far to look among the oldest for the one with the fewest events. */
const LOOK_AHEAD = 32;
/** When there is no room left, so many of the oldest close before their time. */
const EARLY_SHARE = 1 / 16;
const NONE = -1;

/**
 * The open minutes of all entities, within a limit. A minute closes when receive time has passed its end and the allowed
 * lateness, or, when it came behind time, as from an old file, so much after it came first. Of unknown entities there are at
 * most half; beyond that, the source with the most of them gives up a small old one. Of known ones none is dropped: the
 * oldest close early. Depends on the order of calls alone.
 */
export class OpenMinutes {
  readonly #options: OpenMinutesOptions;
  readonly #newest = new Map<string, number>();
  readonly #minutes: (OpenMinute | null)[] = [];
  /** Another minute of the same entity, or NONE. */
  readonly #next: number[] = [];
  readonly #free: number[] = [];
  #rows = new Uint32Array(64 * ROW_WIDTH);
  /** In the order in which they were opened. */
  readonly #known = new Set<number>();
  readonly #unknown = new Map<string, Set<number>>();
  #unknowns = 0;
  #nextClose = Number.POSITIVE_INFINITY;

  constructor(options: OpenMinutesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#known.size + this.#unknowns;
  }

  get rows(): Uint32Array {
    return this.#rows;
  }

  /** Whether some are to close at `now`, or for want of room. */
  isDue(now: number): boolean {
    return this.#nextClose <= now || this.size >= this.#options.max;
  }

  /** The place of the entity's minute, or NONE. */
  find(entity: string, minute: number): number {
    let place = this.#newest.get(entity) ?? NONE;
    while (place !== NONE && this.#rows[place * ROW_WIDTH + MINUTE] !== minute) place = this.#next[place]!;
    return place;
  }

  merge(place: number, rows: Uint32Array, at: number): void {
    mergeRow(this.#rows, place * ROW_WIDTH, rows, at);
  }

  /** Opens a minute with its first row. */
  open(minute: Omit<OpenMinute, 'closeAt'>, receivedAt: number, rows: Uint32Array, at: number): void {
    if (!minute.known && this.#unknowns >= this.#options.max * UNKNOWN_SHARE) this.#evictUnknown();
    this.#insert({ ...minute, closeAt: this.#closeAt(rows[at + MINUTE]!, receivedAt) }, rows, at);
  }

  /**
   * The places of those that close at `now`, in order of minute and first event. They stay open until `close`. `onEarly` is
   * called with how many close only because there is no room.
   */
  due(now: number, onEarly: (count: number) => void): number[] {
    const places: number[] = [];
    for (let place = 0; place < this.#minutes.length; place++) {
      const minute = this.#minutes[place]!;
      if (minute !== null && minute.closeAt <= now) places.push(place);
    }
    const early = this.size - places.length < this.#options.max ? [] : this.#oldestKnown(now);
    if (early.length > 0) onEarly(early.length);
    return [...places, ...early].sort((a, b) => this.#compare(a, b));
  }

  minuteAt(place: number): OpenMinute {
    return this.#minutes[place]!;
  }

  /** Forgets those places, which `due` gave. */
  close(places: readonly number[]): void {
    for (const place of places) this.#remove(place);
    this.#nextClose = Number.POSITIVE_INFINITY;
    for (const minute of this.#minutes)
      if (minute !== null && minute.closeAt < this.#nextClose) this.#nextClose = minute.closeAt;
  }

  /** The clock was set back to `now`, ms: all close as if they came now. Minutes to come are dropped; returns how many events that were. */
  setBack(now: number): number {
    const dropped: number[] = [];
    const closeAt = this.#behindTime(now);
    this.#minutes.forEach((minute, place) => {
      if (minute === null) return;
      if (this.#rows[place * ROW_WIDTH + MINUTE]! * MINUTE_MS > now + MAX_AHEAD_MS) dropped.push(place);
      else if (minute.closeAt > closeAt) this.#minutes[place] = { ...minute, closeAt };
    });
    const events = dropped.reduce((sum, place) => sum + this.#eventsOf(place), 0);
    this.close(dropped);
    return events;
  }

  snapshot(): OpenMinutesSnapshot {
    const places = [...this.#known, ...[...this.#unknown.values()].flatMap((places) => [...places])];
    const rows = new Uint32Array(places.length * ROW_WIDTH);
    places.forEach((place, i) => {
      rows.set(this.#rows.subarray(place * ROW_WIDTH, (place + 1) * ROW_WIDTH), i * ROW_WIDTH);
    });
    return { minutes: places.map((place) => this.#minutes[place]!), rows };
  }

  /** Takes over a snapshot; nothing must be open. */
  restore({ minutes, rows }: OpenMinutesSnapshot): void {
    minutes.forEach((minute, i) => {
      this.#insert(minute, rows, i * ROW_WIDTH);
    });
  }

  #closeAt(minute: number, receivedAt: number): number {
    const { allowedLatenessMs } = this.#options;
    const inTime = (minute + 1) * MINUTE_MS + allowedLatenessMs;
    return receivedAt < inTime ? inTime : this.#behindTime(receivedAt);
  }

  #behindTime(receivedAt: number): number {
    const { allowedLatenessMs } = this.#options;
    return Math.ceil((receivedAt + MINUTE_MS + allowedLatenessMs) / BEHIND_STEP_MS) * BEHIND_STEP_MS;
  }

  #insert(minute: OpenMinute, rows: Uint32Array, at: number): void {
    const place = this.#free.pop() ?? this.#minutes.length;
    if (this.#rows.length < (place + 1) * ROW_WIDTH) this.#grow();
    this.#minutes[place] = minute;
    this.#rows.set(rows.subarray(at, at + ROW_WIDTH), place * ROW_WIDTH);
    this.#next[place] = this.#newest.get(minute.entity) ?? NONE;
    this.#newest.set(minute.entity, place);
    if (minute.closeAt < this.#nextClose) this.#nextClose = minute.closeAt;
    if (minute.known) {
      this.#known.add(place);
      return;
    }
    const rivals = this.#unknown.get(minute.source) ?? new Set();
    rivals.add(place);
    this.#unknown.set(minute.source, rivals);
    this.#unknowns++;
  }

  #remove(place: number): void {
    const { entity, known, source } = this.#minutes[place]!;
    const newest = this.#newest.get(entity)!;
    if (newest !== place) {
      let before = newest;
      while (this.#next[before] !== place) before = this.#next[before]!;
      this.#next[before] = this.#next[place]!;
    } else if (this.#next[place] === NONE) this.#newest.delete(entity);
    else this.#newest.set(entity, this.#next[place]!);
    this.#minutes[place] = null;
    this.#free.push(place);
    if (known) {
      this.#known.delete(place);
      return;
    }
    const rivals = this.#unknown.get(source)!;
    rivals.delete(place);
    if (rivals.size === 0) this.#unknown.delete(source);
    this.#unknowns--;
  }

  #evictUnknown(): void {
    let heaviest = NO_PLACES;
    for (const places of this.#unknown.values()) if (places.size > heaviest.size) heaviest = places;
    let victim = NONE;
    let left = LOOK_AHEAD;
    for (const place of heaviest) {
      if (left-- === 0) break;
      if (victim === NONE || this.#eventsOf(place) < this.#eventsOf(victim)) victim = place;
    }
    if (victim === NONE) return;
    this.#remove(victim);
    this.#options.onEvicted();
  }

  /** Those that must close though it is not their time. */
  #oldestKnown(now: number): number[] {
    const wanted = Math.max(1, Math.floor(this.#options.max * EARLY_SHARE));
    const early: number[] = [];
    for (const place of this.#known) {
      if (early.length === wanted) break;
      if (this.#minutes[place]!.closeAt > now) early.push(place);
    }
    return early;
  }

  #eventsOf(place: number): number {
    return this.#rows[place * ROW_WIDTH + EVENTS]!;
  }

  #compare(a: number, b: number): number {
    const [one, other] = [this.#minutes[a]!, this.#minutes[b]!];
    return (
      this.#rows[a * ROW_WIDTH + MINUTE]! - this.#rows[b * ROW_WIDTH + MINUTE]! ||
      one.seq - other.seq ||
      one.index - other.index ||
      this.#rows[a * ROW_WIDTH + IS_SOURCE]! - this.#rows[b * ROW_WIDTH + IS_SOURCE]!
    );
  }

  #grow(): void {
    const grown = new Uint32Array(2 * this.#rows.length);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}

const NO_PLACES: ReadonlySet<number> = new Set();
