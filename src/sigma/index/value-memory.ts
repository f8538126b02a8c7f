/** Texts of other lengths are read anew: short ones as fast as looked up, long ones seldom come again. */
const SHORTEST = 6;
const LONGEST = 160;

/** Lookups after which it is judged whether remembering pays, and those that then go without. */
const TRIAL = 512;
const PAUSE = 16_384;

/** What all fields of a ruleset may remember together: some 20 MB at worst. */
export class MemoryBudget {
  readonly #most: number;
  #kept = 0;
  /** Memories of an earlier turn are forgotten. */
  turn = 0;

  constructor(most = 65_536) {
    this.#most = most;
  }

  take(): void {
    if (++this.#kept < this.#most) return;
    this.#kept = 0;
    this.turn++;
  }
}

/**
 * Which marks a field's text made when it was last read: host, user and program names come again and again. Fields whose
 * texts seldom come twice are not remembered for a while. Bounded, whatever is sent.
 */
export class ValueMemory {
  readonly #budget: MemoryBudget;
  readonly #known = new Map<string, readonly number[]>();
  #turn: number;
  #lookups = 0;
  #found = 0;
  #paused = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
    this.#turn = budget.turn;
  }

  /** Whether it is worth asking for this text. */
  takes({ length }: string): boolean {
    if (length < SHORTEST || length > LONGEST) return false;
    if (this.#paused === 0) return true;
    this.#paused--;
    return false;
  }

  recall(text: string): readonly number[] | undefined {
    if (this.#lookups === TRIAL) this.#judge();
    this.#lookups++;
    const marks = this.#known.get(text);
    if (marks !== undefined) this.#found++;
    return marks;
  }

  remember(text: string, marks: readonly number[]): void {
    if (this.#turn !== this.#budget.turn) {
      this.#known.clear();
      this.#turn = this.#budget.turn;
    }
    this.#budget.take();
    // A text cut out of a chunk would keep all of it alive.
    this.#known.set(Buffer.from(text).toString(), marks.length === 0 ? NO_MARKS : marks);
  }

  #judge(): void {
    if (this.#found < TRIAL / 2) {
      this.#paused = PAUSE;
      this.#known.clear();
    }
    this.#lookups = 0;
    this.#found = 0;
  }
}

const NO_MARKS: readonly number[] = [];
