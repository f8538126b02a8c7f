import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The log of some months may name older ones. */
const KEPT = 200;
const ID = /^[0-9a-f]{64}$/;
const SUFFIX = '.forest';
const NEXT = 'next';

/** Where the models of a data_dir are. */
export function modelsDir(dataDir: string): string {
  return join(dataDir, 'models');
}

/** Model files of the anomaly stage in a folder, by name: the hash of what is in them. */
export class ModelStore {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The file's bytes, or null where there is none. Whether they are what they should be is for the reader to see. */
  read(id: string): Uint8Array | null {
    if (!ID.test(id)) return null;
    try {
      return readFileSync(this.#path(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Stores a file as a whole or not at all, and drops the oldest beyond what may still be asked for. */
  write(id: string, bytes: Uint8Array): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o750 });
    const path = this.#path(id);
    writeFileSync(`${path}.tmp`, bytes, { mode: 0o640 });
    renameSync(`${path}.tmp`, path);
    for (const old of this.list().slice(KEPT)) rmSync(this.#path(old), { force: true });
  }

  /** Names, the newest file first. */
  list(): string[] {
    let names: string[];
    try {
      names = readdirSync(this.#dir);
    } catch {
      return [];
    }
    return names
      .filter((name) => name.endsWith(SUFFIX) && ID.test(name.slice(0, -SUFFIX.length)))
      .map((name) => ({ id: name.slice(0, -SUFFIX.length), at: statSync(join(this.#dir, name)).mtimeMs }))
      .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  }

  /** The model that the next start of the daemon shall use. */
  setNext(id: string): void {
    writeFileSync(join(this.#dir, NEXT), id);
  }

  /** What was set, once. */
  takeNext(): string | null {
    const path = join(this.#dir, NEXT);
    try {
      const id = readFileSync(path, 'latin1').trim();
      rmSync(path);
      return ID.test(id) ? id : null;
    } catch {
      return null;
    }
  }

  #path(id: string): string {
    return join(this.#dir, `${id}${SUFFIX}`);
  }
}
