import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { type AutomatonTables, buildAutomaton } from './automaton-tables.js';
import type { Pattern } from './automaton-trie.js';
import { SharedTables } from './shared-tables.js';

/**
 * All automata of a store for other threads, as a few blocks of shared memory. Each table by itself would be some thousand
 * objects, which every thread on the way would be held up by.
 */
export interface PackedAutomata {
  readonly blocks: readonly SharedArrayBuffer[];
  /** A `Directory`, serialized. */
  readonly directory: Uint8Array;
}

/** By key, and by name of the table, where it is. */
type Directory = ReadonlyMap<string, Readonly<Record<string, number | PackedTable>>>;

/** The place of its block, where it begins there, how many numbers it has, and the bytes of each. */
type PackedTable = readonly [block: number, from: number, length: number, size: number];

/** Automata by what they look for. Routes that look for the same in a field share one, and so do threads. */
export class AutomatonStore {
  readonly #known: Map<string, AutomatonTables>;
  readonly #memory = new SharedTables();

  /** `packed`: those of another thread's store. */
  constructor(packed: PackedAutomata = NONE) {
    this.#known = opened(packed);
  }

  get size(): number {
    return this.#known.size;
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

  /** All there are, for other threads. */
  pack(): PackedAutomata {
    const places = new Map<ArrayBufferLike, number>();
    const directory = new Map<string, Record<string, number | PackedTable>>();
    for (const [key, tables] of this.#known) {
      const packed: Record<string, number | PackedTable> = {};
      for (const [name, table] of Object.entries<Table>({ ...tables })) {
        if (typeof table === 'number') packed[name] = table;
        else {
          if (!places.has(table.buffer)) places.set(table.buffer, places.size);
          const { byteOffset, length, BYTES_PER_ELEMENT } = table;
          packed[name] = [places.get(table.buffer)!, byteOffset, length, BYTES_PER_ELEMENT];
        }
      }
      directory.set(key, packed);
    }
    return {
      blocks: [...places.keys()] as SharedArrayBuffer[],
      directory: serialize(directory satisfies Directory),
    };
  }
}

type Table = AutomatonTables[keyof AutomatonTables];

const NONE: PackedAutomata = { blocks: [], directory: serialize(new Map()) };

function opened({ blocks, directory }: PackedAutomata): Map<string, AutomatonTables> {
  const all = new Map<string, AutomatonTables>();
  for (const [key, packed] of deserialize(directory) as Directory) {
    const tables: Record<string, Table> = {};
    for (const [name, table] of Object.entries(packed)) {
      if (typeof table === 'number') tables[name] = table;
      else {
        const [block, from, length, size] = table;
        tables[name] = viewOf(blocks[block]!, from, length, size);
      }
    }
    all.set(key, tables as unknown as AutomatonTables);
  }
  return all;
}

function viewOf(block: SharedArrayBuffer, from: number, length: number, size: number): Table {
  if (size === 1) return new Uint8Array(block, from, length);
  return size === 2 ? new Uint16Array(block, from, length) : new Int32Array(block, from, length);
}

/**
 * What is looked for goes by its marks, which are numbered alike wherever the same rules are compiled: of two lists with the
 * same marks the longer has whole texts besides.
 */
function keyOf(patterns: readonly Pattern[]): string {
  let key = `${patterns.length}`;
  let last = -1;
  for (const { mark } of patterns) {
    if (mark !== last) key += `,${mark}`;
    last = mark;
  }
  return createHash('sha256').update(key).digest('base64');
}
