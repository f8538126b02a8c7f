import {
  DAY_MINUTES,
  HOUR_MINUTES,
  KINDS,
  MINUTE,
  PEERS,
  PORTS,
  SKETCH_BITS,
  SKETCH_WORDS,
  USERS,
} from '../model/entity-minute.js';
import { ClassHabits, type ClassHabitsSnapshot } from './class-habits.js';
import { MEASURES } from './measures.js';
import { CLASSES, type EntityClass } from './owner.js';
import { bitsOf } from './sketch.js';

/** The sketches of a minute that are remembered. */
export const REMEMBERED = [KINDS, USERS, PORTS, PEERS] as const;
export const KIND_MEMORY = 0;
export const USER_MEMORY = 1;
export const PORT_MEMORY = 2;
export const PEER_MEMORY = 3;

/** Of each profile: the hours of the day and the sketches of this generation, of the one before, and of this hour. */
const MEMORY_WORDS = REMEMBERED.length * SKETCH_WORDS;
const GENERATION_WORDS = MEMORY_WORDS + 1;
const HOURS = MEMORY_WORDS;
const THIS_HOUR = 2 * GENERATION_WORDS;
const PROFILE_WORDS = THIS_HOUR + MEMORY_WORDS;

/** Of each profile: minutes seen, the first and the last of them, its class; then the highs of days before and of this day. */
const SEEN = 0;
const FIRST_MINUTE = 1;
const LAST_MINUTE = 2;
const CLASS = 3;
const HIGHS = 4;
const TODAY = HIGHS + MEASURES.length;
const PROFILE_NUMBERS = TODAY + MEASURES.length;

/** What is not seen for one to two of these is forgotten. */
const GENERATION_MINUTES = 7 * DAY_MINUTES;
/** In logarithms: what a day may add to a high, so that a habit is not made in one day, and what a day without it takes away. */
const DAILY_RISE = Math.log(3);
const DAILY_FALL = 0.1;

export interface ProfilesSnapshot {
  readonly generation: number;
  /** Longest unseen first. */
  readonly fresh: readonly string[];
  readonly proven: readonly string[];
  /** Those of `fresh`, then those of `proven`. */
  readonly words: Uint32Array;
  readonly numbers: Float64Array;
  readonly classes: ClassHabitsSnapshot;
  readonly common: Uint32Array;
  readonly entityHours: Uint32Array;
}

/**
 * What entities did before, at most `max` of them: for what is new or too much to one, and how common it is among all of its
 * class. What an entity does is known of it from the next hour on, how much of it from the next day on: an attack does not
 * become its habit while it lasts. An entity seen in one minute only is on trial: a flood of names pushes out others on
 * trial, not what was seen before.
 */
export class Profiles {
  readonly #max: number;
  readonly #onEvicted: () => void;
  readonly #fresh = new Map<string, number>();
  readonly #proven = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #classes = new ClassHabits();
  #words = new Uint32Array(64 * PROFILE_WORDS);
  #numbers = new Float64Array(64 * PROFILE_NUMBERS);
  #used = 0;
  #generation = 0;
  /** By class, sketch and bit: in how many hours of entities it was seen, and how many there were. */
  readonly #common = new Uint32Array(CLASSES * REMEMBERED.length * SKETCH_BITS);
  readonly #entityHours = new Uint32Array(CLASSES);

  constructor(max: number, onEvicted: () => void) {
    this.#max = max;
    this.#onEvicted = onEvicted;
  }

  get size(): number {
    return this.#fresh.size + this.#proven.size;
  }

  /** The profile of an entity, or -1. */
  find(entity: string): number {
    return this.#proven.get(entity) ?? this.#fresh.get(entity) ?? -1;
  }

  /** Minutes in which it was seen. */
  seen(profile: number): number {
    return profile < 0 ? 0 : this.#numbers[profile * PROFILE_NUMBERS + SEEN]!;
  }

  /** Minutes since it was first seen. */
  age(profile: number, minute: number): number {
    return profile < 0 ? 0 : minute - this.#numbers[profile * PROFILE_NUMBERS + FIRST_MINUTE]!;
  }

  /** The newest minute in which it was seen, -1 for none. */
  lastMinute(profile: number): number {
    return profile < 0 ? -1 : this.#numbers[profile * PROFILE_NUMBERS + LAST_MINUTE]!;
  }

  /** How much of a measure is nothing special: what it did on days before, else what its class does. */
  high(profile: number, measure: number, kind: EntityClass, minute: number): number {
    const own = this.#ownHigh(profile, measure, minute);
    return own < 0 ? this.#classes.high(kind, measure) : own;
  }

  knowsHour(profile: number, hour: number): boolean {
    const at = profile * PROFILE_WORDS + HOURS;
    return (((this.#words[at]! | this.#words[at + GENERATION_WORDS]!) >>> hour) & 1) === 1;
  }

  /** How many values of the row's sketch are new to the entity. */
  unknown(profile: number, memory: number, rows: Uint32Array, at: number): number {
    let bits = 0;
    for (let i = 0; i < SKETCH_WORDS; i++) bits += bitsOf(this.#unknownWord(profile, memory, i, rows, at));
    return bits;
  }

  /**
   * How rare among all of its class the rarest value is that is new to this one: the decimal logarithm of how many hours of
   * entities there are to one in which it was seen. 0 when nothing is new.
   */
  rarity(profile: number, memory: number, kind: EntityClass, rows: Uint32Array, at: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < SKETCH_WORDS; i++) {
      for (let word = this.#unknownWord(profile, memory, i, rows, at); word !== 0; word &= word - 1) {
        const bit = i * 32 + lowestBit(word);
        const others = this.#common[commonAt(kind, memory, bit)]! - this.#isOfThisHour(profile, memory, bit);
        if (others < least) least = others;
      }
    }
    return least === Number.POSITIVE_INFINITY ? 0 : Math.log10((this.#entityHours[kind]! + 2) / (least + 1));
  }

  /** Learns a minute of an entity, which comes after those it knows. */
  learn(entity: string, kind: EntityClass, owner: string, rows: Uint32Array, at: number): void {
    const minute = rows[at + MINUTE]!;
    this.#turnGeneration(Math.floor(minute / GENERATION_MINUTES));
    const profile = this.#touch(entity, kind, minute);
    this.#turn(profile, minute);
    this.#learnSketches(profile, rows, at);
    const numbers = profile * PROFILE_NUMBERS;
    for (let i = 0; i < MEASURES.length; i++) {
      const amount = MEASURES[i]!.read(rows, at);
      if (amount > this.#numbers[numbers + TODAY + i]!) this.#numbers[numbers + TODAY + i] = amount;
    }
    this.#classes.learn(kind, owner, minute, rows, at);
    const hour = hourOf(minute) % 24;
    this.#words[profile * PROFILE_WORDS + HOURS] =
      this.#words[profile * PROFILE_WORDS + HOURS]! | (1 << hour);
    if (minute > this.#numbers[numbers + LAST_MINUTE]!) this.#numbers[numbers + LAST_MINUTE] = minute;
    this.#numbers[numbers + SEEN] = this.#numbers[numbers + SEEN]! + 1;
    if (this.#numbers[numbers + SEEN] === 2) this.#prove(entity, profile);
  }

  /** The clock was set back to that minute: what was seen later was seen just before it. */
  setBack(minute: number): void {
    this.#generation = Math.min(this.#generation, Math.floor(minute / GENERATION_MINUTES));
    this.#classes.setBack(minute);
    for (let profile = 0; profile < this.#used; profile++) {
      for (const place of [FIRST_MINUTE, LAST_MINUTE]) {
        const at = profile * PROFILE_NUMBERS + place;
        this.#numbers[at] = Math.min(this.#numbers[at]!, minute - 1);
      }
    }
  }

  snapshot(): ProfilesSnapshot {
    const slots = [...this.#fresh.values(), ...this.#proven.values()];
    const words = new Uint32Array(slots.length * PROFILE_WORDS);
    const numbers = new Float64Array(slots.length * PROFILE_NUMBERS);
    slots.forEach((slot, i) => {
      words.set(this.#words.subarray(slot * PROFILE_WORDS, (slot + 1) * PROFILE_WORDS), i * PROFILE_WORDS);
      numbers.set(
        this.#numbers.subarray(slot * PROFILE_NUMBERS, (slot + 1) * PROFILE_NUMBERS),
        i * PROFILE_NUMBERS,
      );
    });
    return {
      generation: this.#generation,
      fresh: [...this.#fresh.keys()],
      proven: [...this.#proven.keys()],
      words,
      numbers,
      classes: this.#classes.snapshot(),
      common: this.#common.slice(),
      entityHours: this.#entityHours.slice(),
    };
  }

  /** Takes over a snapshot; there must be no profiles yet. */
  restore(snapshot: ProfilesSnapshot): void {
    const { generation, fresh, proven, words, numbers } = snapshot;
    this.#generation = generation;
    this.#used = fresh.length + proven.length;
    this.#words = Uint32Array.from(words);
    this.#numbers = Float64Array.from(numbers);
    fresh.forEach((entity, slot) => {
      this.#fresh.set(entity, slot);
    });
    proven.forEach((entity, i) => {
      this.#proven.set(entity, fresh.length + i);
    });
    this.#classes.restore(snapshot.classes);
    this.#common.set(snapshot.common);
    this.#entityHours.set(snapshot.entityHours);
  }

  /** -1 while there is no day before this one. */
  #ownHigh(profile: number, measure: number, minute: number): number {
    if (profile < 0) return -1;
    const numbers = profile * PROFILE_NUMBERS;
    const days = dayOf(minute) - dayOf(this.#numbers[numbers + LAST_MINUTE]!);
    const high = this.#numbers[numbers + HIGHS + measure]!;
    if (days <= 0) return high;
    return this.#highAfter(numbers, measure, days);
  }

  /** The high when the day is over, and `days` with it. */
  #highAfter(numbers: number, measure: number, days: number): number {
    const high = this.#numbers[numbers + HIGHS + measure]!;
    const today = this.#numbers[numbers + TODAY + measure]!;
    const from = high < 0 ? this.#classes.high(this.#classOf(numbers), measure) : high;
    return Math.max(Math.min(today, from + DAILY_RISE), high - DAILY_FALL * days, 0);
  }

  #classOf(numbers: number): EntityClass {
    return this.#numbers[numbers + CLASS]! as EntityClass;
  }

  /** Goes to the minute's day and hour: what was of the former becomes the past. */
  #turn(profile: number, minute: number): void {
    const numbers = profile * PROFILE_NUMBERS;
    const last = this.#numbers[numbers + LAST_MINUTE]!;
    if (this.#isOver(profile, minute)) {
      const kind = this.#classOf(numbers);
      this.#entityHours[kind] = this.#entityHours[kind]! + 1;
      const words = profile * PROFILE_WORDS;
      for (let i = 0; i < MEMORY_WORDS; i++) {
        this.#words[words + i] = this.#words[words + i]! | this.#words[words + THIS_HOUR + i]!;
        this.#words[words + THIS_HOUR + i] = 0;
      }
    }
    const days = dayOf(minute) - dayOf(last);
    if (days <= 0) return;
    for (let i = 0; i < MEASURES.length; i++) {
      this.#numbers[numbers + HIGHS + i] = this.#highAfter(numbers, i, days);
      this.#numbers[numbers + TODAY + i] = 0;
    }
  }

  /** In each hour of an entity a value counts once, whatever the entity does with it. */
  #learnSketches(profile: number, rows: Uint32Array, at: number): void {
    const kind = this.#classOf(profile * PROFILE_NUMBERS);
    for (let memory = 0; memory < REMEMBERED.length; memory++) {
      for (let i = 0; i < SKETCH_WORDS; i++) {
        const place = thisHourAt(profile, memory, i);
        const seen = rows[at + REMEMBERED[memory]! + i]!;
        for (let word = seen & ~this.#words[place]!; word !== 0; word &= word - 1) {
          const counted = commonAt(kind, memory, i * 32 + lowestBit(word));
          this.#common[counted] = this.#common[counted]! + 1;
        }
        this.#words[place] = this.#words[place]! | seen;
      }
    }
  }

  #unknownWord(profile: number, memory: number, i: number, rows: Uint32Array, at: number): number {
    const word = rows[at + REMEMBERED[memory]! + i]!;
    if (profile < 0 || word === 0) return word;
    const known = profile * PROFILE_WORDS + memory * SKETCH_WORDS + i;
    const past = this.#words[known]! | this.#words[known + GENERATION_WORDS]!;
    const isOver = this.#isOver(profile, rows[at + MINUTE]!);
    return word & ~(isOver ? past | this.#words[thisHourAt(profile, memory, i)]! : past);
  }

  /** Whether the entity's hour is over in that minute. */
  #isOver(profile: number, minute: number): boolean {
    return hourOf(minute) > hourOf(this.#numbers[profile * PROFILE_NUMBERS + LAST_MINUTE]!);
  }

  #isOfThisHour(profile: number, memory: number, bit: number): number {
    return profile < 0 ? 0 : (this.#words[thisHourAt(profile, memory, bit >>> 5)]! >>> (bit & 31)) & 1;
  }

  /** Goes to the generation of the newest minute there is. */
  #turnGeneration(generation: number): void {
    if (generation <= this.#generation) return;
    const isNext = generation === this.#generation + 1;
    this.#generation = generation;
    for (let at = 0; at < this.#used * PROFILE_WORDS; at += PROFILE_WORDS) {
      if (isNext) this.#words.copyWithin(at + GENERATION_WORDS, at, at + GENERATION_WORDS);
      else this.#words.fill(0, at + GENERATION_WORDS, at + 2 * GENERATION_WORDS);
      this.#words.fill(0, at, at + GENERATION_WORDS);
    }
    for (const counts of [this.#common, this.#entityHours])
      for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! >>> 1;
  }

  /** The entity's profile, which becomes the one seen last. */
  #touch(entity: string, kind: EntityClass, minute: number): number {
    for (const list of [this.#proven, this.#fresh]) {
      const known = list.get(entity);
      if (known === undefined) continue;
      list.delete(entity);
      list.set(entity, known);
      return known;
    }
    if (this.size >= this.#max) this.#evict(this.#fresh.size > 0 ? this.#fresh : this.#proven);
    const profile = this.#free.pop() ?? this.#used++;
    if (this.#words.length < this.#used * PROFILE_WORDS) this.#grow();
    const numbers = profile * PROFILE_NUMBERS;
    this.#words.fill(0, profile * PROFILE_WORDS, (profile + 1) * PROFILE_WORDS);
    this.#numbers.fill(0, numbers, numbers + PROFILE_NUMBERS);
    this.#numbers.fill(-1, numbers + HIGHS, numbers + TODAY);
    this.#numbers[numbers + FIRST_MINUTE] = minute;
    this.#numbers[numbers + LAST_MINUTE] = minute;
    this.#numbers[numbers + CLASS] = kind;
    this.#entityHours[kind] = this.#entityHours[kind]! + 1;
    this.#fresh.set(entity, profile);
    return profile;
  }

  #prove(entity: string, profile: number): void {
    if (this.#proven.size >= this.#max * PROVEN_SHARE) this.#evict(this.#proven);
    this.#fresh.delete(entity);
    this.#proven.set(entity, profile);
  }

  #evict(list: Map<string, number>): void {
    const [entity, profile] = list.entries().next().value!;
    list.delete(entity);
    this.#free.push(profile);
    this.#onEvicted();
  }

  #grow(): void {
    const words = new Uint32Array(2 * this.#used * PROFILE_WORDS);
    words.set(this.#words);
    this.#words = words;
    const numbers = new Float64Array(2 * this.#used * PROFILE_NUMBERS);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}

/** Of all profiles, so many may be of entities seen in more than one minute. */
const PROVEN_SHARE = 7 / 8;

function thisHourAt(profile: number, memory: number, i: number): number {
  return profile * PROFILE_WORDS + THIS_HOUR + memory * SKETCH_WORDS + i;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function commonAt(kind: EntityClass, memory: number, bit: number): number {
  return (kind * REMEMBERED.length + memory) * SKETCH_BITS + bit;
}

function hourOf(minute: number): number {
  return Math.floor(minute / HOUR_MINUTES);
}

function dayOf(minute: number): number {
  return Math.floor(minute / DAY_MINUTES);
}
