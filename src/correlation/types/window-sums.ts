import type { Threshold } from './threshold.js';

/** Whole numbers of a node: those below it, before and from its time on, and which bit of the time tells them apart. */
const LINKS = 3;
const BEFORE = 0;
const AFTER = 1;
const BIT = 2;
/** The bit of a leaf. Where a branch has what is after it, a leaf has how many windows end there. */
const LEAF = -1;
const ENDS = AFTER;
/**
 * Numbers of a node: its time, or of a branch the first one after it; the sum of what enters less what leaves below it; the most
 * and the least in windows that end below it; of a leaf what enters.
 */
const NUMBERS = 5;
const TIME = 0;
const SUM = 1;
const MOST = 2;
const LEAST = 3;
const ENTER = 4;

const NONE = 0;
const FIRST_NODES = 16;
const HIGH = 2 ** 32;
/** Branches from the root to the leaf that is being changed: as many as a time has bits, at most. */
const path = new Int32Array(64);

/**
 * What is summed up in the windows that end at given times, however out of order it comes: a tree of the times (whole ms) at
 * which something enters the windows or leaves them again, which knows of every subtree the sum and, over the ends in it, the
 * most and the least. Its branches part the times by their bits: so no choice of times makes a call take more steps than their
 * distance has bits, and nothing need be balanced. Flat arrays, since there are many nodes. What is summed up are whole numbers:
 * others would be rounded as the tree happens to be.
 */
export class WindowSums {
  #links = new Int32Array(FIRST_NODES * LINKS);
  #numbers = new Float64Array(FIRST_NODES * NUMBERS);
  #root = NONE;
  /** Nodes ever made, `NONE` with them, and the first of those no longer used; the next is the one before it. */
  #made = 1;
  #unused = NONE;

  /** The first time; NaN = there is none. */
  get earliest(): number {
    return this.#root === NONE
      ? Number.NaN
      : this.#numbers[this.#leafAt(Number.NEGATIVE_INFINITY) * NUMBERS + TIME]!;
  }

  /**
   * Changes what happens at a time: `entering` counts from windows on that end then, `leaving` in none that end later. `ends`:
   * change of how many ask for the window that ends then. All add up; what comes to nothing is forgotten.
   */
  add(time: number, entering: number, leaving: number, ends: number): void {
    if (this.#root === NONE) {
      this.#root = this.#makeLeaf(time, entering, leaving, ends);
      return;
    }
    let depth = 0;
    let node = this.#root;
    while (this.#links[node * LINKS + BIT] !== LEAF) {
      path[depth++] = node;
      node = this.#links[node * LINKS + (time < this.#numbers[node * NUMBERS + TIME]! ? BEFORE : AFTER)]!;
    }
    const at = this.#numbers[node * NUMBERS + TIME]!;
    if (at !== time)
      depth = this.#insert(depth, node, at, time, this.#makeLeaf(time, entering, leaving, ends));
    else if (!this.#change(node, entering, leaving, ends)) depth = this.#drop(depth, node);
    while (depth > 0) this.#sum(path[--depth]!);
  }

  /** Nothing enters or ends at the first time any more. Returns what entered. */
  dropEarliest(): number {
    const leaf = this.#leafAt(Number.NEGATIVE_INFINITY);
    const entering = this.#numbers[leaf * NUMBERS + ENTER]!;
    this.add(this.#numbers[leaf * NUMBERS + TIME]!, -entering, 0, -this.#links[leaf * LINKS + ENDS]!);
    return entering;
  }

  /** The sum of the window that ends at a time. */
  at(time: number): number {
    const links = this.#links;
    const numbers = this.#numbers;
    let sum = 0;
    let node = this.#root;
    while (node !== NONE && links[node * LINKS + BIT] !== LEAF) {
      const before = links[node * LINKS + BEFORE]!;
      if (time < numbers[node * NUMBERS + TIME]!) node = before;
      else {
        sum += numbers[before * NUMBERS + SUM]!;
        node = links[node * LINKS + AFTER]!;
      }
    }
    const own = node * NUMBERS;
    if (node === NONE || numbers[own + TIME]! > time) return sum;
    return sum + numbers[own + (numbers[own + TIME] === time ? ENTER : SUM)]!;
  }

  /** The first end from `from` to `to`, both included, whose window meets the threshold; NaN = there is none. */
  firstEnd(from: number, to: number, threshold: Threshold): number {
    return this.#first(this.#root, 0, from, to, threshold);
  }

  /** Calls with every time at which windows end, ascending, and what enters then. */
  forEachEnd(visit: (time: number, entering: number) => void): void {
    if (this.#root !== NONE) this.#visit(this.#root, visit);
  }

  #first(node: number, before: number, from: number, to: number, threshold: Threshold): number {
    const own = node * NUMBERS;
    const least = before + this.#numbers[own + LEAST]!;
    const most = before + this.#numbers[own + MOST]!;
    if (node === NONE || most < least || !threshold.mayHold(least, most)) return Number.NaN;
    const time = this.#numbers[own + TIME]!;
    if (this.#links[node * LINKS + BIT] === LEAF)
      return time >= from && time <= to && threshold.holds(most) ? time : Number.NaN;
    const earlier = this.#links[node * LINKS + BEFORE]!;
    if (from < time) {
      const found = this.#first(earlier, before, from, to, threshold);
      if (!Number.isNaN(found)) return found;
    }
    if (to < time) return Number.NaN;
    const between = before + this.#numbers[earlier * NUMBERS + SUM]!;
    return this.#first(this.#links[node * LINKS + AFTER]!, between, from, to, threshold);
  }

  #visit(node: number, visit: (time: number, entering: number) => void): void {
    const own = node * NUMBERS;
    if (this.#links[node * LINKS + BIT] !== LEAF) {
      this.#visit(this.#links[node * LINKS + BEFORE]!, visit);
      this.#visit(this.#links[node * LINKS + AFTER]!, visit);
    } else if (this.#links[node * LINKS + ENDS]! > 0)
      visit(this.#numbers[own + TIME]!, this.#numbers[own + ENTER]!);
  }

  /** The leaf to which the branches lead, of a tree that has one. */
  #leafAt(time: number): number {
    let node = this.#root;
    while (this.#links[node * LINKS + BIT] !== LEAF)
      node = this.#links[node * LINKS + (time < this.#numbers[node * NUMBERS + TIME]! ? BEFORE : AFTER)]!;
    return node;
  }

  /** Puts a leaf beside the one to which the branches led, below those that part what is further apart. Returns how many these are. */
  #insert(depth: number, leaf: number, at: number, time: number, added: number): number {
    const bit = bitApart(time, at);
    let above = depth;
    let other = leaf;
    while (above > 0 && this.#links[path[above - 1]! * LINKS + BIT]! < bit) other = path[--above]!;
    const branch = this.#make(bit, withoutBitsBelow(Math.max(time, at), bit));
    this.#links[branch * LINKS + BEFORE] = time < at ? added : other;
    this.#links[branch * LINKS + AFTER] = time < at ? other : added;
    this.#replace(above, other, branch);
    this.#sum(branch);
    return above;
  }

  /** False when it comes to nothing. */
  #change(leaf: number, entering: number, leaving: number, ends: number): boolean {
    const own = leaf * NUMBERS;
    const enter = this.#numbers[own + ENTER]! + entering;
    const sum = this.#numbers[own + SUM]! + entering - leaving;
    const count = this.#links[leaf * LINKS + ENDS]! + ends;
    this.#links[leaf * LINKS + ENDS] = count;
    this.#numbers[own + ENTER] = enter;
    this.#numbers[own + SUM] = sum;
    this.#numbers[own + MOST] = count > 0 ? enter : Number.NEGATIVE_INFINITY;
    this.#numbers[own + LEAST] = count > 0 ? enter : Number.POSITIVE_INFINITY;
    return enter !== 0 || sum !== 0 || count !== 0;
  }

  /** Takes a leaf out, and the branch above it. Returns how many branches are above that. */
  #drop(depth: number, leaf: number): number {
    this.#free(leaf);
    if (depth === 0) {
      this.#root = NONE;
      return 0;
    }
    const branch = path[depth - 1]!;
    const before = this.#links[branch * LINKS + BEFORE]!;
    this.#replace(depth - 1, branch, before === leaf ? this.#links[branch * LINKS + AFTER]! : before);
    this.#free(branch);
    return depth - 1;
  }

  /** Puts a node in the place of another below the last of so many branches of the path. */
  #replace(depth: number, node: number, by: number): void {
    if (depth === 0) {
      this.#root = by;
      return;
    }
    const above = path[depth - 1]! * LINKS;
    this.#links[above + (this.#links[above + BEFORE] === node ? BEFORE : AFTER)] = by;
  }

  #makeLeaf(time: number, entering: number, leaving: number, ends: number): number {
    const leaf = this.#make(LEAF, time);
    this.#links[leaf * LINKS + ENDS] = 0;
    this.#numbers[leaf * NUMBERS + ENTER] = 0;
    this.#numbers[leaf * NUMBERS + SUM] = 0;
    this.#change(leaf, entering, leaving, ends);
    return leaf;
  }

  #make(bit: number, time: number): number {
    let node = this.#unused;
    if (node !== NONE) this.#unused = this.#links[node * LINKS + BEFORE]!;
    else {
      node = this.#made++;
      if (node * LINKS === this.#links.length) this.#grow();
    }
    this.#links[node * LINKS + BIT] = bit;
    this.#numbers[node * NUMBERS + TIME] = time;
    return node;
  }

  #free(node: number): void {
    this.#links[node * LINKS + BEFORE] = this.#unused;
    this.#unused = node;
  }

  #grow(): void {
    const links = new Int32Array(this.#links.length * 2);
    links.set(this.#links);
    this.#links = links;
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }

  /** Says of a branch what those below it say together. */
  #sum(branch: number): void {
    const numbers = this.#numbers;
    const before = this.#links[branch * LINKS + BEFORE]! * NUMBERS;
    const after = this.#links[branch * LINKS + AFTER]! * NUMBERS;
    const own = branch * NUMBERS;
    const sum = numbers[before + SUM]!;
    const most = sum + numbers[after + MOST]!;
    const least = sum + numbers[after + LEAST]!;
    numbers[own + SUM] = sum + numbers[after + SUM]!;
    numbers[own + MOST] = numbers[before + MOST]! > most ? numbers[before + MOST]! : most;
    numbers[own + LEAST] = numbers[before + LEAST]! < least ? numbers[before + LEAST]! : least;
  }
}

/** The highest bit in which two times differ. */
function bitApart(a: number, b: number): number {
  const high = Math.floor(a / HIGH) ^ Math.floor(b / HIGH);
  return high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(a ^ b);
}

function withoutBitsBelow(time: number, bit: number): number {
  const high = Math.floor(time / HIGH);
  if (bit < 32) return high * HIGH + (((time >>> bit) << bit) >>> 0);
  return ((high >> (bit - 32)) << (bit - 32)) * HIGH;
}
