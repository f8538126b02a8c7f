import type { Stats } from 'node:fs';
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

/** What the name says about the age. Larger numbers are older, unless they count upwards (`countsUp`); later stamps are younger. */
export type Age =
  | { readonly kind: 'live' | 'old' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'stamp'; readonly value: string };

// `.1`, `-20261120`, `_2026-11-20.03`; anchored and without nested repeats: linear.
const SUFFIX = /^[._-]\d[\d._:TZ-]{0,40}$/;
const NUMBER = /^\d{1,5}$/;
// A year and a month, or seconds since 1970: what counts after `-` and `_`, for names of hosts are full of digits too,
// `web-01.log`, `ip-10-0-3-17.log`.
const STAMP = /^(?:20\d\d[._-]?\d\d|1\d{9})/;

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
    const suffix = rotationSuffix(body);
    if (suffix !== null) return { path: join(folder, suffix.stem + extension), age: suffix.age };
  }
  return { path: join(folder, name), age: { kind: 'live' } };
}

/** Whether the name is one that only rotation gives: nobody writes to `auth.log.1`. */
export function isRotatedName(path: string): boolean {
  return /\.\d{1,3}$/.test(path) && familyOf(path).age.kind === 'number';
}

function rotationSuffix(body: string): { stem: string; age: Age } | null {
  for (let cut = 1; cut < body.length - 1; cut++) {
    if (!isSeparator(body.charCodeAt(cut)) || !SUFFIX.test(body.slice(cut))) continue;
    const stem = body.slice(0, cut);
    const value = body.slice(cut + 1);
    const afterDot = body[cut] === '.';
    if (afterDot && NUMBER.test(value)) return { stem, age: { kind: 'number', value: Number(value) } };
    if (afterDot || STAMP.test(value)) return { stem, age: { kind: 'stamp', value } };
  }
  return null;
}

function isSeparator(char: number): boolean {
  return char === 0x2e || char === 0x2d || char === 0x5f;
}

/** Sorts oldest first: by name where two names can be compared, else by mtime. */
export function byAge(a: Pick<Generation, 'age' | 'stat'>, b: Pick<Generation, 'age' | 'stat'>): number {
  if (a.age.kind === 'live' || b.age.kind === 'live') {
    return (a.age.kind === 'live' ? 1 : 0) - (b.age.kind === 'live' ? 1 : 0);
  }
  if (a.age.kind === 'number' && b.age.kind === 'number') return b.age.value - a.age.value;
  if (a.age.kind === 'stamp' && b.age.kind === 'stamp') return compareStamps(a.age.value, b.age.value);
  return a.stat.mtimeMs - b.stat.mtimeMs;
}

/** The same for numbers that count upwards. */
export function byNumber(a: Pick<Generation, 'age' | 'stat'>, b: Pick<Generation, 'age' | 'stat'>): number {
  return a.age.kind === 'number' && b.age.kind === 'number' ? a.age.value - b.age.value : byAge(a, b);
}

/**
 * Whether these two of one family say that its numbers count upwards, as Log4j's do: the larger number was made, written and renamed
 * last. Where rotation shifts the numbers, the larger one was made first and is renamed first.
 */
export function countsUp(
  smaller: Pick<Generation, 'age' | 'stat'>,
  larger: Pick<Generation, 'age' | 'stat'>,
): boolean {
  if (smaller.age.kind !== 'number' || larger.age.kind !== 'number') return false;
  const [a, b] = [smaller.stat, larger.stat];
  return (
    smaller.age.value < larger.age.value &&
    a.birthtimeMs < b.birthtimeMs &&
    a.mtimeMs < b.mtimeMs &&
    a.ctimeMs < b.ctimeMs
  );
}

/** Number by number: the index behind a day, `2026-11-20.10`, may have any length. */
function compareStamps(a: string, b: string): number {
  const [as, bs] = [a, b].map((text) => text.split(/\D+/).map(Number)) as [number[], number[]];
  const at = as.findIndex((value, i) => value !== bs[i]);
  if (at === -1) return as.length - bs.length;
  return (as[at] ?? 0) - (bs[at] ?? -1);
}
