/** Most values that are counted one by one; of what comes after them only the sum is known. */
const MOST_VALUES = 100_000;

/** Counts by value, of bounded size: values that come when it is full are counted together. */
export class Counts {
  readonly #byValue = new Map<string, number>();
  #others = 0;

  get byValue(): ReadonlyMap<string, number> {
    return this.#byValue;
  }

  get others(): number {
    return this.#others;
  }

  add(value: string, n = 1): void {
    const known = this.#byValue.get(value);
    if (known !== undefined) this.#byValue.set(value, known + n);
    else if (this.#byValue.size < MOST_VALUES) this.#byValue.set(value, n);
    else this.#others += n;
  }

  merge({ counts, others }: { readonly counts: ReadonlyMap<string, number>; readonly others: number }): void {
    for (const [value, n] of counts) this.add(value, n);
    this.#others += others;
  }
}
