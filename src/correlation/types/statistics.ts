import { ExactSum } from './exact-sum.js';

/** A number that says something of many, kept while they come and go. */
export interface Statistic {
  add(value: number, repeat: number): void;
  /** Takes away what was added before. */
  remove(value: number, repeat: number): void;
  /** NaN without values. */
  read(): number;
  /** The state to the last bit: adding the values again would round otherwise. */
  save(): number[];
  load(saved: readonly number[]): void;
}

export class Sum implements Statistic {
  readonly #sum = new ExactSum();
  #count = 0;

  add(value: number, repeat: number): void {
    this.#sum.add(value * repeat);
    this.#count += repeat;
  }

  remove(value: number, repeat: number): void {
    this.#sum.add(-(value * repeat));
    this.#count -= repeat;
  }

  read(): number {
    return this.#count === 0 ? Number.NaN : this.#sum.read();
  }

  save(): number[] {
    return [...this.#sum.save(), this.#count];
  }

  load(saved: readonly number[]): void {
    this.#sum.load(saved.slice(0, -1));
    this.#count = saved.at(-1) ?? 0;
  }

  protected get count(): number {
    return this.#count;
  }
}

export class Mean extends Sum {
  override read(): number {
    return super.read() / this.count;
  }
}

/** The value below which a share of the values lies, interpolated between neighbours (type 7 of Hyndman and Fan). */
export class Quantile implements Statistic {
  readonly #share: number;
  /** Ascending; a repeated value stands once, so that a repetition count cannot grow it. */
  #sorted: number[] = [];

  constructor(share: number) {
    this.#share = share;
  }

  add(value: number): void {
    this.#sorted.splice(this.#find(value), 0, value);
  }

  remove(value: number): void {
    this.#sorted.splice(this.#find(value), 1);
  }

  read(): number {
    const rank = this.#share * (this.#sorted.length - 1);
    const below = this.#sorted[Math.floor(rank)];
    const above = this.#sorted[Math.ceil(rank)];
    if (below === undefined || above === undefined) return Number.NaN;
    return below + (above - below) * (rank - Math.floor(rank));
  }

  save(): number[] {
    return [...this.#sorted];
  }

  load(saved: readonly number[]): void {
    this.#sorted = [...saved];
  }

  /** The first place whose value is not smaller. */
  #find(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
