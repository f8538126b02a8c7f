import type { RawChunk } from '../../model/raw-chunk.js';
import type { Lost, OnDamage } from './segment-reader.js';

/** Chunks are numbered without gaps: where one is, something is missing, also when SQLite noticed nothing. */
export class Gaps {
  readonly #tell: OnDamage;
  #path = '';
  #expected: number;
  /** What is missing and has been told with its reason, which may be long before its place is reached. */
  #told: Lost[] = [];

  /**
   * @param after the chunk before the first that is wanted
   * @param keptIn the folder of a log of which nothing behind `after` has been dropped
   */
  constructor(after: number, tell: OnDamage, keptIn?: string) {
    this.#expected = after + 1;
    this.#tell = tell;
    this.#path = keptIn ?? '';
  }

  readonly onDamage: OnDamage = (path, error, lost) => {
    this.#told.push(lost);
    this.#tell(path, error, lost);
  };

  /** A file comes whose first chunk is this. */
  begin(path: string, firstSeq: number): void {
    // What was before the first file may have been dropped.
    if (this.#path !== '') this.#reach(firstSeq);
    this.#path = path;
    this.#expected = Math.max(this.#expected, firstSeq);
  }

  *watch(chunks: Iterable<RawChunk>): Generator<RawChunk> {
    for (const chunk of chunks) {
      this.#reach(chunk.seq);
      this.#expected = chunk.seq + 1;
      yield chunk;
    }
  }

  /** The last chunk that there must be; `dir`: where, though there be no file. */
  end(lastSeq: number, dir = ''): void {
    if (this.#path === '') this.#path = dir;
    this.#reach(lastSeq + 1);
  }

  #reach(seq: number): void {
    if (seq <= this.#expected) return;
    const told = this.#told.sort((a, b) => (a.firstSeq ?? 0) - (b.firstSeq ?? 0));
    let from = this.#expected;
    for (const { firstSeq, lastSeq } of told)
      if ((firstSeq ?? 0) <= from) from = Math.max(from, (lastSeq ?? seq - 1) + 1);
    this.#told = told.filter(({ lastSeq }) => (lastSeq ?? 0) >= seq);
    if (from < seq)
      this.#tell(this.#path, new RangeError('Chunks are missing'), {
        firstSeq: from,
        lastSeq: seq - 1,
        records: null,
      });
  }
}
