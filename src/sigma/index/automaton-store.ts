import { createHash } from 'node:crypto';
import { type AutomatonTables, buildAutomaton, type Pattern } from './automaton-tables.js';
import { SharedTables } from './shared-tables.js';

/** Automata by what they look for. Routes that look for the same in a field share one, and so do threads. */
export class AutomatonStore {
  readonly #known: Map<string, AutomatonTables>;
  readonly #memory = new SharedTables();

  /** `known`: those of another thread's store. */
  constructor(known: ReadonlyMap<string, AutomatonTables> = new Map()) {
    this.#known = new Map(known);
  }

  of(patterns: readonly Pattern[]): AutomatonTables {
    const key = keyOf(patterns);
    let tables = this.#known.get(key);
    if (tables === undefined) {
      tables = buildAutomaton(patterns, this.#memory);
      this.#known.set(key, tables);
    }
    return tables;
  }

  /** All there are, for other threads: by `postMessage` the tables are shared, not copied. */
  get all(): ReadonlyMap<string, AutomatonTables> {
    return this.#known;
  }
}

/** Marks are numbered alike wherever the same rules are compiled. Texts are ASCII, line breaks may be in them. */
function keyOf(patterns: readonly Pattern[]): string {
  let text = '';
  for (const { text: wanted, at, mark } of patterns) text += `${at}${mark}:${wanted.length}:${wanted}`;
  return createHash('sha256').update(text).digest('base64');
}
