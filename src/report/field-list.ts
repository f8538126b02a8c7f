import { visible } from '../telemetry/visible.js';
import { foldToWidth, textWidth } from './text-width.js';

const GAP = 2;
/** Names take at most this share of the terminal; a longer one has lines of its own. */
const NAME_SHARE = 0.4;
/** A value is folded to no less. */
const NARROWEST = 8;

/**
 * Names and their values, one below the other. Nothing is cut: a value that is too wide goes on in its column, and the lines
 * together are what it was. Both may hold anything: control characters are made visible.
 *
 * @param width columns of the terminal; Infinity = nothing is folded
 */
export function renderFields(rows: readonly (readonly [string, string])[], width: number): string {
  const shown = rows.map(([name, value]) => [visible(name), visible(value)] as const);
  const most = Math.floor(width * NAME_SHARE);
  const column =
    GAP + shown.map(([name]) => textWidth(name)).reduce((a, b) => (b <= most ? Math.max(a, b) : a), 0);
  const room = Math.max(NARROWEST, width - column);
  return shown
    .flatMap(([name, value]) => fieldLines(name, foldToWidth(value, room), column, width))
    .map((line) => `${line}\n`)
    .join('');
}

function fieldLines(name: string, value: readonly string[], column: number, width: number): string[] {
  const free = column - textWidth(name);
  const below = value.map((line) => `${' '.repeat(column)}${line}`);
  if (free < GAP) return [...foldToWidth(name, Math.max(NARROWEST, width)), ...below];
  return [`${name}${' '.repeat(free)}${value[0]}`, ...below.slice(1)];
}
