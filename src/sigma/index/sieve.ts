import type { Pattern } from './automaton-trie.js';

/** Shorter texts allow steps too short to gain anything, and more texts let too much through. */
const SHORTEST = 4;
const MOST_TEXTS = 64;

/** Characters that mean something different are told apart by so many bits, more or less. */
const BITS = 6;

/**
 * Tells of most texts that none of a few patterns is in them, by a look at every few characters: where two characters stand
 * side by side that no pattern has near its beginning, none can begin shortly before (Wu and Manber, 1994).
 */
export class Sieve {
  /** Characters of the shortest pattern. */
  readonly #window: number;
  /** By two characters, how far on the next look may be; 0 = a pattern may end its window here. */
  readonly #steps = new Uint8Array(1 << (2 * BITS));

  /** Null = not worth it. */
  static of(patterns: readonly Pattern[]): Sieve | null {
    if (patterns.length === 0 || patterns.length > MOST_TEXTS) return null;
    const shortest = Math.min(...patterns.map(({ text }) => text.length));
    return shortest < SHORTEST ? null : new Sieve(patterns, Math.min(shortest, 255));
  }

  private constructor(patterns: readonly Pattern[], window: number) {
    this.#window = window;
    this.#steps.fill(window - 1);
    for (const { text } of patterns) {
      for (let at = 1; at < window; at++) {
        const pair = pairOf(text.charCodeAt(at - 1), text.charCodeAt(at));
        this.#steps[pair] = Math.min(this.#steps[pair]!, window - 1 - at);
      }
    }
  }

  /** False = no pattern is in the text, whatever the case of its letters. */
  mayHold(text: string): boolean {
    const steps = this.#steps;
    for (let at = this.#window - 1; at < text.length; ) {
      const before = text.charCodeAt(at - 1);
      const code = text.charCodeAt(at);
      // Folded, it may be another character.
      if ((before | code) > 127) return true;
      const step = steps[pairOf(before, code)]!;
      if (step === 0) return true;
      at += step;
    }
    return false;
  }
}

/** The same for both cases of a letter. */
function pairOf(before: number, code: number): number {
  return (CLASSES[before]! << BITS) | CLASSES[code]!;
}

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const folded = code >= 65 && code <= 90 ? code + 32 : code;
  return folded & ((1 << BITS) - 1);
});
