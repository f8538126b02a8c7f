import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileId } from '../sources/tail/identity.js';
import { notLogLines } from './file-kind.js';

export interface FoundFiles {
  readonly paths: readonly string[];
  /** What is no log file, and why. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** What could not be looked at. */
  readonly unreadable: readonly { readonly path: string; readonly error: string }[];
}

/** Folders in folders, at most. */
const MAX_DEPTH = 64;

/**
 * The log files that the paths are or hold, in the order of their names; what is none is told with the reason. A path that is
 * named is followed wherever it leads, links inside folders are not. Each file is there once. `-` is standard input.
 */
export function findLogFiles(named: readonly string[]): FoundFiles {
  const paths: string[] = [];
  const skipped: { path: string; reason: string }[] = [];
  const unreadable: { path: string; error: string }[] = [];
  const known = new Set<string>();

  const look = (path: string, stat: () => Stats, depth: number): void => {
    try {
      const found = stat();
      const reason = found.isDirectory() ? null : reasonAgainst(path, found, known);
      if (reason !== null) skipped.push({ path, reason });
      else if (!found.isDirectory()) paths.push(path);
      else if (depth === MAX_DEPTH) skipped.push({ path, reason: `more than ${MAX_DEPTH} folders deep` });
      else
        for (const name of readdirSync(path).sort())
          look(join(path, name), () => lstatSync(join(path, name)), depth + 1);
    } catch (error) {
      unreadable.push({ path, error: (error as Error).message });
    }
  };

  for (const path of named) {
    if (path === '-') paths.push(path);
    else look(path, () => statSync(path), 0);
  }
  return { paths, skipped, unreadable };
}

function reasonAgainst(path: string, stat: Stats, known: Set<string>): string | null {
  if (stat.isSymbolicLink()) return 'a symbolic link';
  if (!stat.isFile()) return 'not a file';
  const identity = fileId(stat);
  if (known.has(identity)) return 'the same file as another';
  known.add(identity);
  return notLogLines(path);
}
