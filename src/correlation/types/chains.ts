/** Numbers that a place takes: start, start before, event. */
const STRIDE = 3;

/**
 * For every place in a list of rules the latest start of an ordered chain that ends there: the later it starts, the
 * longer it fits the window, so no other chain need be remembered.
 */
export class Chains {
  readonly #steps: readonly number[];
  /**
   * Of every place: the start; the start before the event that changed it last, since an event does not follow itself;
   * the number of that event. One flat array, since every group of a correlation has its own.
   */
  readonly #places: number[];

  /** @param steps for every place in the list, the first place of the same rule */
  constructor(steps: readonly number[], saved: readonly number[] = noChains(steps)) {
    this.#steps = steps;
    this.#places = [...saved];
  }

  /** Start of the latest whole chain. */
  get start(): number {
    return this.#places[this.#places.length - STRIDE]!;
  }

  /** Places of the longest beginning that started at `oldest` (ms) or later. */
  metSince(oldest: number): number {
    for (let at = this.#places.length - STRIDE; at >= 0; at -= STRIDE)
      if (this.#places[at]! >= oldest) return at / STRIDE + 1;
    return 0;
  }

  extend(time: number, step: number, event: number): void {
    const places = this.#places;
    for (let place = this.#steps.length - 1; place >= 0; place--) {
      if (this.#steps[place] !== step) continue;
      const at = place * STRIDE;
      const start = place === 0 ? time : this.#startBefore(at - STRIDE, event);
      if (start <= places[at]!) continue;
      if (places[at + 2] !== event) places[at + 1] = places[at]!;
      places[at] = start;
      places[at + 2] = event;
    }
  }

  /** Takes over the chains of another that start later. */
  improve(other: Chains): void {
    for (let at = 0; at < this.#places.length; at += STRIDE) {
      if (other.#places[at]! <= this.#places[at]!) continue;
      for (let i = at; i < at + STRIDE; i++) this.#places[i] = other.#places[i]!;
    }
  }

  clear(): void {
    for (let at = 0; at < this.#places.length; at += STRIDE) {
      this.#places[at] = Number.NEGATIVE_INFINITY;
      this.#places[at + 1] = Number.NEGATIVE_INFINITY;
      this.#places[at + 2] = -1;
    }
  }

  save(): number[] {
    return [...this.#places];
  }

  #startBefore(at: number, event: number): number {
    return this.#places[at + 2] === event ? this.#places[at + 1]! : this.#places[at]!;
  }
}

function noChains(steps: readonly number[]): number[] {
  return steps.flatMap(() => [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -1]);
}
