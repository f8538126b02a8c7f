/**
 * The times at which something was seen, ascending, thinned: of three times within one timespan the middle one goes,
 * since every window (exactly one timespan long) that holds it holds one of the others too.
 */
export class Occurrences {
  #times: number[];

  constructor(...times: number[]) {
    this.#times = times;
  }

  get times(): readonly number[] {
    return this.#times;
  }

  get newest(): number {
    return this.#times[this.#times.length - 1] ?? Number.NEGATIVE_INFINITY;
  }

  add(time: number, timespan: number): void {
    const times = this.#times;
    let at = times.length;
    while (at > 0 && times[at - 1]! > time) at--;
    if (times[at - 1] === time) return;
    if (at === times.length) {
      // The common case: the newest one so far would be the middle one that goes.
      if (at >= 2 && time - times[at - 2]! <= timespan) times[at - 1] = time;
      else this.#append(time);
      return;
    }
    times.splice(at, 0, time);
    this.#thin(at + 1, timespan);
    this.#thin(at, timespan);
    this.#thin(at - 1, timespan);
  }

  forget(oldest: number): void {
    while (this.#times.length > 0 && this.#times[0]! < oldest) this.#times.shift();
  }

  anyWithin(from: number, to: number): boolean {
    for (let i = this.#times.length - 1; i >= 0; i--) {
      const time = this.#times[i]!;
      if (time < from) return false;
      if (time <= to) return true;
    }
    return false;
  }

  /** Whether something was seen later than `from`, up to `to`. */
  anyAfter(from: number, to: number): boolean {
    for (let i = this.#times.length - 1; i >= 0; i--) {
      const time = this.#times[i]!;
      if (time <= from) return false;
      if (time <= to) return true;
    }
    return false;
  }

  /** Most never have more than two times: a literal takes no room for more. */
  #append(time: number): void {
    if (this.#times.length === 1) this.#times = [this.#times[0]!, time];
    else this.#times.push(time);
  }

  #thin(at: number, timespan: number): void {
    const times = this.#times;
    if (at < 1 || at + 1 >= times.length || times[at + 1]! - times[at - 1]! > timespan) return;
    if (at + 2 === times.length) times[at] = times.pop()!;
    else times.splice(at, 1);
  }
}
