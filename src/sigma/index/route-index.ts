import type { ScalarVisitor } from '../event-view.js';
import type { Cell } from '../match/cell.js';
import { FieldOrder } from '../match/field-order.js';
import { visitValues } from '../match/field-path.js';
import type { MatchState } from '../match/match-state.js';
import type { Predicate } from '../match/predicate.js';
import type { AutomatonStore } from './automaton-store.js';
import { ANY_VALUE, type Clue, type Group } from './groups.js';
import type { Marks, WaitingRules } from './marks.js';
import { SlotIndex } from './slot-index.js';
import type { MemoryBudget } from './value-memory.js';
import type { Wait } from './wait.js';

/** What the index knows of a rule. */
export interface IndexedRule {
  /** Position among the compiled rules. */
  readonly position: number;
  readonly groups: readonly Group[];
  /** Null = the rule is tried on every event. */
  readonly wait: Pick<Wait, 'clues'> | null;
}

/** What all routes of a ruleset have in common. */
export interface RouteOptions {
  /** How many marks there are. */
  readonly marks: number;
  /** The fields by slot. */
  readonly fields: readonly string[];
  readonly budget: MemoryBudget;
  readonly automata: AutomatonStore;
}

/**
 * The rules of one route. Fields that some rule waits for are looked at once for all of them; the others when a woken
 * rule asks.
 */
export class RouteIndex {
  /** Positions of the rules that wait for nothing. */
  readonly always: readonly number[];
  /** No rule runs on this route. */
  readonly isEmpty: boolean;
  readonly #options: RouteOptions;
  readonly #waiting: WaitingRules;
  /** Slots that are looked at in every event. */
  readonly #watched: readonly number[];
  /** Some rule waits for something in any value. */
  readonly #watchesValues: boolean;
  readonly #clues = new Map<number, Clue[]>();
  /** By slot + 1, as is `scanned`. */
  readonly #indexes: (SlotIndex | undefined)[] = [];
  /** What is looked for in any value is looked for by the indexes of watched fields, too: their values are read once. */
  readonly #isJoint: boolean;
  /** The slot of the text that nearly all events have, which is read for it and for what is looked for in any value at once; -1 = none. */
  readonly #textSlot: number;
  readonly #order: FieldOrder;
  /** Of slots that nobody waits for and few ask about: trying the predicates costs less than looking for all clues. */
  readonly #isPlain: boolean[] = [];
  /** Event (by generation) in which the slot was looked at for what rules wait for, and for all. */
  readonly #watchedIn: Float64Array;
  readonly #scanned: Float64Array;
  /** By mark: 1 = some rule waits for it. Where a rule waits for a clue of a group, it waits for all of them. */
  readonly #isAwaited: Uint8Array;
  /** By group: 1 = without a mark it does not hold. */
  readonly #isDecided: Uint8Array;

  constructor(rules: readonly IndexedRule[], options: RouteOptions) {
    this.#options = options;
    const waiting: number[][] = [];
    const watched = new Set<number>();
    // A mark is that of a group, whose clues come together, or of a hint, which is one clue.
    const isKnown = new Uint8Array(options.marks);
    this.#isAwaited = new Uint8Array(options.marks);
    for (const { position, groups, wait } of rules) {
      for (const { id, clues } of groups) {
        if (isKnown[id] === 1) continue;
        isKnown[id] = 1;
        for (const clue of clues) this.#addClue(clue);
      }
      for (const clue of wait?.clues ?? []) {
        if (isKnown[clue.mark] === 0) this.#addClue(clue);
        isKnown[clue.mark] = 1;
        this.#isAwaited[clue.mark] = 1;
        watched.add(clue.slot);
        waiting[clue.mark] ??= [];
        if (waiting[clue.mark]!.at(-1) !== position) waiting[clue.mark]!.push(position);
      }
    }
    this.isEmpty = rules.length === 0;
    this.always = rules.filter(({ wait }) => wait === null).map(({ position }) => position);
    this.#waiting = waiting;
    this.#isDecided = new Uint8Array(options.marks);
    for (const { groups } of rules)
      for (const { id, hasRest } of groups) this.#isDecided[id] = hasRest ? 0 : this.#isAwaited[id]!;
    this.#watchesValues = watched.delete(ANY_VALUE);
    this.#watched = [...watched];
    this.#watchedIn = new Float64Array(options.fields.length + 1);
    this.#scanned = new Float64Array(options.fields.length + 1);
    for (const [slot, { length }] of this.#clues)
      this.#isPlain[slot + 1] = length <= MAX_PLAIN && !watched.has(slot) && slot !== ANY_VALUE;
    this.#order = new FieldOrder(new Map(this.#watched.map((slot) => [options.fields[slot]!, slot])));
    const anywhere = this.#clues.get(ANY_VALUE)?.length ?? 0;
    this.#isJoint = this.#watchesValues && anywhere <= MAX_JOINT;
    const textSlot = options.fields.indexOf(TEXT_FIELD);
    this.#textSlot = this.#watchesValues && watched.has(textSlot) ? textSlot : -1;
  }

  #addClue(clue: Clue): void {
    const known = this.#clues.get(clue.slot);
    if (known === undefined) this.#clues.set(clue.slot, [clue]);
    else known.push(clue);
  }

  /** Makes what is otherwise made when it is first needed. */
  build(): void {
    const slots = this.#watchesValues ? [...this.#watched, ANY_VALUE] : this.#watched;
    for (const slot of slots) this.#indexOf(slot);
  }

  /** Looks at an event: afterwards the first `marks.awake` of `marks.candidates` are the rules worth trying besides `always`. */
  begin(marks: Marks, state: MatchState): void {
    marks.begin(this.#waiting);
    if (this.#watchesValues) this.#watchAnywhere(marks, state);
    const { generation } = marks;
    const slots = this.#watched.length > MANY_FIELDS ? state.present(this.#watched) : this.#watched;
    for (const slot of slots) if (this.#watchedIn[slot + 1] !== generation) this.#watch(slot, marks, state);
  }

  /** Whether a group of this route that has no mark after `begin` does not hold. */
  isDecided(id: number): boolean {
    return this.#isDecided[id] === 1;
  }

  /** Whether some predicate of the group holds. */
  holds(group: Group, marks: Marks, state: MatchState): boolean {
    if (this.#isPlain[group.slot + 1] === true) return someHolds(group.predicates, group.slot, state);
    if (group.clues.length > 0) {
      if (marks.has(group.id)) return true;
      if (this.#isAwaited[group.id] === 0 && this.#scanned[group.slot + 1] !== marks.generation) {
        if (group.clues.length <= MAX_DIRECT && group.slot !== ANY_VALUE)
          return someHolds(group.predicates, group.slot, state);
        this.#look(group.slot, marks, state);
        if (marks.has(group.id)) return true;
      }
    }
    return group.hasRest && someHolds(group.rest, group.slot, state);
  }

  #watch(slot: number, marks: Marks, state: MatchState): void {
    const { generation } = marks;
    this.#watchedIn[slot + 1] = generation;
    const cell = state.cell(slot);
    if (cell.value === undefined || this.#indexOf(slot).watchField(cell, marks))
      this.#scanned[slot + 1] = generation;
  }

  #look(slot: number, marks: Marks, state: MatchState): void {
    this.#scanned[slot + 1] = marks.generation;
    const index = this.#indexOf(slot);
    if (slot === ANY_VALUE) {
      state.forEachValue((value) => index.scanValue(value, marks));
      return;
    }
    const cell = state.cell(slot);
    if (cell.value !== undefined) index.scanField(cell, marks);
  }

  /** At every value of the event, and on the way at the watched fields that the record has under their own names. */
  #watchAnywhere(marks: Marks, state: MatchState): void {
    const { generation } = marks;
    const index = this.#indexOf(ANY_VALUE);
    const whole = index.findsParts ? state.wholeText() : null;
    const text = this.#textSlot < 0 ? undefined : state.cell(this.#textSlot).value;
    const fields = this.#isJoint ? state.ownFields() : null;
    if (fields === null) {
      state.forEachValue((cell) => {
        if (cell.value === text) this.#watchJointly(this.#textSlot, state.cell(this.#textSlot), marks);
        else if (!isPart(cell.value, whole)) index.watchValue(cell, marks);
      });
      return;
    }
    const visit: ScalarVisitor = (value) => {
      if (value === text) this.#watchJointly(this.#textSlot, state.cell(this.#textSlot), marks);
      else if (!isPart(value, whole)) index.watchValue(state.cellFor(value), marks);
      return false;
    };
    let place = 0;
    // What parsers make inherits nothing that would be visited.
    for (const name in fields) {
      const value = fields[name];
      const slot = this.#order.slotOf(name, place++);
      if (!isScalar(value)) visitValues(value, visit);
      else if (slot === undefined) visit(value);
      else if (this.#watchedIn[slot + 1] !== generation)
        this.#watchJointly(slot, state.cellOf(slot, value), marks);
    }
    state.forEachOtherValue(visit);
  }

  /** Looks at a field whose value is one of the event. */
  #watchJointly(slot: number, cell: Cell, marks: Marks): void {
    this.#watchedIn[slot + 1] = marks.generation;
    if (this.#indexOf(slot).watch(cell, marks)) this.#scanned[slot + 1] = marks.generation;
  }

  #indexOf(slot: number): SlotIndex {
    let index = this.#indexes[slot + 1];
    if (index === undefined) {
      const joins =
        slot === this.#textSlot || (this.#isJoint && slot !== ANY_VALUE && this.#watched.includes(slot));
      const anywhere = joins ? (this.#clues.get(ANY_VALUE) ?? []) : [];
      index = new SlotIndex(this.#clues.get(slot) ?? [], anywhere, {
        ...this.#options,
        isAwaited: this.#isAwaited,
      });
      this.#indexes[slot + 1] = index;
    }
    return index;
  }
}

/** The name that rules have for it. */
const TEXT_FIELD = 'message';

const MAX_PLAIN = 8;
/** Clues of a group that is asked for before its field was read in full, at most: its predicates are tried instead. */
const MAX_DIRECT = 12;

/** Of more fields, as the routes of events that nobody knows watch them, most are absent: they are not looked up one by one. */
const MANY_FIELDS = 32;

/** Things looked for in any value, at most, that are looked for along with those of each field. */
const MAX_JOINT = 64;

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return value !== null && typeof value !== 'object' && value !== undefined;
}

/** Whether the value is in a text that is read anyway: it need not be read again. False where to find that out would take long. */
function isPart(value: unknown, whole: string | null): boolean {
  if (whole === null || typeof value !== 'string') return false;
  const { length } = value;
  if (length < LONG_PART || length > LONGEST_PART || length >= whole.length) return false;
  return whole.length <= LONGEST_WHOLE && whole.includes(value);
}

/** Shorter ones are read as fast as found. */
const LONG_PART = 24;
/** Together they bound what a search takes that somebody made to be slow. */
const LONGEST_PART = 512;
const LONGEST_WHOLE = 4096;

function someHolds(predicates: readonly Predicate[], slot: number, state: MatchState): boolean {
  for (const predicate of predicates) if (state.holds(slot, predicate)) return true;
  return false;
}
