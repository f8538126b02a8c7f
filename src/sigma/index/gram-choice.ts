import { type Entry, GRAM_LENGTH, gramEndingAt, LOWER, SPREAD } from './gram-table.js';

/** Of a gram in another text that is looked for, in one that is found by it, in what healthy machines say, in one text that was read. */
const COST_IN_TEXT = 1;
const COST_OF_SHARED = 4;
export const COST_OF_EVERYDAY = 64;
export const COST_OF_MET = 16;

/** Of the hash by which costs are known: four for each gram, and 256 KiB at most, while it is learned. */
const FEWEST_BITS = 10;
const MOST_BITS = 16;

/** How bad it is to find a text by a gram; grams of one hash are taken for the same. */
export class GramCosts {
  readonly #shift: number;
  readonly #costs: Int32Array;

  /** `grams`: those that costs are asked of. */
  constructor(grams: number) {
    const bits = Math.min(Math.max(Math.ceil(Math.log2(grams * 4 + 1)), FEWEST_BITS), MOST_BITS);
    this.#shift = 32 - bits;
    this.#costs = new Int32Array(1 << bits);
  }

  /** Makes all grams of the text dearer. */
  add(text: string, cost: number): void {
    let gram = 0;
    for (let at = 0; at < text.length; at++) {
      gram = (gram << 8) | text.charCodeAt(at) | LOWER;
      if (at >= GRAM_LENGTH - 1) this.addGram(gram, cost);
    }
  }

  addGram(gram: number, cost: number): void {
    this.#costs[Math.imul(gram, SPREAD) >>> this.#shift]! += cost;
  }

  of(gram: number): number {
    return this.#costs[Math.imul(gram, SPREAD) >>> this.#shift]!;
  }
}

/**
 * By which grams each text is found, `step` of them side by side: the cheapest it has. Those without so many are left out.
 * Takes `costs` for its own.
 */
export function chooseGrams(
  sought: readonly { readonly text: string }[],
  step: number,
  costs: GramCosts,
): Entry[] {
  for (const { text } of sought) costs.add(text, COST_IN_TEXT);
  const entries: Entry[] = [];
  // Those that have no choice first.
  const order = sought.map((_, i) => i).sort((a, b) => sought[a]!.text.length - sought[b]!.text.length);
  for (const i of order) {
    const { text } = sought[i]!;
    const best = cheapestWindow(text, step, costs);
    for (let end = best; best >= 0 && end < best + step; end++) {
      const gram = gramEndingAt(text, end);
      costs.addGram(gram, COST_OF_SHARED);
      entries.push({ gram, text: i, end });
    }
  }
  return entries;
}

/** Where the first of them ends; -1 = the text is too short. */
function cheapestWindow(text: string, step: number, costs: GramCosts): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let end = GRAM_LENGTH - 1; end + step - 1 < text.length; end++) {
    let cost = 0;
    for (let k = 0; k < step; k++) cost += costs.of(gramEndingAt(text, end + k));
    if (cost < least) {
      least = cost;
      best = end;
    }
  }
  return best;
}
