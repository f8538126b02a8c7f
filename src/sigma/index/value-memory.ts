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
  #turn: number;
  #lookups = 0;
  #found = 0;
  #paused = 0;
  #kept = 0;
  /** An open hash table: of what stands where a text belongs or close behind, the sample; NONE = nothing. Of a text that is not known no more is read. */
  #samples = NO_SAMPLES;
  #texts: string[] = [];
  #marks: (readonly number[])[] = [];

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
    this.#turn = budget.turn;
    this.#forget();
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
    const sample = sampleOf(text);
    const mask = this.#samples.length - 1;
    for (let i = 0; i < MOST_PROBES; i++) {
      const place = (sample + i) & mask;
      const known = this.#samples[place]!;
      if (known === NONE) return undefined;
      if (known !== sample || this.#texts[place] !== text) continue;
      this.#found++;
      return this.#marks[place];
    }
    return undefined;
  }

  remember(text: string, marks: readonly number[]): void {
    if (this.#turn !== this.#budget.turn) {
      this.#forget();
      this.#turn = this.#budget.turn;
    }
    this.#budget.take();
    if (this.#kept * 2 > this.#texts.length && this.#texts.length < MOST_PLACES) this.#grow();
    // A text cut out of a chunk would keep all of it alive.
    this.#put(Buffer.from(text).toString(), sampleOf(text), marks.length === 0 ? NO_MARKS : marks);
  }

  /** Where no place is free, and the table is as large as it may be, the one that the text belongs to is taken from another. */
  #put(text: string, sample: number, marks: readonly number[]): void {
    let place = this.#freePlace(sample);
    while (place < 0 && this.#texts.length < MOST_PLACES) {
      this.#grow();
      place = this.#freePlace(sample);
    }
    if (place < 0) place = sample & (this.#texts.length - 1);
    else this.#kept++;
    this.#texts[place] = text;
    this.#samples[place] = sample;
    this.#marks[place] = marks;
  }

  #freePlace(sample: number): number {
    const mask = this.#samples.length - 1;
    for (let i = 0; i < MOST_PROBES; i++) {
      const place = (sample + i) & mask;
      if (this.#samples[place] === NONE) return place;
    }
    return -1;
  }

  #grow(): void {
    const [texts, samples, marks] = [this.#texts, this.#samples, this.#marks];
    this.#clear(texts.length * 2);
    samples.forEach((sample, place) => {
      if (sample !== NONE) this.#put(texts[place]!, sample, marks[place]!);
    });
  }

  #forget(): void {
    this.#clear(FEWEST_PLACES);
  }

  #clear(places: number): void {
    this.#kept = 0;
    this.#texts = new Array<string>(places).fill('');
    this.#samples = new Int32Array(places);
    this.#marks = new Array<readonly number[]>(places).fill(NO_MARKS);
  }

  #judge(): void {
    if (this.#found < TRIAL / 2) {
      this.#paused = PAUSE;
      this.#forget();
    }
    this.#lookups = 0;
    this.#found = 0;
  }
}

const NO_MARKS: readonly number[] = [];
const NO_SAMPLES = new Int32Array(0);
/** The sample of no text. */
const NONE = 0;
/** Powers of two. */
const FEWEST_PLACES = 64;
const MOST_PLACES = 4096;
const MOST_PROBES = 8;

/** Characters that are read of a text, at most. */
const SAMPLES = 16;

/**
 * A number that differs for most texts that do, from some of their characters: V8's own hash, of a text that nobody has
 * hashed yet, reads all of them and costs more than all else here.
 */
function sampleOf(text: string): number {
  const { length } = text;
  const step = Math.ceil(length / SAMPLES);
  let sample = length;
  for (let i = length - 1; i >= 0; i -= step) sample = (Math.imul(sample, 31) + text.charCodeAt(i)) | 0;
  sample = Math.imul(sample, 0x9e3779b1);
  return sample ^ (sample >>> 15) || 1;
}
