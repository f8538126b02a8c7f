import type { FieldName } from './field-path.js';

/** Finds which of many fields an object may have, by the names that it has instead of by looking for each. */
export class PresentSlots {
  readonly #slots = new Map<string, number[]>();

  /** `lookupField` of one of these names is the value of the slot. */
  add(slot: number, names: readonly FieldName[]): void {
    for (const { name, path } of names) {
      this.#add(name, slot);
      if (path !== null) this.#add(path[0]!, slot);
    }
  }

  /** Appends the slots, some maybe more than once, and some of which only the path begins. */
  find(object: object, found: number[]): void {
    for (const name in object) {
      const slots = this.#slots.get(name);
      if (slots !== undefined) for (const slot of slots) found.push(slot);
    }
  }

  #add(name: string, slot: number): void {
    const known = this.#slots.get(name);
    if (known === undefined) this.#slots.set(name, [slot]);
    else if (known.at(-1) !== slot) known.push(slot);
  }
}
