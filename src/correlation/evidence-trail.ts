import type { Evidence } from '../model/signal.js';

/** One event, or several folded into one, that a group remembers. */
export interface TrailItem {
  readonly step: number;
  readonly evidence: Evidence;
  /** Event times, ms. */
  readonly from: number;
  readonly to: number;
}

/** Events kept of a correlation of so many steps: as many as an alert shows, and one of every step. */
export function trailSize(steps: number): number {
  return Math.max(5, steps + 1);
}

/** Numbers of an item: its step, and the event times, ms, from and to which it was seen. */
const ITEM = 3;
/** Where what is said of the newest item is among the marks, and where the items before it begin. */
const STEP = 1;
const FROM = 2;
const TO = 3;
const BEFORE = 4;
/** The first of the marks: the least `to` of the items before the newest, which alone still changes. */
const LEAST = 0;
/** Items of several steps, or none. */
const NO_ONE_STEP = -1;
/** Until there is a second item. */
const NOTHING: (Evidence | null)[] = [];
/** Items of each step, which is below the size of its trail; zeros between uses. */
const counts: number[] = [];
/** Items in order of their event time. */
const places: number[] = [];

/**
 * Events that tell how a group came to fire: the first ones of every step and the newest, so that a noisy step does
 * not push out the others. In order of arrival. There are many trails, and every hit adds to some: what a hit looks at is
 * side by side, and of a full trail that is only the newest item. The lists are kept when a trail is emptied: an old one
 * let go would keep what was newly put in it alive until the next full collection.
 */
export class EvidenceTrail {
  readonly #size: number;
  #newest: Evidence | null = null;
  /** Of the newest, beside it: the evidence itself is cold memory. */
  #seq = -1;
  #index = -1;
  #length = 0;
  #characters = 0;
  /** Items before the newest, and the step of all of them. */
  #count = 0;
  #oneStep = NO_ONE_STEP;
  #marks: number[] = [];
  #before: (Evidence | null)[] = NOTHING;

  /** @param size items held at most */
  constructor(size: number, items: readonly TrailItem[] = []) {
    this.#size = size;
    for (const { evidence, step, from, to } of items) this.#append(evidence, step, from, to);
  }

  /** Length of the records held. */
  get characters(): number {
    return this.#characters;
  }

  /** The one that came last; null = there is none. */
  get newest(): Evidence | null {
    return this.#newest;
  }

  /**
   * @param oldest items before this time (ms) have left the window and make room
   * @returns by how much `characters` changed
   */
  add(evidence: Evidence, step: number, time: number, oldest: number): number {
    const before = this.#characters;
    const marks = this.#marks;
    if (this.#newest === null) this.#put(evidence, step, time, time);
    // Folded hits share their evidence.
    else if (marks[STEP] === step && this.#index === evidence.index && this.#seq === evidence.seq) {
      if (time < marks[FROM]!) marks[FROM] = time;
      if (time > marks[TO]!) marks[TO] = time;
    } else if (this.#count + 1 < this.#size) this.#append(evidence, step, time, time);
    else if (this.#isFullOf(step, oldest)) {
      this.#characters -= this.#length;
      this.#put(evidence, step, time, time);
    } else {
      this.#makePlace(oldest);
      this.#put(evidence, step, time, time);
    }
    return this.#characters - before;
  }

  /** Event time, ms, of the earliest event seen at `oldest` or later; Infinity = there is none. */
  firstSince(oldest: number): number {
    const marks = this.#marks;
    let first = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#items; i++) {
      const at = this.#at(i);
      if (marks[at + 1]! < first && marks[at + 2]! >= oldest) first = marks[at + 1]!;
    }
    return first;
  }

  /** What was seen at `oldest` (ms) or later, by event time. */
  evidenceSince(oldest: number): readonly Evidence[] {
    const marks = this.#marks;
    let length = 0;
    for (let i = 0; i < this.#items; i++) {
      const from = marks[this.#at(i) + 1]!;
      if (marks[this.#at(i) + 2]! < oldest) continue;
      // They are few, and in order as a rule.
      let place = length++;
      for (; place > 0 && marks[this.#at(places[place - 1]!) + 1]! > from; place--)
        places[place] = places[place - 1]!;
      places[place] = i;
    }
    const found = new Array<Evidence>(length);
    for (let i = 0; i < length; i++) found[i] = this.#evidence(places[i]!);
    return found;
  }

  /** Lets all go. Returns by how much `characters` changed. */
  clear(): number {
    const held = this.#characters;
    this.#newest = null;
    this.#before.fill(null);
    this.#count = 0;
    this.#characters = 0;
    this.#marks[LEAST] = Number.POSITIVE_INFINITY;
    return -held;
  }

  save(): TrailItem[] {
    return Array.from({ length: this.#items }, (_, i) => {
      const at = this.#at(i);
      const [step, from, to] = this.#marks.slice(at, at + ITEM) as [number, number, number];
      return { step, evidence: this.#evidence(i), from, to };
    });
  }

  get #items(): number {
    return this.#newest === null ? 0 : this.#count + 1;
  }

  /** Where what is said of an item is among the marks. */
  #at(item: number): number {
    return item === this.#count ? STEP : BEFORE + item * ITEM;
  }

  #evidence(item: number): Evidence {
    return (item === this.#count ? this.#newest : this.#before[item])!;
  }

  /** Whether another of this step is the newest of that step again: nothing but it is held, and all of it in the window. */
  #isFullOf(step: number, oldest: number): boolean {
    const marks = this.#marks;
    return this.#oneStep === step && marks[STEP] === step && marks[LEAST]! >= oldest && marks[TO]! >= oldest;
  }

  #append(evidence: Evidence, step: number, from: number, to: number): void {
    if (this.#newest !== null) this.#settle();
    this.#put(evidence, step, from, to);
  }

  /** Puts an item in the place of the newest. */
  #put(evidence: Evidence, step: number, from: number, to: number): void {
    const marks = this.#marks;
    // Most trails never get a second item: a literal takes no room for more.
    if (marks.length === 0) this.#marks = [Number.POSITIVE_INFINITY, step, from, to];
    else {
      marks[STEP] = step;
      marks[FROM] = from;
      marks[TO] = to;
    }
    this.#newest = evidence;
    this.#seq = evidence.seq;
    this.#index = evidence.index;
    this.#length = evidence.original.length;
    this.#characters += this.#length;
  }

  /** Puts the newest item among those before it. */
  #settle(): void {
    if (this.#count === this.#before.length) this.#makeRoom();
    const marks = this.#marks;
    const step = marks[STEP]!;
    if (this.#count === 0) this.#oneStep = step;
    else if (step !== this.#oneStep) this.#oneStep = NO_ONE_STEP;
    marks[LEAST] = Math.min(marks[LEAST]!, marks[TO]!);
    for (let n = 0, at = BEFORE + this.#count * ITEM; n < ITEM; n++) marks[at + n] = marks[STEP + n]!;
    this.#before[this.#count++] = this.#newest;
  }

  /** Lets go what is older than `oldest` (ms), or else the newest of the step that has most. */
  #makePlace(oldest: number): void {
    const isNewestPast = this.#marks[TO]! < oldest;
    const isPast = isNewestPast || this.#marks[LEAST]! < oldest;
    const without = isPast ? -1 : this.#newestOfMost();
    const letsNewestGo = isNewestPast || without === this.#count;
    this.#keep(oldest, without);
    if (letsNewestGo) this.#characters -= this.#length;
    else this.#settle();
  }

  /** Of those before the newest, keeps what is not older than `oldest` (ms), but for the item at a place. */
  #keep(oldest: number, without: number): void {
    const marks = this.#marks;
    const evidence = this.#before;
    const before = this.#count;
    this.#count = 0;
    this.#oneStep = NO_ONE_STEP;
    marks[LEAST] = Number.POSITIVE_INFINITY;
    for (let i = 0; i < before; i++) {
      const from = BEFORE + i * ITEM;
      if (i === without || marks[from + 2]! < oldest) {
        this.#characters -= evidence[i]!.original.length;
        continue;
      }
      const to = BEFORE + this.#count * ITEM;
      for (let n = 0; n < ITEM; n++) marks[to + n] = marks[from + n]!;
      if (this.#count === 0) this.#oneStep = marks[to]!;
      else if (marks[to] !== this.#oneStep) this.#oneStep = NO_ONE_STEP;
      marks[LEAST] = Math.min(marks[LEAST]!, marks[to + 2]!);
      evidence[this.#count++] = evidence[i]!;
    }
    evidence.fill(null, this.#count);
  }

  #newestOfMost(): number {
    const marks = this.#marks;
    while (counts.length < this.#size) counts.push(0);
    let most = 0;
    for (let i = 0; i < this.#items; i++) most = Math.max(most, ++counts[marks[this.#at(i)]!]!);
    let newest = this.#count;
    while (counts[marks[this.#at(newest)]!] !== most) newest--;
    for (let i = 0; i < this.#items; i++) counts[marks[this.#at(i)]!] = 0;
    return newest;
  }

  /** For all items that can be before the newest. */
  #makeRoom(): void {
    const room = this.#size - 1;
    this.#before = new Array<null>(room).fill(null);
    this.#marks = [...this.#marks, ...new Array<number>(room * ITEM).fill(0)];
  }
}
