import { type FSWatcher, watch } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** As deep as rule files are read. */
const MAX_DEPTH = 32;

export interface TreeWatchOptions {
  /** Whether a file of that name in one of the folders matters; one that is a root itself always does. */
  readonly matters: (name: string) => boolean;
  /** Something may have changed: `scan` tells. */
  readonly onEvent: () => void;
  /** Something cannot be watched. */
  readonly onError: (error: unknown) => void;
}

/** A folder that is to be watched. */
interface Wanted {
  /** By which it is known from another one that takes its place. */
  readonly identity: string;
  /** Part of a tree; else only `names` matter. */
  isTree: boolean;
  /** Files in it that matter whatever `matters` says: roots, and what links lead to. */
  readonly names: Set<string>;
}

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher;
  wanted: Wanted;
}

/** What one look at all roots has found. */
interface Scan {
  readonly folders: Map<string, Wanted>;
  /** Identities of the folders of trees: each is entered once, though links may lead back to it. */
  readonly entered: Set<string>;
  /** Something is watched only from now on. */
  isNew: boolean;
}

/**
 * Watches files and whole folders, hidden names left out, links followed: one watch a folder, none a file, for thousands of
 * files lie in a hundred folders.
 */
export class TreeWatch {
  readonly #roots: readonly string[];
  readonly #options: TreeWatchOptions;
  readonly #watched = new Map<string, Watched>();
  #scanning: Promise<unknown> = Promise.resolve();
  /** A file that matters has changed since the last scan. */
  #changed = false;
  #complained = false;
  #closed = false;

  constructor(roots: readonly string[], options: TreeWatchOptions) {
    this.#roots = roots;
    this.#options = options;
  }

  /**
   * Looks where folders are by now, and watches these. Resolves, once nothing can change unseen, with whether files that
   * matter or folders have changed since the last scan.
   */
  scan(): Promise<boolean> {
    const scanned = this.#scanning.then(() => this.#scan());
    this.#scanning = scanned;
    return scanned;
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  async #scan(): Promise<boolean> {
    const changed = this.#changed;
    this.#changed = false;
    const scan: Scan = { folders: new Map(), entered: new Set(), isNew: false };
    for (const root of this.#roots) {
      await this.#addFolder(root, scan, 0);
      // What is not there may come.
      if (!scan.folders.has(root)) await this.#addFile(root, scan);
    }
    const gone = [...this.#watched.keys()].filter((path) => !scan.folders.has(path));
    for (const path of gone) this.#drop(path);
    return (changed || scan.isNew || gone.length > 0) && !this.#closed;
  }

  async #addFolder(path: string, scan: Scan, depth: number): Promise<void> {
    const identity = await identityOf(path);
    if (identity === null || scan.entered.has(identity) || depth > MAX_DEPTH) return;
    scan.entered.add(identity);
    this.#want(path, identity, scan).isTree = true;
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const inside = join(path, entry.name);
      if (entry.isDirectory() || entry.isSymbolicLink()) await this.#addFolder(inside, scan, depth + 1);
      if (entry.isSymbolicLink() && this.#options.matters(entry.name)) await this.#addTarget(inside, scan);
    }
  }

  async #addFile(path: string, scan: Scan): Promise<void> {
    const identity = await identityOf(dirname(path));
    if (identity !== null) this.#want(dirname(path), identity, scan).names.add(basename(path));
    await this.#addTarget(path, scan);
  }

  /** Where a file really lies. */
  async #addTarget(path: string, scan: Scan): Promise<void> {
    const real = await realpath(path).catch(() => path);
    const identity = await identityOf(dirname(real));
    if (real !== path && identity !== null)
      this.#want(dirname(real), identity, scan).names.add(basename(real));
  }

  #want(path: string, identity: string, scan: Scan): Wanted {
    const found = scan.folders.get(path);
    if (found !== undefined) return found;
    const wanted: Wanted = { identity, isTree: false, names: new Set() };
    scan.folders.set(path, wanted);
    const known = this.#watched.get(path);
    if (known?.identity === identity) known.wanted = wanted;
    else {
      this.#drop(path);
      this.#watch(path, wanted);
      scan.isNew = true;
    }
    return wanted;
  }

  #watch(path: string, wanted: Wanted): void {
    if (this.#closed) return;
    try {
      const watcher = watch(path, (event, name) => this.#receive(path, event, name));
      watcher.on('error', (error) => this.#complain(error));
      this.#watched.set(path, { identity: wanted.identity, watcher, wanted });
    } catch (error) {
      this.#complain(error);
    }
  }

  #drop(path: string): boolean {
    this.#watched.get(path)?.watcher.close();
    return this.#watched.delete(path);
  }

  /** Once: where one folder cannot be watched, others cannot either. */
  #complain(error: unknown): void {
    if (!this.#complained) this.#options.onError(error);
    this.#complained = true;
  }

  #receive(path: string, event: string, name: string | null): void {
    const watched = this.#watched.get(path);
    if (watched === undefined) return;
    const { isTree, names } = watched.wanted;
    const inTree = isTree && name?.startsWith('.') !== true;
    if (name === null || names.has(name) || (inTree && this.#options.matters(name))) this.#changed = true;
    else if (!inTree || event !== 'rename') return;
    // What goes may be a folder, or this one; a new one may have the number of the old one.
    if (event === 'rename' && name !== null) {
      const gone = name === basename(path) ? path : join(path, name);
      if (this.#drop(gone)) this.#changed = true;
    }
    this.#options.onEvent();
  }
}

/** Null = there is no such folder. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true ? `${found.dev}:${found.ino}` : null;
}
