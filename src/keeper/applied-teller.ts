/** Applied chunks that main is not told of yet: a part of what it lets wait here. */
const MAX_UNTOLD = 6;

/** Tells main what is applied. Waking main is dear: under load it is told of several chunks at once. */
export class AppliedTeller {
  readonly #tell: (seq: number) => void;
  #appliedSeq: number;
  #toldSeq: number;
  #telling: NodeJS.Immediate | null = null;

  /** @param seq what main knows of already */
  constructor(seq: number, tell: (seq: number) => void) {
    this.#tell = tell;
    this.#appliedSeq = seq;
    this.#toldSeq = seq;
  }

  applied(seq: number): void {
    this.#appliedSeq = seq;
    if (seq - this.#toldSeq >= MAX_UNTOLD) this.tellNow();
    else this.#telling ??= setImmediate(() => this.tellNow());
  }

  tellNow(): void {
    if (this.#telling !== null) clearImmediate(this.#telling);
    this.#telling = null;
    if (this.#toldSeq === this.#appliedSeq) return;
    this.#toldSeq = this.#appliedSeq;
    this.#tell(this.#appliedSeq);
  }
}
