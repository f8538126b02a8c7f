/** Times as people read them. All functions take instants in ms; local time is that of the browser. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const UNITS: readonly (readonly [ms: number, word: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** `18:14:15` of the same local day as `now`, else `20 Nov 18:14:15`, with the year when that is another one. */
export function localTime(at: number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  if (date.toDateString() === today.toDateString()) return clock;
  const year = date.getFullYear() === today.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]}${year} ${clock}`;
}

/** `2026-11-20 18:14:15.123 UTC` */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, -1)} UTC`;
}

/** `12 s`, `5 min`, `3 h`, `2 d`: the largest unit alone, rounded down. */
export function span(ms: number): string {
  for (const [unit, word] of UNITS) if (ms >= unit) return `${Math.floor(ms / unit)} ${word}`;
  return ms > 0 ? '< 1 s' : '0 s';
}

export function ago(at: number, now: number): string {
  return now - at < 1000 ? 'just now' : `${span(now - at)} ago`;
}

/** Below an axis, `step` ms to the next: `18:14`, with seconds where minutes would say the same twice, a date at midnight. */
export function tickWords(at: number, step: number): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  if (parts.every((part) => part === 0)) return `${date.getDate()}.${date.getMonth() + 1}.`;
  return parts
    .slice(0, step < 60_000 ? 3 : 2)
    .map(twoDigits)
    .join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
