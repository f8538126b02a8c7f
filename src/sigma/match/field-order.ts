/** Fields beyond are looked up each time. */
const REMEMBERED = 64;

/** Finds the slots of an event's fields. Most events have the same fields in the same order as the one before. */
export class FieldOrder {
  readonly #slots: ReadonlyMap<string, number>;
  readonly #lastNames: string[] = [];
  readonly #lastSlots: (number | undefined)[] = [];

  constructor(slots: ReadonlyMap<string, number>) {
    this.#slots = slots;
  }

  /** Of the field that stands at this place in the event; undefined = no field of the route. */
  slotOf(name: string, place: number): number | undefined {
    if (this.#lastNames[place] === name) return this.#lastSlots[place];
    const slot = this.#slots.get(name);
    if (place < REMEMBERED) {
      this.#lastNames[place] = name;
      this.#lastSlots[place] = slot;
    }
    return slot;
  }
}
