import { realpathSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Breath } from './breath.js';
import { familyOf, type Generation } from './generations.js';

/** The names of one folder, and which may belong together. */
interface Listing {
  /** Of the folder, when it was listed; null when what was listed may not be all that this time stands for. */
  readonly mtime: number | null;
  readonly names: readonly string[];
  readonly byFamily: ReadonlyMap<string, readonly string[]>;
  /** Made when first asked for: it takes a look at every file. */
  byInode: ReadonlyMap<number, readonly string[]> | null;
}

const MAX_NAMES = 20_000;
// Changes within one tick of a file system's clock share an mtime: 10 ms at most, or a whole second or two where
// times have no fraction.
const TICK_MS = 20;
const COARSE_TICK_MS = 2500;

/**
 * What lies beside the logs. A folder of thousands is read once and not once per log: again only when its mtime has
 * moved, as it does with every name that comes, goes or changes.
 */
export class Folders {
  readonly #listings = new Map<string, Listing>();
  readonly #breath: Breath;

  constructor(breath: Breath) {
    this.#breath = breath;
  }

  /** The generations of a family that lie beside its live file, links followed to where the rotation happens. */
  async generations(family: string): Promise<Generation[]> {
    const { folder, name } = realPlace(family);
    const { byFamily } = await this.#list(folder);
    // `app.log` may itself bear the name of a generation, of `app`: the live file counts whatever it is called.
    const names = new Set(byFamily.get(join(folder, name)));
    return [...names.add(name)].flatMap((entry) => regularFile(join(folder, entry)));
  }

  /** Every regular file beside the family's live file with one of these inodes, for those renamed to something else. */
  async neighbours(family: string, inodes: ReadonlySet<number>): Promise<Generation[]> {
    const { folder } = realPlace(family);
    const listing = await this.#list(folder);
    listing.byInode ??= await this.#indexInodes(folder, listing.names);
    const { byInode } = listing;
    return [...inodes]
      .flatMap((ino) => byInode.get(ino) ?? [])
      .flatMap((entry) => regularFile(join(folder, entry)))
      .filter(({ stat }) => inodes.has(stat.ino));
  }

  async #list(folder: string): Promise<Listing> {
    const before = mtimeOf(folder);
    const known = this.#listings.get(folder);
    if (known !== undefined && known.mtime !== null && known.mtime === before) return known;
    const at = Date.now();
    const names = await namesIn(folder);
    const byFamily = new Map<string, string[]>();
    for (const name of names) {
      if (this.#breath.isDue) await this.#breath.take();
      const { path } = familyOf(join(folder, name));
      const family = byFamily.get(path);
      if (family === undefined) byFamily.set(path, [name]);
      else family.push(name);
    }
    const tick = before !== null && before % 1000 !== 0 ? TICK_MS : COARSE_TICK_MS;
    const settled = before !== null && at - before > tick;
    const listing: Listing = { mtime: settled ? before : null, names, byFamily, byInode: null };
    this.#listings.set(folder, listing);
    return listing;
  }

  async #indexInodes(folder: string, names: readonly string[]): Promise<Map<number, string[]>> {
    const byInode = new Map<number, string[]>();
    for (const name of names) {
      if (this.#breath.isDue) await this.#breath.take();
      for (const { stat } of regularFile(join(folder, name))) {
        byInode.set(stat.ino, [...(byInode.get(stat.ino) ?? []), name]);
      }
    }
    return byInode;
  }
}

function realPlace(family: string): { folder: string; name: string } {
  try {
    const real = realpathSync(family);
    return { folder: dirname(real), name: basename(real) };
  } catch {
    return { folder: dirname(family), name: basename(family) };
  }
}

function mtimeOf(folder: string): number | null {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return null;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}

function regularFile(path: string): Generation[] {
  let stat: Stats;
  try {
    stat = statSync(path);
  } catch {
    return [];
  }
  return stat.isFile() ? [{ path, stat, age: familyOf(path).age }] : [];
}
