import type { RawChunk } from '../model/raw-chunk.js';

/** Chunks sent out for detection at once: enough to keep detectors busy. */
const WINDOW = 8;

export interface ReplaySteps {
  /** Sends a chunk out for detection, or applies a control record. */
  readonly send: (chunk: RawChunk) => void;
  /** There is nothing left of the log before this position. */
  readonly skipTo: (seq: number) => void;
}

/** Re-runs the log behind a snapshot. */
export class Replay {
  readonly #steps: ReplaySteps;
  #sentSeq: number;
  #appliedSeq: number;
  #inFlight = 0;
  #wake = (): void => {};

  /** @param appliedSeq position of the snapshot */
  constructor(appliedSeq: number, steps: ReplaySteps) {
    this.#steps = steps;
    this.#sentSeq = appliedSeq;
    this.#appliedSeq = appliedSeq;
  }

  /** Resolves when all of them are applied. */
  async run(chunks: Iterable<RawChunk>): Promise<void> {
    for (const chunk of chunks) {
      // A damaged block leaves a gap: all before it is applied, then it goes on behind it.
      if (chunk.seq !== this.#sentSeq + 1) {
        await this.#untilInFlight(0);
        this.#steps.skipTo(chunk.seq);
        this.#appliedSeq = chunk.seq - 1;
      }
      this.#sentSeq = chunk.seq;
      this.#inFlight++;
      this.#steps.send(chunk);
      await this.#untilInFlight(WINDOW - 1);
    }
    await this.#untilInFlight(0);
  }

  /** Everything up to `seq` is. */
  applied(seq: number): void {
    this.#inFlight -= seq - this.#appliedSeq;
    this.#appliedSeq = seq;
    this.#wake();
  }

  async #untilInFlight(most: number): Promise<void> {
    while (this.#inFlight > most) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
