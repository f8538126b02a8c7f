/** Numbers that a place takes: start, start before, event. */
const STRIDE = 3;

/**
 * For every place in a list of rules the latest start of an ordered chain that ends there: the later it starts, the
 * longer it fits the window, so no other chain need be remembered. This knows the list; what a group has of it is a flat
 * list of numbers, since groups are many: of every place the start; the start before the event that changed it
 * last, since an event does not follow itself; the number of that event.
 */
export class Chains {
  readonly #steps: readonly number[];
  readonly #none: readonly number[];

  /** @param steps for every place in the list, the first place of the same rule */
  constructor(steps: readonly number[]) {
    this.#steps = steps;
    this.#none = steps.flatMap(() => [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, -1]);
  }

  none(): number[] {
    return [...this.#none];
  }

  /** Start of the latest whole chain. */
  start(places: readonly number[]): number {
    return places[places.length - STRIDE]!;
  }

  /** Places of the longest beginning that started at `oldest` (ms) or later. */
  metSince(places: readonly number[], oldest: number): number {
    for (let at = places.length - STRIDE; at >= 0; at -= STRIDE)
      if (places[at]! >= oldest) return at / STRIDE + 1;
    return 0;
  }

  extend(places: number[], time: number, step: number, event: number): void {
    for (let place = this.#steps.length - 1; place >= 0; place--) {
      if (this.#steps[place] !== step) continue;
      const at = place * STRIDE;
      const start = place === 0 ? time : startBefore(places, at - STRIDE, event);
      if (start <= places[at]!) continue;
      if (places[at + 2] !== event) places[at + 1] = places[at]!;
      places[at] = start;
      places[at + 2] = event;
    }
  }

  /** Takes over the chains of others that start later. */
  improve(places: number[], others: readonly number[]): void {
    for (let at = 0; at < places.length; at += STRIDE) {
      if (others[at]! <= places[at]!) continue;
      for (let i = at; i < at + STRIDE; i++) places[i] = others[i]!;
    }
  }

  clear(places: number[]): void {
    for (let at = 0; at < places.length; at += STRIDE) {
      places[at] = Number.NEGATIVE_INFINITY;
      places[at + 1] = Number.NEGATIVE_INFINITY;
      places[at + 2] = -1;
    }
  }
}

function startBefore(places: readonly number[], at: number, event: number): number {
  return places[at + 2] === event ? places[at + 1]! : places[at]!;
}
