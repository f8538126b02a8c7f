/** Stands for any one UTF-16 unit in a segment. */
const ONE = '\uffff';

/**
 * `*` is any text, `?` any one character. The pieces between the `*` are looked for one after another, leftmost first,
 * which is enough because each has a fixed length: the time is at most text length times pattern length.
 */
export class Glob {
  readonly #head: string;
  readonly #middle: readonly string[];
  /** null = no `*`: the head is everything. */
  readonly #tail: string | null;

  /** `segments`: what stands between the `*`, with ANY_ONE for `?`. */
  constructor(segments: readonly string[]) {
    this.#head = segments[0] ?? '';
    this.#tail = segments.length > 1 ? segments.at(-1)! : null;
    this.#middle = segments.slice(1, -1).filter((segment) => segment !== '');
  }

  test(text: string): boolean {
    if (this.#tail === null) return text.length === this.#head.length && standsAt(text, 0, this.#head);
    if (!standsAt(text, 0, this.#head)) return false;
    let at = this.#head.length;
    for (const segment of this.#middle) {
      at = find(text, at, segment);
      if (at < 0) return false;
      at += segment.length;
    }
    const tailStart = text.length - this.#tail.length;
    return tailStart >= at && standsAt(text, tailStart, this.#tail);
  }
}

export { ONE as ANY_ONE };

function standsAt(text: string, at: number, segment: string): boolean {
  if (at + segment.length > text.length) return false;
  if (!segment.includes(ONE)) return text.startsWith(segment, at);
  for (let i = 0; i < segment.length; i++)
    if (segment[i] !== ONE && segment[i] !== text[at + i]) return false;
  return true;
}

function find(text: string, from: number, segment: string): number {
  if (!segment.includes(ONE)) return text.indexOf(segment, from);
  for (let at = from; at + segment.length <= text.length; at++) if (standsAt(text, at, segment)) return at;
  return -1;
}
