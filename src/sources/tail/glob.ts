import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Breath } from './breath.js';

/**
 * Paths with wildcards: `*` and `?` within one name (not a leading dot, as in a shell), `**` for any number of
 * folders. Matching is linear times the number of stars; no regular expressions. `**` does not follow links, so that a
 * loop of links cannot hold it.
 */
export interface Glob {
  /** Names of the absolute pattern, from the root down. */
  readonly segments: readonly string[];
}

const MAX_DEPTH = 64;

export function compileGlob(pattern: string): Glob {
  return {
    segments: resolve(pattern)
      .split('/')
      .filter((segment) => segment !== ''),
  };
}

export function isLiteral(glob: Glob): boolean {
  return !glob.segments.some(hasWildcard);
}

/** Whether an absolute path is one the glob asks for. */
export function globMatches(glob: Glob, path: string): boolean {
  return matchSegments(
    glob.segments,
    path.split('/').filter((segment) => segment !== ''),
  );
}

/**
 * Paths there are for the glob. A glob without wildcards gives its path whether it exists or not. Folders that
 * cannot be read hold nothing.
 */
export async function expandGlob(glob: Glob, breath: Breath): Promise<string[]> {
  if (isLiteral(glob)) return [`/${glob.segments.join('/')}`];
  const found = new Set<string>();
  const open: { folder: string; at: number; depth: number }[] = [{ folder: '/', at: 0, depth: 0 }];
  for (;;) {
    const next = open.pop();
    if (next === undefined) return [...found].sort();
    const { folder, at, depth } = next;
    const segment = glob.segments[at]!;
    const last = at === glob.segments.length - 1;
    if (segment === '**') {
      for (const entry of await entriesOf(folder)) {
        if (breath.isDue) await breath.take();
        if (entry.name.startsWith('.')) continue;
        if (entry.isDirectory() && depth < MAX_DEPTH) {
          open.push({ folder: join(folder, entry.name), at, depth: depth + 1 });
        } else if (last) found.add(join(folder, entry.name));
      }
      if (!last) open.push({ folder, at: at + 1, depth });
    } else if (!hasWildcard(segment)) {
      const path = join(folder, segment);
      if (last) found.add(path);
      else open.push({ folder: path, at: at + 1, depth });
    } else {
      for (const entry of await entriesOf(folder)) {
        if (breath.isDue) await breath.take();
        if (!matchName(segment, entry.name)) continue;
        const path = join(folder, entry.name);
        if (last) found.add(path);
        else if (entry.isDirectory() || entry.isSymbolicLink())
          open.push({ folder: path, at: at + 1, depth });
      }
    }
  }
}

/** One name against one pattern, with one step back to the last star: O(pattern × name) at worst, no recursion. */
export function matchName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    const char = pattern[p];
    if (char === '*') {
      star = p++;
      mark = n;
    } else if (char !== undefined && (char === '?' || char === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The same walk over names: `**` is the star. */
function matchSegments(pattern: readonly string[], names: readonly string[]): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < names.length) {
    const segment = pattern[p];
    if (segment === '**') {
      star = p++;
      mark = n;
    } else if (segment !== undefined && matchName(segment, names[n]!)) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  return p === pattern.length || (p === pattern.length - 1 && pattern[p] === '**');
}

function hasWildcard(segment: string): boolean {
  return segment.includes('*') || segment.includes('?');
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
