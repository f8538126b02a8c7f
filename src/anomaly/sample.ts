import { DAY_MINUTES } from '../model/entity-minute.js';
import { FEATURE_COUNT } from './features.js';

/** Vectors to learn from, with whose and when they are. */
export interface LearningSet {
  readonly vectors: Float32Array;
  readonly owners: readonly string[];
  readonly minutes: readonly number[];
  /** So long there was something to learn from, by receive time; what records state can be of any time. Absent for files. */
  readonly watchedMinutes?: number;
}

export interface SampleSnapshot extends LearningSet {
  readonly hashes: readonly number[];
  readonly firsts: readonly boolean[];
}

/** A vector and what is known of its minute. */
export interface Sampled {
  readonly vector: Float32Array;
  /** Of entity and minute. */
  readonly hash: number;
  readonly owner: string;
  readonly minute: number;
  /** The entity was never seen before. */
  readonly isFirst: boolean;
}

/** What is older than this many minutes of event time is no longer learned from. */
const MAX_AGE = 14 * DAY_MINUTES;
/** An owner holds at most this share, or, where there are few, so many times what would be even. */
const OWNER_SHARE = 1 / 32;
const UNEVEN = 2;
/** First minutes, of which a flood of names is made, are at most this share. */
const FIRST_SHARE = 1 / 4;

/**
 * A bounded sample of entity-minutes, those with the lowest hashes of what they are: each is as likely, and the same log
 * gives the same sample. Nobody can fill it with minutes of his own.
 */
export class FairSample {
  readonly #capacity: number;
  readonly #vectors: Float32Array;
  readonly #hashes: Uint32Array;
  readonly #minutes: Float64Array;
  readonly #firsts: Uint8Array;
  /** By place; null = free. */
  readonly #owners: (string | null)[] = [];
  readonly #free: number[] = [];
  readonly #held = new Map<string, number[]>();
  #firstCount = 0;
  /** No hash from here on gets in, of any minute and of first ones; null = to be found out. */
  #bound: number | null = null;
  #firstBound: number | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#vectors = new Float32Array(capacity * FEATURE_COUNT);
    this.#hashes = new Uint32Array(capacity);
    this.#minutes = new Float64Array(capacity);
    this.#firsts = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#owners.length - this.#free.length;
  }

  /** Takes it in, or not. */
  offer(sampled: Sampled): void {
    const own = this.#held.get(sampled.owner) ?? NONE;
    const even = this.#capacity / Math.max(this.#held.size, 1);
    if (own.length >= Math.max(this.#capacity * OWNER_SHARE, even * UNEVEN)) {
      this.#replace(this.#highest(own), sampled);
    } else if (sampled.isFirst && this.#firstCount >= this.#capacity * FIRST_SHARE) {
      this.#firstBound ??= this.#hashes[this.#highest(this.#placesOfFirsts())]!;
      if (sampled.hash < this.#firstBound) this.#replace(this.#highest(this.#placesOfFirsts()), sampled);
    } else if (this.size < this.#capacity) {
      this.#put(this.#free.pop() ?? this.#owners.length, sampled);
    } else {
      this.#bound ??= this.#hashes[this.#highest(this.#owners.keys())]!;
      if (sampled.hash < this.#bound) this.#replace(this.#highest(this.#owners.keys()), sampled);
    }
  }

  /** The clock was set back to that minute: none is later. */
  setBack(minute: number): void {
    for (let place = 0; place < this.#owners.length; place++)
      if (this.#minutes[place]! > minute) this.#minutes[place] = minute;
  }

  /** What there is, without what is too old at `now` (a minute). */
  learningSet(now: number): LearningSet {
    for (let place = 0; place < this.#owners.length; place++)
      if (this.#owners[place] !== null && now - this.#minutes[place]! > MAX_AGE) this.#release(place);
    return this.snapshot();
  }

  /** By hash, which does not depend on what was where. */
  snapshot(): SampleSnapshot {
    const places = [...this.#owners.keys()]
      .filter((place) => this.#owners[place] !== null)
      .sort((a, b) => this.#hashes[a]! - this.#hashes[b]! || this.#minutes[a]! - this.#minutes[b]!);
    const vectors = new Float32Array(places.length * FEATURE_COUNT);
    places.forEach((place, i) => {
      vectors.set(this.#vectorAt(place), i * FEATURE_COUNT);
    });
    return {
      vectors,
      owners: places.map((place) => this.#owners[place]!),
      minutes: places.map((place) => this.#minutes[place]!),
      hashes: places.map((place) => this.#hashes[place]!),
      firsts: places.map((place) => this.#firsts[place] === 1),
    };
  }

  /** Takes over a snapshot; the sample must be empty. */
  restore({ vectors, owners, minutes, hashes, firsts }: SampleSnapshot): void {
    owners.forEach((owner, i) => {
      const vector = vectors.subarray(i * FEATURE_COUNT, (i + 1) * FEATURE_COUNT);
      this.#put(i, { vector, hash: hashes[i]!, owner, minute: minutes[i]!, isFirst: firsts[i]! });
    });
  }

  #vectorAt(place: number): Float32Array {
    return this.#vectors.subarray(place * FEATURE_COUNT, (place + 1) * FEATURE_COUNT);
  }

  /** Unless its own hash is the higher one. */
  #replace(place: number, sampled: Sampled): void {
    if (this.#hashes[place]! <= sampled.hash) return;
    this.#release(place);
    this.#free.pop();
    this.#put(place, sampled);
  }

  *#placesOfFirsts(): Generator<number> {
    for (let place = 0; place < this.#owners.length; place++)
      if (this.#firsts[place] === 1 && this.#owners[place] !== null) yield place;
  }

  /** The place with the highest hash. */
  #highest(places: Iterable<number>): number {
    let found = -1;
    for (const place of places) if (found < 0 || this.#hashes[place]! > this.#hashes[found]!) found = place;
    return found;
  }

  #put(place: number, { vector, hash, owner, minute, isFirst }: Sampled): void {
    this.#bound = null;
    if (isFirst) this.#firstBound = null;
    this.#vectors.set(vector, place * FEATURE_COUNT);
    this.#hashes[place] = hash;
    this.#minutes[place] = minute;
    this.#firsts[place] = isFirst ? 1 : 0;
    this.#owners[place] = owner;
    if (isFirst) this.#firstCount++;
    const held = this.#held.get(owner);
    if (held === undefined) this.#held.set(owner, [place]);
    else held.push(place);
  }

  #release(place: number): void {
    const owner = this.#owners[place]!;
    const held = this.#held.get(owner)!;
    if (held.length === 1) this.#held.delete(owner);
    else held.splice(held.indexOf(place), 1);
    this.#bound = null;
    if (this.#firsts[place] === 1) {
      this.#firstCount--;
      this.#firstBound = null;
    }
    this.#owners[place] = null;
    this.#free.push(place);
  }
}

const NONE: readonly number[] = [];
