import type { Stdout } from './stdout.js';

/** Puts the events of chunks, which detectors finish in any order, on stdout in log order (`run --events -`). */
export class EventStream {
  readonly #stdout: Stdout;
  readonly #onTaken: (seq: number) => void;
  readonly #finished = new Map<number, Uint8Array | null>();
  #next: number;

  /** `onTaken`: the events of this chunk have left, or it has none. */
  constructor(stdout: Stdout, firstSeq: number, onTaken: (seq: number) => void) {
    this.#stdout = stdout;
    this.#next = firstSeq;
    this.#onTaken = onTaken;
  }

  add(seq: number, events: Uint8Array | null): void {
    this.#finished.set(seq, events);
    for (
      let ready = this.#finished.get(this.#next);
      ready !== undefined;
      ready = this.#finished.get(this.#next)
    ) {
      const taken = this.#next++;
      this.#finished.delete(taken);
      if (ready === null || ready.byteLength === 0) this.#onTaken(taken);
      else void this.#stdout.write(ready).then(() => this.#onTaken(taken));
    }
  }
}
