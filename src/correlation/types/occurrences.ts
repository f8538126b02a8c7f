/**
 * The times at which something was seen, ascending, thinned: of three times within one timespan the middle one goes,
 * since every window (exactly one timespan long) that holds it holds one of the others too.
 */
export class Occurrences {
  readonly times: number[];

  constructor(times: readonly number[]) {
    this.times = [...times];
  }

  get newest(): number {
    return this.times[this.times.length - 1] ?? Number.NEGATIVE_INFINITY;
  }

  add(time: number, timespan: number): void {
    const { times } = this;
    let at = times.length;
    while (at > 0 && times[at - 1]! > time) at--;
    if (times[at - 1] === time) return;
    if (at === times.length) times.push(time);
    else times.splice(at, 0, time);
    this.#thin(at + 1, timespan);
    this.#thin(at, timespan);
    this.#thin(at - 1, timespan);
  }

  forget(oldest: number): void {
    while (this.times.length > 0 && this.times[0]! < oldest) this.times.shift();
  }

  anyWithin(from: number, to: number): boolean {
    for (let i = this.times.length - 1; i >= 0; i--) {
      const time = this.times[i]!;
      if (time < from) return false;
      if (time <= to) return true;
    }
    return false;
  }

  #thin(at: number, timespan: number): void {
    const { times } = this;
    if (at < 1 || at + 1 >= times.length || times[at + 1]! - times[at - 1]! > timespan) return;
    if (at + 2 === times.length) times[at] = times.pop()!;
    else times.splice(at, 1);
  }
}
