import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, dirname, join } from 'node:path';

/**
 * What rotation makes of one log: `auth.log` is the file being written, `auth.log.1`, `auth.log-20261120`,
 * `auth.log.old` or `auth-20261120.log` are earlier generations of it, possibly with `.gz` behind. All of them are one
 * family, named by the path of the file being written.
 */
export interface Generation {
  readonly path: string;
  readonly stat: Stats;
  readonly age: Age;
}

/** What the name says about the age. Larger numbers are older, later stamps are younger. */
export type Age =
  | { readonly kind: 'live' | 'old' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'stamp'; readonly value: string };

// `.1`, `-20261120`, `_2026-11-20.03`; anchored and without nested repeats: linear.
const SUFFIX = /^[._-]\d[\d._:TZ-]{0,40}$/;
const MAX_NAMES = 20_000;

/** The path of the family's live file, and the age that the name states. */
export function familyOf(path: string): { readonly path: string; readonly age: Age } {
  const folder = dirname(path);
  const name = basename(path).replace(/\.gz$/, '');
  if (name.endsWith('.old') && name.length > 4) {
    return { path: join(folder, name.slice(0, -4)), age: { kind: 'old' } };
  }
  const dot = name.lastIndexOf('.');
  for (const extension of dot > 0 ? ['', name.slice(dot)] : ['']) {
    const body = name.slice(0, name.length - extension.length);
    // One file per host is no row of generations.
    if (isIP(body) !== 0) break;
    const cut = suffixStart(body);
    if (cut === -1) continue;
    const value = body.slice(cut + 1);
    const age: Age = /^\d{1,5}$/.test(value)
      ? { kind: 'number', value: Number(value) }
      : { kind: 'stamp', value };
    return { path: join(folder, body.slice(0, cut) + extension), age };
  }
  return { path: join(folder, name), age: { kind: 'live' } };
}

/** Whether the name is one that only rotation gives: nobody writes to `auth.log.1`. */
export function isRotatedName(path: string): boolean {
  return /\.\d{1,3}$/.test(path) && familyOf(path).age.kind === 'number';
}

function suffixStart(body: string): number {
  for (let cut = 1; cut < body.length; cut++) if (SUFFIX.test(body.slice(cut))) return cut;
  return -1;
}

/** The generations of a family that lie beside its live file, links followed to where the rotation happens. */
export function listGenerations(family: string): Generation[] {
  const { folder, name } = realPlace(family);
  const live = join(folder, name);
  const stem = name.slice(0, name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length);
  return namesIn(folder)
    .filter((entry) => entry.startsWith(stem))
    .filter((entry) => entry === name || familyOf(join(folder, entry)).path === live)
    .flatMap((entry) => regularFile(join(folder, entry)));
}

/** Every regular file beside the family's live file, for those renamed to something else. */
export function listNeighbours(family: string): Generation[] {
  const { folder } = realPlace(family);
  return namesIn(folder).flatMap((entry) => regularFile(join(folder, entry)));
}

/** Sorts oldest first: by name where two names can be compared, else by mtime. */
export function byAge(a: Pick<Generation, 'age' | 'stat'>, b: Pick<Generation, 'age' | 'stat'>): number {
  if (a.age.kind === 'live' || b.age.kind === 'live') {
    return (a.age.kind === 'live' ? 1 : 0) - (b.age.kind === 'live' ? 1 : 0);
  }
  if (a.age.kind === 'number' && b.age.kind === 'number') return b.age.value - a.age.value;
  if (a.age.kind === 'stamp' && b.age.kind === 'stamp') return a.age.value < b.age.value ? -1 : 1;
  return a.stat.mtimeMs - b.stat.mtimeMs;
}

function realPlace(family: string): { folder: string; name: string } {
  try {
    const real = realpathSync(family);
    return { folder: dirname(real), name: basename(real) };
  } catch {
    return { folder: dirname(family), name: basename(family) };
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}

function regularFile(path: string): Generation[] {
  try {
    const stat = statSync(path);
    return stat.isFile() ? [{ path, stat, age: familyOf(path).age }] : [];
  } catch {
    return [];
  }
}
