import type { EventView, ScalarVisitor } from '../event-view.js';
import { Cell } from './cell.js';
import { holds, type Predicate, RegexBudget } from './predicate.js';

/** Characters that regular expressions may read per record; at worst some 250 ns each (research: RE2 in JS). */
const REGEX_BUDGET = 262_144;

export const VALUE_SEPARATOR = '\u0000';

/**
 * What is known about the event under test: each field is looked up and folded at most once. One per ruleset,
 * reused from event to event; `begin` forgets the last one without clearing anything.
 */
export class MatchState {
  readonly budget = new RegexBudget();
  readonly #fields: readonly string[];
  readonly #cells: readonly Cell[];
  /** Event (by generation) that the cell was filled from. */
  readonly #filled: Float64Array;
  #generation = 0;
  #view: EventView | null = null;
  readonly #passing = new Cell();
  #values: Cell[] = [];
  #valueCount = 0;
  #valuesFilled = 0;
  #joined = '';
  #joinedFilled = 0;

  /** `fields`: the names that slots stand for. */
  constructor(fields: readonly string[]) {
    this.#fields = fields;
    this.#cells = fields.map(() => new Cell());
    this.#filled = new Float64Array(fields.length);
  }

  begin(view: EventView): void {
    this.#view = view;
    this.#generation++;
    this.budget.reset(REGEX_BUDGET);
  }

  cell(slot: number): Cell {
    const cell = this.#cells[slot]!;
    if (this.#filled[slot] !== this.#generation) {
      this.#filled[slot] = this.#generation;
      cell.set(this.#view!.at(this.#fields, slot));
    }
    return cell;
  }

  /** As `EventView.present`. */
  present(slots: readonly number[]): readonly number[] {
    return this.#view!.present(this.#fields, slots);
  }

  /** The cell of a field whose value is known. */
  cellOf(slot: number, value: unknown): Cell {
    const cell = this.#cells[slot]!;
    this.#filled[slot] = this.#generation;
    cell.set(value);
    return cell;
  }

  /** As `EventView.ownFields`. */
  ownFields(): Readonly<Record<string, unknown>> | null {
    return this.#view!.ownFields();
  }

  fieldName(slot: number): string {
    return this.#fields[slot]!;
  }

  /** Whether the predicate holds of the field, or of some value of the event where `slot` is negative. */
  holds(slot: number, predicate: Predicate): boolean {
    if (slot < 0) return this.findValue(predicate) !== null;
    return holds(predicate, this.cell(slot), this.budget);
  }

  forEachValue(visit: (cell: Cell) => void): void {
    if (this.#valuesFilled !== this.#generation) this.#fillValues();
    for (let i = 0; i < this.#valueCount; i++) visit(this.#values[i]!);
  }

  /** A cell for a value that is no field of a rule, until the next one. */
  cellFor(value: unknown): Cell {
    this.#passing.set(value);
    return this.#passing;
  }

  /** What `forEachValue` visits besides `ownFields`. */
  forEachOtherValue(visit: ScalarVisitor): void {
    this.#view!.forEachOtherValue(visit);
  }

  /** As `EventView.wholeText`. */
  wholeText(): string | null {
    return this.#view!.wholeText();
  }

  /** First value of the event, wherever it stands, for which the predicate holds. */
  findValue(predicate: Predicate): Cell | null {
    if (this.#valuesFilled !== this.#generation) this.#fillValues();
    for (let i = 0; i < this.#valueCount; i++) {
      if (predicate.test(this.#values[i]!, this.budget)) return this.#values[i]!;
    }
    return null;
  }

  /**
   * All values folded and joined by VALUE_SEPARATOR: one search instead of one per value, for literals that do not
   * hold the separator themselves.
   */
  joinedValues(): string {
    if (this.#joinedFilled !== this.#generation) {
      this.#joinedFilled = this.#generation;
      if (this.#valuesFilled !== this.#generation) this.#fillValues();
      let joined = '';
      for (let i = 0; i < this.#valueCount; i++) joined += `${this.#values[i]!.folded()}${VALUE_SEPARATOR}`;
      this.#joined = joined;
    }
    return this.#joined;
  }

  #fillValues(): void {
    this.#valuesFilled = this.#generation;
    this.#valueCount = 0;
    this.#view!.forEachValue(this.#addValue);
  }

  readonly #addValue = (value: string | number | bigint | boolean): boolean => {
    if (this.#valueCount === this.#values.length) this.#values.push(new Cell());
    this.#values[this.#valueCount++]!.set(value);
    return false;
  };
}

/** Field names and the numbers they go by in compiled rules. */
export class SlotTable {
  readonly #slots: Map<string, number>;

  /** `fields`: by slot those that are known already. */
  constructor(fields: readonly string[] = []) {
    this.#slots = new Map(fields.map((field, slot) => [field, slot]));
  }

  slotOf(field: string): number {
    const known = this.#slots.get(field);
    if (known !== undefined) return known;
    this.#slots.set(field, this.#slots.size);
    return this.#slots.size - 1;
  }

  get fields(): string[] {
    return [...this.#slots.keys()];
  }
}
