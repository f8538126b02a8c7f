import { type Stats, statSync } from 'node:fs';
import { ClearError } from '../../telemetry/outside-fault.js';
import type { Breath } from './breath.js';
import { compileGlob, expandGlob, type Glob, globMatches, isLiteral, matchName } from './glob.js';

// A look through large trees takes at most this share of the time.
const SCAN_SHARE = 0.1;

/** The paths that the configuration asks for, as far as they exist. */
export class WantedPaths {
  readonly #globs: readonly Glob[];
  readonly #exclude: readonly Glob[];
  /** Excluded names, wherever they are: patterns without a slash. */
  readonly #excludeNames: readonly string[];
  #found: readonly string[] = [];
  #nextScan = Number.NEGATIVE_INFINITY;

  constructor(paths: readonly string[], exclude: readonly string[]) {
    this.#globs = paths.map(compileGlob);
    this.#exclude = exclude.filter((pattern) => pattern.includes('/')).map(compileGlob);
    this.#excludeNames = exclude.filter((pattern) => !pattern.includes('/'));
  }

  /** Whether a path is asked for, be it there or not. */
  includes(path: string): boolean {
    return this.#globs.some((glob) => globMatches(glob, path)) && !this.#isExcluded(path);
  }

  /** Paths to look at; those of the last scan while the next is not due. */
  async list(now: () => number, breath: Breath): Promise<readonly string[]> {
    const start = now();
    if (start < this.#nextScan) return this.#found;
    const found = new Set<string>();
    for (const glob of this.#globs) {
      for (const path of await expandGlob(glob, breath)) {
        if (breath.isDue) await breath.take();
        if (!this.#isExcluded(path)) found.add(path);
      }
    }
    this.#found = [...found];
    const end = now();
    this.#nextScan = end + (end - start) / SCAN_SHARE;
    return this.#found;
  }

  /** The regular file at a path, links followed; null without one. */
  stat(path: string, report: (error: unknown) => void): Stats | null {
    try {
      const stat = statSync(path);
      if (stat.isFile()) return stat;
      // Globs find folders and pipes all the time; who names one expects it to be read.
      if (this.#globs.some((glob) => isLiteral(glob) && globMatches(glob, path))) {
        report(new ClearError('not a regular file. Name files, or what is in a folder: /var/log/app/*.log'));
      }
    } catch (error) {
      report(error);
    }
    return null;
  }

  #isExcluded(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (
      this.#exclude.some((glob) => globMatches(glob, path)) ||
      this.#excludeNames.some((pattern) => matchName(pattern, name))
    );
  }
}
