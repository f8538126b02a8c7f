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

/** Numbers that an item takes: step, from, to. */
const MARKS = 3;
/** Items of several steps, or none. */
const NO_ONE_STEP = -1;
/** Items of each step, which is below the size of its trail; zeros between uses. */
const counts: number[] = [];
/** Items in order of their event time. */
const places: number[] = [];

/**
 * Events that tell how a group came to fire: the first ones of every step and the newest, so that a noisy step does
 * not push out the others. In order of arrival. There are many trails, and every hit adds to some: an item is a place in
 * two flat arrays, and of a full trail only the newest is looked at. The arrays are kept when a trail is emptied: an old
 * one let go would keep what was newly put in it alive until the next full collection.
 */
export class EvidenceTrail {
  readonly #size: number;
  #evidence: (Evidence | null)[] = [];
  #marks: number[] = [];
  #count = 0;
  /** What the newest evidence is of, beside it: the evidence itself is cold memory. */
  #seq = -1;
  #index = -1;
  #length = 0;
  #characters = 0;
  /** The step of all items. */
  #oneStep = NO_ONE_STEP;
  /** The least `to` of all items but the newest, which alone still changes. */
  #least = Number.POSITIVE_INFINITY;

  /** @param size items held at most */
  constructor(size: number, items: readonly TrailItem[] = []) {
    this.#size = size;
    this.#hold(items);
  }

  /** Length of the records held. */
  get characters(): number {
    return this.#characters;
  }

  /** The one that came last; null = there is none. */
  get newest(): Evidence | null {
    return this.#count === 0 ? null : this.#evidence[this.#count - 1]!;
  }

  /** @param oldest items before this time (ms) have left the window and make room */
  add(evidence: Evidence, step: number, time: number, oldest: number): void {
    const last = this.#count - 1;
    if (last < 0) {
      this.#append(evidence, step, time, time);
      return;
    }
    const marks = this.#marks;
    const at = last * MARKS;
    // Folded hits share their evidence.
    if (marks[at] === step && this.#index === evidence.index && this.#seq === evidence.seq) {
      if (time < marks[at + 1]!) marks[at + 1] = time;
      if (time > marks[at + 2]!) marks[at + 2] = time;
      return;
    }
    if (last + 1 >= this.#size) {
      // The common case: nothing but this step, and all of it still in the window.
      if (this.#oneStep === step && this.#least >= oldest && marks[at + 2]! >= oldest) {
        this.#characters -= this.#length;
        this.#put(last, evidence);
        marks[at + 1] = time;
        marks[at + 2] = time;
        return;
      }
      this.#makePlace(oldest);
    }
    this.#append(evidence, step, time, time);
  }

  /** Event time, ms, of the earliest event seen at `oldest` or later; Infinity = there is none. */
  firstSince(oldest: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (let at = 0; at < this.#count * MARKS; at += MARKS) {
      const from = this.#marks[at + 1]!;
      if (from < first && this.#marks[at + 2]! >= oldest) first = from;
    }
    return first;
  }

  /** What was seen at `oldest` (ms) or later, by event time. */
  evidenceSince(oldest: number): readonly Evidence[] {
    const marks = this.#marks;
    let length = 0;
    for (let i = 0; i < this.#count; i++) {
      if (marks[i * MARKS + 2]! < oldest) continue;
      // They are few, and in order as a rule.
      let at = length++;
      for (; at > 0 && marks[places[at - 1]! * MARKS + 1]! > marks[i * MARKS + 1]!; at--)
        places[at] = places[at - 1]!;
      places[at] = i;
    }
    const found = new Array<Evidence>(length);
    for (let i = 0; i < length; i++) found[i] = this.#evidence[places[i]!]!;
    return found;
  }

  clear(): void {
    this.#hold([]);
  }

  save(): TrailItem[] {
    const items: TrailItem[] = [];
    for (let i = 0, at = 0; i < this.#count; i++, at += MARKS) {
      const [step, from, to] = this.#marks.slice(at, at + MARKS) as [number, number, number];
      items.push({ step, evidence: this.#evidence[i]!, from, to });
    }
    return items;
  }

  #hold(items: readonly TrailItem[]): void {
    this.#evidence.fill(null);
    this.#count = 0;
    this.#characters = 0;
    this.#oneStep = NO_ONE_STEP;
    this.#least = Number.POSITIVE_INFINITY;
    for (const { evidence, step, from, to } of items) this.#append(evidence, step, from, to);
  }

  #append(evidence: Evidence, step: number, from: number, to: number): void {
    const at = this.#count * MARKS;
    if (this.#count === 0) this.#oneStep = step;
    else {
      if (step !== this.#oneStep) this.#oneStep = NO_ONE_STEP;
      this.#least = Math.min(this.#least, this.#marks[at - 1]!);
    }
    if (this.#count === this.#evidence.length) this.#makeRoom();
    this.#marks[at] = step;
    this.#marks[at + 1] = from;
    this.#marks[at + 2] = to;
    this.#put(this.#count++, evidence);
  }

  /** Puts the newest evidence in its place. */
  #put(place: number, evidence: Evidence): void {
    this.#evidence[place] = evidence;
    this.#seq = evidence.seq;
    this.#index = evidence.index;
    this.#length = evidence.original.length;
    this.#characters += this.#length;
  }

  /** Lets go what is older than `oldest` (ms), or else the newest of the step that has most. */
  #makePlace(oldest: number): void {
    const isPast = this.#least < oldest || this.#marks[(this.#count - 1) * MARKS + 2]! < oldest;
    this.#keep(oldest, isPast ? -1 : this.#newestOfMost());
  }

  /** Keeps what is not older than `oldest` (ms), but for the item at a place. */
  #keep(oldest: number, without: number): void {
    const marks = this.#marks;
    const before = this.#count;
    let count = 0;
    for (let i = 0; i < before; i++) {
      if (i === without || marks[i * MARKS + 2]! < oldest) {
        this.#characters -= this.#evidence[i]!.original.length;
        continue;
      }
      if (count < i) {
        this.#evidence[count] = this.#evidence[i]!;
        for (let n = 0; n < MARKS; n++) marks[count * MARKS + n] = marks[i * MARKS + n]!;
      }
      count++;
    }
    for (let i = count; i < before; i++) this.#evidence[i] = null;
    this.#count = count;
    this.#oneStep = count > 0 ? marks[0]! : NO_ONE_STEP;
    this.#least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      if (marks[i * MARKS] !== this.#oneStep) this.#oneStep = NO_ONE_STEP;
      if (i < count - 1) this.#least = Math.min(this.#least, marks[i * MARKS + 2]!);
    }
  }

  #newestOfMost(): number {
    const marks = this.#marks;
    while (counts.length < this.#size) counts.push(0);
    let most = 0;
    for (let i = 0; i < this.#count; i++) most = Math.max(most, ++counts[marks[i * MARKS]!]!);
    let newest = this.#count - 1;
    while (counts[marks[newest * MARKS]!] !== most) newest--;
    for (let i = 0; i < this.#count; i++) counts[marks[i * MARKS]!] = 0;
    return newest;
  }

  /** For one item, which is all that most groups get, then for all. */
  #makeRoom(): void {
    const room = this.#count === 0 ? 1 : this.#size;
    const { length } = this.#evidence;
    this.#evidence = [...this.#evidence, ...new Array<null>(room - length).fill(null)];
    this.#marks = [...this.#marks, ...new Array<number>((room - length) * MARKS).fill(0)];
  }
}
